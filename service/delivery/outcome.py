"""What a mail server's reply means for a message. Pure.

A refusal is laid to the recipient only where the server says so with an enhanced status code
(RFC 3463): a bare 550 may as well be about us, and a false "unknown mailbox" loses a member.
"""

import re

from service.delivery.model import (
    Accepted,
    AttemptOutcome,
    Cause,
    Deferred,
    Outcome,
    Refused,
    Reply,
    Scope,
    Unknown,
)
from service.outbox.model import MessageState

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_LONGEST_REPLY = 1000

_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
_AUTHENTICATION_CODES = {530, 534, 535, 538}
_AUTHENTICATION = {"5.7.8", "5.7.9", "5.7.26", "5.7.515"}
_CONTENT = {"5.3.4", "5.2.3"}


def reply(code: int, text: str) -> Reply:
    """Return a server's reply with its enhanced status code, cut to what is worth keeping."""
    clean = "".join(c if c.isprintable() else " " for c in text).strip()
    found = _STATUS.match(clean)
    status = found[1] if found and found[1][0] == str(code)[0] else ""
    return Reply(code, status, clean[:_LONGEST_REPLY])


def of_refusal(said: Reply) -> Deferred | Refused:
    """Judge a reply that stopped a message before its final dot.

    What is refused because we did not authenticate is put off, not lost: the breaker stops the
    dispatch, somebody corrects the settings, and the message goes out after all.
    """
    if said.code == 421:
        return Deferred(said, Scope.RELAY)
    if 500 <= said.code <= 599 and not unauthenticated(said):
        return Refused(said, cause_of(said))
    return Deferred(said, Scope.RECIPIENT)


def unauthenticated(said: Reply) -> bool:
    """Tell whether a refusal says that we (or our mails) are not authenticated."""
    return said.code in _AUTHENTICATION_CODES or said.status in _AUTHENTICATION


def of_final(said: Reply) -> Outcome:
    """Judge the reply to the final dot; what is no proper reply is unknown."""
    if 200 <= said.code <= 299:
        return Accepted(said)
    if 400 <= said.code <= 599:
        return of_refusal(said)
    return Unknown(said)


def cause_of(said: Reply) -> Cause:
    """Return what a permanent refusal is about."""
    if said.status in _ADDRESS:
        return Cause.ADDRESS
    if said.status in _CONTENT or said.status.startswith("5.6."):
        return Cause.CONTENT
    if said.status.startswith("5.2."):
        return Cause.MAILBOX
    return Cause.POLICY if said.status.startswith("5.7.") else Cause.OTHER


def state_of(result: Outcome) -> MessageState:
    """Return the state that an outcome puts a message in."""
    match result:
        case Accepted():
            return MessageState.ACCEPTED
        case Deferred():
            return MessageState.DEFERRED
        case Refused():
            return MessageState.REFUSED
        case Unknown():
            return MessageState.UNKNOWN


def recorded_as(result: Outcome) -> AttemptOutcome:
    """Return how the attempt stands in the record."""
    return AttemptOutcome(state_of(result).value)
