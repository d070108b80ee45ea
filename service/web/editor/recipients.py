"""Who got a dispatch and who did not: each recipient with state and answer, and those left out."""

from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from service.delivery import actions as delivery
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox import states
from service.outbox.model import Message, MessageState
from service.outbox.states import Move
from service.web import export
from service.web.editor.dispatches import about, checked
from service.web.guards import EDITOR
from service.web.pages import Page

PAGE = 50
_BATCH = 5_000
_RECIPIENTS = (
    msg("Address"),
    msg("State"),
    msg("When"),
    msg("Code"),
    msg("Status"),
    msg("Answer of the mail server"),
)
_LEFT_OUT = (msg("Contact"), msg("Member"), msg("Address"), msg("Why"))


@get("/dispatches/{dispatch_id:int}/messages", opt=EDITOR, name="recipients")
async def index(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """List the recipients of a dispatch by address."""
    state, q = _state(page), page.query("q")
    async with page.db.read() as tx:
        dispatch = await outbox.dispatch(tx, checked(dispatch_id))
        messages = await outbox.recipients(
            tx, dispatch_id, state=state, q=q, after=_after(page), limit=PAGE + 1
        )
        total = await outbox.count_recipients(tx, dispatch_id, state=state, q=q)
        subject = await about(tx, dispatch)
    return page.show(
        "editor/dispatches/recipients.html",
        about=subject,
        messages=messages[:PAGE],
        total=total,
        q=q,
        state=state or "",
        states=list(MessageState),
        can_send_again=states.allows(dispatch.state, Move.SEND_AGAIN),
        next_href=_next(page, messages),
        first_href=f"{page.path}?{urlencode(_asked(page))}" if _after(page) else "",
    )


@get("/dispatches/{dispatch_id:int}/messages/{message_id:int}", opt=EDITOR, name="message")
async def show(page: Page, dispatch_id: FromPath[int], message_id: FromPath[int]) -> Response[str]:
    """Show one message with every try to hand it over."""
    async with page.db.read() as tx:
        message = await outbox.message(tx, checked(message_id))
        if message.dispatch_id != dispatch_id:
            raise NotFound(msg("There is no such message."))
        attempts = await delivery.attempts(tx, message_id)
        subject = await about(tx, await outbox.dispatch(tx, dispatch_id))
    return page.show(
        "editor/dispatches/message.html",
        about=subject,
        message=message,
        attempts=attempts,
        token=page.app.signer.sign("message", message.id),
    )


@get("/dispatches/{dispatch_id:int}/messages.csv", opt=EDITOR)
async def table(page: Page, dispatch_id: FromPath[int]) -> Response[bytes]:
    """Give the recipients as a table."""
    async with page.db.read() as tx:
        await outbox.dispatch(tx, checked(dispatch_id))
        rows = [
            (m.address, m.state, m.settled_at, m.code or "", m.status, m.reply)
            async for m in _all(tx, dispatch_id, _state(page), page.query("q"))
        ]
    return export.answer(page, f"recipients-{dispatch_id}.csv", _RECIPIENTS, rows)


@get("/dispatches/{dispatch_id:int}/left-out", opt=EDITOR, name="left-out")
async def left_out(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """List who belongs to the audience but is owed nothing, with the reason."""
    reason, after = page.query("reason"), page.number("after") or None
    async with page.db.read() as tx:
        subject = await about(tx, await outbox.dispatch(tx, checked(dispatch_id)))
        reasons = await outbox.left_out_reasons(tx, dispatch_id)
        lines = await outbox.left_out(
            tx, dispatch_id, reason=reason or None, after=after, limit=PAGE + 1
        )
    more = (
        urlencode({"reason": reason, "after": lines[PAGE - 1].contact_id})
        if len(lines) > PAGE
        else ""
    )
    return page.show(
        "editor/dispatches/left_out.html",
        about=subject,
        reasons=reasons,
        reason=reason,
        lines=lines[:PAGE],
        next_href=f"{page.path}?{more}" if more else "",
        first_href=f"{page.path}?{urlencode({'reason': reason})}" if after else "",
    )


@get("/dispatches/{dispatch_id:int}/left-out.csv", opt=EDITOR)
async def left_out_table(page: Page, dispatch_id: FromPath[int]) -> Response[bytes]:
    """Give those left out as a table."""
    reason = page.query("reason") or None
    async with page.db.read() as tx:
        await outbox.dispatch(tx, checked(dispatch_id))
        lines = await outbox.left_out(tx, dispatch_id, reason=reason, limit=200_000)
    rows = [(line.label, line.organisation, line.address, line.reason) for line in lines]
    return export.answer(page, f"left-out-{dispatch_id}.csv", _LEFT_OUT, rows)


async def _all(
    tx: Tx, dispatch_id: int, state: MessageState | None, q: str
) -> AsyncIterator[Message]:
    after: tuple[str, int] | None = None
    while batch := await outbox.recipients(
        tx, dispatch_id, state=state, q=q, after=after, limit=_BATCH
    ):
        for message in batch:
            yield message
        after = (batch[-1].address, batch[-1].id)


def _state(page: Page) -> MessageState | None:
    state = page.query("state")
    return MessageState(state) if state in list(MessageState) else None


def _after(page: Page) -> tuple[str, int] | None:
    address, last = page.query("after"), page.number("last")
    return (address, last) if address and last else None


def _asked(page: Page) -> dict[str, str]:
    return {"state": _state(page) or "", "q": page.query("q")}


def _next(page: Page, messages: Sequence[Message]) -> str:
    if len(messages) <= PAGE:
        return ""
    last = messages[PAGE - 1]
    return f"{page.path}?{urlencode({**_asked(page), 'after': last.address, 'last': last.id})}"


routes = [index, show, table, left_out, left_out_table]
