"""One round of the delivery benchmark: sender processes, and what is measured while they work."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from deploy.benchmarks import _host as host
from deploy.torture import processes
from service.events import actions as events
from service.kit import clock
from service.kit.db import Tx
from service.outbox import actions as outbox

_LOOK = 0.02  # seconds between looks whether all is done
_QUERIES = 0.5  # seconds between the pages' queries
_DONE = """
select not exists (select from chunk where due_at <= $1 or worker <> '')
    and (select count(*) from dispatch where state = 'running') = 1
"""
_HELD = "select state::text || coalesce(': ' || trouble::text, '') from dispatch"


class Round(Struct, frozen=True):
    """What one round came to; seconds of CPU and octets are per message."""

    seconds: float
    rate: float
    cpu: float
    pg_cpu: float
    rss_mb: float
    rss_all_mb: float
    wal: float
    progress_ms: float
    report_ms: float


class Senders:
    """Sender processes that are ready; they end with the block, and say what they used."""

    def __init__(self, wanted: dict[str, Any], count: int) -> None:
        self._wanted, self._count = wanted, count
        self._processes: list[asyncio.subprocess.Process] = []
        self.used: list[dict[str, float]] = []

    async def __aenter__(self) -> Self:
        command = (sys.executable, str(host.HERE / "_sender.py"), json.dumps(self._wanted))
        self._processes = [await host.child(*command) for _ in range(self._count)]
        for process in self._processes:
            await host.line(process)
        return self

    def go(self) -> None:
        for process in self._processes:
            host.tell(process, b"go\n")

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            if process.stdin:
                process.stdin.close()
            if error is None:
                self.used.append(json.loads(await host.line(process)))
            await process.wait()


async def until_done(tx: Tx, dispatch_id: int | None = None) -> list[tuple[float, float]]:
    """Wait until nothing is due any more; returns what the pages' queries took meanwhile.

    Ends the benchmark where the dispatch was stopped.
    """
    looks = []
    looked = time.perf_counter()
    while not await tx.fetchval(_DONE, clock.now()):
        if not (held := await tx.fetchval(_HELD)).startswith("running"):
            raise SystemExit(f"the dispatch does not run: {held}")
        if dispatch_id and time.perf_counter() - looked > _QUERIES:
            looks.append(await _pages(tx, dispatch_id))
            looked = time.perf_counter()
        await asyncio.sleep(_LOOK)
    return looks


async def measured(tx: Tx, wanted: dict[str, Any], messages: int, count: int) -> Round:
    """Let senders hand over what is due, as many messages."""
    dispatch_id = await tx.fetchval("select id from dispatch")
    async with Senders(wanted, count) as senders:
        server = await _Server.of(tx)
        before, lsn = server.cpu(), await tx.fetchval("select pg_current_wal_lsn()::text")
        started = time.perf_counter()
        senders.go()
        looks = await until_done(tx, dispatch_id)
        seconds = time.perf_counter() - started
        after = server.cpu()
        wal = await tx.fetchval("select pg_current_wal_lsn() - $1::text::pg_lsn", lsn)
    looks = looks or [await _pages(tx, dispatch_id)]
    return Round(
        seconds,
        messages / seconds,
        sum(u["cpu"] for u in senders.used) / messages,
        sum(after[pid] - before.get(pid, 0.0) for pid in after) / messages,
        max(u["rss_mb"] for u in senders.used),
        sum(u["rss_all_mb"] for u in senders.used),
        float(wal) / messages,
        max(progress for progress, _ in looks),
        max(report for _, report in looks),
    )


async def rival(wanted: dict[str, Any], kind: str, messages: int, size: int, count: int) -> float:
    """Return how many mails a second as many processes of a yardstick hand over."""
    asked = {**wanted, "kind": kind, "messages": messages // count, "size": size}
    command = (sys.executable, str(host.HERE / "_rival.py"), json.dumps(asked))
    others = [await host.child(*command) for _ in range(count)]
    for other in others:
        await host.line(other)
    for other in others:
        host.tell(other, b"go\n")
    seconds = max([float(await host.line(other)) for other in others])
    for other in others:
        await other.wait()
    return messages // count * count / seconds


async def _pages(tx: Tx, dispatch_id: int) -> tuple[float, float]:
    """Return the milliseconds that the queries of the progress and the report page take."""
    started = time.perf_counter()
    standing = await outbox.progress(tx, dispatch_id, clock.now())
    between = time.perf_counter()
    await events.report(tx, dispatch_id, standing.dispatch.candidates)
    return (between - started) * 1e3, (time.perf_counter() - between) * 1e3


class _Server:
    """The processes of PostgreSQL, without the one that serves the benchmark itself."""

    def __init__(self, parent: int, own: int) -> None:
        self._parent, self._own = parent, own

    @classmethod
    async def of(cls, tx: Tx) -> Self:
        own = await tx.fetchval("select pg_backend_pid()")
        stat = await asyncio.to_thread(Path(f"/proc/{own}/stat").read_text)
        return cls(int(stat.rpartition(")")[2].split()[1]), own)

    def cpu(self) -> dict[int, float]:
        others = set(processes.descendants(self._parent)) - {self._own, os.getpid()}
        return host.cpu_of([self._parent, *others])
