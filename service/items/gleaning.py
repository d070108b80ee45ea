"""Asks for what lies beside items: the size of a document, the picture of an item that was picked.

A host is held as for a fetch of its news: never two requests at once, and with its pause between.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from service.items import pictures, store
from service.items.model import Asked
from service.items.pictures import Shape
from service.kit.db import Database, Tx
from service.kit.errors import Invalid
from service.kit.http import Fetched, FetchFailed, Http, Limits
from service.kit.text import Text
from service.sources import actions as sources
from service.sources import robots, schedule
from service.sources.model import HeldHost
from service.sources.readers import enclosures

Clock = Callable[[], datetime]

_MOST = 50  # at one visit, each on a host of its own
_LOOKED = 500  # what waits for one large host shall not hide the others
_LOOK = Limits(bytes=100_000, total=10)
_PICTURE = Limits(bytes=pictures.MOST_BYTES, total=20)
# Many servers choose by this, and have a JPEG beside their WebP.
_SHOWN_BY_MAIL = {"Accept": "image/jpeg, image/png, image/gif, image/*;q=0.1"}
_ONCE_MORE = timedelta(hours=6)


class Copied(Struct, frozen=True):
    """A picture as it came, or why it did not."""

    item_id: int
    shape: Shape | None = None
    body: bytes = b""
    trouble: Text | None = None


class Weighed(Struct, frozen=True):
    """What a server says of a document: bytes and media type, as far as it does."""

    id: int
    size: int | None
    type: str
    answered: bool


async def copy_pictures(db: Database, http: Http, clock: Clock) -> int:
    """Copy the pictures that editions took, one of each host; return how many were asked for."""
    async with db.tx() as tx:
        held, hosts = await _hold(tx, await store.wanted(tx, clock(), _MOST), clock())
    if not held:
        return 0
    copied = await asyncio.gather(*(_copy(http, one) for one in held))
    now = clock()
    async with db.tx() as tx:
        for one in copied:
            if one.shape is not None:
                token = hashlib.sha256(b"%d " % one.item_id + one.body).hexdigest()[:32]
                shape = (one.shape.type, one.shape.width, one.shape.height)
                await store.keep_picture(tx, one.item_id, token, *shape, one.body, now)
            await store.settle_picture(tx, one.item_id, None, one.trouble)
        await sources.let_go(tx, hosts, now)
    return len(copied)


async def weigh_documents(db: Database, http: Http, clock: Clock) -> int:
    """Ask how large documents are, one of each host; return how many were asked for."""
    async with db.tx() as tx:
        held, hosts = await _hold(tx, await store.to_ask(tx, clock(), _LOOKED), clock())
    if not held:
        return 0
    rules = {host.name: host.robots_rules for host in hosts}
    asked = [one for one in held if robots.allows(rules[schedule.host(one.url)], one.url)]
    unwelcome = [Weighed(one.id, None, "", answered=True) for one in held if one not in asked]
    weighed = [*await asyncio.gather(*(_weigh(http, one) for one in asked)), *unwelcome]
    now = clock()
    async with db.tx() as tx:
        again = {one.id: one.asked_before for one in held}
        rows = [
            (one.id, one.size, one.type,
             None if one.answered or again[one.id] else now + _ONCE_MORE)
            for one in weighed
        ]  # fmt: skip
        await store.note_sizes(tx, *(list(column) for column in zip(*rows, strict=True)))
        await sources.let_go(tx, hosts, now)
    return len(weighed)


async def _hold(
    tx: Tx, waiting: Sequence[Asked], now: datetime
) -> tuple[list[Asked], list[HeldHost]]:
    """Hold the hosts that are free, and return the first of what waits for each."""
    first: dict[str, Asked] = {}
    for one in waiting:
        first.setdefault(schedule.host(one.url), one)
    hosts = await sources.hold(tx, list(first)[:_MOST], now) if first else []
    return [first[host.name] for host in hosts], hosts


async def _copy(http: Http, one: Asked) -> Copied:
    try:
        got = await http.get(one.url, headers=_SHOWN_BY_MAIL, limits=_PICTURE)
        if not 200 <= got.status < 300:
            return Copied(one.id, trouble=schedule.status_trouble(got.status))
        return Copied(one.id, pictures.inspect(got.body), got.body)
    except FetchFailed as problem:
        return Copied(one.id, trouble=problem.text)
    except Invalid as problem:
        return Copied(one.id, trouble=problem.faults[0].what)


async def _weigh(http: Http, one: Asked) -> Weighed:
    try:
        got = await http.look(one.url, limits=_LOOK)
    except FetchFailed:
        return Weighed(one.id, None, "", answered=False)
    if not 200 <= got.status < 300:
        return Weighed(one.id, None, "", answered=got.status not in {429, 503})
    said = got.headers.get("content-type", "").partition(";")[0].strip().lower()
    known = enclosures.TYPES.values()
    return Weighed(one.id, _size(got), said if said in known else "", answered=True)


def _size(got: Fetched) -> int | None:
    """Return the whole document's size: of a part it stands behind the stroke (RFC 9110, 14.4)."""
    part = got.headers.get("content-range", "").rpartition("/")[2]
    whole = part if got.status == 206 else got.headers.get("content-length", "")
    packed = got.headers.get("content-encoding", "identity") not in {"", "identity"}
    sound = whole.isascii() and whole.isdigit() and len(whole) < 13 and not packed
    return int(whole) or None if sound else None
