"""The shapes of this stage: item, revision, topic, and what may happen to an item. Data only."""

from datetime import datetime
from enum import StrEnum

import msgspec

from service.kit.text import Text
from service.sources.model import PublishedPrecision


class ItemState(StrEnum):
    NEW = "new"
    PICKED = "picked"
    DISCARDED = "discarded"


class ItemAct(StrEnum):
    """What an editor can do to items and undo again."""

    PICK = "pick"
    DISCARD = "discard"
    RESTORE = "restore"
    SNOOZE = "snooze"
    WAKE = "wake"
    SEEN = "seen"
    ASSIGN = "assign"
    FILE = "file"


class StoryReason(StrEnum):
    """Why two items are taken for the same story."""

    ADDRESS = "address"  # the same canonical address
    TRANSLATION = "translation"  # the publisher says that they belong together
    TEXT = "text"  # one text stands in the other
    TITLE = "title"  # the same title, and too little text to compare
    EDITOR = "editor"  # an editor said so


class Item(msgspec.Struct, frozen=True):
    """One piece of news as we keep it; `content_html` is clean, `text` is the same in plain.

    They are those of the listing, or of its own page where that was read (`from_page`).
    """

    id: int
    source_id: int
    source: str
    url: str
    title: str
    lead: str
    content_html: str
    text: str
    language: str
    published_at: datetime | None
    published_precision: PublishedPrecision
    shown_at: datetime
    state: ItemState
    state_at: datetime
    state_by: int | None
    picked_revision: int | None
    seen_at: datetime
    changed_at: datetime | None
    revision: int
    relevance: float
    relevant_because: list[str]
    muted_by: str
    assigned_to: int | None
    also: list[str]
    from_page: bool

    @property
    def changed_after_pick(self) -> bool:
        """Whether the publisher changed it after an editor had taken it into an edition."""
        return self.picked_revision is not None and self.picked_revision < self.revision


class ItemRow(msgspec.Struct, frozen=True):
    """One line of the inbox; `also` are the sources of the story's other items."""

    id: int
    source_id: int
    source: str
    title: str
    lead: str
    published_at: datetime | None
    published_precision: PublishedPrecision
    shown_at: datetime
    state: ItemState
    revision: int
    picked_revision: int | None
    relevance: float
    muted_by: str
    assigned_to: int | None
    also: list[str]

    @property
    def changed_after_pick(self) -> bool:
        """Whether the publisher changed it after an editor had taken it into an edition."""
        return self.picked_revision is not None and self.picked_revision < self.revision


class Behind(msgspec.Struct, frozen=True):
    """A page behind an item that is to be read; `known` is how long the text is that we have."""

    id: int
    host: str
    url: str
    title: str
    language: str
    revision: int
    tries: int
    known: int


class ItemRevision(msgspec.Struct, frozen=True):
    """What an item said before; `number` counts from 1, the newest text is the item's own."""

    number: int
    at: datetime
    title: str
    lead: str
    text: str


class Topic(msgspec.Struct, frozen=True):
    id: int
    slug: str
    title: str
    position: int
    keywords: list[str]

    @property
    def seen(self) -> str:
        """What a form was filled in upon, so that nobody's change is overwritten unseen."""
        return "; ".join((self.title, *self.keywords))


class FiledTopic(msgspec.Struct, frozen=True):
    """A topic that an item is filed under; `because` is the word that suggested it, or ""."""

    topic_id: int
    title: str
    because: str


class Note(msgspec.Struct, frozen=True):
    """What a colleague noted on an item."""

    id: int
    editor_id: int | None
    editor: str
    at: datetime
    text: str


class Deed(msgspec.Struct, frozen=True):
    """What an editor did to `items` items, the first of them called `title`.

    `edition_id` and `blocks` are what a pick made.
    """

    id: int
    act: ItemAct
    title: str
    items: int
    edition_id: int | None
    blocks: list[int]


class Member(msgspec.Struct, frozen=True):
    """An item as its story sees it; `size` is how much text it has, `picked` an edition has it."""

    id: int
    story_id: int | None
    at: datetime
    size: int
    state: ItemState
    picked: bool


class Telling(msgspec.Struct, frozen=True):
    """Another item that tells the same (or may), and why; `score` is from 0 to 1."""

    id: int
    source: str
    title: str
    url: str
    shown_at: datetime
    folded: bool
    reason: StoryReason | None
    score: float


class ItemName(msgspec.Struct, frozen=True):
    """What an item is called within its source."""

    id: int
    source_id: int
    external_id: str


class DocumentRow(msgspec.Struct, frozen=True):
    """A document of an item; without a `url` it came with a mail and is kept here."""

    id: int
    url: str
    title: str
    type: str
    size: int | None


class Attached(msgspec.Struct, frozen=True):
    """A document with its content, where that is kept here."""

    id: int
    url: str
    title: str
    type: str
    size: int | None
    body: bytes | None


class PictureRow(msgspec.Struct, frozen=True):
    """An item's picture: where its publisher has it, and, once it is copied, our own copy.

    `token` is "" until then; `waits` says that it is to be copied, `trouble` why it could not be.
    """

    url: str
    alt: str
    waits: bool
    trouble: Text | None
    token: str
    type: str
    width: int
    height: int
    size: int


class Wrote(msgspec.Struct, frozen=True):
    """Who wrote a mail, and the list or domain it came from."""

    sender: str
    via: str


class Beside(msgspec.Struct, frozen=True):
    """What comes beside an item's words."""

    documents: list[DocumentRow] = []
    picture: PictureRow | None = None
    wrote: Wrote | None = None


class File(msgspec.Struct, frozen=True):
    type: str
    body: bytes


class Asked(msgspec.Struct, frozen=True):
    """Something on the web to ask for, and whether that was done before in vain."""

    id: int
    url: str
    asked_before: bool
