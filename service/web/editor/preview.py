"""How an edition will look: the real compiled mail in a frame without rights, or its text part."""

import html
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from service.editions import actions as editions
from service.editions import compose
from service.editions.model import Content
from service.kit import localtime
from service.kit.text import Text, msg
from service.web.guards import EDITOR
from service.web.pages import Page

_DARK = "(prefers-color-scheme: dark)"


class View(Struct, frozen=True):
    """What of an edition the preview shows, and where its frame finds it."""

    variant: int
    variants: list[tuple[int, Text | str]]
    shade: str
    width: str
    part: str
    address: str


@get("/editions/{edition_id:int}/preview", opt=EDITOR)
async def show(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Show the mail as the chosen part of the audience gets it, exactly as it will be compiled."""
    async with page.db.read() as tx:
        content = await editions.content(tx, edition_id)
    markup, text = await sampled(page, content, page.number("as"))
    if page.query("part") == "text":
        return page.mail(_as_page(text, content.newsletter.language), framed=True)
    # The frame cannot be told which colours its reader prefers, so the rule is answered here.
    preferred = "all" if page.query("shade") == "dark" else "not all"
    return page.mail(_framed(markup).replace(_DARK, preferred), framed=True)


async def sampled(page: Page, content: Content, variant: int) -> tuple[str, str]:
    """Return (html, text) of one variant with a sample person's slots."""
    public_url, today = page.app.settings.public_url, localtime.local(page.now).date()
    rendition = await compose.render(
        page.app.renderer, content, variant, public_url=public_url, today=today
    )
    salutation = page.app.catalogue.translate(msg("Good day"), content.newsletter.language)
    return compose.sample(rendition, public_url, salutation, "name@example.ch")


def view(page: Page, content: Content) -> View:
    """Return what the query string asks the preview to show."""
    segments = compose.segments_of(content.blocks)
    everyone = (1 << len(segments)) - 1
    variants: list[tuple[int, Text | str]] = [(0, msg("Somebody outside all segments"))]
    variants += [(1 << n, _title(page, slug)) for n, slug in enumerate(segments)]
    if len(segments) > 1:
        variants.append((everyone, msg("Somebody in all segments")))
    variant = min(page.number("as"), everyone)
    shade = "dark" if page.query("shade") == "dark" else "light"
    part = "text" if page.query("part") == "text" else "html"
    asked = urlencode({"as": variant, "shade": shade, "part": part})
    return View(
        variant=variant,
        variants=variants if segments else [],
        shade=shade,
        width="phone" if page.query("width") == "phone" else "desktop",
        part=part,
        address=f"/editions/{content.edition.id}/preview?{asked}",
    )


def _framed(markup: str) -> str:
    """Return a mail whose links open beside the page, not in the small frame."""
    return markup.replace("<head>", '<head><base target="_blank">', 1)


def _title(page: Page, slug: str) -> str:
    known = page.app.segments.get(slug)
    return known.title if known else slug


def _as_page(text: str, language: str) -> str:
    shown = html.escape(text)
    return (
        f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        "<title>Text</title><style>body{margin:24px;background:#ffffff;color:#1c2429}"
        "pre{margin:0;font:14px/1.5 ui-monospace,monospace;white-space:pre-wrap;"
        f"overflow-wrap:anywhere}}</style></head><body><pre>{shown}</pre></body></html>"
    )


routes = [show]
