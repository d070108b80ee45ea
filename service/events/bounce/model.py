"""The values of the classifier."""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What a mail to the envelope sender is."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    HUMAN = "human"
    OTHER = "other"


class Class(StrEnum):
    """Whose matter a bounce is: the address, its owner, ours, or the network's."""

    INVALID = "invalid"
    RECIPIENT_STATE = "recipient_state"
    SENDER_POLICY = "sender_policy"
    INFRA = "infra"
    UNKNOWN = "unknown"


class Failure(Struct, frozen=True):
    """What one report says about one recipient."""

    recipient: str
    action: str
    status: str
    words: str
    original: str = ""


class Verdict(Struct, frozen=True):
    """What a mail is and, for a bounce, whom it concerns and why."""

    kind: Kind
    recipients: tuple[str, ...] = ()
    class_: Class = Class.UNKNOWN
    reason: str = ""
    hard: bool = False
    status: str = ""
    reply: str = ""
    token: str = ""
    delayed: bool = False  # it is still being tried
    reporter: str = ""  # the host that reports it
    said: str = ""  # the words of the server; for a complaint, what kind it is (abuse, not-spam …)
