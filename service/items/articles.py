"""Reads the pages behind teasers, so that editors see whole texts: politely, once per revision.

One page of a host at a time, with the host's pause between and only where its robots.txt allows
it. What a page says is no change of the publisher's; dates never come from it.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, structs

from service.items import beside, grouping, store, work
from service.items.model import Behind
from service.kit import log
from service.kit.confine import Confined
from service.kit.db import Database, Tx
from service.kit.http import Http
from service.sources import actions as sources
from service.sources import robots, schedule
from service.sources.model import Entry, HeldHost, Page

Clock = Callable[[], datetime]

_MOST = 50  # at one visit, each on a host of its own
_AGAIN = timedelta(minutes=15)
_TRIES = 4
_log = log.logger("articles")


class Visited(Struct, frozen=True):
    """What came of one page: words to keep, else whether it is worth another try."""

    behind: Behind
    host: HeldHost
    markup: str = ""
    text: str = ""
    lead: str = ""
    entry: Entry | None = None  # with what the page says beside the words
    wait: timedelta | None = None


class Doors(Struct, frozen=True):
    """What a visit needs."""

    http: Http
    readers: Confined
    clock: Clock


async def read_pages(db: Database, http: Http, readers: Confined, clock: Clock) -> int:
    """Read the pages that are due, one of each free host; return how many were asked for."""
    async with db.tx() as tx:
        waiting = {one.host: one for one in await store.pages_due(tx, clock(), _MOST)}
        hosts = await sources.hold(tx, list(waiting), clock()) if waiting else []
    if not hosts:
        return 0
    doors = Doors(http, readers, clock)
    visited = await asyncio.gather(*(_visit(doors, host, waiting[host.name]) for host in hosts))
    async with db.tx() as tx:
        await _keep(tx, visited, readers, clock())
        held = [one.host for one in visited]
        waits = {one.host.name: one.wait for one in visited if one.wait}
        await sources.let_go(tx, held, clock(), waits)
    return len(visited)


async def _visit(doors: Doors, host: HeldHost, behind: Behind) -> Visited:
    """Read one page; a fault of ours is logged and leaves the item as it is listed."""
    try:
        if schedule.wishes_due(host.name, host.robots_at, doors.clock()):
            host = await sources.wishes(doors.http, host, behind.url, doors.clock())
            await asyncio.sleep(schedule.gap(host.name, host.crawl_delay).total_seconds())
        if not robots.allows(host.robots_rules, behind.url):
            return Visited(behind, host)
        entry = Entry(id="", url=behind.url, title=behind.title, language=behind.language)
        page = await sources.article(doors.http, doors.readers, entry, doors.clock())
        return await _words(doors, page, Visited(behind, host))
    except Exception:  # noqa: BLE001 (one page never costs the others theirs)
        _log.exception("the page of item=%s could not be read", behind.id)
        return Visited(behind, host)


async def _words(doors: Doors, page: Page, visited: Visited) -> Visited:
    if page.entry is None:
        return structs.replace(visited, wait=page.wait)
    visited = structs.replace(visited, entry=page.entry)
    [named] = await work.identify(doors.readers, [page.entry])
    # A page with less than the listing says nothing new.
    if len(named.text) <= visited.behind.known:
        return visited
    words = page.entry
    return structs.replace(visited, markup=words.content, text=named.text, lead=words.summary)


async def _keep(tx: Tx, visited: Sequence[Visited], readers: Confined, now: datetime) -> None:
    beside_words = {one.behind.id: one.entry for one in visited if one.entry}
    if beside_words:
        await beside.keep_of_pages(tx, beside_words, now)
    found = [one for one in visited if one.text]
    if found:
        rows = [(v.behind.id, v.behind.revision, v.markup, v.text, v.lead) for v in found]
        ids = await store.keep_pages(tx, *map(list, zip(*rows, strict=True)))
        await store.keep_words(tx, ids)
        await grouping.fold(tx, ids, now, readers)
    left = [(one.behind.id, one.behind.revision, _again(one, now)) for one in visited]
    await store.settle_pages(tx, *map(list, zip(*left, strict=True)))


def _again(one: Visited, now: datetime) -> datetime | None:
    """Return when to look again: not at all where we know what there is, or after four tries."""
    if one.wait is None or one.behind.tries + 1 >= _TRIES:
        return None
    patience: timedelta = _AGAIN * int(4**one.behind.tries)
    return now + max(one.wait, patience)
