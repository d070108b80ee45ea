"""A contact's own page, by the link in each mail: newsletters, topics, language, a pause.

No login: whoever holds the link got the mail. A GET shows, the POST acts, and every newsletter can
be left here one by one.
"""

from datetime import datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.audience import actions as audience
from service.audience import names
from service.audience.model import LANGUAGES, Contact, SubscriptionState
from service.editions import actions as editions
from service.events import actions as events
from service.events.model import How, Leaving
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.messages import LANGUAGES as PAGE_LANGUAGES
from service.kit.text import Text, msg
from service.outbox import actions as outbox
from service.web.forms import Form
from service.web.guards import PUBLIC
from service.web.pages import Page

_NOINDEX = {"x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


@get("/p/{token:str}", opt=PUBLIC, name="preferences", response_headers=_NOINDEX)
async def show(page: Page, token: FromPath[str]) -> Response[str]:
    """Show what a contact gets and wishes for."""
    async with page.db.read() as tx:
        return await _show(page, tx, token, await _contact(page, tx, token))


@post("/p/{token:str}", opt=PUBLIC, status_code=200, response_headers=_NOINDEX)
async def change(page: Page, token: FromPath[str]) -> Response[str]:
    """Do what the form says: all of it, or, with a fault, nothing."""
    form = await page.form()
    async with page.db.read() as tx:
        contact = await _contact(page, tx, token)
    async with outbox.honoured(page.db, contact.id, page.now) as tx:
        topics, until = form.numbers("topics"), _until(form, page.now)
        language = form.choice("language", LANGUAGES, default=contact.language)
        unticked = {*form.numbers("shown")} - {*form.numbers("newsletters")}
        if form.faults:
            return await _show(page, tx, token, contact, form, status=422)
        await audience.choose_topics(tx, contact.id, topics)
        await audience.speak(tx, contact.id, language, page.now)
        await audience.pause(tx, contact.id, until, page.now)
        left = await _leave(page, tx, contact.id, unticked)
        await events.used_a_link(tx, page.app.signer, token, page.now)
    return page.go(f"/p/{token}", said=_LEFT if left else _SAVED)


async def _leave(page: Page, tx: Tx, contact_id: int, newsletters: set[int]) -> int:
    """End the running subscriptions among these; return how many.

    What began after the page was shown was neither kept nor left by whoever saves it.
    """
    left = 0
    for subscription in await audience.subscriptions(tx, contact_id):
        running = subscription.state is not SubscriptionState.ENDED
        if running and subscription.newsletter_id in newsletters:
            leaving = Leaving(contact_id, subscription.newsletter_id, How.PREFERENCES)
            left += (await events.unsubscribe(tx, leaving, page.now)).ended
    return left


def _until(form: Form, now: datetime) -> datetime | None:
    day = form.date("paused_until")
    if day is None:
        return None
    until = localtime.at(day, time())
    if until <= now:
        form.fault("paused_until", _PAST)
    return until


_LEFT: Text = msg("Saved. You have unsubscribed.")
_SAVED: Text = msg("Your preferences are saved.")
_PAST: Text = msg("This day is past. Leave the field empty to get mail again.")


async def _contact(page: Page, tx: Tx, token: str) -> Contact:
    """Return whose link this is: of a mail that was sent, or of the page after a confirmation."""
    try:
        contact_id = page.app.signer.verify("contact", token, page.now)
    except NotFound:
        message = await outbox.message_by_token(tx, page.app.signer, token, page.now)
        contact_id = message.contact_id
    contact = await audience.contact(tx, contact_id)
    if contact.language in PAGE_LANGUAGES:
        page.language = contact.language
    return contact


async def _show(
    page: Page,
    tx: Tx,
    token: str,
    contact: Contact,
    form: Form | None = None,
    status: int = 200,
) -> Response[str]:
    subscriptions = [
        s
        for s in await audience.subscriptions(tx, contact.id)
        if s.state is not SubscriptionState.ENDED
    ]
    titles = {n.id: n for n in await editions.newsletters(tx)}
    chosen = [topic.id for topic in await audience.topics_of(tx, contact.id)]
    context: dict[str, Any] = {
        "form": form or _stored(contact, [s.newsletter_id for s in subscriptions], chosen, page),
        "faults": form.faults if form else (),
        "topics": await audience.topics(tx),
        "association": await editions.association(tx),
    }
    return page.show(
        "public/preferences/show.html",
        status=status,
        token=token,
        contact=contact,
        subscriptions=subscriptions,
        newsletters=titles,
        names=names,
        **context,
    )


def _stored(contact: Contact, newsletters: list[int], topics: list[int], page: Page) -> Form:
    until = contact.paused_until
    standing = until is not None and until > page.now
    return Form.of(
        newsletters=newsletters,
        topics=topics,
        language=contact.language,
        paused_until=localtime.local(until).date().isoformat() if until and standing else None,
    )


routes = [show, change]
