"""The shapes of this stage: a source, an entry, one fetch and what came of it. Data only."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from service.kit.text import Text


class SourceKind(StrEnum):
    FEED = "feed"
    JSON_FEED = "json_feed"
    JSON_LIST = "json_list"
    HTML_LIST = "html_list"
    SITEMAP = "sitemap"
    MAIL = "mail"


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


class Document(msgspec.Struct, frozen=True):
    """A file that belongs to an entry: `type` is a media type, `size` is in bytes where known.

    `body` is what a mail carried; a document on the web has an address instead.
    """

    url: str
    title: str
    type: str
    size: int | None = None
    body: bytes | None = None


class Picture(msgspec.Struct, frozen=True):
    """Where a picture is, and what it shows in words ("" where the publisher says nothing)."""

    url: str
    alt: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One piece as the publisher wrote it at one fetch.

    `id` is the publisher's own name for it ("" where there is none), `content` is cleaned HTML,
    a publication day without a time of day is its Swiss midnight with precision `day`. `group` is
    what the publisher calls the same piece in all languages, `canonical` the address that it holds
    for the true one; `sender` and `via` are who wrote a mail, and the list or domain it came from.
    """

    id: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    language: str = ""
    published: datetime | None = None
    precision: PublishedPrecision = PublishedPrecision.UNKNOWN
    group: str = ""
    canonical: str = ""
    documents: list[Document] = []
    picture: Picture | None = None
    sender: str = ""
    via: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What a reader made of bytes: entries, or the sentence that says why there are none.

    `title` and `site_url` are what the publisher calls the whole, `ttl` its wish in minutes;
    `candidates` are where else its news may be read, where that was asked; `described` is
    how a list was read, the guessed parts included.
    """

    entries: list[Entry] = []
    trouble: Text | None = None
    title: str = ""
    site_url: str = ""
    ttl: int = 0
    candidates: list["Candidate"] = []
    described: dict[str, object] = {}


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
    fetches: int = 0
    last_fetch_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    trouble: Text | None = None
    per_week: float = 0.0
    etag: str = ""
    last_modified: str = ""
    body_hash: bytes = b""
    moved_to: str = ""
    moved_since: datetime | None = None
    moved_sightings: int = 0
    gone_since: datetime | None = None
    because: Text | None = None
    host_delay: int = 0
    robots_at: datetime | None = None
    robots_rules: list[str] = []
    ttl: int = 0
    reads_pages: bool = True


class Draft(msgspec.Struct, frozen=True):
    """A source as an administrator describes it, before it is polled.

    With `reads_pages` the pages behind its teasers are read for their whole text.
    """

    kind: SourceKind
    title: str
    url: str
    site_url: str = ""
    config: dict[str, object] = {}
    language: str = ""
    crawl_delay: int = 0
    reads_pages: bool = True


class Candidate(msgspec.Struct, frozen=True):
    """A place that may be a source, not read yet; `how` says why we think so."""

    how: Text
    draft: Draft


class Discovery(msgspec.Struct, frozen=True):
    """A place that is a source, with what it holds now (newest first)."""

    how: Text
    draft: Draft
    entries: list[Entry]


class Answer(msgspec.Struct, frozen=True):
    """What came of asking a source once, before anything is stored.

    `status` is None where there was no answer at all; `moved_to` is set where every redirect on
    the way was permanent; `wait` and `fresh_for` are what the server asks for.
    """

    outcome: FetchOutcome
    trouble: Text | None = None
    reading: Reading = Reading()
    status: int | None = None
    size: int = 0
    etag: str = ""
    last_modified: str = ""
    body_hash: bytes = b""
    moved_to: str = ""
    wait: timedelta = timedelta()
    fresh_for: timedelta = timedelta()


class Gain(msgspec.Struct, frozen=True):
    """What the items stage made of an answer; `unfinished`: more entries wait for their pages."""

    new: int = 0
    changed: int = 0
    unfinished: bool = False


class After(msgspec.Struct, frozen=True):
    """How a source stands after one fetch, and why it is asked next when it is."""

    url: str
    state: SourceState
    next_fetch_at: datetime
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
    told_to_wait_until: datetime | None
    because: Text
    ttl: int = 0


class Settled(msgspec.Struct, frozen=True):
    """A source that was asked, with what came of it, ready to be noted."""

    source: Source
    answer: Answer
    gain: Gain
    started: datetime


class HeldHost(msgspec.Struct, frozen=True):
    """A host that nobody else asks for the moment, and what its robots.txt wants (in seconds)."""

    name: str
    crawl_delay: int
    robots_at: datetime | None = None
    robots_rules: list[str] = []


class Page(msgspec.Struct, frozen=True):
    """What came of reading the page behind an entry.

    Without an entry there is no text; `wait` says that it may be worth another try after a while.
    """

    entry: Entry | None = None
    wait: timedelta | None = None


class Health(msgspec.Struct, frozen=True):
    """How a source does, in one sentence; `tone` is good, neutral, warn or bad."""

    tone: str
    text: Text


class Fetch(msgspec.Struct, frozen=True):
    """One line of the fetch log."""

    at: datetime
    milliseconds: int
    outcome: FetchOutcome
    status: int | None
    size: int
    entries: int
    new_items: int
    changed_items: int
    trouble: Text | None


class Unreadable(Exception):
    """These bytes are not what the reader reads; the text says what they are instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text
