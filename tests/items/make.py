"""Items and drafts for tests of pages, put in through the same actions as in life."""

from datetime import datetime

from service.editions import actions as editions
from service.items import actions as items
from service.items import intake
from service.items.intake import Arrival
from service.kit.db import Tx
from service.sources import actions as sources
from service.sources.model import Draft, Entry, PublishedPrecision, SourceKind
from tests.editions.make import DRAFT, WORDS


async def source(tx: Tx, now: datetime, title: str = "Kanton Zürich", path: str = "zh") -> int:
    """Add a source that nobody asks."""
    draft = Draft(SourceKind.FEED, title, f"https://{path}.example/feed", language="de")
    return await sources.add(tx, draft, now)


def entry(name: str, title: str, **more: object) -> Entry:
    """Return an entry with an id and an address made of `name`."""
    return Entry(id=name, url=f"https://zh.example/{name}", title=title, language="de", **more)  # type: ignore[arg-type]


def dated(name: str, title: str, at: datetime, **more: object) -> Entry:
    """Return an entry that was published at a minute."""
    return entry(name, title, published=at, precision=PublishedPrecision.MINUTE, **more)


async def take_in(tx: Tx, source_id: int, entries: list[Entry], now: datetime) -> None:
    """Keep entries of a source as the worker does."""
    plan = await items.plan(tx, source_id, entries)
    new = [Arrival(one, one.entry) for one in plan.new]
    changed = [intake.rewrite(one, one.identified.entry) for one in plan.changed]
    await items.take_in(tx, source_id, new, changed, now)


async def draft(tx: Tx, editor_id: int, now: datetime) -> int:
    """Begin an edition of a new newsletter."""
    newsletter = await editions.add_newsletter(tx, DRAFT, now)
    return await editions.begin(tx, newsletter, WORDS, editor_id, now)
