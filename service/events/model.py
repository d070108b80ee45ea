"""The shapes of later facts and of the numbers made from them. Decides and fetches nothing."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from service.kit.text import Text


class EventKind(StrEnum):
    """What can happen to a message after it left us; mirrors the database type event_kind."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    BOUNCED = "bounced"


class Event(Struct, frozen=True):
    """One later fact about one message."""

    id: int
    at: datetime
    kind: EventKind
    message_id: int | None
    contact_id: int | None
    dispatch_id: int | None
    detail: dict[str, Any]


class How(StrEnum):
    """The way by which somebody left: the mail program's button, or the button on our page."""

    ONE_CLICK = "one_click"
    PAGE = "page"
    PREFERENCES = "preferences"
    EDITOR = "editor"
    MAIL = "mail"
    COMPLAINT = "complaint"


class Leaving(Struct, frozen=True):
    """Somebody's wish to leave a newsletter, and the mail that it came from, where it did."""

    contact_id: int
    newsletter_id: int
    how: How
    message_id: int | None = None
    dispatch_id: int | None = None


class Unsubscribed(Struct, frozen=True):
    """What an unsubscribe did: whether a subscription ended now, what it stopped."""

    ended: bool
    withdrawn: int


class ClickCount(Struct, frozen=True):
    """Visits of one link in one hour, to be added to what was counted before."""

    dispatch_id: int
    link_number: int
    hour: datetime
    clicks: int
    scanner_clicks: int


class LinkClicks(Struct, frozen=True):
    """The counted clicks of one link of one dispatch; scanners stand apart."""

    number: int
    url: str
    clicks: int
    scanner_clicks: int


class HourClicks(Struct, frozen=True):
    """The counted clicks of all links of one dispatch in one hour."""

    hour: datetime
    clicks: int
    scanner_clicks: int


class Target(Struct, frozen=True):
    """Where a link of a sent mail leads, and when its dispatch began."""

    url: str
    opened_at: datetime | None


class Count(Struct, frozen=True):
    """How many rows carry one state, reason or kind."""

    name: str
    count: int


class Reach(Struct, frozen=True):
    """One organisation that the audience concerned: people, and how many got it or may."""

    id: int
    name: str
    kind: str
    canton: str
    district: str
    concerned: int
    accepted: int
    under_way: int


class Coverage(Struct, frozen=True):
    """Whom a dispatch reached, as it was at `counted_at`; None: as it is now."""

    counted_at: datetime | None
    members: list[Reach]


class Leaver(Struct, frozen=True):
    """Somebody who unsubscribed by a mail of one dispatch."""

    id: int
    at: datetime
    contact_id: int | None
    how: str
    label: str
    address: str
    organisation: str


class Reported(Struct, frozen=True):
    """One line in the list of reports."""

    dispatch_id: int
    title: str
    number: int
    newsletter: str
    state: str
    opened_at: datetime
    candidates: int
    accepted: int
    refused: int
    unknown: int
    left_out: int
    unsubscribed: int
    clicks: int


class Happening(Struct, frozen=True):
    """One line of a contact's history: a message settled, or a later fact."""

    at: datetime
    what: str
    dispatch_id: int | None
    title: str | None
    detail: str


class Report(Struct, frozen=True):
    """The numbers of one dispatch, as the rows say at this moment."""

    candidates: int
    states: dict[str, int]
    left_out: tuple[Count, ...]
    unsubscribed: int
    bounced: int
    complained: int
    links: tuple[LinkClicks, ...]
    hours: tuple[HourClicks, ...]
    coverage: Coverage | None  # None while it is being counted

    @property
    def reach(self) -> list[Reach]:
        return self.coverage.members if self.coverage else []


class ReturnedKind(StrEnum):
    """What a mail that came back is."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    AUTO_REPLY = "auto_reply"
    HUMAN = "human"
    OTHER = "other"


class ReturnedEffect(StrEnum):
    """What a returned mail did. `unmatched`: nobody can be told by it who it is about."""

    NONE = "none"
    COUNTED = "counted"
    SUSPENDED = "suspended"
    ENDED = "ended"
    FORWARDED = "forwarded"
    UNMATCHED = "unmatched"


class Returned(Struct, frozen=True):
    """A mail that came back, without its original; names are joined from where they stand today."""

    id: int
    at: datetime
    envelope_to: str
    size: int
    kind: ReturnedKind
    class_: str
    reason: str
    status: str
    recipient: str
    reporter: str
    said: str
    subject: str
    effect: ReturnedEffect
    contact_id: int | None
    dispatch_id: int | None
    seen_at: datetime | None
    contact: str
    title: str


class ReturnedFilter(Struct, frozen=True):
    """What a list of returned mail is narrowed to; `new` ones nobody has seen who should."""

    kind: ReturnedKind | None = None
    effect: ReturnedEffect | None = None
    new: bool = False
    dispatch_id: int | None = None
    q: str = ""  # words of an address or a subject


class Original(Struct, frozen=True):
    """The bytes of a returned mail as far as they are kept."""

    data: bytes


class Trouble(Struct, frozen=True):
    """One mail that a contact's mailbox did not take.

    `judged` where it is a report that came back and counts; else a refusal at the hand-over.
    """

    contact_id: int
    dispatch_id: int | None
    at: datetime
    judged: bool
    code: int
    status: str
    reply: str


class IntakeDoor(StrEnum):
    """Through what returned mail comes in: our own mail server, or a mailbox elsewhere."""

    LISTENER = "listener"
    MAILBOX = "mailbox"


class IntakeState(Struct, frozen=True):
    """How one door stands; `trouble` says why nothing comes in."""

    door: IntakeDoor
    since: datetime
    looked_at: datetime
    trouble: Text | None
