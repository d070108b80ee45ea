"""How long one sweep through thousands of sources takes, and whether it stays polite.

    ./run bench ingest [--sources N] [--json]

A process of its own (`_newsstand.py`) stands for the publishers: 50–400 ms latency, 10 % changed
since the last sweep, 1 % say 429 with Retry-After, the rest 304; every twentieth host has two
sources. The sweep is the worker's own (`polling.poll_due`) over a real PostgreSQL: claim, ask,
read in confined children, store, plan. The yardstick is the same number of bare GET requests to
the same publishers, at the same concurrency, storing nothing; and the lag of an idle event loop
in a process of its own beside the sweep, which says how busy the machine was. Items are of the last
two days, so that all of them are compared; some are published by twenty sources.
Fails where a host is asked twice at once, a gap or a Retry-After is not kept, an entry is missing.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import _loop
import aiohttp
import uvloop
from _scratch import scratch

from service.items import polling
from service.kit import clock, embedded
from service.kit.confine import Confined
from service.kit.db import Database, Tx, single
from service.kit.http import Http
from service.sources.readers import reading

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 256
_TICK_S = 2.0  # as often as the worker looks

_HOSTS = """
insert into source_host (name, next_at, robots_at)
select distinct host_of(n) || ':' || $1::text, $2::timestamptz, $2::timestamptz
from generate_series(0, $3 - 1) n
"""
_SOURCES = """
insert into source (kind, title, url, host, state, created_at, next_fetch_at, fetches, per_week,
                    last_success_at, etag)
select 'feed', 'Amt ' || n, 'http://' || host_of(n) || ':' || $1::text || '/feed/' || n,
       host_of(n) || ':' || $1, 'active', $2,
       $2::timestamptz + case when n % 10 = 0 then interval '0' else interval '1 year' end, 1, 10,
       $2, case when n % 10 = 0 then '' else '"v1"' end
from generate_series(0, $3 - 1) n
"""
# Of twenty sources the last two share a host.
_HOST_OF = """
create function pg_temp.host_of(n integer) returns text language sql immutable as
$$ select format('127.%s.%s.%s', 1 + m / 62500, m / 250 % 250, 1 + m % 250)
   from (select case when n % 20 = 19 then n - 1 else n end as m) of_twenty $$
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=10_000, help="how many publishers")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report = uvloop.run(measure(args.sources))
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["ok"] else 1


async def measure(count: int) -> dict[str, Any]:
    server, lock = embedded.start(ROOT / ".data" / "bench")
    try:
        with newsstand() as port:
            async with scratch(server) as dsn, single(dsn) as tx:
                await plant(tx, port, count)
                yardstick = await bare(port, count)
                return await swept(tx, dsn, port, count) | {"yardstick": yardstick}
    finally:
        os.close(lock)


async def swept(tx: Tx, dsn: str, port: int, count: int) -> dict[str, Any]:
    """Read once what will change, publish a new edition, and measure the sweep."""
    db = await Database.open(dsn)
    http, readers = Http("Rundbrief-Bench/1", ["127.0.0.0/8"]), Confined(reading.FUNCTION)
    try:
        await sweep(tx, db, http, readers)
        await control(port, "/turn")
        await tx.execute("update source_host set next_at = $1", clock.now())
        await tx.execute("update source set next_fetch_at = $1, fetches = 1", clock.now())
        await tx.execute("vacuum analyze", timeout=600)
        before = await tx.fetchrow("select count(*) items, sum(revision) revisions from item")
        with _loop.beside() as idle:
            figures = await timed(sweep(tx, db, http, readers))
        figures |= idle
        after = await tx.fetchrow("select count(*) items, sum(revision) revisions from item")
    finally:
        await readers.close()
        await http.close()
        await db.close()
    new = after["items"] - before["items"]
    told = await tx.fetchval(
        "select count(*) from source where told_to_wait_until > $1"
        " and next_fetch_at >= told_to_wait_until",
        clock.now(),
    )
    changed = after["revisions"] - before["revisions"] - new
    return judged(count, figures, await control(port, "/counts"), new, changed, told)


def judged(
    count: int, figures: dict[str, float], seen: dict[str, int], new: int, changed: int, told: int
) -> dict[str, Any]:
    expected = len(range(0, count, 10))
    refused = len(range(7, count, 100))
    faults = {
        "not asked exactly once": abs(seen["asked"] - count),
        "two at once": seen["two_at_once"],
        "gaps broken": seen["gaps_broken"],
        "asked while told to wait": seen["asked_while_told_to_wait"] + abs(refused - told),
        "entries missing": abs(expected - new) + abs(expected - changed),
    }
    return {
        "sources": count,
        **figures,
        "upserts": new + changed,
        "not_modified": seen["not_modified"],
        "two_at_once": seen["two_at_once"],
        "gaps": seen["gaps"],
        "gaps_kept": 1 - seen["gaps_broken"] / seen["gaps"] if seen["gaps"] else None,
        "retry_after_kept": told / refused if refused else None,
        "faults": {name: number for name, number in faults.items() if number},
        "ok": not any(faults.values()),
    }


async def sweep(tx: Tx, db: Database, http: Http, readers: Confined) -> None:
    """Poll as the worker does, tick by tick, until nothing is due."""
    while True:
        await polling.poll_due(db, http, readers, clock.now)
        due = "select exists (select from source where state = 'active' and next_fetch_at <= $1)"
        if not await tx.fetchval(due, clock.now()):
            return
        await asyncio.sleep(_TICK_S)


async def timed(work: Coroutine[Any, Any, None]) -> dict[str, float]:
    """Return the seconds and the loop's lag of some work, and the CPU of it and its children."""
    probe = _loop.Probe()
    used, started = cpu(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(probe.watch())
        await work
        watch.cancel()
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu() - used, 2),
        **probe.figures(),
    }


def cpu() -> float:
    """Return the processor seconds of this process and of its reading children, dead or alive."""
    total = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    for child in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        if "confine" in Path(f"/proc/{child}/cmdline").read_text():
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


async def bare(port: int, count: int) -> dict[str, float]:
    """Ask as many addresses for a 304 with nothing around it."""
    places = asyncio.Semaphore(AT_ONCE)

    async def ask(session: aiohttp.ClientSession, number: int) -> None:
        url = f"http://127.200.{number // 250}.{1 + number % 250}:{port}/feed/{number * 10 + 1}"
        async with places, session.get(url, headers={"If-None-Match": '"v1"'}) as answer:
            await answer.read()

    async def ask_all() -> None:
        connector = aiohttp.TCPConnector(limit=AT_ONCE, force_close=True)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            asyncio.TaskGroup() as group,
        ):
            for number in range(count):
                group.create_task(ask(session, number))

    figures = await timed(ask_all())
    return {f"bare_{name}": figure for name, figure in figures.items()}


async def control(port: int, path: str) -> dict[str, int]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return dict(json.loads(await answer.read()))


async def plant(tx: Tx, port: int, count: int) -> None:
    """Put the sources into the database, as a service that has read them before would have."""
    await tx.execute(_HOST_OF)
    for statement in (_HOSTS, _SOURCES):
        text = statement.replace("host_of(", "pg_temp.host_of(")
        await tx.execute(text, str(port), clock.now(), count, timeout=600)


@contextmanager
def newsstand() -> Iterator[int]:
    """Run the publishers; gives their port."""
    command = [sys.executable, str(Path(__file__).with_name("_newsstand.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout  # noqa: S101 - a pipe was asked for
        yield int(process.stdout.readline())
        process.communicate()


if __name__ == "__main__":
    sys.exit(main())
