"""How many mails a second leave, by the real path, beside smtp-source on the same machine.

    ./run bench delivery --messages N --size 60k|20k|5k --dkim rsa|none --processes P
                         [--connections C] [--sink HOST:PORT] [--rounds R] [--table N] [--prove N]
                         [--yardstick aiosmtplib|naive] [--latency-ms T] [--json]

The work: claim from a ledger of 100 000 rows (`--table`) on real PostgreSQL (the embedded one, its
own database), fill 25 personal links and the unsubscribe token, sign, hand over, write down what
became of it. `source_rate` is smtp-source (`-s 5 -d`) with mails of the same size to the same sink,
in the same run, turn by turn, and so is `yardstick_rate`; null where there is none. `limit` is what
the machine could do if only signing, smtp-source's work and the sink's took time:
min(1 / sink, cores / (t_rsa + source + sink)). The sink is smtp-sink where it is installed, else a
small one of ours; `--latency-ms` puts it so far away for us and the yardstick. Each figure is the
median of the rounds, those of the pages' queries the longest while mails left.

Then some recipients more (`--prove`) go to a mail server that refuses a few and keeps the rest:
`proof` tells what it has. Fails unless every message was accepted and the proof holds.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

from deploy.benchmarks import _host as host
from deploy.benchmarks._dispatch import DOMAIN, make_due, plant
from deploy.benchmarks._prove import prove
from deploy.benchmarks._round import Round, measured, rival
from deploy.benchmarks._scratch import scratch
from service.delivery import dkim
from service.kit import embedded
from service.kit.db import Tx, single

SIZES = {"60k": 60_000, "20k": 20_000, "5k": 5_000}
SLOWER = {"aiosmtplib": 4, "naive": 40}  # so many times fewer mails for a yardstick


class Turn(Struct, frozen=True):
    """One round with its yardsticks, None where there is none."""

    ours: Round
    source: host.Sourced | None
    rival: float | None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=10_000, help="per round")
    parser.add_argument("--size", choices=SIZES, default="60k")
    parser.add_argument("--dkim", choices=("rsa", "none"), default="rsa")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--connections", type=int, default=20, help="of each process")
    parser.add_argument("--sink", default="", metavar="HOST:PORT", help="default: one of its own")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--table", type=int, default=100_000, help="rows in the ledger")
    parser.add_argument("--prove", type=int, default=1_000, help="recipients of the proof")
    parser.add_argument("--yardstick", choices=SLOWER, default=None)
    parser.add_argument("--latency-ms", type=float, default=0.0, help="there and back")
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    args = parser.parse_args()
    if args.messages * args.rounds + args.prove > args.table:
        parser.error("--table has fewer rows than --messages × --rounds + --prove")
    with TemporaryDirectory() as folder:
        report = asyncio.run(measure(args, Path(folder)))
    print(json.dumps(report, indent=None if args.json else 2))
    whole = report["accepted"] == args.messages * args.rounds
    return 0 if whole and report["proof"]["proved"] else 1


async def measure(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Plant, measure round by round, prove; return medians."""
    key = folder / "key.pem"
    key.write_bytes(dkim.new_key())
    load = os.getloadavg()[0]
    server, lock = embedded.start(host.ROOT / ".data" / "bench")
    async with scratch(server) as dsn, single(dsn) as tx:
        await plant(tx, args.table, SIZES[args.size])
        await tx.execute("set max_parallel_workers_per_gather = 0")  # whose work would be theirs?
        wanted = {
            "dsn": dsn,
            "domain": DOMAIN,
            "connections": args.connections,
            "keys": [key.read_text()] if args.dkim == "rsa" else [],
        }
        turns = await rounds(tx, wanted, args)
        accepted = await tx.fetchval(
            "select count(*) from message where state = 'accepted' and attempt = 1"
        )
        first = args.messages * args.rounds
        proof = await prove(tx, wanted, first, args.prove, folder)
    os.close(lock)
    figures = summary(args, turns, host.t_rsa(key))
    return {**figures, "accepted": accepted, "proof": proof, "load": [load, os.getloadavg()[0]]}


async def rounds(tx: Tx, wanted: dict[str, Any], args: argparse.Namespace) -> list[Turn]:
    """Let the yardsticks and us take turns."""
    turns = []
    size = SIZES[args.size]
    async with (
        host.sink(args.sink) as (near, pid),
        host.distance(near, args.latency_ms) as wanted["sink"],
    ):
        for number in range(args.rounds):
            source = await host.source(near, pid, args.messages, size)
            other = None
            if args.yardstick:
                few = max(args.messages // SLOWER[args.yardstick], 100)
                other = await rival(wanted, args.yardstick, few, size, args.processes)
            await make_due(tx, number * args.messages, args.messages)
            ours = await measured(tx, wanted, args.messages, args.processes)
            turns.append(Turn(ours, source, other))
    return turns


def summary(args: argparse.Namespace, turns: Sequence[Turn], rsa_us: float) -> dict[str, Any]:
    def middle(field: str) -> float:
        return statistics.median(getattr(turn.ours, field) for turn in turns)

    sources = [turn.source for turn in turns if turn.source]
    rivals = [turn.rival for turn in turns if turn.rival]
    ratios = [turn.ours.rate / turn.source.rate for turn in turns if turn.source]
    factors = [turn.ours.rate / turn.rival for turn in turns if turn.rival]
    limit = limit_of(sources, args.messages, rsa_us if args.dkim == "rsa" else 0.0)
    return {
        "messages": args.messages,
        "size": args.size,
        "dkim": args.dkim,
        "processes": args.processes,
        "seconds": round(middle("seconds"), 2),
        "rate": round(middle("rate"), 1),
        "cpu_us_per_message": round(middle("cpu") * 1e6, 1),
        "t_rsa_us": round(rsa_us, 1),
        "cpu_per_t_rsa": round(middle("cpu") * 1e6 / rsa_us, 2),
        "pg_cpu_us_per_message": round(middle("pg_cpu") * 1e6, 1),
        "rss_mb": round(middle("rss_mb"), 1),
        "rss_all_mb": round(middle("rss_all_mb"), 1),
        "wal_bytes_per_message": round(middle("wal")),
        "progress_ms": round(max(turn.ours.progress_ms for turn in turns), 1),
        "report_ms": round(max(turn.ours.report_ms for turn in turns), 1),
        "source_rate": round(statistics.median(s.rate for s in sources), 1) if sources else None,
        "ratio": round(statistics.median(ratios), 3) if ratios else None,
        "ratios": [round(ratio, 3) for ratio in ratios],
        "limit": limit,
        "of_limit": round(middle("rate") / limit["rate"], 3) if limit else None,
        "yardstick": args.yardstick,
        "yardstick_rate": round(statistics.median(rivals), 1) if rivals else None,
        "times_yardstick": round(statistics.median(factors), 2) if factors else None,
        "latency_ms": args.latency_ms,
        "table": args.table,
    }


def limit_of(
    sources: Sequence[host.Sourced], messages: int, rsa_us: float
) -> dict[str, float] | None:
    """Return what could be reached here, with its parts in microseconds of CPU per mail."""
    if not sources or not all(source.sink_cpu for source in sources):
        return None
    sink = statistics.median(source.sink_cpu for source in sources) / messages * 1e6
    source = statistics.median(source.cpu for source in sources) / messages * 1e6
    cores = len(os.sched_getaffinity(0))
    return {
        "rate": round(min(1e6 / sink, cores * 1e6 / (rsa_us + source + sink)), 1),
        "sink_us": round(sink, 1),
        "source_us": round(source, 1),
        "t_rsa_us": round(rsa_us, 1),
        "cores": cores,
    }


if __name__ == "__main__":
    sys.exit(main())
