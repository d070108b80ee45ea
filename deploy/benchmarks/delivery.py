"""How many mails a second leave, by the real path, beside smtp-source on the same machine.

    ./run bench delivery --messages N --size 60k|20k|5k --dkim rsa|none --processes P
                         [--connections C] [--sink HOST:PORT] [--rounds R] [--json]

The work: claim from a ledger of 100 000 rows on real PostgreSQL (the embedded one, its own
database), fill 25 personal links and the unsubscribe token, sign, hand over, write down what became
of it. `source_rate` is smtp-source (`-s 5 -d`) with mails of the same size to the same sink, in the
same run, turn by turn; null where Postfix's smtp-source is not installed. The sink is smtp-sink
where it is installed, else a small one of ours. Each figure is the median of the rounds. Fails
unless every message was accepted, once.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from service import app as composition
from service.delivery import dkim
from service.kit import clock, embedded
from service.kit.db import Tx, single
from service.outbox import assemble, store
from service.outbox.model import Letterhead, Rendition, Ticket
from service.outbox.opening import CHUNK

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SIZES = {"60k": 60_000, "20k": 20_000, "5k": 5_000}
DOMAIN = "verband.example"
PUBLIC = "https://rundbrief.example"
LETTERHEAD = Letterhead(
    "Verband", "news@verband.example", "info@verband.example", "Rundbrief", "bench", "de", PUBLIC,
    f"{PUBLIC}/archive/bench", "Verband",
)  # fmt: skip
TEXT = f"@@bench_SALUTATION@@\n\nDie neue Ausgabe: {PUBLIC}/w/@@bench_TOKEN@@\n"
PROSE = "<p>Die Sozialkonferenz lädt die Mitglieder der Behörde zum Austausch über Fälle ein.</p>\n"
SOURCE, SINK = (shutil.which(n, path="/usr/sbin:/usr/bin") for n in ("smtp-source", "smtp-sink"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="per round, at most 100000")
    parser.add_argument("--size", choices=SIZES, default="60k")
    parser.add_argument("--dkim", choices=("rsa", "none"), default="rsa")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--connections", type=int, default=20, help="of each process")
    parser.add_argument("--sink", default="", metavar="HOST:PORT", help="default: one of its own")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        report = asyncio.run(measure(args, Path(folder)))
    print(json.dumps(report, indent=None if args.json else 2))
    return 0 if report["accepted"] == args.messages * args.rounds else 1


async def measure(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Plant, then measure round by round; return medians."""
    key = folder / "key.pem"
    key.write_bytes(dkim.new_key())
    server, lock = embedded.start(ROOT / ".data" / "bench")
    rounds: list[dict[str, float]] = []
    async with scratch(server) as dsn, single(dsn) as tx:
        await plant(tx, SIZES[args.size])
        wanted = {
            "dsn": dsn,
            "domain": DOMAIN,
            "connections": args.connections,
            "keys": [key.read_text()] if args.dkim == "rsa" else [],
        }
        async with sink(args.sink) as wanted["sink"]:
            for number in range(args.rounds):
                source = await source_rate(wanted["sink"], args.messages, SIZES[args.size])
                made = await one_round(tx, wanted, args, number)
                rounds.append({**made, "source": source or 0.0})
        sent = await tx.fetchval(
            "select count(*) from message where state = 'accepted' and attempt = 1"
        )
    os.close(lock)
    return summary(args, rounds, sent, t_rsa(key))


def summary(
    args: argparse.Namespace, rounds: list[dict[str, float]], sent: int, rsa_us: float
) -> dict[str, Any]:
    middle = {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}
    ratios = [r["rate"] / r["source"] for r in rounds if r["source"]]
    return {
        "messages": args.messages,
        "size": args.size,
        "dkim": args.dkim,
        "processes": args.processes,
        "seconds": round(middle["seconds"], 2),
        "rate": round(middle["rate"], 1),
        "cpu_us_per_message": round(middle["cpu"] * 1e6 / args.messages, 1),
        "t_rsa_us": round(rsa_us, 1),
        "cpu_per_t_rsa": round(middle["cpu"] * 1e6 / args.messages / rsa_us, 2),
        "rss_mb": round(middle["rss_mb"], 1),
        "wal_bytes_per_message": round(middle["wal"]),
        "accepted": sent,
        "source_rate": round(middle["source"], 1) or None,
        "ratio": round(statistics.median(ratios), 3) if ratios else None,
        "ratios": [round(ratio, 3) for ratio in ratios],
    }


@asynccontextmanager
async def scratch(server: str) -> AsyncIterator[str]:
    """Give a migrated database of this run's own, dropped at the end."""
    name = f"bench_{os.getpid()}"
    head, _, query = server.partition("?")
    dsn = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    async with single(server) as tx:
        await tx.execute(f"create database {name}")
    try:
        await composition.migrated(dsn)
        yield dsn
    finally:
        async with single(server) as tx:
            await tx.execute(f"drop database {name} with (force)")


async def plant(tx: Tx, size: int) -> None:
    """Fill the database as opening a dispatch to 100 000 people does; nothing is due yet."""
    values = {"now": clock.now(), "letterhead": LETTERHEAD, "html": page(size), "text": TEXT}
    statements = (HERE / "_plant.sql").read_text(encoding="utf-8").split(";\n")
    for statement in filter(str.strip, statements):
        names = [name for name in values if f"${name}" in statement]
        numbered = statement
        for number, name in enumerate(names, start=1):
            numbered = numbered.replace(f"${name}", f"${number}")
        await tx.execute(numbered, *(values[name] for name in names), timeout=600)
    dispatch_id = await tx.fetchval("select id from dispatch")
    await store.cut_chunks(tx, dispatch_id, CHUNK, clock.now())
    await tx.execute("update chunk set due_at = null")
    await tx.execute("vacuum analyze", timeout=600)


def page(size: int) -> str:
    """Return an HTML part with 25 personal links that makes a mail of about `size` octets."""
    link = f'<a href="{PUBLIC}/k/@@bench_DISPATCH@@/{{0}}?t=@@bench_TOKEN@@">Beitrag {{0}}</a>'
    at = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
    ticket = Ticket(1, 1, 0, 1, 1, "person-1@gemeinde-1.example", "Guten Tag", "de", 0, at)
    lines = 0
    while True:
        prose = PROSE * (lines // 25)
        links = (prose + link.format(n) for n in range(1, 26))
        html = f"<h1>@@bench_SALUTATION@@</h1>{''.join(links)}<p>@@bench_ADDRESS@@</p>"
        rendition = Rendition(1, 0, "Rundbrief", "", html, TEXT, "bench")
        mail = assemble.write(assemble.compile_form(rendition, LETTERHEAD), ticket, "A" * 38)
        if len(mail.content) >= size * 0.97 or lines > 2000:
            return html
        lines += 25


@asynccontextmanager
async def sink(given: str) -> AsyncIterator[str]:
    """Give the address of a mail server that takes everything: the given one, or one of our own."""
    if given:
        yield given
        return
    if SINK:
        port = free_port()
        user = ("-u", "nobody") if os.geteuid() == 0 else ()
        process = await child(SINK, *user, f"127.0.0.1:{port}", "1000")
    else:
        process = await child(sys.executable, str(HERE / "_sink.py"))
        port = int(await line(process))
    try:
        await listening(process, port)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()


async def source_rate(target: str, messages: int, size: int) -> float | None:
    """Return how many mails a second smtp-source hands over."""
    if not SOURCE:
        return None
    started = time.perf_counter()
    process = await child(
        *(SOURCE, "-s", "5", "-d", "-m", str(messages), "-l", str(size)),
        *("-f", f"news@{DOMAIN}", "-t", "person@gemeinde.example", target),
    )
    if await process.wait():
        raise SystemExit("smtp-source failed")
    return messages / (time.perf_counter() - started)


async def one_round(
    tx: Tx, wanted: dict[str, Any], args: argparse.Namespace, number: int
) -> dict[str, float]:
    """Make the next messages due and let the sender processes hand them over."""
    command = (sys.executable, str(HERE / "_sender.py"), json.dumps(wanted))
    senders = [await child(*command) for _ in range(args.processes)]
    for sender in senders:
        await line(sender)
    await make_due(tx, number * args.messages, args.messages)
    lsn, started = await tx.fetchval("select pg_current_wal_lsn()::text"), time.perf_counter()
    for sender in senders:
        tell(sender, b"go\n")
    while await tx.fetchval("select exists (select from chunk where due_at is not null)"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - started
    wal = await tx.fetchval("select pg_current_wal_lsn() - $1::text::pg_lsn", lsn)
    used = []
    for sender in senders:
        if sender.stdin:
            sender.stdin.close()
        used.append(json.loads(await line(sender)))
        await sender.wait()
    return {
        "seconds": seconds,
        "rate": args.messages / seconds,
        "cpu": sum(u["cpu"] for u in used),
        "rss_mb": max(u["rss_mb"] for u in used),
        "wal": float(wal) / args.messages,
    }


async def make_due(tx: Tx, first: int, messages: int) -> None:
    """Cut the messages of one round into stretches that are due now."""
    await tx.execute("delete from chunk")
    await tx.execute(
        "insert into chunk (dispatch_id, number, first_id, last_id, due_at)"
        " select dispatch_id, n / $3::integer, min(id), max(id), $4 from ("
        "  select id, dispatch_id, row_number() over (order by id) - 1 as n from message) m"
        " where n >= $1 and n < $1 + $2::integer group by dispatch_id, n / $3::integer",
        first,
        messages,
        CHUNK,
        clock.now(),
    )


async def child(*command: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251 (handed on as it is)
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environment)


async def line(process: asyncio.subprocess.Process) -> str:
    said = (await process.stdout.readline()).decode() if process.stdout else ""
    if not said:
        raise SystemExit("a process of the benchmark ended early")
    return said


def tell(process: asyncio.subprocess.Process, word: bytes) -> None:
    if process.stdin:
        process.stdin.write(word)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def listening(process: asyncio.subprocess.Process, port: int) -> None:
    while process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return
    raise SystemExit("the sink does not start")


def t_rsa(path: Path) -> float:
    """Return the microseconds of CPU that one RSA signature takes here, at its quickest."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SystemExit("no RSA key")
    taken = []
    for _ in range(20):
        started = time.process_time()
        for number in range(25):
            key.sign(b"%d" % number * 500, padding.PKCS1v15(), hashes.SHA256())
        taken.append((time.process_time() - started) / 25)
    return statistics.median(taken) * 1e6


if __name__ == "__main__":
    sys.exit(main())
