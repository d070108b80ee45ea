"""feedparser's own test cases through our reader: entries, titles, links, ids and dates compared.

    ./run bench feedcases FOLDER [--json] [--verbose]

FOLDER is the `tests` folder of a feedparser source release. What feedparser says is the yardstick.
Ours differs on purpose in four ways, and theirs is brought to the same form before it is compared:
titles are plain text in one line, links are absolute web addresses without tracking and fragments,
ids are one line, and dates that cannot be true (before 1990, or days ahead) are unknown. Nothing
else is forgiven. The normalisation here is written apart from the reader's.
"""

import argparse
import calendar
import html
import io
import json
import re
import sys
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from service.kit import localtime
from service.sources.model import Entry, PublishedPrecision, SourceKind
from service.sources.readers import reading

_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_BASE = "http://127.0.0.1:8097/"
_HIDDEN = re.compile(r"<(script|style|title|template|noscript)\b.*?</\1\s*>", re.I | re.S)
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[\x00-\x20]+")


def line(text: str) -> str:
    """Return plain text in one line."""
    return " ".join(_CONTROLS.sub("", text).split())


def title(entry: Any) -> str:
    """Return feedparser's title as plain text."""
    written = entry.get("title") or ""
    kind = (entry.get("title_detail") or {}).get("type", "")
    if "html" in kind or _TAG.search(written):
        written = html.unescape(_TAG.sub(" ", _HIDDEN.sub("", written)))
    return line(written)


def links(entry: Any, parsed: Any) -> set[str]:
    """Return feedparser's link as an absolute web address; the empty set asks nothing of us."""
    written = (entry.get("link") or "").strip()
    if not written:
        return set()
    bases = {_BASE, urljoin(_BASE, (parsed.feed.get("link") or "").strip())}
    found = {_SPACES.sub("%20", urljoin(base, written)).partition("#")[0] for base in bases}
    return {url if urlsplit(url).path else f"{url}/" for url in found if is_web(url)} or {""}


def is_web(url: str) -> bool:
    """Tell whether a person may follow an address."""
    return url.lower().startswith(("http://", "https://")) and bool(urlsplit(url).hostname)


def date(entry: Any) -> datetime | None:
    """Return feedparser's date, None where there is none that can be true."""
    for name in ("published_parsed", "created_parsed", "updated_parsed"):
        if entry.get(name):
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=calendar.timegm(entry[name]))
            return at if datetime(1990, 1, 1, tzinfo=UTC) <= at <= _NOW + timedelta(2) else None
    return None


def same_date(at: datetime, ours: Entry) -> bool:
    """Tell whether two dates are one; a day without a time stands at its Swiss midnight."""
    if ours.published is None:
        return False
    if ours.precision is PublishedPrecision.DAY:
        return localtime.local(ours.published).date() in {at.date(), localtime.local(at).date()}
    return abs((ours.published - at).total_seconds()) < 1


class Tally:
    """How often ours and theirs agree, by part, with what differs."""

    def __init__(self) -> None:
        self.all: Counter[str] = Counter()
        self.same: Counter[str] = Counter()
        self.differing: list[tuple[str, ...]] = []

    def count(self, part: str, case: str, theirs: object, ours: object, same: bool) -> None:
        self.all[part] += 1
        self.same[part] += same
        if not same:
            self.differing.append((part, case, str(theirs)[:100], str(ours)[:100]))

    def figures(self) -> dict[str, dict[str, float]]:
        return {
            part: {"compared": self.all[part], "same": self.same[part],
                   "percent": round(100 * self.same[part] / self.all[part], 2)}
            for part in self.all
        }  # fmt: skip


def compare(tally: Tally, case: str, parsed: Any, ours: list[Entry]) -> None:
    """Compare one document."""
    tally.count("entries", case, len(parsed.entries), len(ours), len(parsed.entries) == len(ours))
    for entry, mine in zip(parsed.entries, ours, strict=False):
        if words := title(entry):
            cut = mine.title.endswith("…") and words.startswith(mine.title[:-1])
            tally.count("title", case, words, mine.title, cut or mine.title == words)
        if expected := links(entry, parsed):
            tally.count("link", case, expected, mine.url, mine.url in expected)
        if identity := line(entry.get("id") or ""):
            tally.count("id", case, identity, mine.id, mine.id == identity[:500])
        if at := date(entry):
            tally.count("date", case, at, mine.published, same_date(at, mine))


def main() -> int:
    """Compare a folder of cases."""
    parser = argparse.ArgumentParser(description="feedparser's own cases through our reader")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="say what differs")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    files = sorted(asked.folder.rglob("*.xml"))
    if not files:
        print(f"{asked.folder}: no .xml files in there", file=sys.stderr)
        return 1
    tally = Tally()
    for path in files:
        body = path.read_bytes()
        request = reading.Request(SourceKind.FEED, body, _NOW, base=_BASE)
        # Not sanitised: its own cleaning keeps the source of a script as words of the title.
        theirs = feedparser.parse(io.BytesIO(body), sanitize_html=False)
        compare(tally, str(path.relative_to(asked.folder)), theirs, reading.read(request).entries)
    found = {"cases": len(files), "yardstick": f"feedparser {feedparser.__version__}"}
    print(json.dumps(found | tally.figures(), indent=None if asked.json else 2))
    if asked.verbose:
        for row in tally.differing:
            print(*row, sep=" | ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
