"""The worker: a metronome that calls what is due, and the loops that hand over mail.

It remembers nothing: the database is the timetable. Each tick may be missed, run twice or be
killed; the next one finds what is left.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from service.app import App
from service.items import polling
from service.kit import clock, log
from service.kit.errors import Unavailable

_log = log.logger("worker")


class Tick(msgspec.Struct, frozen=True):
    """Something to call again and again, every so many seconds."""

    name: str
    seconds: float
    call: Callable[[App], Awaitable[object]]


async def _poll(app: App) -> None:
    await polling.poll_due(app.db, app.http, app.readers, clock.now)


TICKS: tuple[Tick, ...] = (Tick("poll", 5, _poll),)


async def work(app: App, stop: asyncio.Event) -> None:
    """Work until `stop` is set; then finish what is in flight and return."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for tick in TICKS:
        scheduler.add_job(
            _run,
            "interval",
            args=(app, tick),
            seconds=tick.seconds,
            id=tick.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)


async def _run(app: App, tick: Tick) -> None:
    """Call a tick; one that fails is logged and called again at its next time."""
    try:
        await tick.call(app)
    except Unavailable as problem:
        _log.warning("%s waits: %s", tick.name, problem)
    except Exception:  # noqa: BLE001 - one tick never stops the others
        _log.exception("%s failed", tick.name)
