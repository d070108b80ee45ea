"""Has the heavy parts of intake done off the loop: in confined children, else in a thread.

Work that a child could not finish is left undone and said in the log: then copies are not found,
but no news is lost.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from service.items import comparing
from service.items.comparing import Compare, Identify, Index, Work
from service.items.dedupe import Identified
from service.items.similarity import Pair, Piece
from service.kit import log
from service.kit.confine import Confined, Overrun
from service.kit.errors import Unavailable
from service.kit.text import msg
from service.sources.model import Entry

T = TypeVar("T")
_log = log.logger("intake")


async def identify(children: Confined | None, entries: list[Entry]) -> list[Identified]:
    """Name the entries of one source; raises Unavailable where that takes too much."""
    found = await _done(children, Identify(entries), list[Identified])
    if found is None:
        raise Unavailable(msg("Reading the content took too long."))
    return found


async def index(children: Confined | None, pieces: list[Piece]) -> tuple[str, str]:
    """Return what pieces are looked up by: item and run, two array literals of one length."""
    return await _done(children, Index(pieces), tuple[str, str]) or ("{}", "{}")


async def compare(
    children: Confined | None, fresh: list[Piece], others: Sequence[Piece]
) -> list[Pair]:
    """Return the pairs that have a fresh piece in them."""
    return await _done(children, Compare(fresh, list(others)), list[Pair]) or []


async def _done(children: Confined | None, work: Work, shape: type[T]) -> T | None:
    if children is None:
        return msgspec.convert(await asyncio.to_thread(work.answer), shape)
    answer = await children.call(msgspec.msgpack.encode(work), comparing.FUNCTION)
    if isinstance(answer, Overrun):
        _log.warning("a child did not finish %s: %s", type(work).__name__, answer)
        return None
    return msgspec.msgpack.decode(answer, type=shape)
