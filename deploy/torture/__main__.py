"""Kills workers, PostgreSQL and mail server with -9 in the middle of a dispatch, again and again.

    ./run torture [--kills N] [--messages N] [--workers N] [--seed N] [--faults SHARE] [--json]

Workers, mail server and PostgreSQL are processes; the mail server misbehaves besides. At the end
time is put forward until nobody is owed anything, and the ledger is compared with the mail server's
journal. Exits 1 where somebody was lost, got the mail twice, or cannot be explained. What nobody
can know stays unknown and is not sent again.

    ./run torture --limit X --kills 0 --faults 0 --messages N [--domains N] [--watch SECONDS]
                  [--window SECONDS [--strokes]]

measures instead how we settle at a mail server that takes X mails a second and answers 450 4.7.1
to whatever comes faster; with --window, X mails in so many seconds, with --strokes from one stroke
of its clock to the next.

    ./run torture --races N [--by-mail] [--hasty] [--json]

races N unsubscribes against the final dot; see `races`.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from deploy.torture import cast, counts, processes, sink, verdict
from deploy.torture.house import House
from deploy.torture.races import Races
from service import app as composition
from service.kit import log
from service.kit.db import Database
from service.kit.errors import Conflict, Unavailable
from service.outbox import actions as outbox
from service.outbox.model import DispatchState, Progress

_COUNTED = 5  # looks, of which one also compares the counts with the rows
_STILL_S = 2.0  # without a dot for so long, time is put forward
_LEASES_OVER = {"minutes": 3}
_RETRIES_DUE = {"hours": 5}
_ROUNDS = 20  # a mail is given up after 14 put-offs
_KILLS = {"worker": 4, "workers": 2, "sink": 3, "backend": 2, "postgres": 1, "everything": 1}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--messages", type=int, default=None, help="default: 150 per kill")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=5, help="per worker")
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of a run")
    parser.add_argument("--faults", type=float, default=0.02, help="share of mails that meet one")
    parser.add_argument("--limit", type=int, default=0, help="mails the mail server takes a second")
    parser.add_argument("--window", type=int, default=1, help="seconds that --limit is counted in")
    parser.add_argument("--strokes", action="store_true", help="counted anew after each --window")
    parser.add_argument("--domains", type=int, default=20, help="that people are at")
    parser.add_argument("--watch", type=int, default=180, help="seconds to watch a --limit")
    parser.add_argument("--races", type=int, default=0, help="unsubscribes against the final dot")
    parser.add_argument("--by-mail", action="store_true", help="races by mail, not by one click")
    parser.add_argument("--hasty", action="store_true", help="races without the wait: must fail")
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    args = parser.parse_args()
    log.configure("ERROR")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with us
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(_chosen(args, Path(folder)).run())
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["sound"] else 1


def _chosen(args: argparse.Namespace, folder: Path) -> "Torture | Races":
    if not args.races:
        return Torture(args, folder)
    seed = random.randrange(10**6) if args.seed is None else args.seed
    ways = {"hasty": args.hasty, "by_mail": args.by_mail}
    return Races(folder, races=args.races, seed=seed, **ways)


class Torture:
    """One dispatch and everything that happens to it."""

    def __init__(self, args: argparse.Namespace, folder: Path) -> None:
        self._asked = args
        self._seed = random.randrange(10**6) if args.seed is None else args.seed
        self._random = random.Random(self._seed)
        self._people = args.messages or 150 * max(args.kills, 1)
        self._house = House(folder, workers=args.workers, connections=args.connections)
        self._limit = sink.Limit(args.limit, args.window, strokes=args.strokes)
        self._killed: Counter[str] = Counter()
        self._in_doubt = 0
        self._resumed = 0
        self._forwarded = 0
        self._wrong_sums = 0
        self._looks = 0
        self._wrong_counts: set[str] = set()

    async def run(self) -> dict[str, Any]:
        started = time.monotonic()
        house = self._house
        try:
            await composition.migrated(house.dsn)
            db = await Database.open(house.dsn, largest=2)
            self._dispatch_id = await cast.opened(
                db, self._people, house.clock(), self._asked.domains
            )
            await house.start_sink(self._seed, self._asked.faults, self._limit)
            await house.start_workers()
            if self._asked.limit:
                await asyncio.sleep(self._asked.watch)  # what is measured is a time
            self._watched = house.clock().timestamp()
            for _ in range(self._asked.kills):
                await self._until_moving(db)
                await asyncio.sleep(self._random.uniform(0, 0.3))  # the moment, by chance
                await self._kill()
            await self._finish(db)
            report = await self._report(db)
            await db.close()
        finally:
            await house.leave()
        return {**report, "seconds": round(time.monotonic() - started, 1)}

    # --- Kill ---------------------------------------------------------------------------------

    async def _kill(self) -> None:
        """Kill somebody by chance and start them again."""
        (what,) = self._random.choices(list(_KILLS), weights=list(_KILLS.values()))
        self._killed[what] += 1
        house, places = self._house, range(len(self._house.workers))
        every = len(places) * house.connections
        self._in_doubt += house.connections if what == "worker" else every
        if what == "worker":
            await house.kill_workers([self._random.choice(places)])
        if what in {"workers", "everything"}:
            await house.kill_workers(places)
            house.clock.forward(**_LEASES_OVER)
        if what in {"sink", "everything"}:
            await house.kill_sink()
            seed = self._random.randrange(10**6)
            await house.start_sink(seed, self._asked.faults, self._limit)
        if what in {"backend", "postgres", "everything"}:
            await self._kill_postgres(what)
        await house.start_workers()

    async def _kill_postgres(self, what: str) -> None:
        """Kill one backend (PostgreSQL then recovers by itself), the parent alone, or all."""
        parent, *others = self._house.server_processes()
        if what == "backend" and others:
            processes.kill([self._random.choice(others)])
            return
        alone = self._random.random() < 0.5
        processes.kill([parent] if alone else [parent, *others])
        await self._house.restart_server([parent, *others])

    # --- Let it go on -------------------------------------------------------------------------

    async def _until_moving(self, db: Database) -> None:
        """Wait for the next final dot; go on, and let time pass, where that is what it needs."""
        size, since = self._journal_size(), time.monotonic()
        while self._journal_size() == size:
            standing = await self._standing(db)
            if standing is None:
                continue
            if standing.owed == 0:
                raise SystemExit("everything is settled before the last kill: more --messages")
            if standing.dispatch.state is DispatchState.WAITING:
                await self._go_on(db)
            elif time.monotonic() - since > _STILL_S:
                await self._let_time_pass(
                    _LEASES_OVER if standing.standing.claimed else _RETRIES_DUE
                )
                since = time.monotonic()
            await asyncio.sleep(0.02)

    def _journal_size(self) -> int:
        journal = self._house.journal
        return journal.stat().st_size if journal.exists() else 0

    async def _standing(self, db: Database) -> Progress | None:
        """Return how the dispatch stands, None while PostgreSQL is away."""
        try:
            async with db.read() as tx:
                standing = await outbox.progress(tx, self._dispatch_id, self._house.clock())
                if self._looks % _COUNTED == 0:
                    self._wrong_counts |= set(await counts.wrong(tx))
        except Unavailable:
            await asyncio.sleep(0.05)
            return None
        self._looks += 1
        self._wrong_sums += not standing.adds_up
        return standing

    async def _go_on(self, db: Database) -> None:
        """Do what an editor does who finds the dispatch waiting."""
        try:
            async with db.tx() as tx:
                await outbox.resume(tx, self._dispatch_id, self._house.clock())
            self._resumed += 1
        except (Conflict, Unavailable):
            return  # a worker's probe was faster, or PostgreSQL is away: the next look tells

    async def _let_time_pass(self, delta: dict[str, int]) -> None:
        """Put the clock forward while no worker runs: to a running one its lease would be over."""
        await self._house.drain_workers()
        self._house.clock.forward(**delta)
        self._forwarded += 1
        await self._house.start_workers()

    async def _finish(self, db: Database) -> None:
        """Let the mail server behave, and time pass until nobody is owed anything."""
        house = self._house
        await house.kill_sink()
        self._in_doubt += len(house.workers) * house.connections
        await house.start_sink(self._seed, 0)
        for _ in range(_ROUNDS):
            await self._let_time_pass(_RETRIES_DUE)
            await self._until_still(db)
            standing = await self._standing(db)
            if standing is not None and standing.owed == 0:
                break
        await house.drain_workers()

    async def _until_still(self, db: Database) -> None:
        """Wait until nothing is left that a worker could do now."""
        since, seen = time.monotonic(), -1
        while time.monotonic() - since < _STILL_S:
            standing = await self._standing(db)
            if standing is not None:
                now = standing.standing
                if standing.dispatch.state is DispatchState.WAITING:
                    await self._go_on(db)
                if now.queued + now.claimed + now.handing_over == 0:
                    return
                if self._journal_size() != seen:
                    seen, since = self._journal_size(), time.monotonic()
            await asyncio.sleep(0.05)

    # --- Judge --------------------------------------------------------------------------------

    async def _report(self, db: Database) -> dict[str, Any]:
        async with db.read() as tx:
            rows = await tx.fetch(
                "select address, state::text from message where dispatch_id = $1", self._dispatch_id
            )
            self._wrong_counts |= set(await counts.wrong(tx))
        dots = sink.read(self._house.journal)
        found = verdict.judge(dict(rows), dots, self._in_doubt)
        errors = self._house.errors.read_text()
        figures = {name: getattr(found, name) for name in found.__struct_fields__}
        limit = self._limit
        settling = verdict.settling(dots, limit, self._watched) if limit.mails else None
        wrong = {name: value for name, value in figures.items() if isinstance(value, list)}
        return {
            "kills": self._killed.total(),
            **figures,
            **{name: len(value) for name, value in wrong.items()},
            "seed": self._seed,
            "sound": found.sound and not (self._wrong_sums or self._wrong_counts or errors),
            **(msgspec.structs.asdict(settling) if settling else {}),
            "killed": dict(self._killed),
            "unknown_at_most": self._in_doubt + sum(not dot.answered for dot in dots),
            "dots": len(dots),
            "resumed": self._resumed,
            "time_put_forward": self._forwarded,
            "sums_that_did_not_add_up": self._wrong_sums,
            "counts_that_were_not_the_rows": sorted(self._wrong_counts),
            "errors": errors[-6000:],
            "named": {name: value[:20] for name, value in wrong.items() if value},
        }


if __name__ == "__main__":
    sys.exit(main())
