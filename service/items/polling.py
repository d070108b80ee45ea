"""Asks the sources that are due and keeps what they say: the loop from a feed to the inbox.

Any number of workers may run it at once: a source is claimed before it is asked, and what it said
is stored in the same transaction that frees it. A worker that dies leaves a lease that ends.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import msgspec

from service.items import actions, intake
from service.items.dedupe import Plan
from service.items.intake import Arrival
from service.kit import log
from service.kit.confine import Confined
from service.kit.db import Database
from service.kit.http import Http
from service.kit.text import Text
from service.sources import actions as sources
from service.sources import schedule
from service.sources.model import Answer, Entry, FetchOutcome, Gain, Source
from service.sources.readers import config

Clock = Callable[[], datetime]

_AT_ONCE = 6
_ROUNDS = 50
# Pages behind entries that are read at one fetch, and for how many seconds of polite pauses; the
# others wait for the next fetch, so that one patient source does not hold up the rest.
_PAGES, _PATIENCE = 20, 30.0
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


async def poll_due(db: Database, http: Http, readers: Confined, clock: Clock) -> list[Polled]:
    """Ask everything that is due, a few hosts at a time, and return what came of it."""

    async def one_after_another() -> None:
        for _ in range(_ROUNDS):
            async with db.tx() as tx:
                claimed = await sources.claim(tx, clock(), 1)
            if not claimed:
                return
            done.append(await _guarded(db, http, readers, claimed[0], clock))

    done: list[Polled] = []
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(one_after_another())
    return done


async def poll_one(
    db: Database, http: Http, readers: Confined, source_id: int, clock: Clock
) -> Polled:
    """Ask one source, due or not; raises Conflict while somebody else asks its host."""
    async with db.tx() as tx:
        claimed = await sources.claim_one(tx, source_id, clock())
    return await _poll(db, http, readers, claimed, clock)


async def _guarded(
    db: Database, http: Http, readers: Confined, source: Source, clock: Clock
) -> Polled:
    """Ask a source; a fault of ours is logged and costs only this source its turn."""
    try:
        return await _poll(db, http, readers, source, clock)
    except Exception:  # noqa: BLE001 (the loop outlives any one source)
        _log.exception("source=%s could not be polled", source.id)
        return Polled(source.id, source.title, FetchOutcome.FAILED, None, 0, 0, 0)


async def _poll(
    db: Database, http: Http, readers: Confined, source: Source, clock: Clock
) -> Polled:
    started = clock()
    answer = await sources.ask(http, readers, source, started)
    async with db.read() as tx:
        plan = await actions.plan(tx, source.id, answer.reading.entries)
    arrivals, rewrites, unfinished = await _completed(http, readers, source, plan, clock)
    async with db.tx() as tx:
        now = clock()
        gain = await actions.take_in(tx, source.id, arrivals, rewrites, now)
        gain = msgspec.structs.replace(gain, unfinished=unfinished)
        await sources.settle(tx, source, answer, gain, started, now)
    return _polled(source, answer, gain)


async def _completed(
    http: Http, readers: Confined, source: Source, plan: Plan, clock: Clock
) -> tuple[list[Arrival], list[intake.Rewrite], bool]:
    """Read the pages behind new and changed entries, as many as politeness allows at once."""
    if config.detail(source.kind, source.config) is None:
        arrivals = [Arrival(one, one.entry) for one in plan.new]
        return arrivals, [intake.rewrite(one, one.identified.entry) for one in plan.changed], False
    pause = schedule.gap(schedule.host(source.url), source.crawl_delay).total_seconds()
    pages = min(_PAGES, max(int(_PATIENCE / pause), 1)) if pause else _PAGES
    new, changed = plan.new[:pages], plan.changed[: max(pages - len(plan.new), 0)]
    arrivals = []
    for one in new:
        entry, complete = await _page(http, readers, source, one.entry, clock, pause)
        arrivals.append(Arrival(one, entry, complete))
    rewrites = []
    for known in changed:
        listed = known.identified.entry
        entry, _ = await _page(http, readers, source, listed, clock, pause)
        rewrites.append(intake.rewrite(known, entry))
    left = len(new) < len(plan.new) or len(changed) < len(plan.changed)
    unfinished = left or not all(arrival.complete for arrival in arrivals)
    return arrivals, rewrites, unfinished


async def _page(
    http: Http, readers: Confined, source: Source, entry: Entry, clock: Clock, pause: float
) -> tuple[Entry, bool]:
    """Return the entry with the words of its page; as it is listed where that cannot be read."""
    await asyncio.sleep(pause)
    read = await sources.page(http, readers, source, entry, clock())
    if read.trouble is not None or not read.entries:
        return entry, False
    return read.entries[0], True


def _polled(source: Source, answer: Answer, gain: Gain) -> Polled:
    return Polled(
        source.id, source.title, answer.outcome, answer.trouble,
        len(answer.reading.entries), gain.new, gain.changed,
    )  # fmt: skip
