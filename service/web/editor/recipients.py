"""Who is owed a message by a dispatch: each recipient with state, answer and every try."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import Struct
from msgspec.structs import replace

from service.delivery import actions as delivery
from service.delivery import plain
from service.events import actions as events
from service.events import reasons
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox import states
from service.outbox.model import Message, MessageState
from service.outbox.states import Move
from service.web import export
from service.web.editor.dispatches import about
from service.web.guards import EDITOR
from service.web.pages import Page

PAGE = 50
_MESSAGE = "editor/dispatches/message.html"
_RETURNED = 50  # of a contact: more than one mail ever brings back
_WORDS: dict[str, Any] = {"meaning": plain.meaning, "states": list(MessageState)}
_RECIPIENTS = (
    msg("Address"),
    msg("State"),
    msg("When"),
    msg("Code"),
    msg("Status"),
    msg("Answer of the mail server"),
)


class Asked(Struct, frozen=True):
    """Which recipients a page is about: state, part of the address, the last one seen."""

    state: MessageState | None
    q: str
    after: tuple[str, int] | None

    def href(self, path: str, **more: object) -> str:
        """Return the address of a page about the same recipients."""
        return f"{path}?{urlencode({'state': self.state or '', 'q': self.q, **more})}"

    def following(self, path: str, messages: Sequence[Message]) -> str:
        """Return the address of the next page, or an empty text."""
        if len(messages) <= PAGE:
            return ""
        last = messages[PAGE - 1]
        return self.href(path, after=last.address, last=last.id)


@get("/dispatches/{dispatch_id:int}/messages", opt=EDITOR, name="recipients")
async def index(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """List the recipients of a dispatch by address."""
    asked = _asked(page)
    async with page.db.read() as tx:
        subject = await about(tx, await outbox.dispatch(tx, dispatch_id))
        messages, total = await _page(tx, dispatch_id, asked)
    return page.show(
        "editor/dispatches/recipients.html",
        about=subject,
        messages=messages[:PAGE],
        total=total,
        asked=asked,
        **_WORDS,
        can_send_again=states.allows(subject.dispatch.state, Move.SEND_AGAIN),
        next_href=asked.following(page.path, messages),
    )


@get("/dispatches/{dispatch_id:int}/messages/{message_id:int}", opt=EDITOR, name="message")
async def show(page: Page, dispatch_id: FromPath[int], message_id: FromPath[int]) -> Response[str]:
    """Show one message with every try to hand it over."""
    async with page.db.read() as tx:
        message = await outbox.message(tx, message_id)
        if message.dispatch_id != dispatch_id:
            raise NotFound(msg("There is no such message."))
        subject = await about(tx, await outbox.dispatch(tx, dispatch_id))
        found = await _found(tx, message)
    token = page.app.signer.sign("message", message.id)
    return page.show(_MESSAGE, about=subject, message=message, token=token, **found)


async def _found(tx: Tx, message: Message) -> dict[str, Any]:
    """Return every try to hand a message over, and what came back of it."""
    returned = await events.returned_of(tx, message.contact_id, _RETURNED)
    return {
        "attempts": await delivery.attempts(tx, message),
        "came_back": [one for one in returned if one.dispatch_id == message.dispatch_id],
        "reasons": reasons,
        "meaning": plain.meaning,
    }


@get("/dispatches/{dispatch_id:int}/messages.csv", opt=EDITOR)
async def table(page: Page, dispatch_id: FromPath[int]) -> Stream:
    """Give the recipients as a table."""
    asked = _asked(page)

    async def read(tx: Tx, last: Message | None) -> list[Message]:
        await outbox.dispatch(tx, dispatch_id)
        behind = replace(asked, after=(last.address, last.id)) if last else asked
        return await _listed(tx, dispatch_id, behind, export.STRETCH)

    return await export.stream(page, f"recipients-{dispatch_id}.csv", _RECIPIENTS, read, _line)


def _line(row: Message) -> tuple[object, ...]:
    return (row.address, row.state, row.settled_at, row.code or "", row.status, row.reply)


async def _page(tx: Tx, dispatch_id: int, asked: Asked) -> tuple[list[Message], int]:
    """Return a page of recipients with one more if there is, and how many there are in all."""
    messages = await _listed(tx, dispatch_id, asked, PAGE + 1)
    if asked.after is None and len(messages) <= PAGE:
        return messages, len(messages)
    return messages, await outbox.count_recipients(tx, dispatch_id, state=asked.state, q=asked.q)


async def _listed(tx: Tx, dispatch_id: int, asked: Asked, limit: int) -> list[Message]:
    return await outbox.recipients(
        tx, dispatch_id, state=asked.state, q=asked.q, after=asked.after, limit=limit
    )


def _asked(page: Page) -> Asked:
    state, address, last = page.query("state"), page.query("after"), page.number("last")
    return Asked(
        MessageState(state) if state in list(MessageState) else None,
        page.query("q"),
        (address, last) if last else None,  # of the erased there is no address
    )


routes = [index, show, table]
