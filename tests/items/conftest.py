"""A site, doors and a clock for tests that poll."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from service.items import polling
from service.items.polling import Polled
from service.kit.confine import Confined
from service.kit.db import Database
from service.kit.http import Http
from service.sources import actions as sources
from service.sources.model import Draft, SourceKind
from service.sources.readers import reading
from tests.sources.site import Site, opened

# A Wednesday at ten in Zurich.
START = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)


class Desk:
    """What a worker has, with a clock that stands until a test moves it."""

    def __init__(self, db: Database, http: Http, readers: Confined) -> None:
        self.db, self.http, self.readers = db, http, readers
        self.now = START

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def add(self, url: str, kind: SourceKind = SourceKind.FEED, **config: object) -> int:
        async with self.db.tx() as tx:
            draft = Draft(kind, "Quelle", url, config=config, language="de")
            return await sources.add(tx, draft, self.now)

    async def poll_due(self) -> list[Polled]:
        return await polling.poll_due(self.db, self.http, self.readers, self.clock)

    async def poll(self, source_id: int) -> Polled:
        return await polling.poll_one(self.db, self.http, self.readers, source_id, self.clock)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with opened() as made:
        yield made


@pytest.fixture
async def desk(db: Database) -> AsyncIterator[Desk]:
    http = Http("Rundbrief-Test/1 (+https://example.ch)", ["127.0.0.1"])
    readers = Confined(reading.FUNCTION, size=1)
    yield Desk(db, http, readers)
    await readers.close()
    await http.close()
