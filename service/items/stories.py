"""What editors do with stories: see what tells the same and why, split, join, say «different».

A split is remembered: what was taken apart is never joined again by itself. Nothing is deleted.
"""

from datetime import datetime

from msgspec import Struct

from service.items import folding, grouping, store
from service.items.folding import Placed, Told
from service.items.model import Member, StoryReason, Telling
from service.items.similarity import Pair
from service.kit.db import Tx
from service.kit.errors import Conflict, NotFound
from service.kit.text import msg


class Around(Struct, frozen=True):
    """What else tells an item's story, and what possibly does."""

    others: list[Telling]
    possible: list[Telling]


async def around(tx: Tx, item_id: int) -> Around:
    """Return the other items of this one's story, and those that may belong to it."""
    return Around(await store.told_by(tx, item_id), await store.possibly(tx, item_id))


async def split(tx: Tx, item_id: int, editor_id: int | None, now: datetime) -> None:
    """Take an item out of its story for good; it is new again unless an edition has it."""
    await store.one_at_a_time(tx)
    members = await store.members(tx, [item_id])
    others = [one for one in members if one.id != item_id]
    if not others:
        raise Conflict(msg("This item is not part of a story any more."))
    await store.part(tx, item_id, [one.id for one in others], now, editor_id)
    alone = len(others) == 1
    await store.leave_story(tx, [item_id, *([others[0].id] if alone else [])])
    if not alone:
        await _lead(tx, others, now)
    await store.forget_stories(tx, [one.story_id for one in others])
    await store.put_back(tx, item_id, now)
    await store.forget_hints(tx, [item_id])


async def join(tx: Tx, one_id: int, other_id: int, now: datetime) -> None:
    """Say that two items tell the same, whatever was thought before."""
    await store.one_at_a_time(tx)
    members = await store.members(tx, [one_id, other_id])
    if not {one_id, other_id} <= {one.id for one in members} or one_id == other_id:
        raise NotFound(msg("There is no such item."))
    await store.rejoin(tx, [one.id for one in members])
    said = Pair(str(one_id), str(other_id), 1.0, StoryReason.EDITOR, possible=False)
    leader = folding.leading(members)
    placed = [
        Placed(one.id, one.id != leader, said if one.story_id is None else None) for one in members
    ]
    stories = tuple(sorted({one.story_id for one in members if one.story_id is not None}))
    await grouping.settle(tx, [Told(stories, tuple(placed))], [], now)


async def part(tx: Tx, one_id: int, other_id: int, editor_id: int | None, now: datetime) -> None:
    """Say that two items that looked alike tell different things."""
    await store.one_at_a_time(tx)
    found = {one.id for one in await store.members(tx, [one_id, other_id])}
    if not {one_id, other_id} <= found or one_id == other_id:
        raise NotFound(msg("There is no such item."))
    await store.part(tx, one_id, [other_id], now, editor_id)
    await store.forget_hints(tx, [one_id])


async def _lead(tx: Tx, members: list[Member], now: datetime) -> None:
    leader = folding.leading(members)
    placed = tuple(Placed(one.id, one.id != leader, None) for one in members)
    known = tuple({one.story_id for one in members if one.story_id is not None})
    await grouping.settle(tx, [Told(known, placed)], [], now)
