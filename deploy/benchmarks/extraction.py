"""How well the text of a page is told from what stands around it, and how quickly.

    ./run bench extraction [--json]

36 pages of our own in the shapes of Swiss authorities' sites (`_pages.py`), each with its true
words; the figure is the mean F1 of words (as a multiset). The rules of `article.py` were written
with these pages in view, so it says that they work on such shapes, not how common others are.
Yardsticks in the same run: every word of the page, and trafilatura alone, nothing tuned.
Fails under .92, or where a page gives nothing.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trafilatura
from lxml import html as lxml_html

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from deploy.benchmarks import _pages
from service.kit import html
from service.sources.model import Entry, SourceKind
from service.sources.readers import reading

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ENOUGH, ROUNDS = 0.92, 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report = measure()
    print(json.dumps(report, ensure_ascii=False, indent=None if args.json else 2))
    return 0 if report["f1"] >= ENOUGH and not report["empty"] else 1


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    f1s, plain, alone, lasted, by_layout = [], [], [], [], {}
    empty = []
    for name, title, page, truth in _pages.pages():
        found, took = extracted(title, page, rounds)
        lasted += took
        f1s.append(score(found, truth))
        plain.append(score(everything(page), truth))
        alone.append(
            score(trafilatura.extract(page, fast=True, include_comments=False) or "", truth)
        )
        by_layout.setdefault(name.partition("-")[0], []).append(f1s[-1])
        empty += [name] if not found else []
    return {
        "pages": len(f1s),
        "f1": round(statistics.mean(f1s), 3),
        "f1_least": round(min(f1s), 3),
        "f1_by_layout": {name: round(statistics.mean(of), 3) for name, of in by_layout.items()},
        "median_ms": round(statistics.median(lasted) * 1000, 1),
        "p95_ms": round(sorted(lasted)[int(len(lasted) * 0.95)] * 1000, 1),
        "empty": empty,
        "yardstick": {
            "f1_of_all_words": round(statistics.mean(plain), 3),
            "f1_of_trafilatura_alone": round(statistics.mean(alone), 3),
        },
    }


def extracted(title: str, page: str, rounds: int) -> tuple[str, list[float]]:
    """Return the words that the reader takes from a page, and how long it took each time."""
    entry = Entry(id="", url="https://www.example.ch/news/1", title=title)
    request = reading.Request(SourceKind.FEED, page.encode(), NOW, base=entry.url, entry=entry)
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        read = reading.read(request)
        took.append(time.perf_counter() - started)
    return html.to_text(read.entries[0].content) if read.entries else "", took


def everything(page: str) -> str:
    return str(lxml_html.document_fromstring(page).find("body").text_content())


def score(found: str, truth: str) -> float:
    """Return the F1 of two texts' words."""
    ours, true = Counter(_pages.tokens(found)), Counter(_pages.tokens(truth))
    shared = sum((ours & true).values())
    return 2 * shared / (sum(ours.values()) + sum(true.values())) if shared else 0.0


if __name__ == "__main__":
    sys.exit(main())
