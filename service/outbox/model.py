"""What the outbox speaks of, as frozen values. Decides nothing, reads nothing."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from service.kit.text import Text

# Seconds from asking the ledger in which a final dot must have left; later it is not sent any more.
# Whoever saw a hand-over begin knows after this time that no new dot comes of it.
DOT_WITHIN = 1.0
_TELLING = timedelta(seconds=10)


class DispatchState(StrEnum):
    SCHEDULED = "scheduled"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class DispatchHold(StrEnum):
    """What a waiting dispatch waits for: the mail server to answer, or a person to decide."""

    RELAY = "relay"
    PERSON = "person"


class MessageState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class NoticeKind(StrEnum):
    CONFIRMATION = "confirmation"
    APPROVAL = "approval"
    PREFERENCES = "preferences"
    TASK = "task"
    TEST = "test"
    REPLY = "reply"
    PASSWORD = "password"  # noqa: S105 (a kind of mail)
    CONTROL = "control"


class Letterhead(Struct, frozen=True):
    """What the headers of all messages of one dispatch share; frozen with the audience."""

    sender_name: str
    sender_address: str
    reply_to: str
    list_title: str
    list_slug: str
    language: str
    public_url: str
    archive_url: str
    association: str


class Dispatch(Struct, frozen=True):
    """One sending of one edition to one audience."""

    id: int
    edition_id: int
    newsletter_id: int
    state: DispatchState
    content_hash: str
    scheduled_at: datetime
    scheduled_by: int | None
    created_at: datetime
    opened_at: datetime | None
    finished_at: datetime | None
    hold: DispatchHold | None
    trouble: Text | None
    candidates: int
    opens_at: datetime | None
    closes_at: datetime | None
    not_after: datetime | None
    warm_up: str

    def may_leave(self, now: datetime) -> bool:
        """Tell whether its mail may leave at an instant, as SQL's function of this name does."""
        begun = self.opens_at is None or self.opens_at <= now
        ends = [end for end in (self.closes_at, self.not_after) if end is not None]
        return begun and all(now < end for end in ends)


class DispatchLine(Struct, frozen=True):
    """One line of the list of dispatches."""

    id: int
    edition_id: int
    edition_title: str
    edition_number: int
    newsletter_title: str
    state: DispatchState
    scheduled_at: datetime
    opened_at: datetime | None
    finished_at: datetime | None
    trouble: Text | None
    candidates: int
    opens_at: datetime | None
    closes_at: datetime | None

    def rests(self, now: datetime) -> bool:
        """Tell whether it runs, but waits for its newsletter's next send hours."""
        if self.opens_at is None or self.closes_at is None:
            return False
        return self.state is DispatchState.RUNNING and not self.opens_at <= now < self.closes_at


class Rendition(Struct, frozen=True):
    """An edition as one variant of a dispatch's audience gets it, its slots still open."""

    dispatch_id: int
    variant: int
    subject: str
    preheader: str
    html: str
    text: str
    nonce: str


class Ticket(Struct, frozen=True):
    """A claimed message: everything that differs from one recipient to the next, and the fence.

    The fence is the number of its stretch (`chunk`) and of the lease on it (`attempt`).
    """

    message_id: int
    dispatch_id: int
    chunk: int
    attempt: int
    contact_id: int
    address: str
    salutation: str
    language: str
    variant: int
    dated_at: datetime
    tries: int = 0


class Lease(Struct, frozen=True):
    """A stretch of messages that one worker may hand over until the lease runs out."""

    dispatch_id: int
    number: int
    attempt: int  # how many leases the stretch has had
    first_id: int
    last_id: int


class Settled(Struct, frozen=True):
    """What became of a message, as the worker that held it reports it."""

    message_id: int
    dispatch_id: int
    chunk: int
    attempt: int
    state: MessageState
    at: datetime
    next_at: datetime | None = None
    code: int = 0
    status: str = ""
    reply: str = ""
    relay: str = ""


class Message(Struct, frozen=True):
    """One recipient's line in the ledger."""

    id: int
    dispatch_id: int
    contact_id: int
    address: str
    salutation: str
    language: str
    variant: int
    state: MessageState
    attempt: int
    tries: int
    next_at: datetime | None
    handed_at: datetime | None
    settled_at: datetime | None
    code: int
    status: str
    reply: str
    relay: str


class LeftOutLine(Struct, frozen=True):
    """One person who belongs to the audience but is owed no message, and why."""

    contact_id: int
    label: str
    organisation: str
    address: str
    reason: str


class ReasonCount(Struct, frozen=True):
    """How many people were left out for one reason."""

    reason: str
    count: int


class DomainCount(Struct, frozen=True):
    """How many mails go to the addresses of one domain."""

    domain: str
    mails: int


class Audience(Struct, frozen=True):
    """Whom a dispatch would be frozen to if it were opened now."""

    recipients: int
    left_out: list[ReasonCount]
    domains: list[DomainCount]


class Link(Struct, frozen=True):
    """What stands behind /k/DISPATCH/NUMBER."""

    number: int
    url: str


class Standing(Struct, frozen=True):
    """How a dispatch stands, counted in one statement."""

    queued: int
    claimed: int
    handing_over: int
    accepted: int
    deferred: int
    refused: int
    unknown: int
    withdrawn: int
    left_out: int
    settled_lately: int
    next_at: datetime | None

    @property
    def waiting(self) -> int:
        """Return how many messages wait for a try, or are at it."""
        return self.queued + self.claimed + self.handing_over

    def rate(self, span: timedelta) -> float:
        """Return how many a second were settled in the last `span`, while some wait.

        It is 0 for a span that says nothing about what follows, as in a dispatch's first seconds.
        """
        telling = self.waiting > 0 and span >= _TELLING
        return self.settled_lately / span.total_seconds() if telling else 0.0


class Progress(Struct, frozen=True):
    """A dispatch in numbers: `rate` per second; `expected_end` where one can be told."""

    dispatch: Dispatch
    standing: Standing
    rate: float
    expected_end: datetime | None

    @property
    def owed(self) -> int:
        """Return how many messages still have to be settled."""
        s = self.standing
        return s.queued + s.claimed + s.handing_over + s.deferred

    @property
    def adds_up(self) -> bool:
        """Tell whether every candidate is accounted for."""
        s = self.standing
        return self.dispatch.candidates == (
            self.owed + s.accepted + s.refused + s.unknown + s.withdrawn + s.left_out
        )


class Recovered(Struct, frozen=True):
    """What was found with workers that are gone."""

    queued: int
    unknown: int


class FirstResults(Struct, frozen=True):
    """What the mail server said so far, as the breaker judges it.

    `unanswered` are mails that it took in full without a word; not those of a worker that died.
    """

    tried: int
    hard: int
    policies: int
    unauthenticated: int
    unanswered: int


class Notice(Struct, frozen=True):
    """A mail to one person that a worker has claimed."""

    id: int
    kind: NoticeKind
    address: str
    sender_name: str
    sender_address: str
    subject: str
    text: str
    html: str
    attempt: int
    tries: int
    created_at: datetime
    give_up_at: datetime
    reply_to: str = ""


class Mail(Struct, frozen=True):
    """A finished mail: the envelope, and the bytes up to (not including) the final dot's line.

    They stand in pieces: a body of 60 kB is written once and not copied any more. `token` names
    the mail towards the mail server (RFC 3461 ENVID), "" for one that nobody tracks.
    """

    sender: str
    recipient: str
    pieces: tuple[bytes, ...]
    token: str = ""

    @property
    def content(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def size(self) -> int:
        """Octets of the content."""
        return sum(map(len, self.pieces))
