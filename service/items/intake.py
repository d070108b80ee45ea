"""From entries to rows: what of an item is stored, and where it stands in the inbox."""

from datetime import datetime

import msgspec

from service.items import dedupe, tagging
from service.items.dedupe import Changed, Identified
from service.items.tagging import Said
from service.kit import html, localtime
from service.sources.model import Entry, PublishedPrecision


class Arrival(msgspec.Struct, frozen=True):
    """An entry with the words of its own page, if it has one.

    `complete` is false where that page could not be read: then the piece is looked at again.
    """

    identified: Identified
    entry: Entry
    complete: bool = True


class Rewrite(msgspec.Struct, frozen=True):
    """What becomes of a known item: `revise` where its words are others than before."""

    changed: Changed
    entry: Entry
    text: str
    text_print: bytes
    revise: bool
    same: bool


def arrival_row(source_id: int, arrival: Arrival, now: datetime) -> tuple[object, ...]:
    """Return the row of a new item, in the order of the statement `add`."""
    entry, named = arrival.entry, arrival.identified
    text = dedupe.text_of(entry)
    listed = dedupe.listed_print(named.entry) if arrival.complete else b""
    return (
        source_id, named.external_id, named.alternate_id, entry.url, entry.title, entry.summary,
        entry.content, text, entry.language, entry.published, entry.precision,
        shown_at(entry, now), now, listed, dedupe.text_print(entry, text),
    )  # fmt: skip


def rewrite(changed: Changed, entry: Entry) -> Rewrite:
    """Decide whether an entry that is listed differently also says something else."""
    known = changed.known
    # A listing that stops carrying the text has not unsaid it.
    text = dedupe.text_of(entry) or known.text
    print_now = dedupe.text_print(entry, text)
    # Where we had no text at all, its coming in is no change of the publisher's.
    completed = bool(text) and not known.text and known.title == entry.title
    same = print_now == known.text_print
    return Rewrite(changed, entry, text, print_now, revise=not (same or completed), same=same)


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
