"""What the delivery stage speaks of: outcomes of a hand-over, and how a relay stands. Pure."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from service.kit.text import Text


class AttemptOutcome(StrEnum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class RelayCondition(StrEnum):
    UP = "up"
    DOWN = "down"
    LOCKED_OUT = "locked_out"


class DestinationKind(StrEnum):
    """What a pace is kept for: a mail server of ours, a group of receivers, a single domain."""

    RELAY = "relay"
    GROUP = "group"
    DOMAIN = "domain"


class DestinationCondition(StrEnum):
    """How mail may leave for a destination: as fast as it goes, at a rate, or not for now."""

    FREE = "free"
    LIMITED = "limited"
    RESTING = "resting"


class Scope(StrEnum):
    """Whom a temporary refusal delays: a recipient alone, a destination, or all on this relay."""

    RECIPIENT = "recipient"
    DESTINATION = "destination"
    RELAY = "relay"


class Cause(StrEnum):
    """What a permanent refusal is about; the first two concern the recipient."""

    ADDRESS = "address"
    MAILBOX = "mailbox"
    CONTENT = "content"
    POLICY = "policy"
    OTHER = "other"


class Reply(Struct, frozen=True):
    """What a server said: `code` 0 where it said nothing, `status` the RFC 3463 code or ""."""

    code: int
    status: str
    text: str


class Accepted(Struct, frozen=True):
    reply: Reply


class Deferred(Struct, frozen=True):
    reply: Reply
    scope: Scope


class Refused(Struct, frozen=True):
    reply: Reply
    cause: Cause


class Unknown(Struct, frozen=True):
    """The final dot was sent (or may have been), and no answer came."""

    reply: Reply


class Withheld(Struct, frozen=True):
    """The ledger did not allow the final dot: paused, cancelled, unsubscribed, or a lost lease."""


Outcome = Accepted | Deferred | Refused | Unknown


class Attempt(Struct, frozen=True):
    """One try to hand a message over, for the record."""

    message_id: int
    number: int
    started_at: datetime
    ended_at: datetime
    relay: str
    outcome: AttemptOutcome
    code: int
    status: str
    reply: str


class RelayState(Struct, frozen=True):
    """How a mail server stands with us; `probe_at` is when we try it again."""

    relay: str
    condition: RelayCondition
    since: datetime
    trouble: Text | None
    probes: int
    probe_at: datetime | None


class Destination(Struct, frozen=True):
    """What receivers told us about our speed; `pace.rate` and `pace.condition` read it.

    `ceiling` is mails a second. `last_…` is the last reply that was no acceptance, without
    anybody's address.
    """

    kind: DestinationKind
    name: str
    ceiling: float | None
    slowed_at: datetime | None
    strikes: int
    rests: int
    paused_until: datetime | None
    flow: float
    flow_at: datetime
    burst: float
    window: int
    accepted: int
    deferred: int
    refused: int
    last_code: int
    last_status: str
    last_reply: str
    last_at: datetime | None
    changed_at: datetime


class Route(Struct, frozen=True):
    """Which group takes a domain's mail, "" for none."""

    domain: str
    destination: str


class Limits(Struct, frozen=True):
    """Seconds to wait for a mail server (RFC 5321 §4.5.3.2), and mails per connection.

    `drain` is what hand-overs in flight get when the process is asked to stop, `writing` what the
    database gets after that to take what came of them: as long as it needs to start anew.
    """

    greeting: float = 60.0
    command: float = 300.0
    final_dot: float = 600.0
    drain: float = 8.0
    writing: float = 20.0
    mails: int = 200


class Unreachable(Exception):
    """No session could be opened; `condition` tells whether trying again by itself makes sense."""

    def __init__(self, condition: RelayCondition, text: Text, brief: Text | None = None) -> None:
        super().__init__(str(text))
        self.condition = condition
        self.text = text
        self.brief = brief or text  # for somebody who is waiting for the answer
