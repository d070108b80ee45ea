"""Who belongs to the audience of a dispatch but is owed no message, by reason."""

from litestar import Response, get
from litestar.params import FromPath

from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import LeftOutLine
from service.web import export, keyset
from service.web.editor.dispatches import about
from service.web.guards import EDITOR
from service.web.pages import Page

PAGE = 50
_EVERY = 1_000_000
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
async def table(page: Page, dispatch_id: FromPath[int]) -> Response[bytes]:
    """Give those left out as a table."""
    reason = page.query("reason") or None
    async with page.db.read() as tx:
        await outbox.dispatch(tx, dispatch_id)
        lines = await outbox.left_out(tx, dispatch_id, reason=reason, limit=_EVERY)
    rows = [(line.label, line.organisation, line.address, line.reason) for line in lines]
    return await export.answer(page, f"left-out-{dispatch_id}.csv", _COLUMNS, rows)


def _place(line: LeftOutLine) -> dict[str, object]:
    return {"after": line.contact_id}


routes = [index, table]
