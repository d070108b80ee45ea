"""How the classifier of returned mail stands damaged mail, and how long it takes.

    ./run bench classify [--mutations 100000] [--seed 1] [--json]

Classifies the mails of `tests/data/bounces` as they are, then as many damaged copies of them
(`_damage.py`). The yardstick is what the standard library takes to parse the same mails (`email`),
without judging them. Fails where a mail raises, where the median exceeds 5 ms, or where fewer than
95 % of the damaged mails that are called hard are so: a damaged mail may say less, never something
else.
"""

import argparse
import email
import json
import os
import statistics
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from deploy.benchmarks._damage import damaged
from service.events.bounce.classify import classify

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


def main() -> int:
    """Print the figures; exit 1 where one is worse than it may be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    args = parser.parse_args()
    figures = measured(max(2, args.mutations), args.seed)
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value}")
    good = figures["exceptions"] == 0 and figures["median_ms"] <= LIMIT_MS
    return 0 if good and figures["hard_precision"] >= PRECISION else 1


if __name__ == "__main__":
    sys.exit(main())
