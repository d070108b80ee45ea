"""An edition as mail: one rendition per variant of its audience, with slots for what is personal.

Pure but for the renderer that it is given. Equal content gives byte-identical renditions.
"""

import hashlib
import html as markup_entities
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec
from markupsafe import Markup

from service.editions import blocks, colours, markup, plain, richtext, snapshot
from service.editions.model import (
    Association,
    Block,
    BlockKind,
    Body,
    Content,
    Deadline,
    Doc,
    Event,
    Look,
    Rendition,
)
from service.kit import localtime

SLOTS = ("TOKEN", "DISPATCH", "SALUTATION", "ADDRESS")


class Letter(Protocol):
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...


class Renderer(Protocol):
    async def letter(self, name: str, language: str, **context: Any) -> Letter: ...


class BlockView(msgspec.Struct, frozen=True):
    """A block as templates see it: its level of heading, and times as instants."""

    id: int
    kind: str
    body: Body
    language: str
    level: int
    starts: datetime | None = None
    ends: datetime | None = None
    days_left: int | None = None


class Footnotes:
    """Numbers addresses in the order of their first mention in the text part."""

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address
        self._numbers: dict[str, int] = {}

    def __call__(self, url: str) -> int:
        return self._numbers.setdefault(url, len(self._numbers) + 1)

    def listed(self) -> list[tuple[int, str]]:
        return [(number, self._address(url)) for url, number in self._numbers.items()]


def segments_of(held: Sequence[Block]) -> list[str]:
    """Return the segments that blocks are limited to, each once, in order of first appearance."""
    return list(dict.fromkeys(b.segment for b in held if b.segment))


def visible(held: Sequence[Block], variant: int) -> list[Block]:
    """Return the blocks that a variant shows: those for everyone, and those whose bit is set."""
    bits = {segment: 1 << place for place, segment in enumerate(segments_of(held))}
    return [b for b in held if not b.segment or variant & bits[b.segment]]


def links_of(content: Content) -> list[str]:
    """Return the addresses that are counted: link n stands at n-1, for every variant alike."""
    found = (url for block in content.blocks for url in blocks.urls_of(block.content))
    return list(dict.fromkeys(url for url in found if url.startswith(("http://", "https://"))))


async def render(
    renderer: Renderer, content: Content, variant: int, *, public_url: str, today: date
) -> Rendition:
    """Return the edition as a variant gets it; `today` decides how far off deadlines are."""
    nonce = hashlib.sha256(b"slots" + snapshot.fingerprint(content).encode()).hexdigest()[:12]
    links = links_of(content)
    context = _context(content, variant, nonce, links, public_url.rstrip("/"), today)
    letter = await renderer.letter("edition", content.newsletter.language, **context)
    return Rendition(
        variant=variant,
        subject=letter.subject,
        preheader=content.edition.preheader,
        html=letter.html,
        text=letter.text,
        nonce=nonce,
        links=links,
    )


def _context(
    content: Content, variant: int, nonce: str, links: list[str], public: str, today: date
) -> dict[str, Any]:
    slots = {name: f"@@{nonce}_{name}@@" for name in SLOTS}
    numbers = {url: number for number, url in enumerate(links, 1)}

    def address(url: str) -> str:
        return f"{public}/k/{slots['DISPATCH']}/{numbers[url]}" if url in numbers else url

    shades = colours.palette(content.newsletter.look)
    notes = Footnotes(address)
    styles = _styles(shades)

    def rich(doc: Doc, level: int = 3) -> Markup:
        return markup.render(doc, address, styles, level)

    def words(doc: Doc) -> str:
        return plain.render(doc, notes)

    return {
        **frame(content.association, content.newsletter.look),
        "newsletter": content.newsletter,
        "edition": content.edition,
        "blocks": views(visible(content.blocks, variant), today),
        "look": content.newsletter.look,
        "slot": slots,
        "address": address,
        "picture": lambda file: f"{public}/pictures/{file}",
        "rich": rich,
        "words": words,
        "note": notes,
        "filled": richtext.filled,
        "unsubscribe": f"{public}/u/{slots['TOKEN']}",
        "preferences": f"{public}/p/{slots['TOKEN']}",
        "web_version": f"{public}/w/{slots['TOKEN']}",
    }


def frame(association: Association, look: Look) -> dict[str, Any]:
    """Return what the frame of every single mail needs (templates/mail/_base.mjml)."""
    return {"association": association, "shades": colours.palette(look), "wrap": plain.wrap}


def views(held: Sequence[Block], today: date) -> list[BlockView]:
    """Return blocks as templates need them; titles below a heading stand one level deeper."""
    result, level = [], 2
    for block in held:
        body, own = block.content, level
        if block.kind is BlockKind.HEADING:
            own, level = 2, 3
        starts = ends = days_left = None
        if isinstance(body, Event):
            starts = localtime.at(body.starts.date(), body.starts.time())
            ends = localtime.at(body.ends.date(), body.ends.time()) if body.ends else None
        elif isinstance(body, Deadline):
            days_left = (body.due - today).days
        view = BlockView(
            block.id, block.kind.value, body, block.language, own, starts, ends, days_left
        )
        result.append(view)
    return result


def _styles(shades: Mapping[str, str]) -> dict[str, str]:
    """Return inline styles for the elements of rich text; the last margin is a block's own."""
    return {
        "p": "margin:0 0 12px",
        "ul": "margin:0 0 12px;padding:0 0 0 22px",
        "ol": "margin:0 0 12px;padding:0 0 0 24px",
        "li": "margin:0 0 6px",
        "h3": "margin:18px 0 6px;font-size:17px;line-height:1.35;font-weight:600",
        "h4": "margin:18px 0 6px;font-size:17px;line-height:1.35;font-weight:600",
        "a": f"color:{shades['accent']};text-decoration:underline",
    }


def sample(rendition: Rendition, public_url: str, salutation: str, address: str) -> tuple[str, str]:
    """Return (html, text) as somebody would read it; links lead straight to their aim."""
    values = {
        "TOKEN": "preview",
        "DISPATCH": "0",
        "SALUTATION": salutation,
        "ADDRESS": address,
    }
    prefix = re.escape(f"{public_url.rstrip('/')}/k/@@{rendition.nonce}_DISPATCH@@/")

    def straight(found: re.Match[str]) -> str:
        return rendition.links[int(found.group(1)) - 1]

    html = re.sub(prefix + r"(\d+)", lambda m: markup_entities.escape(straight(m)), rendition.html)
    text = re.sub(prefix + r"(\d+)", straight, rendition.text)
    for name, value in values.items():
        slot = f"@@{rendition.nonce}_{name}@@"
        html = html.replace(slot, markup_entities.escape(value))
        text = text.replace(slot, value)
    return html, text
