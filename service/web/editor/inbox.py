"""Eingang: the list of what came in, with filters and a search."""

from typing import Any

from litestar import Response, get

from service.items import lists
from service.items.model import ItemRow
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.web.editor import reading
from service.web.editor.inbox_view import Tab, View
from service.web.guards import EDITOR
from service.web.pages import Page


@get("/inbox", opt=EDITOR, name="inbox")
async def index(page: Page) -> Response[str]:
    """Show a page of the inbox, with the first item open beside it."""
    view = View.read(dict(page.request.query_params.items()))
    faults: tuple[object, ...] = ()
    rows: list[ItemRow] = []
    async with page.db.read() as tx:
        try:
            rows = await _rows(tx, page, view)
        except Invalid as problem:
            faults = problem.faults
        shown = await _beside(tx, page, view, rows)
    return page.show("editor/inbox/index.html", faults=faults, **_list(view, rows), **shown)


@get("/inbox/places", opt=EDITOR)
async def places(page: Page) -> Response[str]:
    """Show where in an edition a block may go, when another edition was chosen."""
    async with page.db.read() as tx:
        blocks = await reading.blocks_of(tx, page.number("edition"))
    return page.show("editor/inbox/_places.html", blocks=blocks)


async def _rows(tx: Tx, page: Page, view: View) -> list[ItemRow]:
    """Return a page of rows and one more, which tells that there is another page."""
    most, wanted = lists.PAGE + 1, view.filter(page.me.id)
    if view.by_relevance:
        return await lists.most_relevant(tx, wanted, page.now, view.rank, most)
    # A search over all is asked of what was put off, too.
    now = page.now if view.state in {Tab.NEW, Tab.LATER} else None
    return await lists.listing(tx, wanted, before=view.place, most=most, now=now)


async def _beside(tx: Tx, page: Page, view: View, rows: list[ItemRow]) -> dict[str, Any]:
    """Return what stands around the list: counts, filters, drafts, and the first item."""
    around: dict[str, Any] = {
        "sources": await lists.source_counts(tx, page.now),
        "topics": await lists.topic_counts(tx, page.now),
        "quotes": await lists.quotes(tx, view.q, [row.id for row in rows]) if view.q else {},
        "later_day": reading.next_workday(page.now),
    }
    around |= await reading.desk(tx, page)
    return around | (await reading.about(tx, rows[0].id, view.q) if rows else {"item": None})


def _list(view: View, rows: list[ItemRow]) -> dict[str, Any]:
    shown = rows[: lists.PAGE]
    last = shown[-1] if len(rows) > lists.PAGE else None
    more = view.href(before=_place(view, last)) if last else ""
    return {
        "view": view, "rows": shown, "next_href": more, "tabs": list(Tab), "more": bool(last),
        "hits": reading.hits(view.q),
    }  # fmt: skip


def _place(view: View, last: ItemRow) -> str:
    return f"{last.relevance if view.by_relevance else last.shown_at.isoformat()}_{last.id}"


routes = [index, places]
