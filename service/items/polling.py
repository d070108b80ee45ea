"""Asks the sources that are due and keeps what they say: the loop from a feed to the inbox.

Any number of workers may run it at once: a source is claimed before it is asked, and what it said
is stored in the same transaction that frees it. A worker that dies leaves a lease that ends.
Hundreds of hosts are asked at once, one request to each; their answers are stored in batches.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import msgspec

from service.items import actions, intake, work
from service.items.dedupe import Identified, Plan
from service.items.intake import Arrival, Delivery
from service.kit import log
from service.kit.confine import Confined
from service.kit.db import Database, Tx
from service.kit.errors import Unavailable
from service.kit.http import Http
from service.kit.text import Text, msg
from service.sources import actions as sources
from service.sources import schedule
from service.sources.model import Answer, Entry, FetchOutcome, Gain, Settled, Source
from service.sources.readers import config

Clock = Callable[[], datetime]

# Sources asked at once, claimed at once and stored in one transaction, and how long an answer waits
# for others to be stored with (a commit for each would cost more than the fetch).
_AT_ONCE, _CLAIM, _BATCH, _LINGER = 256, 24, 48, 0.05
# While something is being asked, others become due or their host's pause ends: look this often.
_LOOK_AGAIN = 1.0
# Pages behind entries that are read at one fetch, and for how many seconds of polite pauses; the
# others wait for the next fetch, so that one patient source does not hold up the rest.
_PAGES, _PATIENCE = 20, 30.0
_OUR_FAULT = msg("We could not take in what it sent; the fault is ours, and stands in the log.")
_log = log.logger("polling")


class Polled(msgspec.Struct, frozen=True):
    """What came of asking one source."""

    source_id: int
    title: str
    outcome: FetchOutcome
    trouble: Text | None
    entries: int
    new: int
    changed: int


class _Doors(msgspec.Struct, frozen=True):
    """What every step of a poll needs."""

    db: Database
    http: Http
    readers: Confined
    clock: Clock


class _Completed(msgspec.Struct, frozen=True):
    """The entries of an answer with the words of the pages behind them."""

    arrivals: list[Arrival]
    rewrites: list[intake.Rewrite]
    unfinished: bool = False


class _Asked(msgspec.Struct, frozen=True):
    """A source's answer on its way into the database; `completed` is None without pages behind."""

    source: Source
    started: datetime
    answer: Answer
    listed: list[Identified]
    completed: _Completed | None


async def poll_due(db: Database, http: Http, readers: Confined, clock: Clock) -> list[Polled]:
    """Ask everything that is due, hundreds of hosts at a time, and return what came of it."""
    return await _Sweep(_Doors(db, http, readers, clock)).run()


async def poll_one(
    db: Database, http: Http, readers: Confined, source_id: int, clock: Clock
) -> Polled:
    """Ask one source, due or not; raises Conflict while somebody else asks its host."""
    doors = _Doors(db, http, readers, clock)
    async with db.tx() as tx:
        claimed = await sources.claim_one(tx, source_id, clock())
    asked = await _ask(doors, claimed)
    async with db.tx() as tx:
        return (await _store(tx, doors, [asked]))[0]


class _Sweep:
    """One round through what is due: a claimer, many askers, one writer."""

    def __init__(self, doors: _Doors) -> None:
        self._doors = doors
        self._flying = 0
        self._answers: asyncio.Queue[_Asked] = asyncio.Queue()
        self._landed = asyncio.Event()
        self._done: list[Polled] = []

    async def run(self) -> list[Polled]:
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write())
            while True:
                self._landed.clear()
                claimed = await self._claim()
                for source in claimed:
                    group.create_task(self._ask(source))
                if not self._flying and not self._landed.is_set():
                    break
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN):
                        await self._landed.wait()
            writer.cancel()
        return self._done

    async def _claim(self) -> list[Source]:
        room = min(_AT_ONCE - self._flying, _CLAIM)
        if room <= 0:
            return []
        async with self._doors.db.tx() as tx:
            claimed = await sources.claim(tx, self._doors.clock(), room)
        self._flying += len(claimed)
        if len(claimed) == room:
            self._landed.set()  # there may be more
        return claimed

    async def _ask(self, source: Source) -> None:
        """Ask a source; a fault of ours is logged and costs only this source its turn."""
        try:
            self._answers.put_nowait(await _ask(self._doors, source))
        except Exception:  # noqa: BLE001 (the sweep outlives any one source)
            _log.exception("source=%s could not be polled", source.id)
            self._land([await self._given_up(source)])

    async def _write(self) -> None:
        while True:
            batch = await self._batch()
            try:
                async with self._doors.db.tx() as tx:
                    stored = await _store(tx, self._doors, batch)
            except Exception:  # noqa: BLE001 (one faulty answer shall not cost the others theirs)
                _log.exception("%s answers are stored one by one", len(batch))
                await self._write_singly(batch)
            else:
                self._land(stored)  # only now, committed, are their hosts free to be claimed

    async def _write_singly(self, batch: list[_Asked]) -> None:
        for asked in batch:
            try:
                async with self._doors.db.tx() as tx:
                    stored = await _store(tx, self._doors, [asked])
            except Exception:  # noqa: BLE001 (the others shall be stored)
                _log.exception("source=%s could not be stored", asked.source.id)
                stored = [await self._given_up(asked.source)]
            self._land(stored)

    async def _given_up(self, source: Source) -> Polled:
        """Say at a source that a fault of ours cost it its turn; it is asked later and later."""
        now = self._doors.clock()
        answer = Answer(FetchOutcome.FAILED, _OUR_FAULT)
        with suppress(Unavailable):  # then its lease ends, and it is asked again
            async with self._doors.db.tx() as tx:
                await sources.settle(tx, [Settled(source, answer, Gain(), now)], now)
        return _polled(source, answer, Gain())

    async def _batch(self) -> list[_Asked]:
        batch = [await self._answers.get()]
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                while len(batch) < min(_BATCH, self._flying):
                    batch.append(await self._answers.get())
        return batch

    def _land(self, polled: list[Polled]) -> None:
        self._done += polled
        self._flying -= len(polled)
        self._landed.set()


async def _ask(doors: _Doors, source: Source) -> _Asked:
    """Fetch and read a claimed source, with the pages behind its new entries."""
    started = doors.clock()
    if schedule.robots_due(source, started):
        source = await sources.robots(doors.http, source, started)
        await asyncio.sleep(schedule.pause(source).total_seconds())
    answer = await sources.ask(doors.http, doors.readers, source, started)
    entries, completed = answer.reading.entries, None
    listed = await work.identify(doors.readers, entries) if entries else []
    if listed and config.detail(source.kind, source.config) is not None:
        async with doors.db.read() as tx:
            [plan] = await actions.plans(tx, [(source.id, listed)])
        completed = await _completed(doors, source, plan)
    return _Asked(source, started, answer, listed, completed)


async def _store(tx: Tx, doors: _Doors, batch: list[_Asked]) -> list[Polled]:
    """Keep what sources said, and free them for their next turn."""
    now = doors.clock()
    brought = [asked for asked in batch if asked.listed]
    taken = await actions.take_in_all(tx, await _deliveries(tx, brought), now, doors.readers)
    gains = {
        asked.source.id: _gain(asked, gain) for asked, gain in zip(brought, taken, strict=True)
    }
    settled = [
        Settled(one.source, one.answer, gains.get(one.source.id, Gain()), one.started)
        for one in batch
    ]
    await sources.settle(tx, settled, now)
    return [_polled(one.source, one.answer, one.gain) for one in settled]


async def _deliveries(tx: Tx, brought: list[_Asked]) -> list[Delivery]:
    """Return what sources brought: as it was completed, else as it is listed."""
    listed = [(one.source.id, one.listed) for one in brought if one.completed is None]
    plans = iter(await actions.plans(tx, listed)) if listed else iter(())
    return [
        _delivery(one, next(plans)) if one.completed is None
        else Delivery(one.source.id, one.completed.arrivals, one.completed.rewrites)
        for one in brought
    ]  # fmt: skip


def _delivery(asked: _Asked, plan: Plan) -> Delivery:
    arrivals = [Arrival(one, one.entry) for one in plan.new]
    rewrites = [intake.rewrite(one, one.identified.entry) for one in plan.changed]
    return Delivery(asked.source.id, arrivals, rewrites, pages=asked.source.reads_pages)


def _gain(asked: _Asked, gain: Gain) -> Gain:
    unfinished = asked.completed is not None and asked.completed.unfinished
    return msgspec.structs.replace(gain, unfinished=unfinished)


async def _completed(doors: _Doors, source: Source, plan: Plan) -> _Completed:
    """Read the pages behind new and changed entries, as many as politeness allows at once."""
    pause = schedule.pause(source).total_seconds()
    pages = min(_PAGES, max(int(_PATIENCE / pause), 1)) if pause else _PAGES
    new, changed = plan.new[:pages], plan.changed[: max(pages - len(plan.new), 0)]
    arrivals = []
    for one in new:
        entry, complete = await _page(doors, source, one.entry, pause)
        arrivals.append(Arrival(one, entry, complete))
    rewrites = []
    for known in changed:
        entry, _ = await _page(doors, source, known.identified.entry, pause)
        rewrites.append(intake.rewrite(known, entry))
    left = len(new) < len(plan.new) or len(changed) < len(plan.changed)
    unfinished = left or not all(arrival.complete for arrival in arrivals)
    return _Completed(arrivals, rewrites, unfinished)


async def _page(doors: _Doors, source: Source, entry: Entry, pause: float) -> tuple[Entry, bool]:
    """Return the entry with the words of its page; as it is listed where that cannot be read."""
    await asyncio.sleep(pause)
    read = await sources.page(doors.http, doors.readers, source, entry, doors.clock())
    if read.trouble is not None or not read.entries:
        return entry, False
    return read.entries[0], True


def _polled(source: Source, answer: Answer, gain: Gain) -> Polled:
    return Polled(
        source.id, source.title, answer.outcome, answer.trouble,
        len(answer.reading.entries), gain.new, gain.changed,
    )  # fmt: skip
