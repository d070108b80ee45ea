"""Which reason is whose matter, and what a status code says where the words say nothing: tables.

Classes and reasons are those of design: the address is wrong (invalid), its owner's mailbox takes
nothing now (recipient_state), they do not want us (sender_policy), or something broke (infra).
"""

import functools
import re

from service.delivery.refusal import words_on_recipients, words_on_us
from service.delivery.refusal.model import Class
from service.delivery.refusal.patterns import any_of

CLASSES: dict[str, Class] = {
    **dict.fromkeys(("userunknown", "hostunknown", "hasmoved", "notaccept"), Class.INVALID),
    **dict.fromkeys(
        ("mailboxfull", "suspend", "filtered", "exceedlimit", "systemfull", "mesgtoobig"),
        Class.RECIPIENT_STATE,
    ),
    **dict.fromkeys(
        (
            "rejected", "blocked", "authfailure", "policyviolation", "requireptr", "spamdetected",
            "securityerror", "norelaying", "badreputation", "speeding", "toomanyconn",
            "contenterror", "virusdetected", "notcompliantrfc", "failedstarttls", "syntaxerror",
        ),
        Class.SENDER_POLICY,
    ),
    **dict.fromkeys(("expired", "networkerror", "systemerror", "mailererror"), Class.INFRA),
    **dict.fromkeys(("onhold", "undefined", ""), Class.UNKNOWN),
}  # fmt: skip

HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

# RFC 3463 and the IANA registry of enhanced status codes. The first digit is left out.
_STATUS: dict[str, str] = {
    "1.0": "userunknown", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown",
    "1.4": "userunknown", "1.6": "hasmoved", "1.7": "rejected", "1.8": "rejected",
    "1.9": "userunknown", "1.10": "notaccept", "2.0": "suspend", "2.1": "suspend",
    "2.2": "mailboxfull", "2.3": "exceedlimit", "2.4": "filtered", "3.0": "systemerror",
    "3.1": "systemfull", "3.2": "notaccept", "3.3": "systemerror", "3.4": "mesgtoobig",
    "3.5": "systemerror", "4.0": "networkerror", "4.1": "expired", "4.2": "networkerror",
    "4.3": "systemerror", "4.4": "hostunknown", "4.5": "systemfull", "4.6": "networkerror",
    "4.7": "expired", "5.0": "syntaxerror", "5.1": "syntaxerror", "5.2": "syntaxerror",
    "5.3": "toomanyconn", "5.4": "syntaxerror", "5.6": "syntaxerror", "6.0": "contenterror",
    "6.1": "contenterror", "6.2": "contenterror", "6.3": "contenterror", "6.5": "contenterror",
    "6.6": "contenterror", "6.7": "contenterror", "6.9": "contenterror", "7.0": "securityerror",
    "7.1": "rejected", "7.2": "rejected", "7.3": "securityerror", "7.4": "securityerror",
    "7.7": "securityerror", "7.8": "securityerror", "7.9": "policyviolation",
    "7.10": "securityerror", "7.13": "suspend", "7.15": "speeding", "7.16": "rejected",
    "7.17": "hasmoved", "7.20": "authfailure", "7.21": "authfailure", "7.22": "authfailure",
    "7.23": "authfailure", "7.24": "authfailure", "7.25": "requireptr", "7.26": "authfailure",
    "7.27": "authfailure", "7.28": "speeding", "7.29": "authfailure", "7.30": "failedstarttls",
    # Microsoft's own (Exchange Online).
    "1.350": "userunknown", "1.351": "userunknown", "4.300": "expired", "4.316": "expired",
    "4.317": "expired", "4.318": "expired", "7.507": "filtered",
    "1.20": "notcompliantrfc", "1.90": "speeding", "2.121": "speeding", "2.122": "speeding",
    "4.14": "networkerror", "4.310": "hostunknown", "4.312": "networkerror",
    "7.57": "securityerror", "7.64": "norelaying", "7.232": "speeding", "7.233": "speeding",
    "7.509": "authfailure", "7.511": "blocked", "7.515": "authfailure",
}  # fmt: skip

# What the middle digit alone says, for details that nobody registered.
_SUBJECTS = {
    "2": "filtered", "3": "systemerror", "4": "networkerror", "5": "syntaxerror",
    "6": "contenterror", "7": "securityerror",
}  # fmt: skip
# A code that servers send with anything at all; their words are asked before it.
_VAGUE = frozenset({"0.0", "1.0", "2.0", "3.0", "4.0", "4.1", "5.0", "6.0", "7.0", "7.1"})


_ADDRESS = re.compile(r"[^\s<>\"'(),:;@\[\]]{1,64}@[\w-][\w.-]{0,250}\w")
# Before what made Postfix give a destination up for a while, which is what counts.
_SUSPENDED = re.compile(r"\bdelivery temporarily suspended: (?=\S)")
_ENOUGH = 3_000  # whoever has not given a reason by then gives none; patterns stay quick
# From the narrow to the wide: «spam» says more than «rejected», and a sender unknown to them would
# else be a user unknown to them.
_ORDER = (
    "authfailure", "notaccept", "networkerror", "hasmoved", "requireptr", "notcompliantrfc",
    "virusdetected", "spamdetected", "badreputation", "mailboxfull", "exceedlimit", "mesgtoobig",
    "speeding", "toomanyconn", "norelaying", "filtered", "suspend", "rejected", "userunknown",
    "hostunknown", "blocked", "policyviolation", "securityerror", "contenterror", "systemfull",
    "mailererror", "expired", "systemerror", "syntaxerror",
)  # fmt: skip
_WORDS = {**words_on_recipients.WORDS, **words_on_us.WORDS}
_NARROW = [
    *((reason, any_of(words)) for reason, words in words_on_recipients.EARLY.items()),
    *((reason, any_of(_WORDS[reason])) for reason in _ORDER),
]
_WIDE = [(reason, any_of(words)) for reason, words in words_on_us.WIDE]


def by_words(text: str) -> str:
    """Return the reason that a server's words tell, or an empty text."""
    return _narrow(normalised(text))


@functools.lru_cache(maxsize=32)  # the recipients of one report share its text
def _narrow(said: str) -> str:
    return next((reason for reason, pattern in _NARROW if pattern.search(said)), "")


def by_vague_words(text: str) -> str:
    """Return the reason that words make likely where nothing else says anything."""
    said = normalised(text)
    return next((reason for reason, pattern in _WIDE if pattern.search(said)), "")


def by_status(status: str) -> str:
    """Return the reason that an enhanced status code tells, or an empty text."""
    _, _, detail = status.partition(".")
    found = _STATUS.get(detail) or _SUBJECTS.get(detail.partition(".")[0], "")
    if status.startswith("4") and found in HARD:
        # A temporary code never says for good that an address is wrong.
        return {"hostunknown": "networkerror", "notaccept": "systemerror"}.get(found, "onhold")
    return found


def is_vague(status: str) -> bool:
    """Tell whether a status code says next to nothing."""
    return status.partition(".")[2] in _VAGUE


def normalised(text: str) -> str:
    """Return words in small letters on one line, without the codes that start each reply line.

    Addresses all become the same: nobody has a full mailbox for being called full@…
    """
    flat = re.sub(r"\s+", " ", _ADDRESS.sub("a@b.example", text[:_ENOUGH].lower()))
    flat = _SUSPENDED.sub("", flat)
    return re.sub(r"\b[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3}\s)?", "", flat)
