"""What documents that are meant to hurt cost us: seconds, memory, the loop's lag.

    ./run bench nasty [--mutations N] [--json]

43 documents (`_nasty.py`: bombs, depths, floods) go through the service's own confined children,
each followed by a sound feed, which must be read. Then N damaged copies of the suite's own files:
a child that answers none of them has met an exception that nobody caught, or a limit.
Beside the figures of our loop stand those of an idle one, in the same run. Fails where a document
takes more than 10 s or 512 MB, a sound one is not read after it, or a damaged one gets no answer.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import _loop
import _nasty
import msgspec
import uvloop

from service.kit.confine import Confined, Overrun
from service.sources.model import Reading, SourceKind
from service.sources.readers import reading

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FILES = Path(__file__).resolve().parents[2] / "tests" / "data" / "sources"
MOST_S, MOST_MB = 10, 512
SOUND = b"<rss version='2.0'><channel><item><title>Gut</title></item></channel></rss>"
PIECES = [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"&#x110000;", b"&#xD800;", b"\x00", b"\xff\xfe",
          b"\xed\xa0\x80", b"<!ENTITY a 'b'>", b"<html>", b"</item>", b"<item>", b'{"', b"]",
          b"\\ud800", b"1e999", b"9" * 500, b"<script>", b"http://[", b"=?utf-8?q?"]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=0, help="how many damaged files")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report = uvloop.run(measure(args.mutations))
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["ok"] else 1


async def measure(mutations: int) -> dict[str, Any]:
    readers, probe = Confined(reading.FUNCTION), _loop.Probe()
    documents = list(_nasty.documents())  # to make them costs more than anything that follows
    try:
        with _loop.beside() as idle:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(probe.watch())
                costs = await hurt(readers, documents)
                lag, probe.lags, probe.held = probe.figures(), [], []
                damaged = await mutated(readers, mutations)
                watch.cancel()
    finally:
        await readers.close()
    slowest = max(costs, key=lambda cost: cost["seconds"])
    most = max(cost["megabytes"] for cost in costs)
    faults = [
        cost["name"] for cost in costs if cost["seconds"] > MOST_S or not cost["next_is_fine"]
    ]
    return {
        "documents": len(costs),
        "slowest": slowest,
        "most_megabytes": most,
        "outcomes": Counter(cost["outcome"].partition(":")[0] for cost in costs),
        "over_a_second": [cost for cost in costs if cost["seconds"] > 1],
        **lag,
        **idle,
        "mutations": damaged,
        "faults": faults,
        "ok": not faults and most <= MOST_MB and not damaged["unanswered"],
    }


async def hurt(readers: Confined, documents: list[_nasty.Document]) -> list[dict[str, Any]]:
    costs = []
    for name, kind, body, config, entry in documents:
        request = reading.Request(kind, body, NOW, config, base="https://a.ch/", entry=entry)
        payload = msgspec.msgpack.encode(request)
        started = time.perf_counter()
        outcome = told(await readers.call(payload))
        seconds = time.perf_counter() - started
        cost = {"name": name, "seconds": round(seconds, 2), "outcome": outcome}
        sound = msgspec.msgpack.encode(reading.Request(SourceKind.FEED, SOUND, NOW))
        after = told(await readers.call(sound))
        costs.append(cost | {"megabytes": megabytes(), "next_is_fine": after == "entries: 1"})
    return costs


async def mutated(readers: Confined, count: int) -> dict[str, Any]:
    """Read damaged copies of sound files as every kind of source, two at a time."""
    dice = Random(20261120)
    files = sorted(path for path in FILES.iterdir() if path.is_file())
    outcomes: Counter[str] = Counter()
    kinds = [kind for kind in SourceKind if kind is not SourceKind.MAIL]
    numbers = iter(range(count))

    async def read_some() -> None:
        for _ in numbers:
            body = damaged(dice, dice.choice(files).read_bytes())
            request = reading.Request(dice.choice(kinds), body, NOW, base="https://a.ch/")
            outcomes[told(await readers.call(msgspec.msgpack.encode(request)))] += 1

    await asyncio.gather(read_some(), read_some())
    entries = sum(n for outcome, n in outcomes.items() if outcome.startswith("entries"))
    return {
        "count": count,
        "with_entries": entries,
        "unanswered": sum(n for outcome, n in outcomes.items() if outcome in set(Overrun)),
        "sentences": {o: n for o, n in outcomes.most_common(6) if o.startswith("trouble")},
    }


def damaged(dice: Random, body: bytes) -> bytes:
    for _ in range(dice.randrange(1, 9)):
        at = dice.randrange(len(body) + 1)
        piece = dice.choice(PIECES) if dice.random() < 0.7 else dice.randbytes(8)
        body = body[:at] + piece + body[at + dice.randrange(30) :]
    return body


def told(answer: bytes | Overrun) -> str:
    if isinstance(answer, Overrun):
        return str(answer)
    read = msgspec.msgpack.decode(answer, type=Reading)
    return f"trouble: {read.trouble}"[:90] if read.trouble else f"entries: {len(read.entries)}"


def megabytes() -> int:
    """Return the most memory that a child ever had, alive or dead."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    for child in Path("/proc/self/task").glob("*/children"):
        for pid in child.read_text().split():
            if "confine" in Path(f"/proc/{pid}/cmdline").read_text():
                status = Path(f"/proc/{pid}/status").read_text()
                most = max(most, int(status.partition("VmHWM:")[2].split()[0]))
    return most // 1024


if __name__ == "__main__":
    sys.exit(main())
