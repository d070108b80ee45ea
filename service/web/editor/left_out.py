"""Who belongs to the audience of a dispatch but is owed no message, by reason."""

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from service.kit.db import Tx
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import LeftOutLine
from service.web import export, keyset
from service.web.editor.dispatches import about
from service.web.guards import EDITOR
from service.web.pages import Page

PAGE = 50
_COLUMNS = (msg("Contact"), msg("Member"), msg("Address"), msg("Why"))


@get("/dispatches/{dispatch_id:int}/left-out", opt=EDITOR, name="left-out")
async def index(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """List those left out."""
    reason, after = page.query("reason"), page.number("after") or None
    async with page.db.read() as tx:
        subject = await about(tx, await outbox.dispatch(tx, dispatch_id))
        reasons = await outbox.left_out_reasons(tx, dispatch_id)
        lines = await outbox.left_out(
            tx, dispatch_id, reason=reason or None, after=after, limit=PAGE + 1
        )
    return page.show(
        "editor/dispatches/left_out.html",
        about=subject,
        reasons=reasons,
        reason=reason,
        lines=lines[:PAGE],
        next_href=keyset.further(page.path, lines, PAGE, _place, reason=reason),
    )


@get("/dispatches/{dispatch_id:int}/left-out.csv", opt=EDITOR)
async def table(page: Page, dispatch_id: FromPath[int]) -> Stream:
    """Give those left out as a table."""
    reason = page.query("reason") or None

    async def read(tx: Tx, last: LeftOutLine | None) -> list[LeftOutLine]:
        await outbox.dispatch(tx, dispatch_id)
        after = last.contact_id if last else None
        return await outbox.left_out(
            tx, dispatch_id, reason=reason, after=after, limit=export.STRETCH
        )

    return await export.stream(page, f"left-out-{dispatch_id}.csv", _COLUMNS, read, _line)


def _line(row: LeftOutLine) -> tuple[object, ...]:
    return (row.label, row.organisation, row.address, row.reason)


def _place(line: LeftOutLine) -> dict[str, object]:
    return {"after": line.contact_id}


routes = [index, table]
