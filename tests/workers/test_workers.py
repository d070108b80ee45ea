"""Who is at work: workers tell, leave and fall silent, and the pages say so."""

import asyncio
from datetime import timedelta

import pytest

from service import worker
from service.accounts import actions as accounts
from service.app import App
from service.kit import clock
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold
from service.web.editor import settings
from service.workers import actions as workers
from service.workers.model import SILENT, Deed, Worker
from tests.browser_like import Client
from tests.outbox import cast


def told(name: str, deeds: list[Deed] | None = None) -> Worker:
    now = clock.now()
    return Worker(name, "post.example", 4711, now - timedelta(hours=1), now, deeds or [])


async def test_a_worker_is_known_while_it_works_and_gone_when_it_ends_well(app: App) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        working = group.create_task(worker.work(app, stop))
        async with asyncio.timeout(30):
            while not await _known(app):
                pass  # each look is a round trip to the database
        assert (await _known(app))[0].is_alive(clock.now())
        stop.set()
        await working
    assert await _known(app) == []


def test_a_worker_that_is_started_often_comes_to_its_rare_ticks_too() -> None:
    now = clock.now()
    assert max(worker.first(tick, now) for tick in worker.TICKS) <= now + timedelta(minutes=1)
    hourly = timedelta(seconds=max(tick.seconds for tick in worker.TICKS))
    assert hourly == timedelta(hours=1)


async def test_a_tick_that_fails_is_told_with_when_it_began_and_ended(app: App) -> None:
    async def fails(_: App) -> None:
        raise ValueError("on purpose")

    shift = worker.Shift(app)
    await shift.run(worker.Tick("poll sources", 2, fails))
    await shift.tell(app)
    (one,) = await _known(app)
    (deed,) = one.deeds
    assert deed.failed
    assert deed.ended_at is not None
    assert one.since <= deed.began_at <= deed.ended_at <= one.seen_at


async def test_a_tick_that_is_cut_short_at_the_end_is_no_fault(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, stop = asyncio.Event(), asyncio.Event()

    async def endless(_: App) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(worker, "TICKS", (worker.Tick("poll sources", 0, endless),))
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.work(app, stop))
        await begun.wait()
        stop.set()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_what_is_deleted_for_long_keeps_nobody_out_who_logs_in_meanwhile(app: App) -> None:
    [forget] = [tick for tick in worker.TICKS if tick.name == "forget"]
    who = {"email": "lea@verband.example", "password": "x", "host": "192.0.2.1", "agent": ""}
    await accounts.log_in(app.db, **who, now=clock.now() - timedelta(days=1))
    async with asyncio.TaskGroup() as group, app.db.tx() as slow:
        await slow.execute("lock table worker in share mode")
        group.create_task(forget.call(app))
        async with app.db.read() as tx:
            while not await tx.fetchval("select exists (select from pg_locks where not granted)"):
                pass  # each look is a round trip to the database
            assert await tx.fetchval("select count(*) from login_attempt") == 0


async def test_a_silent_worker_is_not_alive_and_is_struck_out_after_a_day(app: App) -> None:
    one = told("killed")
    later = one.seen_at + SILENT + timedelta(seconds=1)
    async with app.db.tx() as tx:
        await workers.tell(tx, one)
        assert await workers.is_any_alive(tx, one.seen_at)
        assert not await workers.is_any_alive(tx, later)
        assert not one.is_alive(later)
        assert await workers.forget(tx, later) == 0
        assert await workers.forget(tx, later + timedelta(days=1)) == 1


async def test_the_system_page_names_each_worker_and_says_when_none_is_alive(
    app: App, client: Client
) -> None:
    await client.login("administrator")
    for path in ("/settings/system", "/today"):
        assert "Kein Arbeitsprozess läuft." in (await client.get(path)).text
    deeds = [
        Deed("poll sources", clock.now(), clock.now(), True),
        Deed("of a later version", clock.now()),
    ]
    async with app.db.tx() as tx:
        await workers.tell(tx, told("one", deeds))
    assert "Kein Arbeitsprozess läuft." not in (await client.get("/today")).text
    page = (await client.get("/settings/system")).text
    assert "Kein Arbeitsprozess läuft." not in page
    assert "post.example, 4711" in page
    assert "liest fällige Quellen" in page
    assert "of a later version" in page
    assert "noch daran" in page


async def test_an_alarm_hears_what_is_stuck_without_a_login(app: App, client: Client) -> None:
    silent = await client.get("/healthz/work")
    assert (silent.status_code, silent.text) == (503, "no worker is alive\n")
    async with app.db.tx() as tx:
        await workers.tell(tx, told("one"))
    assert (await client.get("/healthz/work")).text == "ok\n"
    dispatch_id = await cast.opened(app.db, people=1)
    async with app.db.tx() as tx:
        await outbox.hold(tx, dispatch_id, DispatchHold.PERSON, msg("Nothing here."), clock.now())
    stuck = await client.get("/healthz/work")
    assert (stuck.status_code, stuck.text) == (503, "dispatches that wait: 1\n")


def test_the_page_has_words_for_every_duty() -> None:
    assert {tick.name for tick in worker.TICKS} == set(settings.DUTIES)


async def _known(app: App) -> list[Worker]:
    async with app.db.read() as tx:
        return await workers.known(tx)
