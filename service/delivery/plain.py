"""What a mail server's reply means, in a plain sentence for editors. Pure; it decides nothing.

Why a server refused, `refusal.judge` says, as it does for the ledger and for reports that come
back; here is only how that is told.
"""

import re
from functools import lru_cache

from service.delivery import outcome
from service.delivery.model import Reply
from service.delivery.refusal import judge
from service.kit.text import Text, msg

_GREYLISTING = msg(
    "The receiver does not know us yet and wants us to come back in a few minutes (greylisting)."
    " That is usual."
)
_ACCEPTED = msg("The mail server has taken the mail over.")
_SILENT = msg("The connection broke before there was an answer.")
_LATER = msg("The receiver does not take the mail just now, and does not say why.")
_NEVER = msg("The receiver does not take the mail, and does not say why.")

_BLOCKED = msg("The receiver has our mail server on a block list, or does not trust it.")
_FAST = msg("The receiver finds that we send too fast, or on too many connections.")
_NOT_US = msg(
    "The receiver does not believe that the mail is from us. SPF, DKIM and DMARC of the sender's"
    " domain need a look (./run doctor)."
)
_RULE = msg("A rule of the receiver forbids it.")
_TROUBLE = msg("The receiver's mail server has trouble of its own at present.")
_WAY = msg("The mail server could not reach the receiver, or the connection broke.")
_SYNTAX = msg("The receiver's mail server did not understand ours.")
_CONTENT = msg("The receiver objects to the content of the mail (such as links or attachments).")

_LINE = re.compile(r"(?:([245]\d\d)\b[ -]?)?(?:([245]\.\d{1,3}\.\d{1,3})\b)?")
_TLS = msg("The receiver wants the connection encrypted in another way.")
_BEYOND_ASCII = msg(
    "The mail server takes no address with umlauts or other special letters before the @."
)
_UNREADABLE = msg(
    "Mail cannot be sent to this address as it is written. Correct it on the contact's page."
)
_NONSENSE = msg("The mail server answered what nobody understands. Its operator should look at it.")
_OWN_NONSENSE = re.compile(
    r"^(the answer (is|contra|has no)|spoke unasked|malformed|response too)", re.I
)

# What is said only for now, by words that servers use, or by the status; first match wins.
FOR_NOW: tuple[tuple[re.Pattern[str], Text], ...] = tuple(
    (re.compile(words, re.IGNORECASE), text)
    for words, text in (
        (r"gr[ae]y-?\s?list", _GREYLISTING),
        (r"too (fast|many|much)|\brate\b|throttl|slow(ing)? down|concurrent|limit (is )?(exceeded"
         r"|reached)|\bbusy\b", _FAST),
        (r"\b(start)?tls\b", _TLS),
        (r"overload|insufficient (system|disk)|maintenance|internal|local (error|problem)"
         r"|temporar\w+ (problem|failure|error|unavailable)|^4\.3\.", _TROUBLE),
        (r"^4\.7\.[01]\b", _LATER),
    )
)  # fmt: skip

MEANINGS: dict[str, Text] = {
    "userunknown": msg("There is no such mailbox."),
    "hostunknown": msg("The address leads nowhere: no mail server stands behind its domain."),
    "hasmoved": msg("The mailbox has moved."),
    "notaccept": msg("This domain takes no mail."),
    "mailboxfull": msg("The mailbox is full."),
    "suspend": msg("The mailbox is closed or locked at present."),
    "filtered": msg("The mailbox did not take the mail."),
    "exceedlimit": msg("The mail is larger than this mailbox takes."),
    "mesgtoobig": msg("The mail is larger than the receiver takes."),
    "systemfull": msg("The receiver's mail server has no room left."),
    "rejected": msg("The receiver does not take mail from our sender's address."),
    "blocked": _BLOCKED,
    "badreputation": _BLOCKED,
    "authfailure": _NOT_US,
    "policyviolation": _RULE,
    "securityerror": _RULE,
    "requireptr": msg("The receiver wants our mail server to have a proper name (PTR)."),
    "spamdetected": msg("The receiver takes the mail for spam."),
    "virusdetected": msg("The receiver takes the mail for a virus."),
    "norelaying": msg("The mail server may not pass mail on to this address for us."),
    "speeding": _FAST,
    "toomanyconn": _FAST,
    "contenterror": _CONTENT,
    "notcompliantrfc": _CONTENT,
    "failedstarttls": _TLS,
    "syntaxerror": _SYNTAX,
    "expired": _WAY,
    "networkerror": _WAY,
    "systemerror": _TROUBLE,
    "mailererror": _TROUBLE,
}


@lru_cache(maxsize=4096)
def meaning(code: int, status: str, reply: str) -> Text:
    """Return what a reply means; `status` is its RFC 3463 code or "", `code` 0 for no answer."""
    if 200 <= code <= 299:
        return _ACCEPTED
    if outcome.unauthenticated(Reply(code, status, reply)):
        return _NOT_US
    if status == "5.6.7":  # RFC 6531 §3.5
        return _BEYOND_ASCII
    if not 400 <= code <= 599:
        return _NONSENSE if code else _found(status, reply)
    if code < 500:
        said = f"{status} {reply}"
        if found := next((text for words, text in FOR_NOW if words.search(said)), None):
            return found
    judged = judge.judge(f"{code} {reply}", status)
    return MEANINGS.get(judged.reason) or (_NEVER if code >= 500 else _LATER)


def _found(status: str, reply: str) -> Text:
    """Return what we found out ourselves, without any reply."""
    if status:
        return _UNREADABLE
    return _NONSENSE if _OWN_NONSENSE.search(reply) else _SILENT


def of_line(line: str) -> Text | None:
    """Return what a reply on one line means, as it stands on record; None where it is none."""
    found = _LINE.match(line)
    code, status = (found[1] or "", found[2] or "") if found else ("", "")
    if not code and not status:
        return None
    return meaning(int(code or f"{status[0]}50"), status, line)
