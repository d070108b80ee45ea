"""How quick the page of destinations is while a dispatch to many domains runs.

    ./run bench destinations [--messages N] [--domains N] [--rounds R] [--json]

Fills a scratch database with a running dispatch and a row for every second domain, as after
complaints of all of them, then reads by the real actions what the page shows: everything, those
that slow us down, one dispatch, a search, a page in the middle. The yardstick is counting the same
messages by state, as the dispatch's own page does, in the same rounds.
Fails where a view's median exceeds 100 ms.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import _dispatch
from _scratch import scratch

from service.delivery import destinations
from service.delivery.destinations import Wanted
from service.delivery.model import DestinationKind
from service.kit import clock, embedded
from service.kit.db import Database, Tx
from service.outbox import actions as outbox

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 100.0
_DOMAINS = "update message set address = 'p' || id || '@domain-' || id % $1 || '.example'"
_ROUTES = """
insert into mail_route (domain, destination)
select 'domain-' || n || '.example', case when n % 10 = 0 then 'google' else '' end
from generate_series(0, $1 - 1) n
"""
_COMPLAINTS = """
insert into destination (kind, name, ceiling, slowed_at, flow_at, changed_at, last_code,
                         last_status, last_reply, last_at)
select 'domain', 'domain-' || n || '.example', 5, $2, $2, $2, 421, '4.7.0', 'slow down', $2
from generate_series(1, $1 - 1, 2) n
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, help="how many wait")
    parser.add_argument("--domains", type=int, default=5_000, help="for how many domains")
    parser.add_argument("--rounds", type=int, default=15, help="how often each view is read")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report = asyncio.run(measure(args.messages, args.domains, args.rounds))
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["ok"] else 1


async def measure(messages: int, domains: int, rounds: int) -> dict[str, object]:
    server, lock = embedded.start(ROOT / ".data" / "bench")
    try:
        async with scratch(server) as dsn:
            db = await Database.open(dsn, largest=2)
            try:
                async with db.read() as tx:
                    dispatch_id = await plant(tx, messages, domains)
                    took = await timed(tx, dispatch_id, domains, rounds)
            finally:
                await db.close()
    finally:
        os.close(lock)
    views = {name: ms for name, ms in took.items() if name != "yardstick"}
    return {
        "messages": messages,
        "domains": domains,
        "median_ms": views,
        "yardstick_ms": took["yardstick"],
        "load": os.getloadavg()[0],
        "ok": max(views.values()) <= LIMIT_MS,
    }


async def plant(tx: Tx, messages: int, domains: int) -> int:
    await _dispatch.plant(tx, messages, 1_000)
    await tx.execute(_DOMAINS, domains)
    await tx.execute(_ROUTES, domains)
    await tx.execute(_COMPLAINTS, domains, clock.now() - timedelta(minutes=1))
    await tx.execute("vacuum analyze")
    dispatch_id: int = await tx.fetchval("select id from dispatch")
    return dispatch_id


async def timed(tx: Tx, dispatch_id: int, domains: int, rounds: int) -> dict[str, float]:
    """Return the median of each view in ms; the views take turns."""
    middle = (True, f"domain-{domains // 2}.example", DestinationKind.DOMAIN)
    wanted = {
        "all": Wanted(),
        "slowed": Wanted(slowed=True),
        "dispatch": Wanted(dispatch_id=dispatch_id),
        "search": Wanted(q="domain-77"),
        "middle": Wanted(after=middle),
    }
    now = clock.now()

    def view(one: Wanted) -> Callable[[], Awaitable[object]]:
        return lambda: destinations.overview(tx, one, now)

    reads = {name: view(one) for name, one in wanted.items()}
    reads["yardstick"] = lambda: outbox.progress(tx, dispatch_id, now)
    took: dict[str, list[float]] = {name: [] for name in reads}
    for _ in range(rounds):
        for name, read in reads.items():
            begun = time.perf_counter()
            await read()
            took[name].append((time.perf_counter() - begun) * 1000)
    return {name: round(statistics.median(ms), 1) for name, ms in took.items()}


if __name__ == "__main__":
    sys.exit(main())
