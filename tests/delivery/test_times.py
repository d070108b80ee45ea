"""Workers keep to hours and ends while they work: no dot starts that may not."""

from datetime import timedelta

from service.kit.db import Database
from service.outbox import actions as outbox
from service.outbox import timing
from service.outbox.model import DispatchState
from service.outbox.times import SendHours
from tests.delivery.relay import relay
from tests.delivery.work import Clock, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW

OFFICE = SendHours((1, 2, 3, 4, 5), NOW.replace(hour=7).time(), NOW.replace(hour=18).time())


async def keep(db: Database, clock: Clock) -> None:
    async with db.tx() as tx:
        await timing.keep(tx, clock.now)
        await timing.withdraw_late(tx, clock.now)
        await outbox.close(tx, clock.now)


async def test_when_the_hours_end_workers_stop_and_go_on_with_the_next_ones(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=400)
    clock = Clock()
    async with db.tx() as tx:
        known = await outbox.dispatch(tx, dispatch_id)
        await timing.set_hours(tx, known.newsletter_id, OFFICE, NOW)
    async with relay() as server:
        async with workers(db, mailer(server.url), 2, clock):
            await server.until(lambda: len(server.accepted) >= 20)
            clock.now = NOW + timedelta(hours=11)
        async with db.read() as tx:
            # What a worker was told before the clock struck has left; nothing was told since.
            late = await tx.fetchval(
                "select count(*) from message where handed_at >= $1", clock.now
            )
        assert late == 0
        evening = len(server.accepted)
        assert evening < 400
        clock.now = NOW + timedelta(days=1)
        await keep(db, clock)
        async with workers(db, mailer(server.url), 2, clock):
            await server.until(lambda: len(server.accepted) == 400)
    assert set(server.recipients.values()) == {1}
    assert await cast.states(db, dispatch_id) == {"accepted": 400}


async def test_at_its_end_a_dispatch_stops_under_its_workers_and_everybody_is_accounted_for(
    db: Database,
) -> None:
    end = NOW + timedelta(hours=1)
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 400)
        dispatch_id = await outbox.schedule(tx, edition_id, NOW, None, NOW, end)
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    clock = Clock()
    async with relay() as server, workers(db, mailer(server.url), 2, clock):
        await server.until(lambda: len(server.accepted) >= 20)
        clock.now = end
        async with db.read() as tx:
            while (await outbox.dispatch(tx, dispatch_id)).state is DispatchState.RUNNING:
                await keep(db, clock)
    seen = await cast.states(db, dispatch_id)
    assert seen["accepted"] == len(server.accepted) == len(server.recipients)
    assert seen["accepted"] + seen["withdrawn"] == 400
    assert seen["withdrawn"] > 0
    async with db.read() as tx:
        late = await timing.too_late(tx, dispatch_id, limit=400)
        progress = await outbox.progress(tx, dispatch_id, end)
    assert len(late) == seen["withdrawn"]
    assert progress.adds_up
    assert progress.dispatch.state is DispatchState.FINISHED
