"""Mail servers as they are: greylisting, away for two hours, wanting a login all of a sudden."""

from datetime import datetime, timedelta
from itertools import pairwise

from service.delivery import actions as delivery
from service.kit.db import Database
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold, DispatchState
from tests.delivery.relay import OK, Answer, Greeting, Relay, relay
from tests.delivery.test_deliver import dispatch_of, until_waiting
from tests.delivery.work import Clock, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW

GREYLISTED = timedelta(seconds=300)
AWAY = timedelta(hours=2)
TICK = timedelta(seconds=10)


async def test_greylisting_for_five_minutes_costs_every_recipient_one_attempt(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=60)
    clock = Clock()
    first: dict[str, datetime] = {}

    def greylist(recipient: str, _time: int) -> Answer:
        known = clock.now - first.setdefault(recipient, clock.now) >= GREYLISTED
        return OK if known else "rcpt 451 4.7.1 greylisted, come back later"

    async with relay(greylist) as server:
        async with workers(db, mailer(server.url), 2, clock):
            await server.until(lambda: server.tries.total() == 60)
        async with db.read() as tx:
            due = [m.next_at for m in await outbox.recipients(tx, dispatch_id, limit=60)]
        assert min(at - NOW for at in due if at) >= GREYLISTED
        assert len(set(due)) > 50, "they do not all come back at the same moment"
        clock.now = max(at for at in due if at)
        async with workers(db, mailer(server.url), 2, clock):
            await server.until(lambda: len(server.accepted) == 60)
    assert set(server.tries.values()) == {2}
    assert await cast.states(db, dispatch_id) == {"accepted": 60}


async def test_a_relay_away_for_two_hours_is_asked_once_a_minute_and_nobody_is_lost(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=80)
    clock = Clock()
    server = Relay(greeting=Greeting.HANG_UP)
    await server.start()
    target = mailer(server.url)
    async with workers(db, target, 2, clock):
        await until_waiting(db, dispatch_id)
    assert (await dispatch_of(db, dispatch_id)).hold is DispatchHold.RELAY
    asked: list[datetime] = []
    while clock.now < NOW + AWAY:
        clock.now += TICK
        for _ in range(2):  # two workers tick
            before = server.connections
            assert not await delivery.probe(db, target, clock.now)
            asked += [clock.now] * (server.connections - before)
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert min(gaps[3:]) >= timedelta(minutes=1) > min(gaps), "a short absence ends soon"
    assert len(asked) <= AWAY / timedelta(minutes=1) + 3
    assert await cast.states(db, dispatch_id) == {"queued": 80}
    server.greeting = "220 relay.example"
    clock.now += timedelta(minutes=1)
    assert await delivery.probe(db, target, clock.now)
    assert (await dispatch_of(db, dispatch_id)).state is DispatchState.RUNNING
    async with workers(db, target, 2, clock):
        await server.until(lambda: len(server.accepted) == 80)
    await server.stop()
    assert set(server.recipients.values()) == {1}


async def test_a_relay_that_suddenly_wants_a_login_is_left_soon_and_no_contact_is_blamed(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=400)
    answers: dict[bool, Answer] = {True: OK, False: "rcpt 530 5.7.0 authentication required"}

    def script(_recipient: str, _time: int) -> Answer:
        return answers[server.tries.total() <= 100]

    async with relay() as server:
        server.script = script
        async with workers(db, mailer(server.url)):
            await until_waiting(db, dispatch_id)
        assert (await dispatch_of(db, dispatch_id)).hold is DispatchHold.PERSON
        assert server.tries.total() <= 100 + 200
    states = await cast.states(db, dispatch_id)
    # Who stood before the final dot on one of the five connections when it stopped, waits.
    assert 95 <= states["accepted"] <= 100
    assert set(states) == {"accepted", "deferred", "queued"}
    async with db.read() as tx:
        assert await tx.fetchval("select count(*) from suspension") == 0


async def test_a_relay_that_refuses_everybody_for_good_is_left_within_two_hundred_mails(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=400)
    async with (
        relay(lambda _who, _time: "rcpt 554 5.7.1 Client host rejected: Access denied") as server,
        workers(db, mailer(server.url)),
    ):
        await until_waiting(db, dispatch_id)
    assert (await dispatch_of(db, dispatch_id)).hold is DispatchHold.PERSON
    assert server.tries.total() < 200
    async with db.read() as tx:
        assert await tx.fetchval("select count(*) from suspension") == 0
