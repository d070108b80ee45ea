"""The values of a judgement on a refusal."""

from enum import StrEnum

from msgspec import Struct


class Class(StrEnum):
    """Whose matter a refusal is: the address, its owner, ours, or the network's."""

    INVALID = "invalid"
    RECIPIENT_STATE = "recipient_state"
    SENDER_POLICY = "sender_policy"
    INFRA = "infra"
    UNKNOWN = "unknown"


class Step(StrEnum):
    """What a server answered to when it refused (RFC 5321 §3.3)."""

    CONNECT = "connect"  # its greeting, or the answer to EHLO
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the command, or the content
    UNSAID = "unsaid"


class Refusal(Struct, frozen=True):
    """Why no mail is taken. `hard`: the address is beyond doubt no good, now and later."""

    reason: str
    class_: Class
    hard: bool
    status: str
