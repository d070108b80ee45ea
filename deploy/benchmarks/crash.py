"""Kills the running demo with -9 in the middle of a dispatch, starts it again, counts everybody.

    ./run bench crash [--kills N] [--seed N] [--age-leases] [--json]

The service runs as people run it (`./run`: one process, its children, PostgreSQL), the dispatch is
the demo's own to some 2 000 recipients, and the mails lie in the demo's catcher, which keeps a
mail before it answers. Every other kill hits the main process only; the rest must end by itself.
Fails where somebody is skipped, has the mail twice, or is not accounted for.

`--age-leases` lets the leases of a killed worker run out at once instead of after their 90 s.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from deploy.torture import processes
from service.demo import doors
from service.editions import actions as editions
from service.editions import approval, snapshot
from service.kit import clock, embedded
from service.kit.db import Database
from service.kit.settings import Settings
from service.outbox import actions as outbox
from service.outbox.model import MessageState, Progress

PATIENCE_S = 400
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=3, help="how often everything is killed")
    parser.add_argument("--seed", type=int, default=None, help="repeat the moments of a run")
    parser.add_argument("--age-leases", action="store_true", help="do not wait for leases to end")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    seed = random.randrange(10**6) if args.seed is None else args.seed
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(Trial(Path(folder), seed).run(args.kills, aged=args.age_leases))
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["ok"] else 1


class Trial:
    """One dispatch, killed again and again, on a data folder of its own."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._seed = seed
        self._random = random.Random(seed)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = int(probe.getsockname()[1])

    async def run(self, kills: int, *, aged: bool) -> dict[str, Any]:
        """Send, kill and start again `kills` times, wait for the end, and count."""
        process = await self._start()
        try:
            async with self._database() as db:
                dispatch_id = await schedule(db)
            killed_at = []
            for number in range(kills):
                killed_at.append(await self._settled(dispatch_id, (number + 1) / (kills + 1)))
                await kill(process, everything=number % 2 == 0)
                if aged:
                    await self._age_leases(process.pid)
                process = await self._start()
            async with self._database() as db:
                await until_settled(db, dispatch_id)
                report = await account(db, dispatch_id, self._folder)
        finally:
            await stop(process)
        self.forget()
        connections = Settings().smtp_connections
        asked = {"seed": self._seed, "killed_after": killed_at, "connections": connections}
        return {**asked, **report}

    async def _start(self) -> asyncio.subprocess.Process:
        """Start the service as `./run` does and wait until it answers."""
        environment = {
            **os.environ,  # noqa: TID251 (the child reads its settings from there)
            "DATA_DIR": str(self._folder),
            "PORT": str(self._port),
            "DATABASE_URL": "",
            "SMTP_URL": "",
            "PYTHONPATH": str(ROOT),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service", "up"),
            env=environment,
            cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=sys.stderr,
            start_new_session=True,
        )
        async with aiohttp.ClientSession() as http:
            while not await answers(http, f"http://127.0.0.1:{self._port}/healthz"):
                if process.returncode is not None:
                    raise SystemExit(f"the service ended with {process.returncode}")
                await asyncio.sleep(0.05)
        return process

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        """Give the running service's database for a moment."""
        programs = os.environ.get("PG_BINDIR", "")  # noqa: TID251 (as the service that was started)
        dsn, lock = embedded.start(self._folder, programs)
        db = await Database.open(dsn, largest=2)
        try:
            yield db
        finally:
            await db.close()
            os.close(lock)

    async def _settled(self, dispatch_id: int, part: float) -> int:
        """Wait until about this part of the messages is settled; return how many were."""
        async with self._database() as db:
            while True:
                standing = await progress(db, dispatch_id)
                done = standing.dispatch.candidates - standing.owed
                if standing.dispatch.opened_at and done > standing.dispatch.candidates * (
                    part * self._random.uniform(0.8, 1.2)
                ):
                    return done
                await asyncio.sleep(0.005)

    async def _age_leases(self, killed: int) -> None:
        """Let the leases that the killed process held run out; its number is in their names."""
        async with self._database() as db, db.tx() as tx:
            await tx.execute(
                "update chunk set lease_until = $1 where worker like $2",
                clock.now(),
                f"%-{killed}-%",
            )

    def forget(self) -> None:
        """Remove the database; as root it does not lie in the data folder."""
        told = self._folder / "postgres" / "lies-in-var-lib-rundbrief"
        if told.exists():
            shutil.rmtree(Path("/var/lib/rundbrief") / told.read_text().strip())


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def schedule(db: Database) -> int:
    """Approve the demo's draft and owe it to its audience at once."""
    now = clock.now()
    async with db.tx() as tx:
        edition_id = await tx.fetchval("select id from edition where state = 'draft'")
        people = dict(await tx.fetch("select role::text, id from editor"))
        await approval.hand_in(tx, edition_id, people["editor"], now)
        seen = snapshot.fingerprint(await editions.content(tx, edition_id))
        await approval.approve(tx, edition_id, seen, people["approver"], now)
        return await outbox.schedule(tx, edition_id, now, people["editor"], now)


async def kill(process: asyncio.subprocess.Process, *, everything: bool) -> None:
    """Kill with -9: every process of the service, or the main one, whose others then end."""
    family = processes.descendants(process.pid)
    processes.kill([process.pid, *(family if everything else [])])
    await process.wait()
    await processes.until_gone(family, PATIENCE_S)


async def stop(process: asyncio.subprocess.Process) -> None:
    """End the service politely and wait until its database has stopped as well."""
    family = processes.descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    await process.wait()
    await processes.until_gone(family, PATIENCE_S)


async def progress(db: Database, dispatch_id: int) -> Progress:
    async with db.read() as tx:
        return await outbox.progress(tx, dispatch_id, clock.now())


async def until_settled(db: Database, dispatch_id: int) -> None:
    started = time.monotonic()
    while (await progress(db, dispatch_id)).owed:
        if time.monotonic() - started > PATIENCE_S:
            return  # what is still owed then is told by the count
        await asyncio.sleep(0.1)


async def account(db: Database, dispatch_id: int, folder: Path) -> dict[str, Any]:
    """Compare the ledger with what lies in the catcher, recipient by recipient."""
    standing = await progress(db, dispatch_id)
    async with db.read() as tx:
        rows = await tx.fetch(
            "select address, state::text from message where dispatch_id = $1", dispatch_id
        )
    states = dict(rows)
    caught = Counter(a for a in doors.mailbox(folder).recipients() if a in states)
    by_state = Counter(states.values())
    twice = sorted(address for address, times in caught.items() if times > 1)
    missing = sorted(a for a, s in states.items() if s == MessageState.ACCEPTED and not caught[a])
    known = {MessageState.ACCEPTED, MessageState.UNKNOWN}
    unexplained = sorted(a for a in caught if states[a] not in known)
    unknown = [a for a, s in states.items() if s == MessageState.UNKNOWN]
    return {
        "ok": standing.adds_up and not (standing.owed or twice or missing or unexplained),
        "candidates": standing.dispatch.candidates,
        "left_out": standing.standing.left_out,
        "messages": dict(by_state),
        "adds_up": standing.adds_up,
        "still_owed": standing.owed,
        "caught": caught.total(),
        "caught_twice": twice,
        "accepted_but_not_caught": missing,
        "caught_but_neither_accepted_nor_unknown": unexplained,
        "unknown_and_caught": sum(1 for a in unknown if caught[a]),
        "unknown_and_not_caught": sum(1 for a in unknown if not caught[a]),
    }


if __name__ == "__main__":
    sys.exit(main())
