"""A worker that is killed without a word: nobody gets two mails, nobody is forgotten."""

from datetime import timedelta

from service.delivery import actions as delivery
from service.kit.db import Database
from service.outbox import actions as outbox
from service.outbox import ledger
from tests.delivery.relay import relay
from tests.delivery.work import Clock, killable, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW, later

CONNECTIONS = 3


async def test_after_kill_minus_nine_everybody_is_accounted_for_and_nobody_got_it_twice(
    db: Database, dsn: str
) -> None:
    dispatch_id = await cast.opened(db, people=400)
    kills = (1, 60, 150)
    clock = Clock()
    async with relay() as server:
        for until in kills:
            process = await killable(dsn, server.url, clock.now)
            await server.until(lambda until=until: len(server.accepted) >= until)
            process.kill()
            await process.wait()
            await server.until(lambda: server.open == 0)
            assert await delivery.recover(db, clock.now) == (0, 0), "its lease still holds"
            clock.now += timedelta(minutes=5)
            assert await delivery.recover(db, clock.now) != (0, 0)
            async with db.read() as tx:
                assert (await outbox.progress(tx, dispatch_id, NOW)).adds_up
        async with workers(db, mailer(server.url), 1, clock):
            while set(await cast.states(db, dispatch_id)) & {"queued", "claimed", "handing_over"}:
                # What a killed worker had sent to the database may arrive after the worker's end.
                await delivery.recover(db, clock.now)
    states = await cast.states(db, dispatch_id)
    assert set(states) <= {"accepted", "unknown"}
    assert states["accepted"] + states.get("unknown", 0) == 400
    assert states.get("unknown", 0) <= CONNECTIONS * len(kills)
    assert set(server.recipients.values()) == {1}
    assert set(server.dots.values()) == {1}


async def test_a_worker_that_comes_back_late_cannot_send_what_others_took_over(
    db: Database, dsn: str
) -> None:
    dispatch_id = await cast.opened(db, people=5)
    async with db.tx() as tx:
        slow = await ledger.claim(tx, "slow", NOW, later(seconds=90))
        assert slow is not None
    await delivery.recover(db, later(minutes=5))
    async with db.tx() as tx:
        assert await ledger.turn(tx, "slow", [], slow.tickets, NOW) == set()
        fast = await ledger.claim(tx, "fast", later(minutes=5), later(minutes=7))
        assert fast is not None
        assert await ledger.turn(tx, "slow", [], slow.tickets, NOW) == set()
        allowed = await ledger.turn(tx, "fast", [], fast.tickets, later(minutes=5))
    assert len(allowed) == 5
    assert await cast.states(db, dispatch_id) == {"handing_over": 5}
