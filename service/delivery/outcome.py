"""What a mail server's reply means for a message. Pure.

Whom a refusal is laid to, `refusal.judge` says, as of the reports that come back later: a bare 550
may as well be about us, and a false "unknown mailbox" loses a member.
"""

import re
from functools import lru_cache

from service.delivery import blame
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
from service.delivery.refusal import judge
from service.delivery.refusal.model import Class, Step
from service.outbox.model import MessageState

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_LONGEST_REPLY = 1000

_AUTHENTICATION_CODES = {530, 534, 535, 538}
_AUTHENTICATION = {"5.7.8", "5.7.9", "5.7.26", "5.7.515"}
_CONTENT = {"mesgtoobig", "exceedlimit", "contenterror", "virusdetected", "notcompliantrfc"}
_CAUSES = {
    Class.INVALID: Cause.ADDRESS,
    Class.RECIPIENT_STATE: Cause.MAILBOX,
    Class.SENDER_POLICY: Cause.POLICY,
}


def reply(code: int, text: str) -> Reply:
    """Return a server's reply with its enhanced status code, cut to what is worth keeping."""
    plain = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    clean = plain.strip()
    found = _STATUS.match(clean)
    status = found[1] if found and found[1][0] == str(code)[0] else ""
    return Reply(code, status, clean[:_LONGEST_REPLY])


def unanswered(why: Exception) -> Reply:
    """Return what is kept where no reply came: our own words, and perhaps a server's nonsense."""
    return reply(0, str(why)[:200])


def of_refusal(said: Reply, step: Step = Step.UNSAID) -> Deferred | Refused:
    """Judge a reply that stopped a message; `step` is the command that it answered.

    What is refused because we did not authenticate is put off, not lost: the breaker stops the
    dispatch, somebody corrects the settings, and the message goes out after all.
    """
    if 500 <= said.code <= 599 and not unauthenticated(said):
        return Refused(said, cause_of(said, step))
    if 400 <= said.code <= 499:
        return Deferred(said, blame.scope_of(said))
    if unauthenticated(said):
        return Deferred(said, Scope.RECIPIENT)
    # A yes to what nobody asked; it must not read as one.
    return Deferred(
        reply(0, f"the answer is out of turn: {said.code} {said.text}"), Scope.RECIPIENT
    )


def unauthenticated(said: Reply) -> bool:
    """Tell whether a refusal says that we (or our mails) are not authenticated."""
    return said.code in _AUTHENTICATION_CODES or said.status in _AUTHENTICATION


def of_final(said: Reply) -> Outcome:
    """Judge the reply to the final dot; what is no proper reply is unknown."""
    if 200 <= said.code <= 299:
        return Accepted(said)
    if 400 <= said.code <= 599:
        return of_refusal(said, Step.DATA)
    return Unknown(said)


def cause_of(said: Reply, step: Step = Step.UNSAID) -> Cause:
    """Return what a permanent refusal is about."""
    judged = judge.judge(f"{said.code} {said.text}", said.status, step=step)
    if judged.reason in _CONTENT:
        return Cause.CONTENT
    if judged.class_ is Class.INVALID and not judged.hard:
        return Cause.OTHER
    return _CAUSES.get(judged.class_, Cause.OTHER)


@lru_cache(maxsize=4096)  # servers repeat themselves, and a judgement takes its time
def over_us(said: Reply) -> bool:
    """Tell whether a refusal was about the sender or the way, so that mending that may help.

    What was about an address, its mailbox or the mail itself would only be refused again.
    """
    judged = judge.judge(f"{said.code} {said.text}", said.status)
    elsewhere = {Class.INVALID, Class.RECIPIENT_STATE}
    refused = 500 <= said.code <= 599
    return refused and judged.reason not in _CONTENT and judged.class_ not in elsewhere


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
