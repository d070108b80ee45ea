"""What editors do with items: read, search, pick, discard, file; and how entries become items."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.items import beside, dedupe, grouping, intake, store, tagging
from service.items.dedupe import Identified, Known, Plan
from service.items.intake import Arrival, Delivery
from service.items.model import FiledTopic, Item, ItemRevision, ItemState, Topic
from service.items.states import MOVES, Move, sources_of
from service.kit.confine import Confined
from service.kit.db import Tx
from service.kit.errors import STALE, Conflict, Fault, Invalid, NotFound
from service.kit.text import msg, one_line, sort_key
from service.sources.model import Entry, Gain

_KEYWORDS = 60
_UNDOABLE = timedelta(days=30)


async def item(tx: Tx, item_id: int) -> Item:
    """Return one item; raises NotFound."""
    found = await store.by_id(tx, item_id)
    if found is None:
        raise NotFound(msg("There is no such item."))
    return found


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
    await store.snooze(tx, [item_id], until)


async def snooze_all(tx: Tx, item_ids: Sequence[int], until: datetime) -> int:
    """Put those of the items off that are new; returns how many rows that concerned."""
    return await store.snooze(tx, list(item_ids), until)


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
    made = slug or re.sub(r"[^a-z0-9]+", "-", sort_key(name)).strip("-")
    if any(one.slug == made for one in await store.topics(tx)):
        raise Invalid.of("title", msg("There is a topic of this name already."))
    added = await store.add_topic(tx, made, name, position, _keywords(keywords))
    if added is None:
        raise Conflict(msg("The topic could not be added."))
    return added


async def change_topic(
    tx: Tx, topic_id: int, seen: str, title: str, keywords: Sequence[str]
) -> None:
    """Rename a topic or change the words that suggest it.

    Raises Conflict where it is no longer what was `seen`.
    """
    known = await store.topic_locked(tx, topic_id) or await topic(tx, topic_id)
    if known.seen != seen:
        raise Conflict(STALE)
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
    """Delete what was kept to find copies by, where none can come in any more, and old deeds."""
    await grouping.forget(tx, now)
    await store.forget_deeds(tx, now - _UNDOABLE)


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
    await store.keep_words(tx, [*new, *said_anew])
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
