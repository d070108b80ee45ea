"""One item: to read it, with what it said before, to pick or discard it, to file it."""

from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.editions import actions as editions
from service.editions.model import EditionState
from service.items import actions as items
from service.items import deadlines, revisions, stories
from service.items.model import Item, ItemRevision
from service.kit import localtime
from service.kit.db import Tx
from service.kit.text import Text, msg
from service.web.editor.inbox_view import Tab, View
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page


@get("/items/{item_id:int}", opt=EDITOR, name="item")
async def show(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Show an item: as a page, or as the part beside the inbox."""
    async with page.db.read() as tx:
        shown = await about(tx, item_id)
        drafts = await editions.listing(tx, states_in=[EditionState.DRAFT], limit=20)
    template = "editor/inbox/_reading.html" if page.is_htmx else "editor/inbox/item.html"
    return page.show(template, drafts=drafts, later_day=next_workday(page.now), **shown)


@post("/items/{item_id:int}/pick", opt=EDITOR)
async def pick(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item into a draft edition."""
    form = await page.form()
    edition_id = form.number("edition")
    form.check()
    async with page.db.tx() as tx:
        block_id = await editions.pick(tx, item_id, edition_id, page.me.id, page.now)
    return await moved(page, form, item_id, msg("Picked."), block_id)


@post("/items/{item_id:int}/unpick", opt=EDITOR)
async def unpick(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Undo a pick: take the block out of its edition and put the item back."""
    form = await page.form()
    block_id = form.number("block")
    form.check()
    async with page.db.tx() as tx:
        if (await editions.block(tx, block_id)).item_id == item_id:
            await editions.remove_block(tx, block_id, page.me.id, page.now)
            await items.restore(tx, item_id, page.me.id, page.now)
    return await moved(page, form, item_id, msg("Put back into the inbox."))


@post("/items/{item_id:int}/discard", opt=EDITOR)
async def discard(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item aside."""
    async with page.db.tx() as tx:
        await items.discard(tx, item_id, page.me.id, page.now)
    return await moved(page, await page.form(), item_id, msg("Discarded."))


@post("/items/{item_id:int}/restore", opt=EDITOR)
async def restore(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item back into the inbox."""
    async with page.db.tx() as tx:
        await items.restore(tx, item_id, page.me.id, page.now)
    return await moved(page, await page.form(), item_id, msg("Put back into the inbox."))


@post("/items/{item_id:int}/seen", opt=EDITOR)
async def seen(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Note that an editor has seen what the publisher changed."""
    async with page.db.tx() as tx:
        await items.acknowledge(tx, item_id)
    return await moved(page, await page.form(), item_id, msg("Noted."))


@post("/items/{item_id:int}/topics", opt=EDITOR)
async def file(page: Page, item_id: FromPath[int]) -> Response[str]:
    """File an item under the ticked topics."""
    form = await page.form()
    chosen = form.numbers("topic")
    form.check()
    async with page.db.tx() as tx:
        await items.file_under(tx, item_id, chosen)
    if page.is_htmx:
        return Response("", status_code=204)
    return page.go(f"/items/{item_id}", said=msg("Filed."))


async def about(tx: Tx, item_id: int) -> dict[str, Any]:
    """Return what the reading pane shows of an item."""
    item = await items.item(tx, item_id)
    before = await items.revisions(tx, item_id)
    return {
        "item": item,
        "revisions": before,
        "changes": _changes(item, before),
        "deadlines": deadlines.of(item),
        "around": await stories.around(tx, item_id),
        "filed": {topic.topic_id: topic for topic in await items.filed(tx, item_id)},
        "all_topics": await items.topics(tx),
    }


def next_workday(now: datetime) -> date:
    """Return the workday after today."""
    day = localtime.local(now).date() + timedelta(days=1)
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def back(form: Form) -> str:
    """Return the page of the inbox that a form was sent from."""
    given = form.first("back")
    return given if given.startswith(("/inbox?", "/items/")) and len(given) < 1000 else "/inbox"


def _changes(item: Item, before: list[ItemRevision]) -> list[revisions.Piece]:
    """Compare with what was picked, else with the version before."""
    if not before:
        return []
    known = [r for r in before if r.number == item.picked_revision]
    then = (known or before)[0]
    return revisions.changes(
        f"{then.title}\n{then.lead}\n{then.text}", f"{item.title}\n{item.lead}\n{item.text}"
    )


async def moved(
    page: Page, form: Form, item_id: int, said: Text, block_id: int = 0
) -> Response[str]:
    """Answer with the changed row, or send the browser back to where it came from."""
    if not page.is_htmx:
        return page.go(back(form), said=said)
    async with page.db.read() as tx:
        item = await items.item(tx, item_id)
        counts = await items.state_counts(tx, page.now)
        drafts = await editions.listing(tx, states_in=[EditionState.DRAFT], limit=20)
    around: dict[str, Any] = {
        "counts": counts,
        "drafts": drafts,
        "view": View.of(back(form)),
        "tabs": list(Tab),
    }
    return page.show("editor/inbox/_moved.html", item=item, done=said, block_id=block_id, **around)


routes = [show, pick, unpick, discard, restore, seen, file]
