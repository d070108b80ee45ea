"""What a block may hold: its kind, its limits, and how it is read from a form or an item. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from service.editions import markdown, richtext
from service.editions.model import (
    BlockKind,
    Body,
    Button,
    Deadline,
    Divider,
    Doc,
    Event,
    Greeting,
    Heading,
    ItemBody,
    Paragraph,
    Prose,
    Text,
)
from service.items.model import Item
from service.kit import localtime
from service.kit.errors import Fault, Invalid
from service.kit.text import Text as Message
from service.kit.text import msg, normalise, one_line
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
    """Return the block that an item starts as; the editor's words come later."""
    published = None
    if item.published_at and item.published_precision is not PublishedPrecision.UNKNOWN:
        published = localtime.local(item.published_at).date()
    lead = one_line(item.lead)[:1200]
    return ItemBody(
        title=one_line(item.title)[:LONGEST_LINE],
        lead=Doc((Paragraph((Text(lead),)),)) if lead else Doc(),
        source=one_line(item.source)[:LONGEST_LINE],
        published=published,
        url=item.url if richtext.safe_url(item.url) else "",
    )


class Reader:
    """Reads the fields of one block's form and collects every fault."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.faults: list[Fault] = []

    def fault(self, name: str, what: Message) -> None:
        self.faults.append(Fault(name, what))

    def line(self, name: str, *, required: bool = False) -> str:
        value = one_line(self._values.get(name, ""))
        if required and not value:
            self.fault(name, msg("Please fill this in."))
        if len(value) > LONGEST_LINE:
            self.fault(name, msg("At most %(most)s characters.", most=LONGEST_LINE))
        return value

    def url(self, name: str, *, required: bool = False) -> str:
        value = self._values.get(name, "").strip()
        if not value and required:
            self.fault(name, msg("Please fill this in."))
        if value and not richtext.safe_url(value):
            self.fault(
                name, msg("Give a complete address that starts with https://, mailto: or tel:.")
            )
        return value

    def doc(self, name: str) -> Doc:
        """Read rich text: JSON from the field `<name>_json` where there is one, else Markdown."""
        try:
            if packed := self._values.get(f"{name}_json", "").strip():
                return richtext.decode(packed)
            return markdown.parse(normalise(self._values.get(name, "")))
        except Invalid as problem:
            self.faults.extend(Fault(name, f.what) for f in problem.faults)
            return Doc()

    def day(self, name: str, *, required: bool = False) -> date | None:
        value = self._values.get(name, "").strip()
        if not value:
            if required:
                self.fault(name, msg("Please give a date."))
            return None
        for form in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 (a day, no instant)
            except ValueError:
                continue
        self.fault(name, msg("Give the date as day.month.year, for example 31.01.2027."))
        return None

    def wall_clock(self, name: str, *, required: bool = False) -> datetime | None:
        """Read a day and, from `<name>_time`, a time of day (midnight without one)."""
        day = self.day(name, required=required)
        value = self._values.get(f"{name}_time", "").strip()
        if day is None:
            return None
        try:
            clock = datetime.strptime(value or "00:00", "%H:%M").time()  # noqa: DTZ007 (wall clock)
        except ValueError:
            self.fault(f"{name}_time", msg("Give the time as hours:minutes, for example 13:30."))
            return None
        return datetime.combine(day, clock)


def _greeting(r: Reader) -> Body:
    return Greeting(r.doc("text"))


def _heading(r: Reader) -> Body:
    return Heading(r.line("text", required=True))


def _prose(r: Reader) -> Body:
    text = r.doc("text")
    if not r.faults and not richtext.words(text).strip():
        r.fault("text", msg("Please fill this in."))
    return Prose(text)


def _item(r: Reader) -> Body:
    return ItemBody(
        title=r.line("title", required=True),
        lead=r.doc("lead"),
        source=r.line("source"),
        published=r.day("published"),
        url=r.url("url"),
    )


def _deadline(r: Reader) -> Body:
    return Deadline(
        title=r.line("title", required=True),
        due=r.day("due", required=True) or date.min,
        text=r.doc("text"),
        url=r.url("url"),
        link_text=r.line("link_text"),
    )


def _event(r: Reader) -> Body:
    starts = r.wall_clock("starts", required=True)
    ends = r.wall_clock("ends")
    if starts and ends and ends < starts:
        r.fault("ends", msg("The end lies before the beginning."))
    return Event(
        title=r.line("title", required=True),
        starts=starts or datetime(1, 1, 1),  # noqa: DTZ001 (wall clock; a fault is noted)
        ends=ends,
        place=r.line("place"),
        text=r.doc("text"),
        url=r.url("url"),
        link_text=r.line("link_text"),
    )


def _button(r: Reader) -> Body:
    return Button(r.line("text", required=True), r.url("url", required=True))


def _divider(_: Reader) -> Body:
    return Divider()


_READERS: dict[BlockKind, Callable[[Reader], Body]] = {
    BlockKind.GREETING: _greeting,
    BlockKind.HEADING: _heading,
    BlockKind.TEXT: _prose,
    BlockKind.ITEM: _item,
    BlockKind.DEADLINE: _deadline,
    BlockKind.EVENT: _event,
    BlockKind.BUTTON: _button,
    BlockKind.DIVIDER: _divider,
}


def read(kind: BlockKind, values: Mapping[str, str]) -> Body:
    """Return the block that a form describes; raises Invalid with every fault."""
    reader = Reader(values)
    body = _READERS[kind](reader)
    if reader.faults:
        raise Invalid(reader.faults)
    return body
