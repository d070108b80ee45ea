"""How the classifier of returned mail stands damaged mail, and how long it takes.

    ./run bench classify [--mutations 100000] [--seed 1] [--json]

Classifies the mails of `tests/data/bounces` as they are, then as many damaged copies of them
(`_damage.py`). The yardstick is what the standard library takes to parse the same mails (`email`),
without judging them. Then mails that were made to hold us up (`_hostile.py`) are read as the worker
reads them, in a child, while a loop beside it notes how late it ever is; the yardstick of that is
the same loop with nothing to read. Fails where a mail raises, where the median exceeds 5 ms, where
a mail cannot be read, or where fewer than 95 % of the damaged mails that are called hard are so: a
damaged mail may say less, never something else.
"""

import argparse
import asyncio
import email
import json
import os
import statistics
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from deploy.benchmarks import _hostile
from deploy.benchmarks._damage import damaged
from service.events import opening
from service.events.bounce.classify import classify
from service.events.bounce.model import UNREADABLE
from service.kit.confine import Confined

CORPUS = Path(__file__).parents[2] / "tests" / "data" / "bounces"
LIMIT_MS, PRECISION = 5.0, 95.0


def corpus() -> dict[str, tuple[bytes, bool]]:
    """Return every mail of ours, and whether an address is gone for good by it."""
    labels = json.loads((CORPUS / "labels.json").read_text())
    return {
        name: ((CORPUS / f"{name}.eml").read_bytes(), bool(label["hard"]))
        for name, label in labels.items()
    }


def milliseconds(work: Any, mail: bytes) -> float:
    start = time.perf_counter()
    work(mail)
    return (time.perf_counter() - start) * 1000


def measured(mutations: int, seed: int) -> dict[str, Any]:
    """Classify damaged copies; every number is of this run alone."""
    mails, dice = corpus(), Random(seed)
    whole = [milliseconds(classify, mail) for _ in range(5) for mail, _ in mails.values()]
    yardstick = [
        milliseconds(email.message_from_bytes, mail) for _ in range(5) for mail, _ in mails.values()
    ]
    taken, slowest, raised = [], (0.0, ""), []
    right = wrong = missed = 0
    names = sorted(mails)
    for number in range(mutations):
        name = names[number % len(names)]
        mail, hard = mails[name]
        how, changed = damaged(mail, dice)
        start = time.perf_counter()
        try:
            verdict = classify(changed)
        except Exception as error:  # noqa: BLE001 - counting them is what this is for
            raised.append(f"{name}, {how}, number {number}: {error!r}")
            continue
        taken.append((time.perf_counter() - start) * 1000)
        slowest = max(slowest, (taken[-1], f"{name}, {how}, {len(changed)} bytes"))
        right += verdict.hard and hard
        wrong += verdict.hard and not hard
        missed += hard and not verdict.hard
    return {
        "mails": len(mails),
        "median_ms": round(statistics.median(whole), 2),
        "email_parser_ms": round(statistics.median(yardstick), 2),
        "mutations": mutations,
        "exceptions": len(raised),
        "raised": raised[:5],
        "mutated_median_ms": round(statistics.median(taken), 2),
        "mutated_p99_ms": round(statistics.quantiles(taken, n=100)[98], 2),
        "slowest_ms": round(slowest[0], 1),
        "slowest": slowest[1],
        "hard_right": right,
        "hard_wrong": wrong,
        "hard_precision": round(100 * right / max(1, right + wrong), 2),
        "hard_recall": round(100 * right / max(1, right + missed), 2),
        "load": round(os.getloadavg()[0], 2),
    }


async def lateness(stop: asyncio.Event) -> float:
    """Return by how many milliseconds the loop was ever late for something due each millisecond."""
    latest, loop = 0.0, asyncio.get_running_loop()
    while not stop.is_set():
        due = loop.time() + 0.001
        await asyncio.sleep(0.001)
        latest = max(latest, loop.time() - due)
    return latest * 1000


async def read_all(readers: Confined, mails: dict[str, bytes]) -> tuple[float, str, int]:
    """Read mails one by one; return the longest time in ms, whose, and how many were not read."""
    longest, which, unread = 0.0, "", 0
    for name, mail in mails.items():
        start = time.perf_counter()
        came = await opening.opened(readers, mail)
        longest, which = max((longest, which), ((time.perf_counter() - start) * 1000, name))
        unread += came.read.verdict.reason == UNREADABLE
    return longest, which, unread


async def held_up() -> dict[str, Any]:
    """Read hostile mails as the worker does; every number is of this run alone."""
    mails, readers = _hostile.mails(), Confined(opening.FUNCTION, size=1)
    await opening.opened(readers, b"")
    async with asyncio.timeout(600), asyncio.TaskGroup() as group:
        stop = asyncio.Event()
        idle = group.create_task(lateness(stop))
        asyncio.get_running_loop().call_later(2, stop.set)
        await idle
        stop = asyncio.Event()
        late = group.create_task(lateness(stop))
        longest, which, unread = await read_all(readers, mails)
        stop.set()
    await readers.close()
    return {
        "hostile": len(mails),
        "hostile_unread": unread,
        "hostile_slowest_ms": round(longest, 1),
        "hostile_slowest": which,
        "loop_late_ms": round(late.result(), 1),
        "idle_loop_late_ms": round(idle.result(), 1),
    }


def main() -> int:
    """Print the figures; exit 1 where one is worse than it may be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    args = parser.parse_args()
    figures = measured(max(2, args.mutations), args.seed) | asyncio.run(held_up())
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value}")
    good = figures["exceptions"] == 0 and figures["median_ms"] <= LIMIT_MS
    good = good and figures["hostile_unread"] == 0
    return 0 if good and figures["hard_precision"] >= PRECISION else 1


if __name__ == "__main__":
    sys.exit(main())
