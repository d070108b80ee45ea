"""One item: to read it, with what it said before, and to file it; and what its pages share."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.accounts import actions as accounts
from service.editions import actions as editions
from service.editions.model import EditionState
from service.items import actions as items
from service.items import beside, deadlines, lists, revisions, searching, stories, together
from service.items.model import Item, ItemAct, ItemRevision
from service.kit import localtime
from service.kit.db import Tx
from service.kit.text import Text, msg
from service.web.editor.inbox_view import Tab, View
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

_DRAFTS = 20


@get("/items/{item_id:int}", opt=EDITOR, name="item")
async def show(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Show an item: as a page, or as the part beside the inbox."""
    async with page.db.read() as tx:
        shown = await about(tx, item_id, page.query("q")) | await desk(tx, page)
    shown |= {"hits": hits(page.query("q"))}
    template = "editor/inbox/_reading.html" if page.is_htmx else "editor/inbox/item.html"
    return page.show(template, later_day=next_workday(page.now), **shown)


@post("/items/{item_id:int}/topics", opt=EDITOR)
async def file(page: Page, item_id: FromPath[int]) -> Response[str]:
    """File an item under the ticked topics."""
    form = await page.form()
    chosen = form.numbers("topic")
    form.check()
    async with page.db.tx() as tx:
        await together.remember(tx, ItemAct.FILE, [item_id], page.me.id, page.now)
        await items.file_under(tx, item_id, chosen)
    if page.is_htmx:
        return Response("", status_code=204)
    return page.go(f"/items/{item_id}", said=msg("Filed."))


async def about(tx: Tx, item_id: int, search: str = "") -> dict[str, Any]:
    """Return what the reading pane shows of an item; what was searched for is marked in it."""
    item = await items.item(tx, item_id)
    before = await items.revisions(tx, item_id)
    sought = searching.pattern(searching.read(search))
    return {
        "item": item,
        "content": searching.marked(item.content_html, sought) if sought else item.content_html,
        "revisions": before,
        "changes": _changes(item, before),
        "deadlines": deadlines.of(item),
        "around": await stories.around(tx, item_id),
        "belongs": await beside.of(tx, item_id),
        "filed": {topic.topic_id: topic for topic in await items.filed(tx, item_id)},
        "all_topics": await items.topics(tx),
    } | await care(tx, item_id)


async def care(tx: Tx, item_id: int) -> dict[str, Any]:
    """Return what colleagues noted on an item."""
    return {"notes": await together.notes(tx, item_id)}


async def desk(tx: Tx, page: Page) -> dict[str, Any]:
    """Return what an editor works with at every item: drafts, colleagues, counts, the last deed."""
    drafts = await editions.listing(tx, states_in=[EditionState.DRAFT], limit=_DRAFTS)
    last = await together.last_edition(tx, page.me.id)
    into = next((one.id for one in drafts if one.id == last), drafts[0].id if drafts else 0)
    colleagues = [one for one in await accounts.listing(tx) if one.disabled_at is None]
    return {
        "drafts": drafts,
        "into": into,
        "blocks": await blocks_of(tx, into) if into else [],
        "colleagues": {one.id: one.name for one in colleagues},
        "counts": await lists.state_counts(tx, page.now, page.me.id),
        "deed": await together.last(tx, page.me.id, page.now),
    }


async def blocks_of(tx: Tx, edition_id: int) -> list[tuple[int, str]]:
    """Return the blocks of an edition that have a title, in their order."""
    blocks = (await editions.content(tx, edition_id)).blocks
    named = [(one.id, str(getattr(one.content, "title", "") or "")) for one in blocks]
    return [(block_id, title) for block_id, title in named if title]


def hits(search: str) -> Callable[[str], list[searching.Part]]:
    """Return what takes a text apart into what was searched for and what was not."""
    sought = searching.pattern(searching.read(search))
    if sought is None:
        return lambda text: [searching.Part(text, hit=False)]
    return lambda text: searching.parts(text, sought)


def next_workday(now: datetime) -> date:
    """Return the workday after today."""
    day = localtime.local(now).date() + timedelta(days=1)
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def back(form: Form) -> str:
    """Return the page of the inbox that a form was sent from."""
    given = form.first("back")
    return given if given.startswith(("/inbox?", "/items/")) and len(given) < 1000 else "/inbox"


def _changes(item: Item, before: list[ItemRevision]) -> list[revisions.Paragraph]:
    """Compare with what was picked, else with the version before."""
    if not before:
        return []
    known = [r for r in before if r.number == item.picked_revision]
    then = (known or before)[0]
    return revisions.changes(
        f"{then.title}\n{then.lead}\n{then.text}", f"{item.title}\n{item.lead}\n{item.text}"
    )


async def moved(
    page: Page, form: Form, item_id: int, said: Text, deed_id: int = 0, *, after: int | None = None
) -> Response[str]:
    """Answer with the changed row, or send the browser back to where it came from."""
    if not page.is_htmx:
        return page.go(back(form), said=said)
    view = View.of(back(form))
    async with page.db.read() as tx:
        item = await items.item(tx, item_id)
        around = await desk(tx, page)
    shown: dict[str, Any] = {
        "done": said,
        "deed_id": deed_id,
        "view": view,
        "tabs": list(Tab),
        "hits": hits(view.q),
    }
    # What is picked next follows what was picked now, where a place was chosen; undone, it is gone.
    place = after if form.first("place") else None
    return page.show("editor/inbox/_moved.html", item=item, place=place, **shown, **around)


routes = [show, file]
