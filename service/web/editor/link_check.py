"""Follows the links of an edition, all at once and briefly; stores nothing.

A site that only refuses robots is not called dead: people may still be let in.
"""

import asyncio

from service.editions import blocks
from service.editions.model import Content, Finding
from service.kit.http import PERMANENT, Failure, FetchFailed, Http, Limits
from service.kit.text import Text, msg

_LIMITS = Limits(bytes=200_000, connect=4, total=8)
_ROBOTS_REFUSED = {401, 403, 405, 406, 429, 999}
_AT_ONCE = 8


async def follow(http: Http, content: Content) -> list[Finding]:
    """Return a finding for every link that is dead or has moved for good, block by block."""
    wanted = [
        (block.id, url)
        for block in content.blocks
        for url in dict.fromkeys(blocks.urls_of(block.content))
        if url.startswith(("http://", "https://"))
    ]
    turn = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        tasks = {
            url: group.create_task(_look(http, url, turn))
            for url in dict.fromkeys(url for _, url in wanted)
        }
    said = {url: task.result() for url, task in tasks.items()}
    return [
        Finding("link", blocking=False, what=what, block_id=block_id)
        for block_id, url in wanted
        if (what := said[url]) is not None
    ]


async def _look(http: Http, url: str, turn: asyncio.Semaphore) -> Text | None:
    async with turn:
        try:
            found = await http.get(url, limits=_LIMITS)
        except FetchFailed as problem:
            if problem.kind is Failure.TOO_BIG:  # there is something, and that is enough
                return None
            return msg("The link %(url)s does not work: %(why)s", url=url, why=problem.text)
    if found.status >= 400 and found.status not in _ROBOTS_REFUSED:
        return msg("The link %(url)s is dead (%(status)s).", url=url, status=found.status)
    if found.hops and all(hop.status in PERMANENT for hop in found.hops):
        return msg("The link %(url)s has moved to %(to)s.", url=url, to=found.url)
    return None
