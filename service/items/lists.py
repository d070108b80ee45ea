"""What stands in the inbox: its lists by date or relevance, its search, and how much there is.

A list is found in two steps: the ids of a page, then the rows of these. It changes nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from service.items import searching, store
from service.items.model import ItemRow, ItemState
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import msg

PAGE = 50
# A search looks through the newest items first. Where more than this share of them hold what is
# sought, some more will fill the page. What is rarer the index finds, as far back as will surely
# fill the page if it was as frequent before; and what is rarer still, among all.
_NEAR, _COMMON, _SURELY = 300, 0.03, 1.5
_CONTAINING = 2000  # longer words that a term is sought in
_FAR = (datetime(9999, 1, 1, tzinfo=UTC), 2**62)


class Filter(msgspec.Struct, frozen=True):
    """What of the inbox is looked at; None and "" leave a part open.

    `since` is a first and `until` a last day, `assigned_to` an editor.
    """

    state: ItemState | None = None
    source_id: int | None = None
    topic_id: int | None = None
    search: str = ""
    changed: bool = False
    later: bool = False
    muted: bool = False
    since: date | None = None
    until: date | None = None
    assigned_to: int | None = None


async def listing(
    tx: Tx,
    wanted: Filter,
    *,
    before: tuple[datetime, int] | None = None,
    most: int = PAGE,
    now: datetime | None = None,
) -> list[ItemRow]:
    """Return items newest first, following `before` (shown_at, id); by date also for a search.

    With `now`, new items that were put off are left out, or listed alone (`wanted.later`).
    Raises Invalid for a search without a word in it.
    """
    await store.plan_each_time(tx)
    since, place = _span(wanted, before, now)
    if wanted.search.strip():
        return await _found(tx, wanted, since, place, most)
    muted = wanted.muted if wanted.state is ItemState.NEW and not wanted.assigned_to else None
    ids = await store.newest(
        tx, wanted.state, wanted.source_id, wanted.topic_id, wanted.assigned_to, wanted.changed,
        muted, since, *place, most,
    )  # fmt: skip
    return await store.rows(tx, ids)


async def most_relevant(
    tx: Tx, wanted: Filter, now: datetime, before: tuple[float, int] | None, most: int = PAGE
) -> list[ItemRow]:
    """Return new items, the most relevant first, following `before` (relevance, id)."""
    await store.plan_each_time(tx)
    place = before or (2.0, _FAR[1])
    ids = await store.by_relevance(
        tx, ItemState.NEW, wanted.source_id, wanted.topic_id, wanted.muted, *place, most, now
    )
    return await store.rows(tx, ids)


async def quotes(tx: Tx, search: str, item_ids: Sequence[int]) -> dict[int, str]:
    """Return for each item the words around what was sought; "" where its title alone has it."""
    sought = searching.pattern(searching.read(search))
    if sought is None:
        return {}
    said = await store.said(tx, list(item_ids))
    return {one.id: searching.passage(one.text, sought) for one in said}


async def state_counts(tx: Tx, now: datetime, editor_id: int | None = None) -> store.StateCounts:
    """Return how many items are new, picked, discarded, changed since, put off, muted and mine."""
    return await store.state_counts(tx, now, editor_id) or store.StateCounts(0, 0, 0, 0, 0, 0, 0)


async def source_counts(tx: Tx, now: datetime) -> list[store.Waitings]:
    """Return every source with the number of its new items."""
    return await store.source_counts(tx, now)


async def topic_counts(tx: Tx, now: datetime) -> list[store.Waitings]:
    """Return every topic with the number of its new items."""
    return await store.topic_counts(tx, now)


async def waiting(tx: Tx) -> store.Waiting:
    """Return how much waits in the inbox."""
    return await store.waiting(tx) or store.Waiting(0, 0, None)


def _span(
    wanted: Filter, before: tuple[datetime, int] | None, now: datetime | None
) -> tuple[datetime | None, tuple[datetime, int]]:
    """Return the moment from which items are listed, and the place that they follow."""
    places = [_FAR, *([before] if before else [])]
    since = localtime.at(wanted.since, time()) if wanted.since else None
    if wanted.until:
        places.append((localtime.at(wanted.until + timedelta(days=1), time()), -1))
    if now is not None and wanted.later:
        since = max(now, since) if since else now
    elif now is not None and wanted.state is ItemState.NEW and not wanted.assigned_to:
        places.append((now, _FAR[1]))
    return since, min(places)


async def _found(
    tx: Tx, wanted: Filter, since: datetime | None, place: tuple[datetime, int], most: int
) -> list[ItemRow]:
    terms = searching.read(wanted.search)
    if not terms:
        raise Invalid.of("q", msg("Type at least one word to search for."))
    containing: dict[str, list[str]] = defaultdict(list)
    for one in await store.containing(tx, searching.inside(terms), _CONTAINING):
        containing[one.sought].append(one.word)
    query = searching.query(terms, containing)
    narrow = (wanted.state, wanted.source_id)
    near = (query, *narrow, wanted.topic_id, since, *place, most)
    ids = await store.found_near(tx, *near, _NEAR)
    if len(ids) == most:
        return await store.rows(tx, ids)
    surely = int(_SURELY * most * _NEAR / len(ids)) if ids else 0
    if len(ids) >= _COMMON * _NEAR:
        ids = await store.found_near(tx, *near, surely)
    elif ids:
        until = await store.reaching(tx, *narrow, since, *place, surely)
        ids = await store.found(tx, query, *narrow, wanted.topic_id, until, *place, most)
    if len(ids) < most:
        ids = await store.found(tx, *near)
    return await store.rows(tx, ids)
