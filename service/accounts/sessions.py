"""How long a session lasts and what of it is stored. Pure: tokens are made by the actions."""

import hashlib
from datetime import datetime, timedelta

IDLE = timedelta(hours=24)
LONGEST = timedelta(days=14)
# Being seen is written at most this often, so that reading pages stays reading.
TOUCH_EVERY = timedelta(minutes=5)


def key(token: str) -> bytes:
    """Return what is stored of a token: whoever reads the table cannot log in with it."""
    return hashlib.sha256(token.encode()).digest()


def expiry(created_at: datetime, now: datetime) -> datetime:
    """Return when a session seen now ends: a day later, at most two weeks after login."""
    return min(now + IDLE, created_at + LONGEST)


def due_for_touch(seen_at: datetime, now: datetime) -> bool:
    """Tell whether being seen is worth writing down again."""
    return now - seen_at >= TOUCH_EVERY


def agent_label(user_agent: str) -> str:
    """Return a browser's and a system's name, so that a session is recognised; no more is kept."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


# The more special mark first: Edge also says Chrome, and Chrome also says Safari.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
