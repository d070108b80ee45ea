"""Is this entry a piece that we have? Identity within one source, as rules over values."""

from collections import Counter

import msgspec

from service.items import normalise
from service.kit import html
from service.sources.model import Entry
from service.sources.readers import links

_SAME_TITLE = 0.5
_OTHER_TITLE = 0.2
_OTHER_TEXT, _BEGINNING = 0.3, 600  # and the characters that are compared
_LONGEST = 2000


class Identified(msgspec.Struct, frozen=True):
    """An entry with its names: `external_id` within the source, `alternate_id` without a host.

    `text` is its content without markup, `listed` the print of all that is listed of it.
    """

    external_id: str
    alternate_id: str
    entry: Entry
    text: str
    listed: bytes


class Known(msgspec.Struct, frozen=True):
    """What we know of an item when an entry with one of its names comes in."""

    id: int
    source_id: int
    external_id: str
    alternate_id: str
    title: str
    lead: str
    text: str
    listed_print: bytes
    text_print: bytes
    revision: int
    from_page: bool


class Changed(msgspec.Struct, frozen=True):
    known: Known
    identified: Identified


class Plan(msgspec.Struct, frozen=True):
    """What to do with the entries of one fetch; what is in neither list is as we have it."""

    new: list[Identified]
    changed: list[Changed]


def identify(entries: list[Entry]) -> list[Identified]:
    """Name each entry: its id, else its address, else its title.

    Repeated ids are not trusted; an address that several pieces share (a ticker's) names none.
    """
    ids = Counter(entry.id for entry in entries if entry.id)
    addresses = Counter(entry.url for entry in entries if entry.url and not entry.id)
    places = Counter(_place(entry) for entry in entries)
    named: dict[str, Identified] = {}
    for entry in entries:
        place = _place(entry)
        unique = place if places[place] == 1 else ""
        reused = bool(entry.id) and ids[entry.id] > 1
        name = entry.id if entry.id and not reused else entry.url
        external = _bounded(name or f"title:{entry.title}")
        shared = not entry.id and addresses[entry.url] > 1
        if shared or (reused and external in named):
            external = _bounded(f"{external} {entry.title}")
        if external not in named:
            text = text_of(entry)
            listed = listed_print(entry, text)
            named[external] = Identified(external, unique, entry, text, listed)
    return list(named.values())


def plan(identified: list[Identified], known: list[Known]) -> Plan:
    """Sort entries into new and changed ones."""
    by_name = {item.external_id: item for item in known}
    by_place = {item.alternate_id: item for item in known if item.alternate_id}
    new: list[Identified] = []
    changed: list[Changed] = []
    for one in identified:
        again = _again(one)
        item = by_name.get(one.external_id)
        if item is not None and _reused(item, one):
            one = msgspec.structs.replace(one, external_id=again)  # noqa: PLW2901 - renamed
            item = by_name.get(again)
        if item is None and not one.entry.id:
            # A piece that shared its address with others, and one that now does.
            item = by_name.get(again) or _moved(by_name.get(one.entry.url), one)
        if item is None:
            item = _moved(by_place.get(one.alternate_id), one)
        if item is None:
            new.append(one)
        elif item.listed_print != one.listed:
            changed.append(Changed(item, one))
    return Plan(new, changed)


def names(identified: list[Identified]) -> tuple[list[str], list[str]]:
    """Return all names to look up: as they are and as a reused one would be called; and places."""
    aliases = {_again(i) for i in identified} | {i.entry.url for i in identified if not i.entry.id}
    return (
        [*dict.fromkeys([*(i.external_id for i in identified), *sorted(aliases - {""})])],
        [i.alternate_id for i in identified if i.alternate_id],
    )


def listed_print(entry: Entry, text: str) -> bytes:
    """Return the print of an entry as it is listed: its words, and the documents beside them."""
    documents = [document.url for document in entry.documents]
    return normalise.fingerprint(entry.title, entry.summary, text, *documents)


def text_print(entry: Entry, text: str) -> bytes:
    """Return the print of an entry's words, with the text that belongs to it."""
    return normalise.fingerprint(entry.title, entry.summary, text)


def text_of(entry: Entry) -> str:
    """Return an entry's content without markup."""
    return html.to_text(entry.content) if entry.content else ""


def _place(entry: Entry) -> str:
    return _bounded(links.place(entry.url)) if entry.url else ""


def _again(one: Identified) -> str:
    """Return the name of a piece whose own name was given to another piece before."""
    entry = one.entry
    if entry.id:
        return _bounded(f"{one.external_id} {entry.url or entry.title}")
    return _bounded(f"{entry.url} {entry.title}") if entry.url else one.external_id


def _bounded(name: str) -> str:
    """Cut a name to what an index bears, which is counted in octets (PostgreSQL: 2704)."""
    return name.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")


def _reused(item: Known, one: Identified) -> bool:
    """Tell whether an old name was given to a new piece: an id, or the one address of a ticker.

    Then the title is another; and where an id stays, so is the address, else all of the text.
    """
    if one.entry.url == "" or normalise.similar(item.title, one.entry.title) >= _OTHER_TITLE:
        return False
    if one.entry.id:
        return item.alternate_id not in {"", one.alternate_id}
    beginnings = (item.text[:_BEGINNING], one.text[:_BEGINNING])
    return not any(beginnings) or normalise.similar(*beginnings) < _OTHER_TEXT


def _moved(item: Known | None, one: Identified) -> Known | None:
    """Return the item that stands at the same place under another id, if it is called alike."""
    if item is None or normalise.similar(item.title, one.entry.title) < _SAME_TITLE:
        return None
    return item
