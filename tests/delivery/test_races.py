"""Who unsubscribes while the mail is about to leave: after the answer no final dot starts."""

import asyncio
import random

from service.delivery.desk import Desk
from service.events import actions as events
from service.events.model import How, Leaving
from service.kit.db import Database
from service.kit.errors import Unavailable
from service.outbox import actions as outbox
from service.outbox import ledger
from service.outbox.model import DOT_WITHIN, Ticket
from tests.delivery.relay import relay
from tests.delivery.work import mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW, later

PEOPLE = 600
RACES = 300


async def test_after_the_answer_to_an_unsubscribe_no_final_dot_starts(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE)
    async with db.read() as tx:
        newsletter_id = (await outbox.dispatch(tx, dispatch_id)).newsletter_id
        rows = await outbox.recipients(tx, dispatch_id, limit=PEOPLE)
    at_answer: dict[str, int] = {}
    chance, few = random.Random(3), asyncio.Semaphore(4)

    async def leave(contact_id: int, address: str) -> None:
        async with few:
            async with db.tx() as tx:
                leaving = Leaving(contact_id, newsletter_id, How.ONE_CLICK)
                await events.unsubscribe(tx, leaving, NOW)
            await outbox.until_no_dot_starts(db, contact_id=contact_id)
            at_answer[address] = server.dots[address]

    async with (
        relay() as server,
        workers(db, mailer(server.url, connections=5), 2),
        asyncio.TaskGroup() as group,
    ):
        for number in sorted(chance.sample(range(PEOPLE), RACES)):
            # Just as its turn comes: the mails before it have been announced.
            await server.until(
                lambda turn=number - 12: server.tries.total() >= turn - len(at_answer)
            )
            group.create_task(leave(rows[number].contact_id, rows[number].address))
    assert len(at_answer) == RACES
    assert set(at_answer.values()) == {0, 1}, "some were in time and some were not"
    assert {who: server.dots[who] for who in at_answer} == at_answer
    states = await cast.states(db, dispatch_id)
    assert set(states) <= {"accepted", "withdrawn", "queued"}


async def claimed(db: Database) -> Ticket:
    await cast.opened(db, people=1)
    async with db.tx() as tx:
        claim = await ledger.claim(tx, "w", NOW, later(seconds=90))
    assert claim is not None
    return claim.tickets[0]


async def test_the_answer_waits_while_a_dot_may_still_leave_but_not_for_a_silent_server(
    db: Database,
) -> None:
    ticket = await claimed(db)
    clock = asyncio.get_running_loop().time
    async with db.tx() as tx:
        assert await ledger.turn(tx, "w", [], [ticket], NOW)
    began = clock()
    await outbox.until_no_dot_starts(db, contact_id=ticket.contact_id)
    assert clock() - began >= DOT_WITHIN


async def test_a_permission_that_comes_too_late_sends_no_dot(db: Database) -> None:
    ticket = await claimed(db)
    desk = Desk(db, "w", lambda: NOW)
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.run())
        async with db.tx() as tx:
            await tx.execute("select from message where id = $1 for update", ticket.message_id)
            asked = group.create_task(refused(desk, ticket))
            await tx.execute("select pg_sleep($1)", DOT_WITHIN * 1.2)
        assert await asked, "the worker believed an old permission"
        desk.close()


async def refused(desk: Desk, ticket: Ticket) -> bool:
    try:
        await desk.permit(ticket)
    except Unavailable:
        return True
    return False
