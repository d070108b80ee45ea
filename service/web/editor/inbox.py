"""Eingang: the list of what came in, with filters, a search and acts on many items at once."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post

from service.editions import actions as editions
from service.editions.model import EditionRow, EditionState
from service.items import actions as items
from service.items.model import ItemRow
from service.items.states import Move
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import Text, msg
from service.web.editor import reading
from service.web.editor.inbox_view import Tab, View
from service.web.guards import EDITOR
from service.web.pages import Page

_DRAFTS = 20
_BULK = 200


@get("/inbox", opt=EDITOR, name="inbox")
async def index(page: Page) -> Response[str]:
    """Show a page of the inbox, with the first item open beside it."""
    view = View.read(dict(page.request.query_params.items()))
    faults: tuple[object, ...] = ()
    rows: list[ItemRow] = []
    async with page.db.read() as tx:
        try:
            rows = await _rows(tx, view, page.now)
        except Invalid as problem:
            faults = problem.faults
        shown = await _beside(tx, view, rows[0].id if rows else None, page.now)
    return page.show("editor/inbox/index.html", faults=faults, **_list(view, rows), **shown)


@post("/inbox/act", opt=EDITOR)
async def act(page: Page) -> Response[str]:
    """Move all ticked items at once."""
    form = await page.form()
    chosen = form.numbers("id")[:_BULK]
    made = form.enum("act", Move)
    edition_id = form.number("edition") if made is Move.PICK else 0
    back = reading.back(form)
    form.check()
    async with page.db.tx() as tx:
        moved = await _move(tx, page, chosen, made, edition_id)
    return page.go(back, said=_said(made, moved))


async def _move(tx: Tx, page: Page, chosen: list[int], made: Move, edition_id: int) -> int:
    if made is not Move.PICK:
        return len(await items.move(tx, chosen, made, page.me.id, page.now))
    for item_id in chosen:
        await editions.pick(tx, item_id, edition_id, page.me.id, page.now)
    return len(chosen)


def _said(made: Move, moved: int) -> Text:
    if made is Move.PICK:
        return msg("%(count)s items picked.", count=moved)
    if made is Move.DISCARD:
        return msg("%(count)s items discarded.", count=moved)
    return msg("%(count)s items put back.", count=moved)


async def _rows(tx: Tx, view: View, now: datetime) -> list[ItemRow]:
    """Return a page of rows and one more, which tells that there is another page."""
    most = items.PAGE + 1
    if view.by_relevance:
        return await items.most_relevant(tx, view.filter, now, view.rank, most)
    return await items.listing(tx, view.filter, before=view.place, most=most, now=now)


async def drafts(tx: Tx) -> list[EditionRow]:
    """Return the editions that items can be picked into, the one changed last first."""
    return await editions.listing(tx, states_in=[EditionState.DRAFT], limit=_DRAFTS)


async def _beside(tx: Tx, view: View, first: int | None, now: datetime) -> dict[str, Any]:
    """Return what stands around the list: counts, filters, drafts, and the first item."""
    around: dict[str, Any] = {
        "counts": await items.state_counts(tx, now),
        "sources": await items.source_counts(tx),
        "topics": await items.topic_counts(tx),
        "drafts": await drafts(tx),
        "later_day": reading.next_workday(now),
    }
    return around | (await reading.about(tx, first) if first else {"item": None})


def _list(view: View, rows: list[ItemRow]) -> dict[str, Any]:
    shown = rows[: items.PAGE]
    last = shown[-1] if len(rows) > items.PAGE else None
    more = view.href(before=_place(view, last)) if last else ""
    return {"view": view, "rows": shown, "next_href": more, "tabs": list(Tab), "more": bool(last)}


def _place(view: View, last: ItemRow) -> str:
    return f"{last.relevance if view.by_relevance else last.shown_at.isoformat()}_{last.id}"


routes = [index, act]
