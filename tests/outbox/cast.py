"""A cast for sending: an approved edition, its subscribers, and a dispatch that has been opened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.audience import catalogue
from service.editions import actions as editions
from service.editions import approval, snapshot
from service.editions.model import Body, Button, Greeting
from service.kit.db import Database, Tx
from service.kit.messages import Catalogue
from service.kit.render import TEMPLATES, Renderer
from service.kit.text import sort_key
from service.outbox import actions as outbox
from tests.editions import make

NOW = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
PUBLIC = "https://rundbrief.example"
RENDERER = Renderer(Catalogue.load(TEMPLATES / "locale"))
SEGMENTS = catalogue.load(Path(__file__).resolve().parents[2] / "segments")
BODIES: list[Body] = [Greeting(), Button("Kurse", "https://soko.example/kurse")]


async def approved(tx: Tx, people: int, domain: str = "gemeinde.example") -> int:
    """Return an approved edition of a newsletter with as many subscribers."""
    newsletter_id = await make.newsletter(tx)
    edition_id = await make.edition(tx, newsletter_id, BODIES)
    await approve(tx, edition_id)
    await subscribe(tx, newsletter_id, people, domain)
    return edition_id


async def approve(tx: Tx, edition_id: int, round_: int = 1) -> None:
    writer = await make.editor(tx, f"schreibt-{round_}@soko.example")
    approver = await make.editor(tx, f"liest-{round_}@soko.example")
    await approval.hand_in(tx, edition_id, writer, NOW)
    content = await editions.content(tx, edition_id)
    await approval.approve(tx, edition_id, snapshot.fingerprint(content), approver, NOW)


async def subscribe(tx: Tx, newsletter_id: int, people: int, domain: str) -> None:
    """Let contacts person-00000@, person-00001@ … have the newsletter."""
    await tx.execute(
        "with made as ("
        " insert into contact (email, label, salutation, sort_key, created_at, changed_at)"
        " select 'person-' || to_char(n, 'FM00000') || '@' || $2, 'Kontakt ' || n, 'Guten Tag',"
        " $4 || n, $3, $3 from generate_series(0, $5::integer - 1) n order by n returning id)"
        " insert into subscription (contact_id, newsletter_id, state, since)"
        " select id, $1, 'active', $3 from made",
        newsletter_id,
        domain,
        NOW,
        sort_key("kontakt"),
        people,
    )


async def scheduled(tx: Tx, people: int = 3, domain: str = "gemeinde.example") -> int:
    edition_id = await approved(tx, people, domain)
    return await outbox.schedule(tx, edition_id, NOW, None, NOW)


async def opened(db: Database, people: int = 3, domain: str = "gemeinde.example") -> int:
    """Return a dispatch that runs, with as many messages owed."""
    async with db.tx() as tx:
        dispatch_id = await scheduled(tx, people, domain)
    assert await outbox.open_due(db, RENDERER, SEGMENTS, PUBLIC, NOW) == [dispatch_id]
    return dispatch_id


async def contact(tx: Tx, number: int) -> int:
    """Return the contact id of person-NUMBER."""
    found: int = await tx.fetchval(
        "select id from contact where email like $1", f"person-{number:05}@%"
    )
    return found


async def states(db: Database, dispatch_id: int) -> dict[str, int]:
    """Return how many messages are in each state."""
    async with db.read() as tx:
        rows = await tx.fetch(
            "select state::text, count(*) from message where dispatch_id = $1 group by 1",
            dispatch_id,
        )
    return {row[0]: row[1] for row in rows}


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)
