"""Reads a refusal by its grammar: of what it speaks, and what it says of that.

The tables of words know how servers put it; this knows what they put: a mailbox that is not found,
a host that answers nobody, a sender who is turned away. A thing and what is said of it must stand
in one sentence, in whatever order and language; what holds only for now is never for good.
"""

import re

from service.delivery.refusal.notions import FOR_NOW, GONE_ELSEWHERE, PERHAPS
from service.delivery.refusal.patterns import any_of
from service.delivery.refusal.states import STATES
from service.delivery.refusal.things import THINGS

_SENTENCE = re.compile(r"(?<=[a-zß-ÿ)\]>\"'])[.;!?](?=\s|$)|\s-{2,}\s|\s[|]\s|\n")
# What a report says to lead up to what it says: who spoke, and of whom the rest is.
_LEADING = re.compile(
    r"(?:\b(?:the )?(?:(?:remote|mail|smtp|other|destination|recipient) ){0,2}(?:host|server|mta)"
    r"(?: \S*[.\[(]\S*){0,3}|\b[\w-]+(?:\.[\w-]+)+(?: [\[(]\S+[\])])?)"
    r" (?:said|says|replied|responded|returned|answered|reported)\b:?"
    r"|\b(?:following|these|folgende\w*|suivant\w*|seguent\w*)(?: list of)?"
    r" (?:recipient|address|user|empf[aä]nger|adress|destinatai?r|indirizz)\w*"
    r"|\brecipient address rejected: |\(in reply to [^)]{1,40}\)|\[rcpt to\]|\bafter rcpt to\b"
    r"|\bdoes not like recipient\b|\bgiving up on [\d.:a-f]+"
)
_LONGEST, _MOST = 240, 12
_GONE_ELSEWHERE = any_of(GONE_ELSEWHERE)

# What follows from a thing and a state, the first that holds: what is said of us comes before what
# is said of the recipient, since a sender whom they do not know is no unknown recipient.
_MEANING: tuple[tuple[str, str, str], ...] = (
    ("secrecy", "lacking", "securityerror"),
    ("proof", "lacking", "authfailure"),
    ("box", "full", "mailboxfull"),
    ("room", "full", "mailboxfull"),
    ("any", "forged", "authfailure"),
    ("message", "spam", "spamdetected"),
    ("ip", "spam", "spamdetected"),
    ("message", "big", "mesgtoobig"),
    ("message", "dropped", "policyviolation"),
    ("box", "big", "exceedlimit"),
    ("size", "refused", "mesgtoobig"),
    ("group", "forbidden", "rejected"),
    ("any", "exclusive", "rejected"),
    ("right", "lacking", "rejected"),
    ("way", "listed", "blocked"),
    ("ip", "listed", "blocked"),
    ("sender", "unlike", "rejected"),
    ("sender", "gone", "rejected"),
    ("sender", "nomail", "rejected"),
    ("sender", "refused", "rejected"),
    ("sender", "spam", "rejected"),
    ("you", "forbidden", "rejected"),
    ("any", "round", "networkerror"),
    ("yours", "listed", "blocked"),
    ("yours", "refused", "blocked"),
    ("box", "turned", "userunknown"),
    ("way", "refused", "blocked"),
    ("ip", "refused", "blocked"),
    ("peer", "refused", "blocked"),
    ("way", "fast", "speeding"),
    ("ip", "fast", "speeding"),
    ("message", "fast", "speeding"),
    ("box", "unwanted", "filtered"),
    ("host", "nomail", "notaccept"),
    ("box", "moved", "hasmoved"),
    ("box", "nomail", "suspend"),
    ("box", "off", "suspend"),
    ("hostname", "late", "expired"),
    ("domain", "gone", "hostunknown"),
    ("box", "gone", "userunknown"),
    ("box", "away", "suspend"),
    ("part", "gone", "notcompliantrfc"),
    ("seal", "gone", "failedstarttls"),
    ("yours", "gone", "blocked"),
    ("hostname", "gone", "hostunknown"),
    ("address", "moved", "hasmoved"),
    ("address", "nomail", "suspend"),
    ("address", "off", "suspend"),
    ("address", "gone", "userunknown"),
    ("address", "away", "suspend"),
    ("way", "gone", "blocked"),
    ("dns", "silent", "networkerror"),
    ("line", "late", "expired"),
    ("line", "down", "expired"),
    ("message", "late", "expired"),
    ("box", "late", "expired"),
    ("address", "late", "expired"),
    ("message", "refused", "policyviolation"),
    ("any", "barred", "suspend"),
    ("line", "refused", "blocked"),
    ("access", "refused", "rejected"),
    ("command", "lacking", "syntaxerror"),
    ("any", "ours", "systemerror"),
    ("any", "several", "systemerror"),
    ("part", "down", "contenterror"),
    ("part", "lacking", "notcompliantrfc"),
    ("any", "spam", "spamdetected"),
    ("any", "fast", "speeding"),
)
# What it is instead if it is said to hold for now.
_NOT_FOR_GOOD = {
    "userunknown": "suspend",
    "hasmoved": "suspend",
    "hostunknown": "networkerror",
    "notaccept": "systemerror",
}


def by_grammar(said: str, *, of: str = "") -> str:
    """Return the reason of the first sentence that tells one, "" where none does.

    `of` is the thing that is meant where a sentence names none: «unknown», says who was asked for
    a mailbox.
    """
    return next((reason for sentence in _sentences(said) if (reason := _meant(sentence, of))), "")


def for_now(reason: str, said: str) -> str:
    """Return a reason, or a milder one where what is said in these words holds only for now."""
    milder = _NOT_FOR_GOOD.get(reason, "")
    if not milder:
        return reason
    told = (s for s in _sentences(said) if FOR_NOW.search(s))
    return milder if any(_meant(sentence) for sentence in told) else reason


def is_about_us(said: str) -> bool:
    """Tell whether the first sentence that means something turns the sender away, or its server."""
    told = next((s for s in _sentences(said) if _meant(s)), "")
    ours = any(THINGS[name].search(told) for name in ("sender", "yours", "group"))
    return ours and _meant(told) in {"rejected", "blocked"}


def is_looked_up(said: str) -> bool:
    """Tell whether some sentence says in another language than English that a mailbox is not there.

    Servers that answer whomever they dislike with «user unknown» do so in English.
    """
    told = (s for s in _sentences(said) if _GONE_ELSEWHERE.search(s) and not PERHAPS.search(s))
    return any(_meant(sentence) == "userunknown" for sentence in told)


def _meant(sentence: str, of: str = "") -> str:
    things = {name for name, pattern in THINGS.items() if pattern.search(sentence)}
    if things == {"any"}:
        things.add(of)
    states = {name for name, pattern in STATES.items() if pattern.search(sentence)}
    if "group" in things and PERHAPS.search(sentence):
        return "rejected"  # nobody outside is told whether a group is there or closed
    for thing, state, reason in _MEANING:
        if thing in things and state in states:
            return _NOT_FOR_GOOD.get(reason, reason) if FOR_NOW.search(sentence) else reason
    return ""


def _sentences(said: str) -> list[str]:
    plain = _LEADING.sub(" ", said.replace("_", " "))
    pieces = (piece.strip()[:_LONGEST] for piece in _SENTENCE.split(plain))
    return [piece for piece in pieces if len(piece) > 3][:_MOST]
