"""Tells the table of destinations what a worker saw, and the worker's gate what all saw.

A complaint is told at once, and until it is written nothing more leaves for whoever complained;
mere numbers are told now and then. What others found out is read every second while mail moves.
Three destinations that complain at the same time, or one in the words of the relay's last
complaint, mean the relay.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.delivery import blame, pace, store
from service.delivery.gate import Gate, Key
from service.delivery.lane import Counts, Lane
from service.delivery.lines import Lines
from service.delivery.model import Destination, DestinationKind
from service.delivery.pace import Pace
from service.kit import log
from service.kit.db import Database, Tx
from service.kit.errors import Unavailable
from service.outbox import ledger

_log = log.logger("delivery")

_EVERY = 1.0  # seconds between readings of the table
_COUNTS = timedelta(seconds=20)  # between tellings of mere numbers
_TOGETHER = timedelta(seconds=10)  # complaints within it are one matter
_SEVERAL = 3
_FRESH = timedelta(seconds=2)  # what was read is good for so long
_STALE = timedelta(days=7)  # a route older than this is looked up again


class Pacer:
    """`run` goes on until it is cancelled; `exchange` everything once more at the end."""

    def __init__(self, db: Database, gate: Gate, lines: Lines, worker: str) -> None:
        self._db, self._gate, self._lines, self._worker = db, gate, lines, worker
        self._counted_at = self._read_at = gate.time.now()
        self._read_at -= _FRESH  # whoever begins knows nothing
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        while True:
            await self.exchange()
            urgent = self._gate.urgent
            try:
                async with asyncio.timeout(_EVERY):
                    await urgent.wait()
            except TimeoutError:
                continue

    async def routes(self, domains: Sequence[str]) -> None:
        """Let the gate know where these domains' mail goes; new ones are left to be looked up."""
        if self._gate.time.now() - self._read_at >= _FRESH:
            await self.exchange(read=True)
        while unknown := self._gate.unknown(domains):  # others may be forgotten while it is asked
            now = self._gate.time.now()
            async with self._db.tx() as tx:
                known = {r.domain: r.destination for r in await store.routes(tx, unknown)}
                await store.ask_routes(tx, unknown, now, now - _STALE)
            for domain in unknown:
                self._gate.assign(domain, known.get(domain, ""))

    async def exchange(self, *, everything: bool = False, read: bool = False) -> None:
        """Tell what there is to tell and read what others told; when idle, only if asked to."""
        async with self._one_at_a_time:
            await self._exchange(everything=everything, read=read)

    async def _exchange(self, *, everything: bool, read: bool) -> None:
        gate, now = self._gate, self._gate.time.now()
        gate.urgent.clear()
        gate.beat(now)
        counting = everything or now - self._counted_at >= _COUNTS
        lanes = [
            lane
            for lane in gate.lanes.values()
            if lane.seen.urgent or lane.owes or (counting and lane.troubled and lane.seen)
        ]
        if not (lanes or read or gate.busy) and self._lines.whole:
            return
        told = {(lane.kind, lane.name): lane.told() for lane in lanes}
        try:
            async with self._db.tx() as tx:
                if lanes:
                    await _Telling(tx, gate, now, told).run()
                limited = await store.limited(tx, now - pace.PEACE)
                names = await ledger.workers(tx, now)
                relays = await store.relay_states(tx, self._lines.names)
        except Unavailable as problem:
            _log.warning("destinations are not told: %s", problem)
            for key, seen in told.items():
                gate.lanes[key].seen.add(seen)
            await asyncio.sleep(_EVERY)
            gate.urgent.set()
            return
        if counting:
            self._counted_at = now
            gate.ask_again()
        self._read_at = now
        everybody = sorted({*names, self._worker})
        place = everybody.index(self._worker)
        gate.learn({(d.kind, d.name): pace.of(d) for d in limited}, place, len(everybody))
        self._lines.learn(relays)


class _Telling:
    """One telling, in one transaction. The relay's row comes first and is everybody's lock."""

    def __init__(self, tx: Tx, gate: Gate, now: datetime, told: dict[Key, Counts]) -> None:
        self._tx, self._gate, self._now, self._told = tx, gate, now, told
        self._rows: dict[Key, Destination] = {}
        self._new: dict[Key, Pace] = {}
        self._accused: dict[Key, Counts] = {}  # relays, and the complaint

    async def run(self) -> None:
        urgent = {key: seen for key, seen in self._told.items() if seen.urgent}
        ways = {_key(seen.way[0]) for seen in urgent.values() if seen.way}
        self._rows = await self._count({**{way: Counts() for way in ways}, **self._told})
        for key, seen in urgent.items():
            if key[0] is DestinationKind.RELAY or not self._relay_again(seen):
                self._slow(key, seen)
        part = self._gate.part(self._now)
        for key in self._told.keys() - urgent.keys():
            if (lane := self._gate.lanes[key]).owes:
                known, owed = pace.of(self._rows[key]), lane.owed(self._now, part)
                self._new[key] = pace.after(known, owed, self._now)
        for way in ways:
            await self._together(way, urgent)
        for key, seen in self._accused.items():
            self._slow(key, seen)
            if seen.reply is not None:
                words = blame.without_addresses(seen.reply.text)
                said = seen.reply.code, seen.reply.status, words
                await store.blame(self._tx, key[0].value, key[1], *said, self._now)
        await self._save()

    async def _count(self, told: dict[Key, Counts]) -> dict[Key, Destination]:
        ordered = sorted(told, key=lambda key: (key[0] is not DestinationKind.RELAY, key))
        seen = [told[key] for key in ordered]
        rows = await store.count(
            self._tx,
            self._now,
            [kind.value for kind, _ in ordered],
            [name for _, name in ordered],
            [s.accepted for s in seen],
            [s.deferred for s in seen],
            [s.refused for s in seen],
            [s.reply.code if s.reply else 0 for s in seen],
            [s.reply.status if s.reply else "" for s in seen],
            [blame.without_addresses(s.reply.text) if s.reply else "" for s in seen],
            [s.at for s in seen],
        )
        return {(row.kind, row.name): row for row in rows}

    def _relay_again(self, seen: Counts) -> bool:
        """Tell whether the relay complains in its own words; if so, accuse it."""
        if seen.way is None or seen.reply is None:
            return False
        way, _ = seen.way
        row = self._rows[_key(way)]
        limited = row.slowed_at is not None and self._now - row.slowed_at < pace.PEACE
        if not limited or not blame.same_words(row.last_reply, seen.reply.text):
            return False
        self._accused[_key(way)] = seen
        return True

    async def _together(self, way: Key, urgent: dict[Key, Counts]) -> None:
        """Lay it to the relay, and to nobody else, where several complain at the same time."""
        lately = await store.limited(self._tx, self._now - _TOGETHER)
        slowed: set[Key] = {(d.kind, d.name) for d in lately} | set(self._new)
        others = {key for key in slowed if key[0] is not DestinationKind.RELAY}
        if len(others) < _SEVERAL:
            return
        self._accused[way] = next(s for k, s in urgent.items() if s.way and _key(s.way[0]) == way)
        self._new.update(dict.fromkeys(others, Pace(flow_at=self._now)))

    def _slow(self, key: Key, seen: Counts) -> None:
        """Cut the pace of a destination; a mail that left before the last cut is old news."""
        row, lane = self._rows[key], self._gate.lanes[key]
        stamp = seen.way[1] if key in self._accused and seen.way else seen.stamp
        part, workers = self._gate.part(self._now), self._gate.workers
        seen_here = lane.saw(self._now, part, workers, fresh=stamp == row.slowed_at)
        self._new[key] = pace.after(pace.of(row), seen_here, self._now)

    async def _save(self) -> None:
        new = list(self._new.items())
        columns = ([getattr(p, field) for _, p in new] for field in Pace.__struct_fields__)
        names = [kind.value for (kind, _), _ in new], [name for (_, name), _ in new]
        await store.set_pace(self._tx, *names, *columns)


def _key(lane: Lane) -> Key:
    return lane.kind, lane.name
