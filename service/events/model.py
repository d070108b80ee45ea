"""The shapes of later facts and of the numbers made from them. Decides and fetches nothing."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class EventKind(StrEnum):
    """What can happen to a message after it left us; mirrors the database type event_kind."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    BOUNCED = "bounced"


class Event(Struct, frozen=True):
    """One later fact about one message."""

    id: int
    at: datetime
    kind: EventKind
    message_id: int | None
    contact_id: int | None
    dispatch_id: int | None
    detail: dict[str, Any]


class How(StrEnum):
    """The way by which somebody left: the mail program's button, or the button on our page."""

    ONE_CLICK = "one_click"
    PAGE = "page"


class Unsubscribed(Struct, frozen=True):
    """What an unsubscribe did: whether a subscription ended now, how many queued rows it stopped."""

    ended: bool
    withdrawn: int


class LinkClicks(Struct, frozen=True):
    """The counted clicks of one link of one dispatch; scanners stand apart."""

    number: int
    url: str
    clicks: int
    scanner_clicks: int


class HourClicks(Struct, frozen=True):
    """The counted clicks of all links of one dispatch in one hour."""

    hour: datetime
    clicks: int
    scanner_clicks: int
