"""What is done to items of the inbox: pick, discard, put off, assign, one or many; and undo."""

from collections.abc import Sequence
from datetime import time
from enum import StrEnum

from litestar import Response, post
from litestar.params import FromPath

from service.editions import actions as editions
from service.items import actions as items
from service.items import together
from service.items.model import Deed, ItemAct
from service.items.states import Move
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import Text, msg
from service.web.editor import reading
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

_BULK = 200
_MORNING = time(7)


class Bulk(StrEnum):
    """What can be done to many items at once."""

    PICK = "pick"
    DISCARD = "discard"
    RESTORE = "restore"
    SNOOZE = "snooze"
    ASSIGN = "assign"


@post("/inbox/act", opt=EDITOR)
async def act(page: Page) -> Response[str]:
    """Do the same to all ticked items."""
    form = await page.form()
    chosen = form.numbers("id", limit=_BULK)
    made = form.enum("act", Bulk)
    into = _Into.read(form) if made is Bulk.PICK else None
    form.check()
    if not chosen:
        return page.go(reading.back(form), said=msg("Nothing was chosen."))
    async with page.db.tx() as tx:
        deed_id = await together.remember(
            tx, ItemAct(made.value), chosen, page.me.id, page.now,
            edition_id=into.edition_id if into else None,
        )  # fmt: skip
        done = await _act(tx, page, chosen, made, into, deed_id)
    return page.go(reading.back(form), said=_said(made, done))


@post("/items/{item_id:int}/pick", opt=EDITOR)
async def pick(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item into a draft edition, at the chosen place."""
    form = await page.form()
    into = _Into.read(form)
    form.check()
    async with page.db.tx() as tx:
        deed_id = await together.remember(
            tx, ItemAct.PICK, [item_id], page.me.id, page.now, edition_id=into.edition_id
        )
        blocks = await _pick(tx, page, [item_id], into, deed_id)
    return await reading.moved(page, form, item_id, msg("Picked."), deed_id, after=blocks[-1])


@post("/items/{item_id:int}/discard", opt=EDITOR)
async def discard(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item aside."""
    async with page.db.tx() as tx:
        deed_id = await _remember(tx, page, ItemAct.DISCARD, item_id)
        await items.discard(tx, item_id, page.me.id, page.now)
    return await reading.moved(page, await page.form(), item_id, msg("Discarded."), deed_id)


@post("/items/{item_id:int}/restore", opt=EDITOR)
async def restore(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item back into the inbox."""
    async with page.db.tx() as tx:
        deed_id = await _remember(tx, page, ItemAct.RESTORE, item_id)
        await items.restore(tx, item_id, page.me.id, page.now)
    said = msg("Put back into the inbox.")
    return await reading.moved(page, await page.form(), item_id, said, deed_id)


@post("/items/{item_id:int}/seen", opt=EDITOR)
async def seen(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Note that an editor has seen what the publisher changed."""
    async with page.db.tx() as tx:
        deed_id = await _remember(tx, page, ItemAct.SEEN, item_id)
        await items.acknowledge(tx, item_id)
    return await reading.moved(page, await page.form(), item_id, msg("Noted."), deed_id)


@post("/items/{item_id:int}/snooze", opt=EDITOR)
async def snooze(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item off until a day; without one, until the next workday."""
    form = await page.form()
    day = form.date("day") or reading.next_workday(page.now)
    form.check()
    until = localtime.at(day, _MORNING)
    if until <= page.now:
        raise Invalid.of("day", msg("Choose a day that is still to come."))
    async with page.db.tx() as tx:
        deed_id = await _remember(tx, page, ItemAct.SNOOZE, item_id)
        await items.snooze(tx, item_id, until)
    return await reading.moved(page, form, item_id, msg("Put off."), deed_id)


@post("/items/{item_id:int}/wake", opt=EDITOR)
async def wake(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Bring a put off item back to the top of the inbox."""
    async with page.db.tx() as tx:
        deed_id = await _remember(tx, page, ItemAct.WAKE, item_id)
        await items.snooze(tx, item_id, page.now)
    said = msg("Put back into the inbox.")
    return await reading.moved(page, await page.form(), item_id, said, deed_id)


@post("/inbox/undo", opt=EDITOR)
async def undo(page: Page) -> Response[str]:
    """Take back what the editor did, its blocks included; the one before can follow."""
    form = await page.form()
    deed_id = form.number("deed")
    form.check()
    async with page.db.tx() as tx:
        deed, put_back = await together.undo(tx, deed_id, page.me.id, page.now)
        for block_id in deed.blocks:
            await editions.remove_block(tx, block_id, page.me.id, page.now)
    said = msg("Undone.")
    if page.is_htmx and deed.items == 1:
        item_id = form.number("item") or put_back[0]
        return await reading.moved(page, form, item_id, said, after=0 if deed.blocks else None)
    return page.go(reading.back(form), said=_undone(deed, put_back))


class _Into:
    """Where picked items go: an edition, and the block they come after (0: at the beginning)."""

    def __init__(self, edition_id: int, after: int | None) -> None:
        self.edition_id, self.after = edition_id, after

    @classmethod
    def read(cls, form: Form) -> "_Into":
        return cls(form.number("edition"), form.integer("place", high=2**62))


async def _remember(tx: Tx, page: Page, made: ItemAct, item_id: int) -> int:
    return await together.remember(tx, made, [item_id], page.me.id, page.now)


async def _act(
    tx: Tx, page: Page, chosen: list[int], made: Bulk, into: _Into | None, deed_id: int
) -> int:
    if into is not None:
        return len(await _pick(tx, page, chosen, into, deed_id))
    if made is Bulk.SNOOZE:
        morning = localtime.at(reading.next_workday(page.now), _MORNING)
        return await items.snooze_all(tx, chosen, morning)
    if made is Bulk.ASSIGN:
        return await together.assign(tx, chosen, page.me.id)
    moved = await items.move(tx, chosen, Move(made.value), page.me.id, page.now)
    if not moved:
        raise Conflict(msg("None of these items can be moved so. What stands in an edition stays."))
    return len(moved)


async def _pick(tx: Tx, page: Page, chosen: Sequence[int], into: _Into, deed_id: int) -> list[int]:
    blocks: list[int] = []
    for item_id in chosen:
        after = blocks[-1] if blocks and into.after is not None else into.after
        blocks.append(
            await editions.pick(tx, item_id, into.edition_id, page.me.id, page.now, after=after)
        )
    await together.note_blocks(tx, deed_id, blocks)
    return blocks


def _said(made: Bulk, count: int) -> Text:
    return {
        Bulk.PICK: msg("%(count)s items picked.", count=count),
        Bulk.DISCARD: msg("%(count)s items discarded.", count=count),
        Bulk.RESTORE: msg("%(count)s items put back.", count=count),
        Bulk.SNOOZE: msg("%(count)s items put off.", count=count),
        Bulk.ASSIGN: msg("%(count)s items are yours now.", count=count),
    }[made]


def _undone(deed: Deed, put_back: Sequence[int]) -> Text:
    if deed.items == 1:
        return msg("Undone: «%(title)s».", title=deed.title)
    return msg("Undone for %(count)s items.", count=min(deed.items, len(put_back)))


routes = [act, pick, discard, restore, seen, snooze, wake, undo]
