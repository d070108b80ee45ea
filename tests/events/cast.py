"""A dispatch that has been opened for a small audience, made by the real stages."""

from datetime import timedelta

from msgspec import Struct

from service.app import App
from service.editions import actions as editions
from service.editions import approval, snapshot
from service.editions.model import Body, Button
from service.kit.db import Tx
from service.kit.text import sort_key
from service.outbox import actions as outbox
from tests.editions import make

NOW = make.NOW
LATER = NOW + timedelta(minutes=20)
LINKS: list[Body] = [
    Button("Kurse", "https://soko.example/kurse"),
    Button("Kalender", "https://soko.example/kalender?a=1&b=2"),
]
PLACES = (("Hüttikon", "Dielsdorf"), ("Volken", "Andelfingen"), ("Uster", "Uster"))


class Sent(Struct, frozen=True):
    """One opened dispatch: who is owed a message, by message id, in the order of the addresses."""

    dispatch_id: int
    edition_id: int
    newsletter_id: int
    contacts: list[int]
    messages: list[int]


async def approved(tx: Tx, people: int = 3, prefix: str = "") -> tuple[int, int, list[int]]:
    """Return an approved edition, its newsletter, and subscribers at as many municipalities."""
    newsletter_id = await make.newsletter(tx)
    edition_id = await make.edition(tx, newsletter_id, LINKS)
    await approve(tx, edition_id)
    contacts = [await subscriber(tx, newsletter_id, number, prefix) for number in range(people)]
    return edition_id, newsletter_id, contacts


async def approve(tx: Tx, edition_id: int) -> None:
    writer = await make.editor(tx, "schreibt@soko.example")
    approver = await make.editor(tx, "liest@soko.example")
    await approval.hand_in(tx, edition_id, writer, NOW)
    content = await editions.content(tx, edition_id)
    await approval.approve(tx, edition_id, snapshot.fingerprint(content), approver, NOW)


async def subscriber(tx: Tx, newsletter_id: int, number: int, prefix: str = "") -> int:
    """Return a contact of one of three municipalities who gets the newsletter."""
    name, district = PLACES[number % len(PLACES)]
    place = await tx.fetchval(
        "with made as (insert into organisation (kind, name, canton, district, sort_key,"
        " created_at, changed_at) values ('municipality', $1, 'ZH', $2, $3, $4, $4)"
        " on conflict do nothing returning id)"
        " select id from made union all select id from organisation where name = $1",
        name,
        district,
        sort_key(name),
        NOW,
    )
    contact: int = await tx.fetchval(
        "insert into contact (organisation_id, email, label, sort_key, created_at, changed_at)"
        " values ($1, $2, $3, $3, $4, $4) returning id",
        place,
        f"{prefix}kontakt-{number:04}@gemeinde.example",
        f"Sozialvorstand {number}",
        NOW,
    )
    await tx.execute(
        "insert into subscription (contact_id, newsletter_id, state, since)"
        " values ($1, $2, 'active', $3)",
        contact,
        newsletter_id,
        NOW,
    )
    return contact


async def sent(app: App, people: int = 3) -> Sent:
    """Return a dispatch whose minute has come: every recipient is owed a message."""
    async with app.db.tx() as tx:
        edition_id, newsletter_id, contacts = await approved(tx, people)
        dispatch_id = await outbox.schedule(tx, edition_id, NOW, None, NOW)
    public = app.settings.public_url
    assert await outbox.open_due(app.db, app.renderer, app.segments, public, NOW) == [dispatch_id]
    async with app.db.read() as tx:
        messages = [m.id for m in await outbox.recipients(tx, dispatch_id, limit=people)]
    return Sent(dispatch_id, edition_id, newsletter_id, contacts, messages)


async def settle(tx: Tx, message_id: int, state: str, reply: str = "250 2.0.0 Ok") -> None:
    """Say what became of one message, as the delivery stage would have found it."""
    await tx.execute(
        "update message set state = $2::message_state, reply = $3, handed_at = $4, settled_at = $4"
        " from uncount(array[$1::bigint]) as changed where id = changed",
        message_id,
        state,
        reply,
        LATER,
    )
