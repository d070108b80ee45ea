"""Leaving a newsletter by the link in its mail: GET asks, POST acts.

The one-click POST (RFC 8058) needs no login, no cookie and no CSRF token: whoever holds the token
got the mail. It is answered with 200, without a redirect, however often it comes.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from service.audience import actions as audience
from service.editions import actions as editions
from service.events import actions as events
from service.events.model import How, Leaving
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.outbox import actions as outbox
from service.outbox.model import Dispatch, Message
from service.web.guards import ASSET, PUBLIC
from service.web.pages import Page

_NOINDEX = {"x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


@get("/u/{token:str}", opt=PUBLIC, name="unsubscribe", response_headers=_NOINDEX)
async def ask(page: Page, token: FromPath[str]) -> Response[str]:
    """Show which newsletter this is about, and one button; or that it is ended already."""
    async with page.db.read() as tx:
        message, dispatch = await _found(page, tx, token)
        wishes = await audience.subscriptions(tx, message.contact_id)
        left = any(w.newsletter_id == dispatch.newsletter_id and w.ended_at for w in wishes)
        return await _answer(page, tx, "done" if left else "ask", token, message, dispatch)


@post("/u/{token:str}", opt=ASSET, status_code=200, response_headers=_NOINDEX)
async def leave(page: Page, token: FromPath[str]) -> Response[str]:
    """End the subscription; once or ten times, the answer is the same."""
    how = await _how(page)
    async with page.db.read() as tx:
        message, dispatch = await _found(page, tx, token)
    contact, newsletter = message.contact_id, dispatch.newsletter_id
    async with outbox.honoured(page.db, contact, page.now) as tx:
        leaving = Leaving(contact, newsletter, how, message.id, dispatch.id)
        await events.unsubscribe(tx, leaving, page.now)
        return await _answer(page, tx, "done", token, message, dispatch)


async def _found(page: Page, tx: Tx, token: str) -> tuple[Message, Dispatch]:
    message = await outbox.message_by_token(tx, page.app.signer, token, page.now)
    return message, await outbox.dispatch(tx, message.dispatch_id)


async def _answer(
    page: Page, tx: Tx, step: str, token: str, message: Message, dispatch: Dispatch
) -> Response[str]:
    return page.show(
        f"public/unsubscribe/{step}.html",
        token=token,
        address=message.address,
        newsletter=await editions.newsletter(tx, dispatch.newsletter_id),
        association=await editions.association(tx),
    )


async def _how(page: Page) -> How:
    try:
        form = await page.form()
    except Invalid:
        # The token is the whole authority: a body that nobody can read does not stop anybody.
        return How.ONE_CLICK
    return How.PAGE if form.values.get("from") == "page" else How.ONE_CLICK


routes = [ask, leave]
