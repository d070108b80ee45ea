"""The shapes of this stage: a source, an entry, one fetch and what came of it. Data only."""

from datetime import datetime
from enum import StrEnum

import msgspec

from service.kit.text import Text


class SourceKind(StrEnum):
    FEED = "feed"
    JSON_FEED = "json_feed"
    JSON_LIST = "json_list"
    HTML_LIST = "html_list"


class SourceState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


class FetchOutcome(StrEnum):
    READ = "read"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class PublishedPrecision(StrEnum):
    MINUTE = "minute"
    DAY = "day"
    UNKNOWN = "unknown"


class Entry(msgspec.Struct, frozen=True):
    """One piece as the publisher wrote it at one fetch.

    `id` is the publisher's own name for it ("" where there is none), `content` is cleaned HTML,
    a publication day without a time of day is its Swiss midnight with precision `day`.
    """

    id: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    language: str = ""
    published: datetime | None = None
    precision: PublishedPrecision = PublishedPrecision.UNKNOWN


class Source(msgspec.Struct, frozen=True):
    """A place that we poll, with how it has been answering."""

    id: int
    kind: SourceKind
    title: str
    url: str
    site_url: str
    config: dict[str, object]
    language: str
    crawl_delay: int
    state: SourceState
    version: int
    created_at: datetime
    next_fetch_at: datetime
    fetches: int
    last_fetch_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    failures: int
    failing_since: datetime | None
    trouble: Text | None
    per_week: float
    etag: str
    last_modified: str
    body_hash: bytes
    moved_to: str
    moved_since: datetime | None
    moved_sightings: int
    gone_since: datetime | None


class Draft(msgspec.Struct, frozen=True):
    """A source as an administrator describes it, before it is polled."""

    kind: SourceKind
    title: str
    url: str
    site_url: str = ""
    config: dict[str, object] = {}
    language: str = ""
    crawl_delay: int = 0


class Fetch(msgspec.Struct, frozen=True):
    """One line of the fetch log."""

    at: datetime
    milliseconds: int
    outcome: FetchOutcome
    status: int | None
    bytes: int
    entries: int
    new_items: int
    changed_items: int
    trouble: Text | None


class Unreadable(Exception):
    """These bytes are not what the reader reads; the text says what they are instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text
