"""The worker: a metronome that calls what is due, and the loops that hand over mail.

It remembers nothing: the database is the timetable. Each tick may be missed, run twice or be
killed; the next one finds what is left.
"""

import asyncio
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import datetime, timedelta

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from service.accounts import actions as accounts
from service.app import App
from service.audience import actions as audience
from service.delivery import actions as delivery
from service.delivery import routes
from service.events import actions as events
from service.events import arrivals, mailbox
from service.items import actions as items
from service.items import articles, gleaning, polling, relevance
from service.kit import clock, log
from service.kit.db import Tx
from service.kit.errors import Unavailable
from service.kit.resolve import Resolver
from service.outbox import actions as outbox
from service.outbox import control, notices, timing, warm_up
from service.workers import actions as workers
from service.workers.model import Deed, Worker

_log = log.logger("worker")


class Tick(msgspec.Struct, frozen=True):
    """Something to call again and again, every so many seconds."""

    name: str
    seconds: float
    call: Callable[[App], Awaitable[object]]


async def _poll(app: App) -> None:
    await polling.poll_due(app.db, app.http, app.readers, clock.now)


async def _glean(app: App) -> None:
    """Copy the pictures that editions took; ask how large documents are."""
    await gleaning.copy_pictures(app.db, app.http, clock.now)
    await gleaning.weigh_documents(app.db, app.http, clock.now)


async def _read(app: App) -> None:
    """Read the pages behind teasers."""
    await articles.read_pages(app.db, app.http, app.readers, clock.now)


async def _open(app: App) -> None:
    await outbox.open_due(app.db, app.renderer, app.segments, app.settings.public_url, clock.now())


async def _time(app: App) -> None:
    """Keep to send hours, ends and warm-up plans."""
    now = clock.now()
    async with app.db.tx() as tx:
        await timing.keep(tx, now)
        await timing.withdraw_late(tx, now)
        await warm_up.release_all(tx, now)


async def _close(app: App) -> None:
    async with app.db.tx() as tx:
        await outbox.close(tx, clock.now())


async def _recover(app: App) -> None:
    await delivery.recover(app.db, clock.now())


async def _probe(app: App) -> None:
    await delivery.probe(app.db, app.mailer, clock.now())


async def _look_up(app: App) -> None:
    """Find out who takes the mail of domains that workers met."""
    await routes.look_up(app.db, Resolver(), clock.now())


async def _forget(app: App) -> None:
    """Delete what has lapsed: sessions and counters, unconfirmed sign-ups, single mails.

    Each stage by itself: what one deletes for long keeps nobody out who logs in meanwhile.
    """
    now = clock.now()
    stages: tuple[Callable[[Tx], Awaitable[object]], ...] = (
        lambda tx: accounts.forget(tx, now),
        lambda tx: audience.forget(tx, now),
        control.remember,
        lambda tx: notices.forget(tx, now),
        outbox.forget,
        lambda tx: items.forget(tx, now),
        delivery.forget,
        lambda tx: routes.forget(tx, now),
        lambda tx: events.forget(tx, now),
        lambda tx: workers.forget(tx, now),
    )
    for forget in stages:
        async with app.db.tx() as tx:
            await forget(tx)


async def _weigh(app: App) -> None:
    await relevance.weigh(app.db)


async def _learn(app: App) -> None:
    """Learn from the editors' judgements, where there are enough new ones."""
    await relevance.learn(app.db, clock.now())


async def _count(app: App) -> None:
    await events.count_finished(app.db, clock.now())


TELL = "tell"
RECOVER = Tick("recover", 10, _recover)
LONG = timedelta(seconds=30)  # a tick takes milliseconds, a sweep of slow sources some seconds
SOON = timedelta(minutes=1)  # a worker that is started often must come to its rare ticks, too
TICKS: tuple[Tick, ...] = (
    Tick("poll sources", 2, _poll),
    Tick("glean", 3, _glean),
    Tick("read pages", 3, _read),
    Tick("open dispatches", 2, _open),
    Tick("keep times", 2, _time),
    Tick("close dispatches", 2, _close),
    RECOVER,
    Tick("probe the relays", 5, _probe),
    Tick("look up receivers", 10, _look_up),
    Tick("count figures", 30, _count),
    Tick("weigh items", 10, _weigh),
    Tick("learn", 300, _learn),
    Tick("forget", 3600, _forget),
)


class Shift:
    """One worker, from its first tick to its end: runs the ticks, tells what became of them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._name, self._since = delivery.worker_name(), clock.now()
        self._done: dict[str, Deed] = {}
        self._doing: dict[str, Deed] = {}

    async def run(self, tick: Tick) -> None:
        """Call a tick; one that fails is logged and called again at its next time."""
        began, failed = clock.now(), True
        self._doing[tick.name] = Deed(tick.name, began)
        try:
            await tick.call(self._app)
            failed = False
        except Unavailable as problem:
            _log.warning("%s waits: %s", tick.name, problem)
        except Exception:  # noqa: BLE001 - one tick never stops the others
            _log.exception("%s failed", tick.name)
        finally:
            del self._doing[tick.name]
            self._done[tick.name] = Deed(tick.name, began, clock.now(), failed)

    async def run_or_stop(self, tick: Tick) -> None:
        """Call a tick for the scheduler, which cuts it short when this worker ends: no fault."""
        try:
            await self.run(tick)
        except asyncio.CancelledError:
            _log.info("%s stops; it is called again by the next worker", tick.name)

    async def tell(self, app: App) -> None:
        """Tell who this is, what it did last, and what has kept it for long."""
        now = clock.now()
        long = {name: one for name, one in self._doing.items() if now - one.began_at > LONG}
        deeds = [one for name, one in (self._done | long).items() if name != TELL]
        told = (self._name, socket.gethostname(), os.getpid(), self._since, now, deeds)
        async with app.db.tx() as tx:
            await workers.tell(tx, Worker(*told))

    async def leave(self, app: App) -> None:
        """Tell that this worker ends as it should."""
        async with app.db.tx() as tx:
            await workers.leave(tx, self._name)


async def work(app: App, stop: asyncio.Event) -> None:
    """Work until `stop` is set; then finish what is in flight and return."""
    gc.freeze()  # nobody need look through what stands from the start
    shift, scheduler = Shift(app), AsyncIOScheduler(timezone="UTC")
    tell = Tick(TELL, 10, shift.tell)
    for tick in (*TICKS, tell):
        scheduler.add_job(
            shift.run_or_stop,
            "interval",
            args=(tick,),
            seconds=tick.seconds,
            next_run_time=first(tick, clock.now()),
            id=tick.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    await shift.run(RECOVER)  # what ended with the last worker is not kept waiting
    await shift.run(tell)
    scheduler.start()
    try:
        async with asyncio.TaskGroup() as group:
            for loop in _loops(app, stop):
                group.create_task(loop)
            await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
    await shift.run(Tick("leave", 0, shift.leave))


def first(tick: Tick, now: datetime) -> datetime:
    """Return when a worker that starts now calls a tick for the first time."""
    return now + min(timedelta(seconds=tick.seconds), SOON)


def _loops(app: App, stop: asyncio.Event) -> Iterator[Coroutine[None, None, None]]:
    for _ in range(app.settings.workers):
        yield delivery.deliver(app.db, app.mailer, app.signer, clock.now, stop)
    yield delivery.deliver_notices(app.db, app.mailer, app.signer, clock.now, stop)
    tools, settings = events.Tools(app.signer, app.renderer, app.readers), app.settings
    if settings.bounce_listen:
        host, _, port = settings.bounce_listen.rpartition(":")
        place = (host.strip("[]"), int(port))
        yield arrivals.listen(app.db, tools, place, settings.bounce_domain, clock.now, stop)
    if settings.imap_url:
        where = mailbox.address(settings.imap_url)
        yield arrivals.watch(app.db, tools, where, clock.now, stop)
