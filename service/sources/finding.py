"""From any address to the sources behind it: look, name candidates, read each, keep what answers.

Nothing is stored. It asks politely, one request at a time, and stops after half a minute with what
it has by then.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from service.kit.confine import Confined
from service.kit.errors import Invalid
from service.kit.http import FetchFailed, Http, parse
from service.kit.text import Text, msg
from service.sources import actions, schedule
from service.sources import fetch as fetching
from service.sources.model import Candidate, Discovery, Draft, Entry, Reading, SourceKind
from service.sources.readers import discover as discovering
from service.sources.readers import reading

_PATIENCE = 30.0
_SHOWN = 20


async def discover(
    http: Http, readers: Confined, written: str, now: datetime
) -> tuple[list[Discovery], Text | None]:
    """Return the sources behind an address, best first, and what was wrong with it, if anything.

    Where a site answers but the page is gone, the sources are those of its front page. Raises
    Invalid for what is no address.
    """
    address = _address(written)
    found: list[Discovery] = []
    trouble: list[Text] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            async for one in _search(http, readers, address, now, trouble):
                found.append(one)
    if not found and not trouble:
        trouble.append(msg("No news was found behind this address."))
    return found, next(iter(trouble), None)


async def in_file(readers: Confined, body: bytes, base: str, now: datetime) -> list[Candidate]:
    """Return the candidates in bytes that somebody has at hand."""
    request = reading.Request(SourceKind.HTML_LIST, body, now, base=base, discover=True)
    found = await fetching.read(readers, request)
    if found.trouble is not None:
        raise Invalid.of("", found.trouble)
    return found.candidates


async def _search(
    http: Http, readers: Confined, address: str, now: datetime, trouble: list[Text]
) -> AsyncIterator[Discovery]:
    look = await fetching.look(http, readers, address, now)
    if look.trouble is not None:
        trouble.append(look.trouble)
        front = urljoin(look.url, "/")
        if look.url and front != look.url:
            host = schedule.host(front)
            await asyncio.sleep(schedule.gap(host, 0).total_seconds())
            look = await fetching.look(http, readers, front, now)
    ready = [Candidate(msg("A ready-made source."), offer.draft) for offer in _offered(address)]
    named = [*ready, *look.candidates]
    reached = False
    for candidate in named:
        one = await _read(http, readers, candidate, look, now)
        if one is not None:
            reached = reached or one.draft.kind is not SourceKind.HTML_LIST
            yield one
    if reached or not look.url:
        return
    for candidate in discovering.common_places(look.url):
        one = await _read(http, readers, candidate, look, now)
        if one is not None:
            yield one
            return


async def _read(
    http: Http, readers: Confined, candidate: Candidate, look: fetching.Look, now: datetime
) -> Discovery | None:
    draft = candidate.draft
    if draft.url == look.url:
        request = reading.Request(draft.kind, look.body, now, draft.config, look.url)
        found = await fetching.read(readers, request)
    else:
        host = schedule.host(draft.url)
        await asyncio.sleep(schedule.gap(host, draft.crawl_delay).total_seconds())
        found = (await actions.try_out(http, readers, draft, now)).reading
    if found.trouble is not None or not found.entries:
        return None
    newest = sorted((entry for entry in found.entries if entry.title), key=_age)[:_SHOWN]
    return Discovery(candidate.how, _titled(draft, found, look.url), newest)


def _age(entry: Entry) -> float:
    return -entry.published.timestamp() if entry.published else 0.0


def _titled(draft: Draft, found: Reading, seen_at: str) -> Draft:
    """Return a draft with the name that the publisher gives, else its host's."""
    title = draft.title or found.title or urlsplit(draft.url).hostname or draft.url
    site = draft.site_url or found.site_url or seen_at
    return msgspec.structs.replace(draft, title=title[:200], site_url=site)


def _offered(address: str) -> list[actions.Offer]:
    host = schedule.host(address).removeprefix("www.")
    return [offer for offer in actions.offers() if host in _hosts(offer.draft)][:3]


def _hosts(draft: Draft) -> set[str]:
    return {schedule.host(url).removeprefix("www.") for url in (draft.site_url, draft.url)}


def _address(written: str) -> str:
    bare = written.strip()
    try:
        return str(parse(bare if "://" in bare else f"https://{bare}"))
    except FetchFailed as problem:
        raise Invalid.of("url", problem.text) from problem
