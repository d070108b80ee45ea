"""How long the pages take that show what became of mails, with a million of them.

    ./run bench ledger [--messages N] [--rounds N] [--json]

Plants the demo into a scratch database, grows it by `ledger.sql` to six dispatches with so many
messages together, one of which still runs, and asks over HTTP every page that counts or lists them,
of the running dispatch and of the one before. `/healthz` is the yardstick, and `rows_ms` is how
long PostgreSQL takes to count the rows of one dispatch by state.
Fails where a page's p95 exceeds 100 ms or it answers anything but 200.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from _service import planted, served, session
from web import ask, judged, table

from service.app import App
from service.events import actions as events
from service.kit import clock
from service.kit.db import Tx, single
from service.outbox import tally

HERE = Path(__file__).parent
PAGES = (
    "/dispatches/{id}",
    "/dispatches/{id}/messages",
    "/dispatches/{id}/messages?state=accepted",
    "/dispatches/{id}/messages?state=deferred",
    "/dispatches/{id}/messages?state=refused",
    "/dispatches/{id}/messages?state=unknown",
    "/dispatches/{id}/messages?state=withdrawn",
    "/dispatches/{id}/messages?q=kontakt-77",
    "/dispatches/{id}/messages?q=nobody-has-this",
    "/dispatches/{id}/messages?q=77&state=refused",
    "/dispatches/{id}/messages?after=kontakt-5&last=1",
    "/dispatches/{id}/refused",
    "/dispatches/{id}/left-out",
    "/dispatches/destinations?dispatch={id}",
    "/reports/{id}",
    "/reports/{id}/unsubscribed",
)
LISTS = ("/today", "/dispatches", "/reports", "/dispatches/destinations", "/archive")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20, help="how often each page is asked")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report = asyncio.run(measure(args.messages, args.rounds))
    print(json.dumps(report, ensure_ascii=False) if args.json else table(report))
    return 0 if report["ok"] else 1


async def measure(messages: int, rounds: int) -> dict[str, Any]:
    async with planted() as app:
        started = time.perf_counter()
        await grow(app, messages // 6)
        grown = time.perf_counter() - started
        async with app.db.read() as tx:
            addresses = await pages(tx)
            rows = {"message": await tx.fetchval("select count(*) from message")}
            by_row = await count_rows(tx)
        token = await session(app)
        async with served(app.settings):
            timings = await ask(app.settings, ["/healthz", *addresses], token, rounds)
    load = os.getloadavg()[0]
    return {**judged(rows, grown, timings, []), "rows_ms": by_row, "load": load}


async def grow(app: App, people: int) -> None:
    """Grow the planted demo."""
    async with single(app.settings.database_url) as tx:
        for statement in (HERE / "ledger.sql").read_text(encoding="utf-8").split(";\n"):
            await tx.execute(statement, *([people] if "$1" in statement else []), timeout=3600)
        async with tx.transaction():
            await tally.count(tx)
        await tx.execute("vacuum analyze", timeout=3600)
    while await events.count_finished(app.db, clock.now()):
        continue


async def pages(tx: Tx) -> list[str]:
    """Return the address of every page that counts or lists messages."""
    last = await tx.fetch("select id from dispatch order by opened_at desc limit 2")
    (one,) = await tx.fetch(
        "select dispatch_id, id, contact_id from message order by id desc limit 1"
    )
    found = [page.format(id=row[0]) for row in last for page in PAGES]
    return [*LISTS, *found, f"/dispatches/{one[0]}/messages/{one[1]}", f"/contacts/{one[2]}"]


async def count_rows(tx: Tx) -> float:
    """Return the milliseconds that it takes to count the messages of one dispatch."""
    largest = "(select dispatch_id from message group by 1 order by count(*) desc limit 1)"
    dispatch_id = await tx.fetchval(f"select dispatch_id from {largest} found")
    started = time.perf_counter()
    await tx.fetch(
        "select state, count(*) from message where dispatch_id = $1 group by 1", dispatch_id
    )
    return round((time.perf_counter() - started) * 1000, 1)


if __name__ == "__main__":
    sys.exit(main())
