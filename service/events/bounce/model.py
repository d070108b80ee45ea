"""The values of the classifier."""

from enum import StrEnum

from msgspec import Struct

from service.delivery.refusal.model import Class

UNREADABLE = "unreadable"  # the reason of a mail that would have taken too much to read


class Kind(StrEnum):
    """What a mail to the envelope sender is."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    HUMAN = "human"
    OTHER = "other"


class Failure(Struct, frozen=True):
    """What one report says about one recipient; `firm` unless the report is damaged there."""

    recipient: str
    action: str
    status: str
    words: str
    original: str = ""
    firm: bool = True


class Verdict(Struct, frozen=True):
    """What a mail is and, for a bounce, whom it concerns and why (the first of them).

    `hard` when one of the recipients at least is gone for good; which ones, `gone` says.
    """

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
    gone: tuple[str, ...] = ()  # the recipients of whom it says so for good
    said: str = ""  # the words of the server; for a complaint, what kind it is (abuse, not-spam …)
