"""Plants the sources that point at the demo's site, and what they had out before the last news.

What is planted is read from the site's own bytes by the real readers, so that the worker's first
poll finds exactly what came in since: new releases, and one that changed.
"""

from datetime import date, datetime, time, timedelta
from itertools import groupby

from service.demo import postbag
from service.demo.site import PUBLISHERS, Site
from service.items import actions as items
from service.items import lists
from service.items.dedupe import Identified
from service.items.intake import Arrival
from service.items.model import ItemRow
from service.items.states import Move
from service.kit import localtime
from service.kit.db import Tx
from service.sources import actions as sources
from service.sources.model import (
    Answer,
    Draft,
    Entry,
    FetchOutcome,
    Gain,
    Settled,
    SourceKind,
)  # fmt: skip
from service.sources.readers import reading

SEEN_AT = time(17)
TOOK = timedelta(milliseconds=180)  # one reading of a source
PASSED = timedelta(days=5)  # older news has mostly been looked at
_PAGE = {"content": ".text", "summary": ".lead"}
_KINDS: dict[str, tuple[SourceKind, dict[str, object]]] = {
    "/zh/news.json": (
        SourceKind.JSON_LIST,
        {
            "items": "news",
            "title": "title",
            "link": "link",
            "date": "date",
            "date_format": "%d.%m.%Y",
            "summary": "teaserText",
            "detail": _PAGE,
        },
    ),
    "/bl/medienmitteilungen": (
        SourceKind.HTML_LIST,
        {
            "item": "li.news",
            "title": "h2",
            "link": "h2 a",
            "date": "time",
            "summary": ".teaser",
            "detail": _PAGE,
        },
    ),
    "/bund/rss": (SourceKind.FEED, {}),
    "/stadt/rss": (SourceKind.FEED, {}),
    "/verband/atom.xml": (SourceKind.FEED, {}),
    "/fachstelle/feed.json": (SourceKind.JSON_FEED, {}),
}


async def plant(tx: Tx, site: Site, editor_id: int, now: datetime) -> dict[str, ItemRow]:
    """Plant every source, due at once, with its news until `before`; returns the items by title."""
    before = site.day_before_news(now)
    for path, draft in drafts(site).items():
        source_id = await sources.add(tx, draft, now)
        request = _request(site, path, draft, before, None)
        listing = reading.read(request)
        plan = await items.plan(tx, source_id, listing.entries)
        days = []
        for day, found in groupby(plan.new, key=_day):
            arrivals = [Arrival(one, _completed(site, draft, one.entry, before)) for one in found]
            days.append(localtime.at(day, SEEN_AT))
            await items.take_in(tx, source_id, arrivals, [], days[-1])
        answer = Answer(FetchOutcome.READ, reading=listing, status=200, size=len(request.body))
        await _read_before(tx, source_id, answer, Gain(len(plan.new)), min(max(days), now))
    await postbag.plant(tx, now)
    rows = await lists.listing(tx, lists.Filter(), most=100)
    passed = [row.id for row in rows if row.shown_at < now - PASSED and row.id % 3]
    await items.move(tx, passed, Move.DISCARD, editor_id, now - timedelta(days=2))
    return {row.title: row for row in rows}


async def _read_before(tx: Tx, source_id: int, answer: Answer, gain: Gain, last: datetime) -> None:
    """Note that a source was read when its last news came in; it is due again at once."""
    source = await sources.source(tx, source_id)
    await sources.settle(tx, [Settled(source, answer, gain, last - TOOK)], last)
    await sources.ask_now(tx, source_id, last)


async def repoint(tx: Tx, site: Site, now: datetime) -> int:
    """Give the demo's sources the site's present address; returns how many had another."""
    moved = 0
    wanted = drafts(site)
    for line in await sources.listing(tx, now):
        known = line.source
        path = "/" + known.url.partition("://")[2].partition("/")[2]
        if not known.url.startswith("http://127.0.0.1:") or path not in wanted:
            continue
        if known.url != wanted[path].url:
            await sources.change(tx, known.id, known.version, wanted[path], now)
            moved += 1
    return moved


def drafts(site: Site) -> dict[str, Draft]:
    """Return how each publisher of the site is described, by the path of its door."""
    return {
        path: Draft(
            kind=kind,
            title=PUBLISHERS[path.split("/")[1]],
            url=site.base + path,
            site_url=f"{site.base}/{path.split('/')[1]}",
            config=config,
            language="de",
        )
        for path, (kind, config) in _KINDS.items()
    }


def listed(site: Site, path: str, now: datetime) -> list[Entry]:
    """Return what the readers find behind a door of the site at a moment."""
    request = _request(site, path, drafts(site)[path], now, None)
    return list(reading.read(request).entries)


def _day(found: Identified) -> date:
    """Return the day of a release, which the site writes into its address."""
    return date.fromisoformat(found.entry.url.rpartition("/")[2][:10])


def _completed(site: Site, draft: Draft, entry: Entry, now: datetime) -> Entry:
    """Return an entry with the words of its own page, where its source has such pages."""
    if "detail" not in draft.config:
        return entry
    path = entry.url.removeprefix(site.base)
    return reading.read(_request(site, path, draft, now, entry)).entries[0]


def _request(
    site: Site, path: str, draft: Draft, now: datetime, entry: Entry | None
) -> reading.Request:
    answer = site.answer(path, now)
    return reading.Request(
        kind=draft.kind,
        body=answer.body if answer else b"",
        now=now,
        config=draft.config,
        base=site.base + path,
        language=draft.language,
        entry=entry,
    )
