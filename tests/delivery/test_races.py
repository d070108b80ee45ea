"""Who unsubscribes while the mail is about to leave: after the answer no final dot starts."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import aiosmtplib
import pytest
from msgspec import structs

from service.delivery.desk import Desk
from service.delivery.jobs import Job, Jobs
from service.delivery.press import Plate
from service.events import actions as events
from service.events import arrivals
from service.events.actions import Tools
from service.events.model import How, Leaving
from service.kit.db import Database
from service.kit.errors import Unavailable
from service.outbox import actions as outbox
from service.outbox import ledger, links
from service.outbox.model import DOT_WITHIN, Lease, Message, Ticket
from tests.delivery.relay import relay
from tests.delivery.work import SIGNER, Clock, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW, later

PEOPLE = 600
RACES = 300
DOMAIN = "bounce.verband.example"


Leave = Callable[[Message], Awaitable[None]]
Door = Callable[[Database, int], AbstractAsyncContextManager[Leave]]


@asynccontextmanager
async def by_a_click(db: Database, newsletter_id: int) -> AsyncIterator[Leave]:
    async def leave(message: Message) -> None:
        async with outbox.honoured(db, message.contact_id, NOW) as tx:
            leaving = Leaving(message.contact_id, newsletter_id, How.ONE_CLICK)
            await events.unsubscribe(tx, leaving, NOW)

    yield leave


@asynccontextmanager
async def by_mail(db: Database, _: int) -> AsyncIterator[Leave]:
    """Give the product's own door for mail, behind a real listener."""
    stop, tools = asyncio.Event(), Tools(SIGNER, cast.RENDERER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])

    async def leave(message: Message) -> None:
        to = links.unsubscribe_address(SIGNER.sign("message", message.id), DOMAIN)
        words = f"From: {message.address}\r\nTo: {to}\r\nSubject: unsubscribe\r\n\r\n"
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            await smtp.sendmail(message.address, [to], words.encode())

    async with asyncio.TaskGroup() as group:
        where = ("127.0.0.1", port)
        group.create_task(arrivals.listen(db, tools, where, DOMAIN, lambda: NOW, stop))
        while not await listening(db):
            pass  # each look is a round trip to the database
        yield leave
        stop.set()


async def listening(db: Database) -> bool:
    async with db.read() as tx:
        return bool(await events.doors(tx))


@pytest.mark.parametrize("door", [by_a_click, by_mail])
async def test_after_the_answer_to_an_unsubscribe_no_final_dot_starts(
    db: Database, door: Door
) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE)
    async with db.read() as tx:
        newsletter_id = (await outbox.dispatch(tx, dispatch_id)).newsletter_id
        rows = await outbox.recipients(tx, dispatch_id, limit=PEOPLE)
    at_answer: dict[str, int] = {}
    chance, few = random.Random(3), asyncio.Semaphore(4)

    async def race(message: Message) -> None:
        async with few:
            await leave(message)
            at_answer[message.address] = server.dots[message.address]

    async with (
        relay() as server,
        door(db, newsletter_id) as leave,
        workers(db, mailer(server.url, connections=5), 2),
        asyncio.TaskGroup() as group,
    ):
        last = max(range(PEOPLE), key=lambda number: rows[number].id)
        group.create_task(race(rows[last]))  # in time, however slow its way is
        others = [number for number in range(PEOPLE) if number != last]
        for number in sorted(chance.sample(others, RACES - 1)):
            # Just as its turn comes: the mails before it have been announced.
            await server.until(
                lambda turn=number - 12: server.tries.total() >= turn - len(at_answer)
            )
            group.create_task(race(rows[number]))
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


@pytest.mark.parametrize("door", [by_a_click, by_mail])
async def test_the_answer_waits_while_a_dot_may_still_leave_but_not_for_a_silent_server(
    db: Database, door: Door
) -> None:
    ticket = await claimed(db)
    clock = asyncio.get_running_loop().time
    async with db.tx() as tx:
        assert await ledger.turn(tx, "w", [], [ticket], NOW)
        message = await outbox.message(tx, ticket.message_id)
        newsletter_id = (await outbox.dispatch(tx, ticket.dispatch_id)).newsletter_id
    async with door(db, newsletter_id) as leave:
        began = clock()
        await leave(message)
        assert clock() - began >= DOT_WITHIN
    async with db.read() as tx:
        ended = await tx.fetchval("select state::text from subscription")
    assert ended == "ended"


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


async def test_a_stretch_that_its_worker_lost_and_leased_again_starts_each_dot_once(
    db: Database,
) -> None:
    await cast.opened(db, people=3)
    leases: list[ledger.Claim] = []
    for at in (NOW, later(minutes=5)):
        async with db.tx() as tx:
            await ledger.recover(tx, at)
            claim = await ledger.claim(tx, "w", at, at + timedelta(seconds=90))
        assert claim is not None
        leases.append(claim)
    desk = Desk(db, "w", Clock(later(minutes=5)), connections=6)
    answers: dict[tuple[int, int], bool] = {}

    async def ask(ticket: Ticket) -> None:
        answers[ticket.message_id, ticket.attempt] = await desk.permit(ticket)
        if len(answers) == 6:
            desk.close()

    async with asyncio.TaskGroup() as group:
        for ticket in leases[1].tickets + leases[0].tickets:
            group.create_task(ask(ticket))
        group.create_task(desk.run())
    assert {lease: sum(v for k, v in answers.items() if k[1] == lease) for lease in (1, 2)} == {
        1: 0,
        2: 3,
    }


async def test_a_worker_that_holds_a_stretch_twice_reports_each_of_its_mails(db: Database) -> None:
    ticket = Ticket(7, 1, 0, 1, 1, "a@b.example", "Guten Tag", "de", 0, NOW)
    jobs = Jobs(Desk(db, "w", Clock()), Clock())
    plate = Plate(None, None)  # type: ignore[arg-type]
    held: list[Job] = []
    for attempt in (1, 2):
        again = structs.replace(ticket, attempt=attempt)
        claim = ledger.Claim(Lease(1, 0, attempt, 7, 7), [again])
        held += jobs.take_up(claim, {0: plate})
    assert [lease.attempt for lease in jobs.leases] == [1, 2]
    for job in held:
        jobs.report(job, None, NOW, "")
    assert jobs.leases == []
    jobs.give_back()
