"""From entries to rows: what of an item is stored, and where it stands in the inbox."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from service.items import dedupe, tagging
from service.items.dedupe import Changed, Identified
from service.items.tagging import Said
from service.kit import html, localtime
from service.sources import schedule
from service.sources.model import Entry, PublishedPrecision

# A text this long is the piece itself, unless it says that it goes on elsewhere.
_TEASER = 700
_CUT = re.compile(
    r"(?:…|\.\.\.|weiterlesen|mehr (?:lesen|erfahren)|lire la suite|leggi tutto|read more)\W*$",
    re.IGNORECASE,
)
# Pages are read of news, not of history, and of so many pieces of a source at once.
_NEWS, _PAGES = timedelta(days=14), 20


class Arrival(msgspec.Struct, frozen=True):
    """An entry with the words of its own page, if it has one.

    `complete` is false where that page could not be read: then the piece is looked at again.
    """

    identified: Identified
    entry: Entry
    complete: bool = True


class Named(msgspec.Struct, frozen=True):
    """An entry with the name that its item has within its source."""

    source_id: int
    external_id: str
    entry: Entry


class Rewrite(msgspec.Struct, frozen=True):
    """What becomes of a known item: `revise` where its words are others than before.

    `keep_page`: the listing has only a teaser, so the text that was read from its page stays.
    """

    changed: Changed
    entry: Entry
    text: str
    text_print: bytes
    revise: bool
    same: bool
    keep_page: bool = False


class Delivery(msgspec.Struct, frozen=True):
    """What one source brought; with `pages` the pages behind teasers are to be read later."""

    source_id: int
    arrivals: Sequence[Arrival] = ()
    rewrites: Sequence[Rewrite] = ()
    pages: bool = False


def arrival_rows(delivery: Delivery, now: datetime) -> list[tuple[object, ...]]:
    """Return the rows of a source's new items, in the order of the statement `add`."""
    teasers = [one for one in delivery.arrivals if delivery.pages and _wants_page(one, now)]
    read_later = {id(one) for one in teasers[:_PAGES]}
    return [
        _row(delivery.source_id, one, now, page=id(one) in read_later) for one in delivery.arrivals
    ]


def _row(source_id: int, arrival: Arrival, now: datetime, *, page: bool) -> tuple[object, ...]:
    entry, named = arrival.entry, arrival.identified
    text = _text(named, entry)
    return (
        source_id, named.external_id, named.alternate_id, entry.url, entry.title, entry.summary,
        entry.content, text, entry.language, entry.published, entry.precision,
        shown_at(entry, now), named.listed if arrival.complete else b"",
        dedupe.text_print(entry, text), schedule.host(entry.url) if page else "",
        now if page else None,
    )  # fmt: skip


def rewrite(changed: Changed, entry: Entry) -> Rewrite:
    """Decide whether an entry that is listed differently also says something else."""
    known = changed.known
    listed = _text(changed.identified, entry)
    keep_page = known.from_page and is_teaser(entry, listed)
    # A listing that stops carrying the text has not unsaid it.
    text = known.text if keep_page else listed or known.text
    print_now = dedupe.text_print(entry, listed if keep_page else text)
    # Where we had no text of the source's own, its coming in is no change of the publisher's.
    first = not known.text or (known.from_page and not keep_page)
    as_before = known.title == entry.title and known.lead in {"", entry.summary}
    completed = bool(text) and first and as_before
    same = print_now == known.text_print
    revise = not (same or completed)
    return Rewrite(changed, entry, text, print_now, revise=revise, same=same, keep_page=keep_page)


def rewrite_row(one: Rewrite) -> tuple[object, ...]:
    """Return the row of a known item whose words are others, in the order of `rewrite`."""
    named, entry = one.changed.identified, one.entry
    return (
        one.changed.known.id, named.external_id, named.alternate_id, entry.url, entry.title,
        entry.summary, entry.content, one.text, named.listed, one.text_print, int(one.revise),
        one.keep_page,
    )  # fmt: skip


def is_teaser(entry: Entry, text: str) -> bool:
    """Tell whether an entry has but the beginning of its text, which stands on a page."""
    if not entry.url.startswith(("http://", "https://")):
        return False
    said = max(text, entry.summary, key=len)
    return len(said) < _TEASER or _CUT.search(said[-40:]) is not None


def shown_at(entry: Entry, now: datetime) -> datetime:
    """Return where a new item stands in the inbox; today's news without a time stand at now."""
    if entry.published is None or entry.published > now:
        return now
    if entry.precision is PublishedPrecision.DAY:
        today = localtime.local(now).date() == localtime.local(entry.published).date()
        return now if today else entry.published
    return entry.published


def said(entry: Entry) -> Said:
    """Return what a topic's words are looked for in."""
    return tagging.said(entry.title, entry.summary, html.to_text(entry.content[:5000]))


def _wants_page(arrival: Arrival, now: datetime) -> bool:
    entry = arrival.entry
    recent = entry.published is None or entry.published > now - _NEWS
    return recent and is_teaser(entry, _text(arrival.identified, entry))


def _text(named: Identified, entry: Entry) -> str:
    """Return an entry's text, which is known unless it comes from the entry's own page."""
    return named.text if entry is named.entry else dedupe.text_of(entry)


def named(deliveries: Sequence[Delivery]) -> list[Named]:
    """Return everything that was taken in under the names that the items now have."""
    return [
        Named(delivery.source_id, name, entry)
        for delivery in deliveries
        for name, entry in (
            *((one.identified.external_id, one.entry) for one in delivery.arrivals),
            *((_name(one), one.entry) for one in delivery.rewrites),
        )
    ]


def _name(one: Rewrite) -> str:
    """Return the name of a known item; only one that is rewritten takes on a new one."""
    return (one.changed.known if one.same else one.changed.identified).external_id
