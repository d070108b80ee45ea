"""Asks a source once, through the HTTP door, and has the answer read by a confined reader."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from service.kit.confine import Confined, Overrun
from service.kit.http import PERMANENT, Fetched, FetchFailed, Http, Limits, digest
from service.kit.text import Text, msg
from service.sources import schedule
from service.sources.model import (
    Answer,
    Candidate,
    Entry,
    FetchOutcome,
    Page,
    Reading,
    Source,
    SourceKind,
)  # fmt: skip
from service.sources.readers import config, reading
from service.sources.robots import Wishes, allows
from service.sources.robots import read as read_wishes

_ACCEPT = {
    SourceKind.FEED: "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
    SourceKind.JSON_FEED: "application/feed+json, application/json;q=0.9, */*;q=0.5",
    SourceKind.JSON_LIST: "application/json, */*;q=0.5",
    SourceKind.HTML_LIST: "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    SourceKind.SITEMAP: "application/xml, text/xml;q=0.9, */*;q=0.5",
    SourceKind.MAIL: "message/rfc822",
}
# What no publisher offers to programs: there its robots.txt decides.
_SCRAPED = {SourceKind.HTML_LIST, SourceKind.SITEMAP}
_UNWELCOME = msg(
    "The server's robots.txt asks programs not to read this address. Ask the publisher for a feed."
)
_PAGE = Limits(bytes=3_000_000)
_ROBOTS = Limits(bytes=500_000, total=10)
_OVERRUNS: dict[Overrun, Text] = {
    Overrun.TIME: msg("Reading the content took too long."),
    Overrun.MEMORY: msg("Reading the content needed too much memory."),
    Overrun.CRASH: msg("The content is damaged and cannot be read."),
}


class Look(msgspec.Struct, frozen=True):
    """What an address holds, and where its news may be read."""

    url: str = ""
    body: bytes = b""
    candidates: list[Candidate] = []
    trouble: Text | None = None


async def ask(http: Http, readers: Confined, source: Source, now: datetime) -> Answer:
    """Fetch and read a source; whatever goes wrong is an answer with a sentence."""
    if source.kind in _SCRAPED and not allows(source.robots_rules, source.url):
        return Answer(FetchOutcome.FAILED, _UNWELCOME)
    headers = _headers(source)
    if schedule.conditional(source):
        headers |= {"If-None-Match": source.etag} if source.etag else {}
        headers |= {"If-Modified-Since": source.last_modified} if source.last_modified else {}
    try:
        got = await http.get(source.url, headers=headers)
    except FetchFailed as problem:
        return Answer(FetchOutcome.FAILED, problem.text)
    if got.status == 304:
        return Answer(
            FetchOutcome.UNCHANGED,
            status=304,
            moved_to=_moved_to(got),
            fresh_for=schedule.fresh_for(got.headers, now),
        )
    if not 200 <= got.status < 300:
        return Answer(
            FetchOutcome.FAILED,
            schedule.status_trouble(got.status),
            status=got.status,
            size=len(got.body),
            wait=schedule.retry_after(got.headers, now)
            if got.status in {429, 503}
            else timedelta(),
        )
    return await _read(readers, source, got, now)


async def robots(http: Http, source: Source, now: datetime) -> Source:
    """Return the source with what its host's robots.txt asks for; nothing where there is none.

    Where the server has a fault of its own, what it asked for before holds (RFC 9309, 2.3.1.4).
    """
    known = msgspec.structs.replace(source, robots_at=now)
    asked = await wishes(http, source.url)
    if asked is None:
        return known
    return msgspec.structs.replace(known, host_delay=asked.delay, robots_rules=asked.rules)


async def wishes(http: Http, url: str) -> Wishes | None:
    """Return what the robots.txt of an address's host asks for; None where it cannot be had."""
    parts = urlsplit(url)
    try:
        got = await http.get(f"{parts.scheme}://{parts.netloc}/robots.txt", limits=_ROBOTS)
    except FetchFailed:
        return None
    if got.status >= 500:
        return None
    return read_wishes(got.body) if 200 <= got.status < 300 else Wishes()


async def look(http: Http, readers: Confined, address: str, now: datetime) -> Look:
    """Fetch an address as a browser would and have it searched for places with news."""
    headers = {"Accept": _ACCEPT[SourceKind.HTML_LIST], "Accept-Language": "de, *;q=0.5"}
    try:
        got = await http.get(address, headers=headers)
    except FetchFailed as problem:
        return Look(trouble=problem.text)
    if not 200 <= got.status < 300:
        return Look(got.url, trouble=schedule.status_trouble(got.status))
    found = await read(
        readers,
        reading.Request(
            kind=SourceKind.HTML_LIST, body=got.body, now=now, base=got.url,
            charset=_charset(got), discover=True,
        ),
    )  # fmt: skip
    return Look(got.url, got.body, found.candidates, found.trouble)


async def page(
    http: Http, readers: Confined, source: Source, entry: Entry, now: datetime
) -> Reading:
    """Fetch the page behind an entry and return the entry with what it adds."""
    behind = config.detail(source.kind, source.config)
    if behind is None or not entry.url:
        return Reading([entry])
    url = behind.url.replace("{url}", entry.url) if behind.url else entry.url
    if not _welcome(source, url):
        return Reading([entry])
    try:
        got = await http.get(url, headers=_headers(source, behind.format))
    except FetchFailed as problem:
        return Reading(trouble=problem.text)
    if not 200 <= got.status < 300:
        return Reading(trouble=schedule.status_trouble(got.status))
    return await read(readers, _request(source, got, now, entry))


async def article(http: Http, readers: Confined, entry: Entry, now: datetime) -> Page:
    """Fetch the page behind an entry that nobody has described, and find its text."""
    language = entry.language or "de"
    headers = {"Accept": _ACCEPT[SourceKind.HTML_LIST], "Accept-Language": f"{language}, *;q=0.5"}
    try:
        got = await http.get(entry.url, headers=headers, limits=_PAGE)
    except FetchFailed:
        return Page(wait=timedelta())
    if got.status in {429, 503} or got.status >= 500:
        return Page(wait=schedule.retry_after(got.headers, now))
    kind = got.headers.get("content-type", "text/html").lower()
    if not 200 <= got.status < 300 or "html" not in kind:
        return Page()
    request = reading.Request(
        kind=SourceKind.FEED, body=got.body, now=now, base=got.url, entry=entry,
        charset=_charset(got),
    )  # fmt: skip
    found = await read(readers, request)
    return Page(next(iter(found.entries), None))


def _welcome(source: Source, url: str) -> bool:
    """Tell whether the page behind an entry may be read, as far as it lies on the source's host."""
    other = schedule.host(url) != schedule.host(source.url)
    return other or allows(source.robots_rules, url)


async def read(readers: Confined, request: reading.Request) -> Reading:
    """Have bytes read by a confined child; an overrun is a reading with a sentence."""
    answer = await readers.call(msgspec.msgpack.encode(request))
    if isinstance(answer, Overrun):
        return Reading(trouble=_OVERRUNS[answer])
    return msgspec.msgpack.decode(answer, type=Reading)


def _moved_to(got: Fetched) -> str:
    """Return where an address has moved to, if every step on the way was for good."""
    permanent = bool(got.hops) and all(hop.status in PERMANENT for hop in got.hops)
    return got.url if permanent else ""


async def _read(readers: Confined, source: Source, got: Fetched, now: datetime) -> Answer:
    body_hash = await digest(got.body)
    answer = Answer(
        FetchOutcome.UNCHANGED,
        status=got.status,
        size=len(got.body),
        etag=got.headers.get("etag", "")[:500],
        last_modified=got.headers.get("last-modified", "")[:100],
        body_hash=body_hash,
        moved_to=_moved_to(got),
        fresh_for=schedule.fresh_for(got.headers, now),
    )
    if body_hash == source.body_hash and schedule.conditional(source):
        return answer
    found = await read(readers, _request(source, got, now, None))
    # A feed's entry may be without any words (a bare picture): that is no piece of news.
    worded = [entry for entry in found.entries if entry.title]
    found = msgspec.structs.replace(found, entries=worded)
    outcome = FetchOutcome.FAILED if found.trouble else FetchOutcome.READ
    return msgspec.structs.replace(answer, outcome=outcome, trouble=found.trouble, reading=found)


def _request(source: Source, got: Fetched, now: datetime, entry: Entry | None) -> reading.Request:
    return reading.Request(
        kind=source.kind,
        body=got.body,
        now=now,
        config=source.config,
        base=got.url,
        charset=_charset(got),
        language=source.language,
        entry=entry,
    )


def _charset(got: Fetched) -> str:
    said = got.headers.get("content-type", "").lower().partition("charset=")[2]
    return said.partition(";")[0].strip(" \"'")


def _headers(source: Source, behind: str = "") -> dict[str, str]:
    accept = {"html": _ACCEPT[SourceKind.HTML_LIST], "json": _ACCEPT[SourceKind.JSON_LIST]}
    language = source.language or "de"
    ours = {
        "Accept": accept.get(behind, _ACCEPT[source.kind]),
        "Accept-Language": f"{language}, de;q=0.8, *;q=0.5",
    }
    return ours | ({} if behind else config.headers(source.config))
