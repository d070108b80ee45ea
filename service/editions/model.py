"""The shapes of what we write: association, newsletter, edition, block, approval. Data only."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.kit.text import Text as Message


class NewsletterVisibility(StrEnum):
    PUBLIC = "public"
    MEMBERS = "members"


class EditionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"


class BlockKind(StrEnum):
    GREETING = "greeting"
    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    DEADLINE = "deadline"
    EVENT = "event"
    BUTTON = "button"
    DIVIDER = "divider"


class ApprovalVerdict(StrEnum):
    APPROVED = "approved"
    RETURNED = "returned"


# --- Rich text: tiptap's JSON, the few nodes and marks that a mail can show everywhere


class LinkTarget(msgspec.Struct, frozen=True):
    href: str


class Bold(msgspec.Struct, frozen=True, tag_field="type", tag="bold"):
    pass


class Italic(msgspec.Struct, frozen=True, tag_field="type", tag="italic"):
    pass


class Link(msgspec.Struct, frozen=True, tag_field="type", tag="link"):
    attrs: LinkTarget


class Text(msgspec.Struct, frozen=True, tag_field="type", tag="text", omit_defaults=True):
    text: str
    marks: tuple[Bold | Italic | Link, ...] = ()


class HardBreak(msgspec.Struct, frozen=True, tag_field="type", tag="hardBreak"):
    pass


class Paragraph(msgspec.Struct, frozen=True, tag_field="type", tag="paragraph", omit_defaults=True):
    content: tuple[Text | HardBreak, ...] = ()


class ListItem(msgspec.Struct, frozen=True, tag_field="type", tag="listItem", omit_defaults=True):
    content: tuple[Paragraph | BulletList | OrderedList, ...] = ()


class BulletList(msgspec.Struct, frozen=True, tag_field="type", tag="bulletList"):
    content: tuple[ListItem, ...]


class OrderedList(msgspec.Struct, frozen=True, tag_field="type", tag="orderedList"):
    content: tuple[ListItem, ...]


class HeadingLevel(msgspec.Struct, frozen=True):
    level: int = 3


class SubHeading(msgspec.Struct, frozen=True, tag_field="type", tag="heading", omit_defaults=True):
    content: tuple[Text | HardBreak, ...] = ()
    attrs: HeadingLevel = HeadingLevel()


class Doc(msgspec.Struct, frozen=True, tag_field="type", tag="doc", omit_defaults=True):
    content: tuple[Paragraph | SubHeading | BulletList | OrderedList, ...] = ()


# --- What a block holds, by kind


class Greeting(msgspec.Struct, frozen=True, tag_field="kind", tag="greeting"):
    """The contact's salutation, followed by a few words."""

    text: Doc = Doc()


class Heading(msgspec.Struct, frozen=True, tag_field="kind", tag="heading"):
    text: str


class Prose(msgspec.Struct, frozen=True, tag_field="kind", tag="text"):
    text: Doc


class ItemPicture(msgspec.Struct, frozen=True):
    """A picture on our own host: its file, what it shows, whose it is, its pixels and bytes."""

    file: str
    alt: str
    credit: str
    width: int
    height: int
    size: int = 0


class ItemBody(msgspec.Struct, frozen=True, tag_field="kind", tag="item"):
    """A piece of news: the editor's own words, where it comes from and where to read on."""

    title: str
    lead: Doc = Doc()
    source: str = ""
    published: date | None = None
    url: str = ""
    # Left out where there is none, so that what was approved before reads as it did.
    picture: ItemPicture | msgspec.UnsetType = msgspec.UNSET


class Deadline(msgspec.Struct, frozen=True, tag_field="kind", tag="deadline"):
    title: str
    due: date
    text: Doc = Doc()
    url: str = ""
    link_text: str = ""


class Event(msgspec.Struct, frozen=True, tag_field="kind", tag="event"):
    """A course or meeting; `starts` and `ends` are what the clock on the wall in Zürich shows."""

    title: str
    starts: datetime
    ends: datetime | None = None
    place: str = ""
    text: Doc = Doc()
    url: str = ""
    link_text: str = ""


class Button(msgspec.Struct, frozen=True, tag_field="kind", tag="button"):
    text: str
    url: str


class Divider(msgspec.Struct, frozen=True, tag_field="kind", tag="divider"):
    pass


Body = Greeting | Heading | Prose | ItemBody | Deadline | Event | Button | Divider


# --- What is kept


class Association(msgspec.Struct, frozen=True):
    """Who signs. `four_eyes`: who handed an edition in may not approve it."""

    name: str
    short_name: str
    postal_address: str
    website: str
    email: str
    four_eyes: bool = True
    version: int = 1


class Look(msgspec.Struct, frozen=True):
    """Six-digit colours; `ink` and `accent` stand on `paper`, which lies on `canvas`."""

    accent: str = "#0b5563"
    ink: str = "#1c2429"
    paper: str = "#ffffff"
    canvas: str = "#eef1f0"
    footer: str = ""


class Newsletter(msgspec.Struct, frozen=True):
    id: int
    slug: str
    title: str
    description: str
    sender_name: str
    sender_address: str
    reply_to: str
    language: str
    visibility: NewsletterVisibility
    segment: str
    look: Look
    version: int
    created_at: datetime

    def shows(self, edition: Edition) -> bool:
        """Whether an edition, once sent, stands in the archive and the feeds for anyone to read."""
        return self.visibility is NewsletterVisibility.PUBLIC and not edition.segment


class NewsletterDraft(msgspec.Struct, frozen=True):
    """A newsletter as an editor fills it in, before it has an id."""

    slug: str
    title: str
    description: str
    sender_name: str
    sender_address: str
    reply_to: str
    language: str
    visibility: NewsletterVisibility
    segment: str
    look: Look = Look()


class Edition(msgspec.Struct, frozen=True):
    id: int
    newsletter_id: int
    number: int
    title: str
    subject: str
    preheader: str
    segment: str
    state: EditionState
    version: int
    words_version: int
    public_slug: str | None
    created_at: datetime
    changed_at: datetime
    changed_by: int | None
    handed_in_at: datetime | None
    handed_in_by: int | None
    sent_at: datetime | None


class EditionWords(msgspec.Struct, frozen=True):
    """What an editor types about an edition as a whole."""

    title: str
    subject: str
    preheader: str
    segment: str


class Block(msgspec.Struct, frozen=True):
    id: int
    edition_id: int
    position: int
    kind: BlockKind
    content: Body
    segment: str
    language: str
    item_id: int | None
    item_revision: int | None
    version: int
    changed_at: datetime
    changed_by: int | None
    removed_at: datetime | None


class Stale(msgspec.Struct, frozen=True):
    """Nothing was saved, because somebody saved first; this is what stands now."""

    current: Block


class StaleWords(msgspec.Struct, frozen=True):
    """Nothing was saved, because somebody saved these words first; this is what stands now."""

    current: Edition


class Content(msgspec.Struct, frozen=True):
    """Everything that decides how an edition looks: what is approved, rendered and sent."""

    association: Association
    newsletter: Newsletter
    edition: Edition
    blocks: list[Block]


class SnapshotBlock(msgspec.Struct, frozen=True):
    id: int
    content: Body
    segment: str
    language: str


class Snapshot(msgspec.Struct, frozen=True):
    """An edition as somebody judged it: what counts for an approval, and nothing else."""

    association: Association
    newsletter: str
    sender_name: str
    sender_address: str
    reply_to: str
    language: str
    look: Look
    audience: list[str]
    number: int
    title: str
    subject: str
    preheader: str
    blocks: list[SnapshotBlock]


class Approval(msgspec.Struct, frozen=True):
    """An approver's word on one exact edition; void as soon as that edition changes."""

    id: int
    edition_id: int
    content_hash: str
    content: Snapshot
    editor_id: int
    editor: str
    verdict: ApprovalVerdict
    remark: str
    decided_at: datetime
    voided_at: datetime | None
    voided_by: int | None


class EditionRow(msgspec.Struct, frozen=True):
    """One line of a list of editions."""

    id: int
    newsletter_id: int
    newsletter: str
    number: int
    title: str
    state: EditionState
    blocks: int
    changed_at: datetime
    sent_at: datetime | None


class Rendition(msgspec.Struct, frozen=True):
    """An edition as one variant of its audience gets it, with slots named after `nonce`.

    `links[n-1]` is what stands behind {public}/k/DISPATCH/n.
    """

    variant: int
    subject: str
    preheader: str
    html: str
    text: str
    nonce: str
    links: list[str]


class Finding(msgspec.Struct, frozen=True):
    """What a check says about a block (or, without one, about the edition)."""

    check: str
    blocking: bool
    what: Message
    block_id: int | None = None
