"""The public archive: sent editions of public newsletters, as pages that anyone may read and find.

A newsletter for members only does not exist here; blocks limited to a segment are left out.
"""

from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from service.editions import actions as editions
from service.editions import compose, feed, markup, richtext
from service.editions.model import Content, Edition, Newsletter
from service.kit import localtime
from service.web import keyset
from service.web.guards import PUBLIC
from service.web.pages import Page

PAGE = 30


@get("/archive", opt=PUBLIC, name="archive")
async def index(page: Page) -> Response[str]:
    """List the public newsletters, each with its latest editions."""
    async with page.db.read() as tx:
        signs = await editions.association(tx)
        latest = await editions.latest(tx, 5)
    return page.show(
        "public/archive/index.html",
        association=signs,
        latest=latest,
        canonical=_address(page, "/archive"),
    )


@get("/archive/{slug:str}", opt=PUBLIC)
async def newsletter(page: Page, slug: FromPath[str]) -> Response[str]:
    """List the editions of one newsletter, the latest first."""
    async with page.db.read() as tx:
        signs, series = await editions.association(tx), await editions.public_newsletter(tx, slug)
        sent = await editions.published(tx, series.id, keyset.before(page), PAGE + 1)
    return page.show(
        "public/archive/newsletter.html",
        association=signs,
        newsletter=series,
        editions=sent[:PAGE],
        canonical=_address(page, f"/archive/{slug}"),
        next_href=keyset.further(page.path, sent, PAGE, _place),
    )


@get("/archive/{slug:str}/{public_slug:str}", opt=PUBLIC)
async def edition(page: Page, slug: FromPath[str], public_slug: FromPath[str]) -> Response[str]:
    """Show one edition as a page."""
    async with page.db.read() as tx:
        series = await editions.public_newsletter(tx, slug)
        content = await editions.public_edition(tx, series, public_slug)
    return page.show(
        "public/archive/edition.html",
        association=content.association,
        newsletter=series,
        edition=content.edition,
        article=article(page, content),
        canonical=_address(page, f"/archive/{slug}/{public_slug}"),
    )


@get("/sitemap.xml", opt=PUBLIC)
async def sitemap(page: Page) -> Response[bytes]:
    """Name every public page for search engines."""
    async with page.db.read() as tx:
        latest = await editions.latest(tx, 5000)
    pages: list[tuple[str, datetime | None]] = [(_address(page, "/archive"), None)]
    for series, sent in latest:
        newest = sent[0].sent_at if sent else None
        pages.append((_address(page, f"/archive/{series.slug}"), newest))
        pages += [(edition_address(page, series, one), one.sent_at) for one in sent]
    return Response(feed.sitemap(pages), media_type="application/xml")


def article(page: Page, content: Content) -> Markup:
    """Return an edition's blocks as plain elements, for a page or a feed."""
    sent = content.edition.sent_at or content.edition.changed_at
    rendered = page.render(
        "public/archive/_article.html",
        blocks=compose.views(content.blocks, localtime.local(sent).date()),
        language=content.newsletter.language,
        rich=lambda doc, level: markup.render(doc, heading=level),
        filled=richtext.filled,
        _=lambda text, **params: page.app.catalogue.translate(text, content.newsletter.language),
    )
    return Markup(rendered)  # noqa: S704 (just rendered, escaped)


def edition_address(page: Page, series: Newsletter, one: Edition) -> str:
    return _address(page, f"/archive/{series.slug}/{one.public_slug}")


def _address(page: Page, path: str) -> str:
    return page.app.settings.public_url.rstrip("/") + path


def _place(one: Edition) -> dict[str, object]:
    return keyset.place(one.sent_at or one.changed_at, one.id)


routes = [index, newsletter, edition, sitemap]
