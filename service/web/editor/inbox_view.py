"""What of the inbox is shown, as it stands in an address: written and read back."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from service.items.lists import Filter
from service.items.model import ItemState
from service.kit.text import one_line
from service.web import keyset

_LARGEST = 1e9  # beyond any relevance, within what its column holds


class Tab(StrEnum):
    NEW = "new"
    MINE = "mine"
    LATER = "later"
    MUTED = "muted"
    PICKED = "picked"
    CHANGED = "changed"
    DISCARDED = "discarded"
    ALL = "all"


class View(msgspec.Struct, frozen=True):
    """A tab of the inbox with its filters, from a certain item on. A search looks through all."""

    state: Tab = Tab.NEW
    source: int = 0
    topic: int = 0
    q: str = ""
    since: str = ""
    until: str = ""
    sort: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "View":
        """Read the parts of an address; what makes no sense is left out."""
        state, q = given.get("state", ""), one_line(given.get("q", ""))[:200]
        return cls(
            state=Tab(state) if state in list(Tab) else Tab.ALL if q else Tab.NEW,
            source=_number(given.get("source", "")),
            topic=_number(given.get("topic", "")),
            q=q,
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            sort="relevance" if given.get("sort") == "relevance" else "",
            before=given.get("before", "")[:100],
        )

    @classmethod
    def of(cls, href: str) -> "View":
        """Read a whole address of ours."""
        return cls.read(dict(parse_qsl(urlsplit(href).query)))

    def filter(self, editor_id: int) -> Filter:
        """Return what is looked at; «mine» is what the editor looks after and has not decided."""
        known = self.state.value in list(ItemState)
        waiting = self.state in {Tab.LATER, Tab.MUTED, Tab.MINE}
        state = ItemState(self.state.value) if known else ItemState.NEW if waiting else None
        return Filter(
            state=state,
            source_id=self.source or None,
            topic_id=self.topic or None,
            search=self.q,
            changed=self.state is Tab.CHANGED,
            later=self.state is Tab.LATER,
            muted=self.state is Tab.MUTED,
            since=date.fromisoformat(self.since) if self.since else None,
            until=date.fromisoformat(self.until) if self.until else None,
            assigned_to=editor_id if self.state is Tab.MINE else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab leaves items out."""
        return bool(self.q or self.source or self.topic or self.since or self.until)

    @property
    def place(self) -> tuple[datetime, int] | None:
        """Where the page begins; an address that was tampered with begins at the top."""
        at, _, number = self.before.partition("_")
        when = keyset.instant(at.replace(" ", "+"))
        return (when, _number(number)) if when else None

    @property
    def by_relevance(self) -> bool:
        """Whether the most relevant stand first; a search and what changed stay by date."""
        searched = self.q or self.since or self.until
        return self.sort == "relevance" and not searched and self.state in {Tab.NEW, Tab.MUTED}

    @property
    def rank(self) -> tuple[float, int] | None:
        """Where a page sorted by relevance begins."""
        written, _, number = self.before.partition("_")
        try:
            relevance = float(written)
        except ValueError:
            return None
        return (relevance, _number(number)) if abs(relevance) < _LARGEST else None

    def href(self, **changes: object) -> str:
        """Return the address of this view with some parts changed; back at the first page."""
        parts = msgspec.structs.asdict(self) | {"before": ""} | changes
        usual = Tab.ALL if parts["q"] else Tab.NEW
        kept = {k: str(v) for k, v in parts.items() if v and (k, v) != ("state", usual)}
        return f"/inbox?{urlencode(kept)}" if kept else "/inbox"


def _day(text: str) -> str:
    """Return a day as it was written, "" where it is none (or beyond what a calendar can bear)."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if 1990 <= day.year <= 2200 else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
