"""Whom a temporary refusal delays, and for how long it asks us to wait. Pure.

Greylisting and full mailboxes concern one recipient; policy replies (4.7.x) and words about speed
concern the destination; 421 means that the server itself has enough (RFC 5321 §3.8, RFC 3463 §3).
"""

import re
from datetime import timedelta

from service.delivery.model import Reply, Scope

_GREYLISTING = re.compile(r"gr[ea]y-?\s?list", re.IGNORECASE)
_SPEED = re.compile(
    r"too (?:many|fast|much|quickly)|rate.{0,3}limit|unusual rate|throttl|slow(?:ing)? down"
    r"|(?:rate|limit|quota)s? (?:was |has been |is )?exceeded|exceed\w* .{0,40}(?:rate|limit)"
    r"|server busy|congest|temporarily deferred",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:in|after|within|wait|for)\s+(?:at least\s+|another\s+|about\s+)?"
    r"(?:(\d{1,2}):(\d\d):(\d\d)|(\d{1,5})\s*(s|sec|m|min|h|hour)(?:onds?|s|utes?|rs?|ours?)?\b)",
    re.IGNORECASE,
)
_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}
_ADDRESS = re.compile(r"[^\s<>()\[\]\"';,:]+@[^\s<>()\[\]\"';,]+")
_VARIES = re.compile(r"\S*\d\S*")


def scope_of(said: Reply) -> Scope:
    """Return whom a 4xx reply delays."""
    if said.code == 421:
        return Scope.RELAY
    speed = _SPEED.search(said.text) is not None
    if _GREYLISTING.search(said.text) or said.status.startswith("4.2."):
        return Scope.RECIPIENT
    if speed:
        return Scope.DESTINATION
    # «Try again in 300 seconds» and no word about speed is greylisting under another name.
    policy = said.status.startswith("4.7.") and wait_named(said) is None
    return Scope.DESTINATION if policy else Scope.RECIPIENT


def wait_named(said: Reply) -> timedelta | None:
    """Return the wait that a reply names, None where it names none."""
    found = _NAMED.search(said.text)
    if found is None:
        return None
    hours, minutes, seconds, amount, unit = found.groups()
    if amount is None:
        return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return timedelta(seconds=int(amount) * _SECONDS[unit.lower()])


def without_addresses(text: str) -> str:
    """Return a reply without anybody's address."""
    return _ADDRESS.sub("…", text)


def same_words(one: str, other: str) -> bool:
    """Tell whether two replies say the same, whatever numbers and addresses stand in them."""
    return bool(one) and _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return _VARIES.sub("#", without_addresses(text)).casefold()
