"""How long every page takes on the server, with 20 000 contacts, 50 000 items and 100 editions.

    ./run bench web [--json] [--rounds N]

Plants the demo into a scratch database, grows it by `scale.sql`, starts the service as it runs in
production (`serve`, one process) and asks every page over HTTP on loopback. `/healthz` asks the
database one question and shows nothing: it is the yardstick for the machine of the moment.
Fails where a page's p95 exceeds 100 ms, answers anything but 200 or 303, or was not measured.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from _service import planted, served, session

from service.accounts import actions as accounts
from service.app import App
from service.editions import actions as editions
from service.editions import approval, snapshot
from service.events import actions as events
from service.kit import clock
from service.kit.db import Tx, single
from service.kit.settings import Settings
from service.web import application, guards
from service.web.public import subscribe

LIMIT_MS = 100.0
BUSY_MS = 10.0
HERE = Path(__file__).parent
_PUBLIC = "select slug from newsletter where visibility = 'public' order by id limit 1"
# What stands for a parameter in a page's address: the row that is most work to show.
SAMPLES = {
    "edition_id": "select id from edition where state = 'draft' order by id limit 1",
    "public_slug": "select e.public_slug from edition e join newsletter n on n.id = e.newsletter_id"
    " where e.state = 'sent' and n.visibility = 'public' order by e.id limit 1",
    "dispatch_id": "select max(id) from dispatch",
    "message_id": "select max(id) from message",
    "editor_id": "select min(id) from editor",
    "newsletter_id": "select min(id) from newsletter",
    "item_id": "select item_id from item_document where body is not null limit 1",
    "document_id": "select id from item_document where body is not null limit 1",
    "picture": "select token || '.png' from item_picture limit 1",
    "source_id": "select min(id) from source",
    "topic_id": "select min(id) from topic",
    "organisation_id": "select organisation_id from contact group by 1"
    " order by count(*) desc limit 1",
    "contact_id": "select contact_id from message group by 1 order by count(*) desc limit 1",
    "committee_id": "select min(id) from committee",
    "import_id": "select max(id) from member_import",
    "returned_id": "select max(id) from returned_mail",
    "block_id": "select b.id from block b join edition e on e.id = b.edition_id"
    " where e.state = 'draft' order by b.id limit 1",
    "dispatch": "select min(id) from dispatch",
    "number": "select min(number) from link",
    "archive/slug": _PUBLIC,
    "subscribe/slug": _PUBLIC,
    "segments/slug": "select 'gemeinden-zh'",
    "feeds/name": f"select ({_PUBLIC}) || '.atom'",
}
# What a signed link stands for, by the page behind it: the signer's purpose and the id.
TOKENS = {
    "u": ("message", SAMPLES["message_id"]),
    "w": ("message", SAMPLES["message_id"]),
    "p": ("message", SAMPLES["message_id"]),
    "confirm": (subscribe.CONFIRM, "select max(id) from subscription_request"),
}
# Pages that answer a question get one.
QUESTIONS = {
    "/inbox/places": "select '?edition=' || id from edition where state = 'draft' limit 1",
    "/dispatches/new": "select '?edition=' || id from edition where state = 'approved' limit 1",
    "/editions/{edition_id:int}/blocks/new": "select '?kind=event'",
    "/segments/try": "select '?where=canton%20%3D%20%22ZH%22%20and%20topic%20%3D%20%22kesb%22'",
}
# Searches and filters that the lists are asked for besides.
SEARCHES = (
    "/inbox?q=sozialhilfe",
    "/inbox?q=%22sozialhilfe%22%20-asyl&source=1",
    "/inbox?state=discarded",
    "/organisations?q=andelfingen",
    "/organisations?kind=municipality&canton=ZH",
    "/contacts?q=sozialvorstand",
    "/editions?q=armut",
)
# Streams that stay open, and answers that are no pages.
# Streams, files, and what says 503 where no worker runs.
NO_PAGE = re.compile(r"/live$|^/static/|^/healthz/work$")
PLACE = re.compile(r"\{(\w+):\w+\}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=20, help="how often each page is asked")
    args = parser.parse_args()
    report = asyncio.run(measure(args.rounds))
    print(json.dumps(report, ensure_ascii=False) if args.json else table(report))
    return 0 if report["ok"] else 1


async def measure(rounds: int) -> dict[str, Any]:
    async with planted() as app:
        started = time.perf_counter()
        rows = await grow(app)
        grown = time.perf_counter() - started
        addresses, missing = await pages(app)
        token = await session(app)
        async with served(app.settings):
            timings = await ask(app.settings, addresses, token, rounds)
    return judged(rows, grown, timings, missing)


async def grow(app: App) -> dict[str, int]:
    """Grow the planted demo; returns how much there is."""
    async with single(app.settings.database_url) as tx:
        statements = (HERE / "scale.sql").read_text(encoding="utf-8").split(";\n")
        for statement in filter(str.strip, statements):
            await tx.execute(statement, timeout=600)
        await tx.execute("vacuum analyze", timeout=600)
        await approve(tx)
        while await events.count_finished(app.db, clock.now()):
            continue
        tables = ("contact", "item", "edition", "message")
        return {table: await tx.fetchval(f"select count(*) from {table}") for table in tables}


async def approve(tx: Tx) -> None:
    """Approve the edition that the demo leaves in review, so that one can be scheduled."""
    edition_id = await tx.fetchval("select id from edition where state = 'in_review'")
    approver_id = await tx.fetchval("select id from editor where role = 'approver'")
    seen = snapshot.fingerprint(await editions.content(tx, edition_id))
    await approval.approve(tx, edition_id, seen, approver_id, clock.now())


async def pages(app: App) -> tuple[list[str], list[str]]:
    """Return the address of every page, and those whose parameters have no sample here."""
    found, missing = ["/healthz"], []
    async with app.db.read() as tx:
        for path, handler in guards.handlers(application.create(app)):
            if "GET" not in handler.http_methods or NO_PAGE.search(path):
                continue
            address = await filled_in(app, tx, path)
            (missing if address is None else found).append(address or path)
    known = {address.partition("?")[0] for address in found}
    found += [search for search in SEARCHES if search.partition("?")[0] in known]
    return list(dict.fromkeys(found)), missing


async def filled_in(app: App, tx: Tx, path: str) -> str | None:
    address = path
    for name in PLACE.findall(path):
        value = await sample(app, tx, path.split("/")[1], name)
        if value is None:
            return None
        address = re.sub(rf"\{{{name}:\w+\}}", str(value), address, count=1)
    return address + (await tx.fetchval(QUESTIONS[path]) if path in QUESTIONS else "")


async def sample(app: App, tx: Tx, page: str, name: str) -> object:
    """Return what stands for a parameter, or nothing where nobody has thought of one yet."""
    if name == "token" and page in TOKENS:
        purpose, of = TOKENS[page]
        return app.signer.sign(purpose, await tx.fetchval(of))
    if name == "token" and page == "welcome":
        editor_id = await tx.fetchval(SAMPLES["editor_id"])
        return await accounts.invitation(tx, app.signer, editor_id, clock.now())
    known = SAMPLES.get(f"{page}/{name}") or SAMPLES.get(name)
    return await tx.fetchval(known) if known else None


async def ask(
    inside: Settings, addresses: list[str], token: str, rounds: int
) -> dict[str, dict[str, Any]]:
    """Ask every page one after the other, round by round, after one round to warm up."""
    times: dict[str, list[float]] = {address: [] for address in addresses}
    seen: dict[str, dict[str, Any]] = {}
    cookies = {"rundbrief": token}
    async with aiohttp.ClientSession(cookies=cookies) as http:
        for turn in range(rounds + 1):
            for address in addresses:
                started = time.perf_counter()
                async with http.get(inside.public_url + address, allow_redirects=False) as answer:
                    body = await answer.read()
                elapsed = (time.perf_counter() - started) * 1000
                seen[address] = {"status": answer.status, "kB": round(len(body) / 1024, 1)}
                if turn:
                    times[address].append(elapsed)
    return {address: {**seen[address], **quantiles(times[address])} for address in addresses}


def quantiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
    }


def judged(
    rows: dict[str, int], grown: float, timings: dict[str, dict[str, Any]], missing: list[str]
) -> dict[str, Any]:
    yardstick = timings.pop("/healthz")
    downloads = {a: t for a, t in timings.items() if a.endswith(".csv")}
    shown = {a: t for a, t in timings.items() if a not in downloads}
    slow = [a for a, t in shown.items() if t["p95_ms"] > LIMIT_MS]
    failed = [a for a, t in timings.items() if t["status"] not in {200, 302, 303}]
    return {
        "ok": not (slow or failed or missing),
        "limit_ms": LIMIT_MS,
        "rows": rows,
        "grown_in_s": round(grown, 1),
        "yardstick": yardstick,
        # Where the yardstick itself is slow the machine was busy, and the run says little.
        "busy": yardstick["p95_ms"] > BUSY_MS,
        "slow": slow,
        "failed": failed,
        "not_measured": missing,
        "pages": shown,
        "downloads": downloads,
    }


def table(report: dict[str, Any]) -> str:
    lines = [f"{'ms p50':>8} {'p95':>8} {'kB':>8}  page"]
    rows = {"/healthz (yardstick)": report["yardstick"], **report["pages"], **report["downloads"]}
    for address, t in sorted(rows.items(), key=lambda row: -row[1]["p95_ms"]):
        lines.append(f"{t['p50_ms']:8} {t['p95_ms']:8} {t['kB']:8}  {address} {t['status']}")
    for name in ("slow", "failed", "not_measured"):
        if report[name]:
            lines.append(f"{name}: {', '.join(report[name])}")
    lines.append(f"rows: {report['rows']}; every page within the limit: {report['ok']}")
    if report["busy"]:
        lines.append("The machine was busy, as the yardstick shows: run it again.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
