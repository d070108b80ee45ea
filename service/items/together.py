"""What editors do together: assign an item, note something on it; and take back what one did.

A deed keeps how its items stood before. It is undone once, by who did it, and only where nobody has
moved the item on since.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.items import actions, store
from service.items.model import Deed, ItemAct, Note
from service.kit.db import Tx
from service.kit.errors import Conflict, NotFound
from service.kit.text import msg

_FRESH = timedelta(hours=12)


async def assign(tx: Tx, item_ids: Sequence[int], editor_id: int | None) -> int:
    """Let an editor look after items, or nobody; returns how many."""
    return await store.assign(tx, list(item_ids), editor_id)


async def notes(tx: Tx, item_id: int) -> list[Note]:
    """Return what was noted on an item, the oldest first."""
    return await store.notes(tx, item_id)


async def note(tx: Tx, item_id: int, text: str, editor_id: int, now: datetime) -> None:
    """Note something on an item for one's colleagues."""
    await actions.item(tx, item_id)
    await store.add_note(tx, item_id, editor_id, now, text)


async def remove_note(tx: Tx, item_id: int, note_id: int, editor_id: int) -> None:
    """Remove a note of one's own; raises NotFound for another's."""
    if not await store.remove_note(tx, note_id, item_id, editor_id):
        raise NotFound(msg("There is no such note of yours."))


async def remember(
    tx: Tx,
    act: ItemAct,
    item_ids: Sequence[int],
    editor_id: int,
    now: datetime,
    *,
    edition_id: int | None = None,
) -> int:
    """Keep how items stand, just before something is done to them; returns the deed's id."""
    deed_id = await store.remember(tx, list(item_ids), editor_id, now, act, edition_id)
    if deed_id is None:
        raise NotFound(msg("There is no such item."))
    return deed_id


async def note_blocks(tx: Tx, deed_id: int, block_ids: Sequence[int]) -> None:
    """Keep which blocks a pick made."""
    await store.note_blocks(tx, deed_id, list(block_ids))


async def last(tx: Tx, editor_id: int, now: datetime) -> Deed | None:
    """Return what an editor did last within twelve hours, unless it is undone."""
    return await store.last_deed(tx, editor_id, now - _FRESH)


async def last_edition(tx: Tx, editor_id: int) -> int | None:
    """Return the edition that an editor picked into last."""
    return await store.last_edition(tx, editor_id)


async def undo(tx: Tx, deed_id: int, editor_id: int, now: datetime) -> tuple[Deed, list[int]]:
    """Put the items of a deed as they were; returns it with the ids of those that were put back.

    The caller takes the blocks of a pick out of their edition. Raises NotFound for what is not
    one's own or undone already, Conflict where all its items were moved on by somebody since.
    """
    deed = await store.take_deed(tx, deed_id, editor_id, now)
    if deed is None:
        raise NotFound(msg("This is undone already."))
    put_back = await store.put_as_before(tx, deed.id)
    if not put_back:
        raise Conflict(msg("Somebody has moved this on since; it stays as it is."))
    if deed.act is ItemAct.FILE:
        await store.unfile_as_before(tx, deed.id)
        await store.file_as_before(tx, deed.id)
    return deed, put_back
