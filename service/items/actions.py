"""What editors do with items: read, search, pick, discard, file; and how entries become items."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from service.items import beside, dedupe, grouping, intake, normalise, store, tagging
from service.items.dedupe import Identified, Known, Plan
from service.items.intake import Arrival, Delivery
from service.items.model import FiledTopic, Item, ItemRevision, ItemRow, ItemState, Topic
from service.items.states import MOVES, Move, sources_of
from service.kit.confine import Confined
from service.kit.db import Tx
from service.kit.errors import Conflict, Fault, Invalid, NotFound
from service.kit.text import msg, one_line, sort_key
from service.sources.model import Entry, Gain

PAGE = 50
_FAR = (datetime(9999, 1, 1, tzinfo=UTC), 2**62)
_KEYWORDS = 60


class Filter(msgspec.Struct, frozen=True):
    """What of the inbox is looked at; None and "" leave a part open."""

    state: ItemState | None = None
    source_id: int | None = None
    topic_id: int | None = None
    search: str = ""
    changed: bool = False
    later: bool = False
    muted: bool = False


async def item(tx: Tx, item_id: int) -> Item:
    """Return one item; raises NotFound."""
    found = await store.by_id(tx, item_id)
    if found is None:
        raise NotFound(msg("There is no such item."))
    return found


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
    waiting = wanted.state is ItemState.NEW and now is not None
    first = (now, _FAR[1]) if now and waiting and not wanted.later else _FAR
    place = min(before, first) if before else first
    await store.plan_each_time(tx)
    parts = (wanted.source_id, wanted.topic_id, *place, most)
    if wanted.search.strip():
        terms = normalise.search_terms(wanted.search)
        if not terms:
            raise Invalid.of("q", msg("Type at least one word to search for."))
        near = await store.search_near(tx, wanted.state, *parts, terms)
        return near if len(near) == most else await store.search(tx, wanted.state, *parts, terms)
    if wanted.changed:
        return await store.changed(tx, *parts)
    since = now if wanted.later else None
    return await store.listing(tx, wanted.state, *parts, since, wanted.muted)


async def most_relevant(
    tx: Tx, wanted: Filter, now: datetime, before: tuple[float, int] | None, most: int = PAGE
) -> list[ItemRow]:
    """Return items, the most relevant first, following `before` (relevance, id)."""
    await store.plan_each_time(tx)
    parts = (wanted.source_id, wanted.topic_id, *(before or (2.0, _FAR[1])), most)
    return await store.by_relevance(tx, wanted.state, *parts, now, wanted.muted)


async def state_counts(tx: Tx, now: datetime) -> store.StateCounts:
    """Return how many items are new, picked, discarded, changed since, put off and muted."""
    return await store.state_counts(tx, now) or store.StateCounts(0, 0, 0, 0, 0, 0)


async def source_counts(tx: Tx) -> list[store.Waitings]:
    """Return every source with the number of its new items."""
    return await store.source_counts(tx)


async def topic_counts(tx: Tx) -> list[store.Waitings]:
    """Return every topic with the number of its new items."""
    return await store.topic_counts(tx)


async def waiting(tx: Tx) -> store.Waiting:
    """Return how much waits in the inbox."""
    return await store.waiting(tx) or store.Waiting(0, 0, None)


async def revisions(tx: Tx, item_id: int) -> list[ItemRevision]:
    """Return what an item said before, newest first (at most 24)."""
    return await store.revisions(tx, item_id)


async def move(
    tx: Tx, item_ids: Sequence[int], made: Move, editor_id: int | None, now: datetime
) -> list[int]:
    """Move items and return those that moved; one that cannot move stays and is not returned."""
    target = MOVES[sources_of(made)[0], made]
    return await store.move(tx, list(item_ids), target, now, editor_id, sources_of(made))


async def discard(tx: Tx, item_id: int, editor_id: int | None, now: datetime) -> None:
    """Put an item aside; raises Conflict for one that stands in an edition."""
    await _move_one(tx, item_id, Move.DISCARD, editor_id, now)


async def restore(tx: Tx, item_id: int, editor_id: int | None, now: datetime) -> None:
    """Put an item back into the inbox."""
    await _move_one(tx, item_id, Move.RESTORE, editor_id, now)


async def mark_picked(tx: Tx, item_id: int, editor_id: int | None, now: datetime) -> None:
    """Note that an item now stands in an edition as it reads at present."""
    await _move_one(tx, item_id, Move.PICK, editor_id, now)


async def snooze(tx: Tx, item_id: int, until: datetime) -> None:
    """Put a new item (and its story) off until a moment; one that has passed brings it back."""
    if (await item(tx, item_id)).state is not ItemState.NEW:
        raise Conflict(msg("Only new items can be put off."))
    await store.snooze(tx, item_id, until)


async def acknowledge(tx: Tx, item_id: int) -> None:
    """Note that an editor has seen what changed in a picked item."""
    await item(tx, item_id)
    await store.acknowledge(tx, item_id)


async def topics(tx: Tx) -> list[Topic]:
    """Return the association's topics in its order."""
    return await store.topics(tx)


async def topic(tx: Tx, topic_id: int) -> Topic:
    """Return one topic; raises NotFound."""
    found = await store.topic(tx, topic_id)
    if found is None:
        raise NotFound(msg("There is no such topic."))
    return found


async def add_topic(
    tx: Tx, title: str, keywords: Sequence[str] = (), *, slug: str = "", position: int | None = None
) -> int:
    """Add a topic at the end of the list (or at `position`); `slug` is made from the title."""
    name = _titled(title)
    made = slug or re.sub(r"[^a-z0-9]+", "-", sort_key(name)).strip("-")[:60]
    if any(one.slug == made for one in await store.topics(tx)):
        raise Invalid.of("title", msg("There is a topic of this name already."))
    added = await store.add_topic(tx, made, name, position, _keywords(keywords))
    if added is None:
        raise Conflict(msg("The topic could not be added."))
    return added


async def change_topic(tx: Tx, topic_id: int, title: str, keywords: Sequence[str]) -> None:
    """Rename a topic or change the words that suggest it."""
    await topic(tx, topic_id)
    await store.change_topic(tx, topic_id, _titled(title), _keywords(keywords))


async def remove_topic(tx: Tx, topic_id: int) -> None:
    """Remove a topic; items that were filed under it stay."""
    await topic(tx, topic_id)
    await store.remove_topic(tx, topic_id)


async def shift_topic(tx: Tx, topic_id: int, by: int) -> None:
    """Move a topic up (−1) or down (1) in the list."""
    order = [one.id for one in await store.topics(tx)]
    if topic_id not in order:
        raise NotFound(msg("There is no such topic."))
    at = order.index(topic_id)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    await store.place_topic(tx, order)


async def filed(tx: Tx, item_id: int) -> list[FiledTopic]:
    """Return the topics of an item, with the word that suggested each."""
    return await store.filed(tx, item_id)


async def file_under(tx: Tx, item_id: int, topic_ids: Sequence[int]) -> None:
    """File an item under exactly these topics; suggested ones that are named stay suggested."""
    await item(tx, item_id)
    await store.unfile_others(tx, item_id, list(topic_ids))
    await store.file(tx, item_id, list(topic_ids))


async def plan(tx: Tx, source_id: int, entries: list[Entry]) -> Plan:
    """Sort a source's entries into new ones and ones that are listed differently than before."""
    [found] = await plans(tx, [(source_id, dedupe.identify(entries))])
    return found


async def plans(tx: Tx, listed: Sequence[tuple[int, list[Identified]]]) -> list[Plan]:
    """Sort what several sources list, in one look at what is known."""
    names = [(source_id, *dedupe.names(one)) for source_id, one in listed]
    known: dict[int, list[Known]] = {source_id: [] for source_id, _ in listed}
    for item in await store.known(
        tx,
        [source_id for source_id, ids, _ in names for _ in ids],
        [name for _, ids, _ in names for name in ids],
        [source_id for source_id, _, places in names for _ in places],
        [place for _, _, places in names for place in places],
    ):
        known[item.source_id].append(item)
    return [dedupe.plan(one, known[source_id]) for source_id, one in listed]


async def forget(tx: Tx, now: datetime) -> None:
    """Delete what was kept to find copies by, where none can come in any more."""
    await grouping.forget(tx, now)


async def take_in(
    tx: Tx, source_id: int, arrivals: list[Arrival], rewrites: list[intake.Rewrite], now: datetime
) -> Gain:
    """Store one source's new items with suggested topics, and revisions of known ones."""
    [gain] = await take_in_all(tx, [Delivery(source_id, arrivals, rewrites)], now)
    return gain


async def take_in_all(
    tx: Tx, deliveries: Sequence[Delivery], now: datetime, children: Confined | None = None
) -> list[Gain]:
    """Store what several sources brought, and fold copies of one release into stories.

    The number of statements does not grow with the deliveries. Texts are compared in `children`,
    where there are any.
    """
    new = await _add(tx, deliveries, now)
    rewrites = [one for delivery in deliveries for one in delivery.rewrites]
    if rewrites:
        await _rewrite(tx, rewrites, now)
    await beside.keep(tx, intake.named(deliveries), now)
    said_anew = [one.changed.known.id for one in rewrites if not one.same]
    await grouping.fold(tx, [*new, *said_anew], now, children)
    return [
        Gain(new=len(one.arrivals), changed=sum(made.revise for made in one.rewrites))
        for one in deliveries
    ]


async def _add(tx: Tx, deliveries: Sequence[Delivery], now: datetime) -> list[int]:
    rows = [row for one in deliveries for row in intake.arrival_rows(one, now)]
    if not rows:
        return []
    added = await store.add(tx, now, *map(list, zip(*rows, strict=True)))
    ids = {(one.source_id, one.external_id): one.id for one in added}
    topics = await store.topics(tx)
    suggested = [
        (ids[key], suggestion.topic_id, suggestion.because)
        for delivery in deliveries
        for one in delivery.arrivals
        if (key := (delivery.source_id, one.identified.external_id)) in ids
        for suggestion in tagging.suggest(topics, intake.said(one.entry))
    ]
    if suggested:
        await store.suggest(tx, *map(list, zip(*suggested, strict=True)))
    return list(ids.values())


async def _rewrite(tx: Tx, rewrites: Sequence[intake.Rewrite], now: datetime) -> None:
    # The words are the same; only how the source lists the piece has changed.
    same = [
        (one.changed.known.id, one.changed.identified.listed, one.entry.url)
        for one in rewrites
        if one.same
    ]
    if same:
        await store.note_listing(tx, *map(list, zip(*same, strict=True)))
    if revised := [one.changed.known.id for one in rewrites if one.revise]:
        await store.keep_revisions(tx, revised)
        await store.trim_revisions(tx, revised)
    if others := [intake.rewrite_row(one) for one in rewrites if not one.same]:
        await store.rewrite(tx, now, *map(list, zip(*others, strict=True)))


async def _move_one(tx: Tx, item_id: int, made: Move, editor_id: int | None, now: datetime) -> None:
    if await move(tx, [item_id], made, editor_id, now):
        return
    state = (await item(tx, item_id)).state
    if state is ItemState.PICKED:
        raise Conflict(msg("This item stands in an edition. Take it out there first."))


def _titled(title: str) -> str:
    name = one_line(title)
    if not name or len(name) > 80 or not sort_key(name).strip("-"):
        raise Invalid([Fault("title", msg("Give the topic a name of at most 80 characters."))])
    return name


def _keywords(given: Sequence[str]) -> list[str]:
    words = dict.fromkeys(one_line(word)[:60] for word in given)
    return [word for word in words if len(word) > 2][:_KEYWORDS]
