"""What a block may hold: its kind, its limits, its words, and how an item becomes one. Pure."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from service.editions import markdown, richtext
from service.editions.model import (
    BlockKind,
    Body,
    BulletList,
    Button,
    Deadline,
    Divider,
    Doc,
    Event,
    Greeting,
    Heading,
    ItemBody,
    ItemPicture,
    Link,
    LinkTarget,
    ListItem,
    Paragraph,
    Prose,
    Text,
)
from service.items.deadlines import FoundDeadline
from service.items.model import DocumentRow, Item
from service.kit import filetypes, localtime
from service.kit.errors import Fault, Invalid
from service.kit.text import Text as Message
from service.kit.text import msg, one_line
from service.sources.model import PublishedPrecision

LONGEST_LINE = 300

KINDS: dict[type, BlockKind] = {
    Greeting: BlockKind.GREETING,
    Heading: BlockKind.HEADING,
    Prose: BlockKind.TEXT,
    ItemBody: BlockKind.ITEM,
    Deadline: BlockKind.DEADLINE,
    Event: BlockKind.EVENT,
    Button: BlockKind.BUTTON,
    Divider: BlockKind.DIVIDER,
}

NAMES: dict[BlockKind, Message] = {
    BlockKind.GREETING: msg("Greeting"),
    BlockKind.HEADING: msg("Heading"),
    BlockKind.TEXT: msg("Text"),
    BlockKind.ITEM: msg("Item"),
    BlockKind.DEADLINE: msg("Deadline"),
    BlockKind.EVENT: msg("Event"),
    BlockKind.BUTTON: msg("Button"),
    BlockKind.DIVIDER: msg("Divider"),
}


def kind_of(body: Body) -> BlockKind:
    return KINDS[type(body)]


def doc_of(body: Body) -> Doc:
    """Return the rich text of a block; an empty one where its kind has none."""
    match body:
        case Greeting(text=text) | Prose(text=text) | ItemBody(lead=text):
            return text
        case Deadline(text=text) | Event(text=text):
            return text
    return Doc()


def title_of(body: Body) -> str:
    """Return the words by which an editor recognises a block in a list."""
    match body:
        case ItemBody(title=title) | Deadline(title=title) | Event(title=title):
            return title
        case Heading(text=text) | Button(text=text):
            return text
    return richtext.first_words(doc_of(body), 80)


def urls_of(body: Body) -> list[str]:
    """Return every address that a reader of the block can follow, in reading order."""
    own = getattr(body, "url", "")
    return [*richtext.links(doc_of(body)), *([own] if own else [])]


def from_item(item: Item) -> ItemBody:
    """Return the block that an item starts as, with every source of its story credited."""
    published = None
    if item.published_at and item.published_precision is not PublishedPrecision.UNKNOWN:
        published = localtime.local(item.published_at).date()
    lead = one_line(item.lead)[:1200]
    sources = dict.fromkeys((item.source, *item.also))
    return ItemBody(
        title=(one_line(item.title) or lead or one_line(item.source))[:LONGEST_LINE],
        lead=Doc((Paragraph((Text(lead),)),)) if lead else Doc(),
        source=", ".join(one_line(name) for name in sources)[:LONGEST_LINE],
        published=published,
        url=item.url if richtext.safe_url(item.url) else "",
    )


def from_deadline(item: Item, found: FoundDeadline) -> Deadline:
    """Return the block that a date in an item's text starts as."""
    return Deadline(
        title=from_item(item).title,
        due=found.day,
        text=Doc((Paragraph((Text(one_line(found.sentence)[:1200]),)),)),
        url=item.url if richtext.safe_url(item.url) else "",
    )


def with_documents(body: ItemBody, found: Sequence[DocumentRow], language: str) -> ItemBody:
    """Return an item's block with links to these documents below its words, each once."""
    known = set(urls_of(body))
    rows = tuple(
        ListItem((Paragraph((Text(_named(one, language), (Link(LinkTarget(one.url)),)),)),))
        for one in found
        if richtext.safe_url(one.url) and one.url not in known
    )
    if not rows:
        return body
    lead = msgspec.structs.replace(body.lead, content=(*body.lead.content, BulletList(rows)))
    return msgspec.structs.replace(body, lead=lead)


def _named(document: DocumentRow, language: str) -> str:
    about = (filetypes.kind(document.type), filetypes.size(document.size, language))
    said = ", ".join(part for part in about if part)
    title = one_line(document.title)[:200]
    return f"{title} ({said})" if said else title


def faults(body: Body) -> list[Fault]:
    """Return what is wrong with a block, by field; whoever stores one asks this first."""
    return [
        *_faults_of_lines(body),
        *_faults_of_address(body),
        *_faults_of_text(body),
        *_faults_of_times(body),
        *_faults_of_picture(body),
    ]


def _faults_of_lines(body: Body) -> Iterator[Fault]:
    for name in ("title", "text", "source", "place", "link_text"):
        value = getattr(body, name, None)
        if not isinstance(value, str):
            continue
        if not value.strip() and name in {"title", "text"}:
            yield Fault(name, msg("Please fill this in."))
        if len(value) > LONGEST_LINE:
            yield Fault(name, msg("At most %(most)s characters.", most=LONGEST_LINE))


def _faults_of_address(body: Body) -> Iterator[Fault]:
    url = getattr(body, "url", "")
    if isinstance(body, Button) and not url:
        yield Fault("url", msg("Please fill this in."))
    elif url and not richtext.safe_url(url):
        yield Fault("url", msg("Give a complete address, such as https://www.example.ch."))


def _faults_of_text(body: Body) -> Iterator[Fault]:
    name = "lead" if isinstance(body, ItemBody) else "text"
    if isinstance(body, Prose) and not richtext.filled(body.text):
        yield Fault(name, msg("Please fill this in."))
    try:
        richtext.checked(doc_of(body))
    except Invalid as problem:
        yield from (Fault(name, fault.what) for fault in problem.faults)


def _faults_of_times(body: Body) -> Iterator[Fault]:
    if isinstance(body, Event) and body.ends and body.ends < body.starts:
        yield Fault("ends", msg("The end lies before the beginning."))


def _faults_of_picture(body: Body) -> Iterator[Fault]:
    picture = body.picture if isinstance(body, ItemBody) else msgspec.UNSET
    if not isinstance(picture, ItemPicture):
        return
    if not re.fullmatch(r"[0-9a-f]{32}\.(?:jpg|png|gif)", picture.file):
        yield Fault("picture", msg("There is no such picture."))
    for name, value in (("picture_alt", picture.alt), ("picture_credit", picture.credit)):
        if len(value) > LONGEST_LINE:
            yield Fault(name, msg("At most %(most)s characters.", most=LONGEST_LINE))


def read_text(typed: str) -> Doc:
    """Return rich text from a field: the editor's JSON where a script wrote it, else Markdown."""
    value = typed.strip()
    return richtext.decode(value) if value.startswith('{"type":"doc"') else markdown.parse(value)
