"""What of the inbox is shown, as it stands in an address: written and read back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from service.items.actions import Filter
from service.items.model import ItemState
from service.kit.text import one_line


class Tab(StrEnum):
    NEW = "new"
    LATER = "later"
    MUTED = "muted"
    PICKED = "picked"
    CHANGED = "changed"
    DISCARDED = "discarded"
    ALL = "all"


class View(msgspec.Struct, frozen=True):
    """A tab of the inbox with its filters, from a certain item on."""

    state: Tab = Tab.NEW
    source: int = 0
    topic: int = 0
    q: str = ""
    sort: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "View":
        """Read the parts of an address; what makes no sense is left out."""
        state = given.get("state", "")
        return cls(
            state=Tab(state) if state in list(Tab) else Tab.NEW,
            source=_number(given.get("source", "")),
            topic=_number(given.get("topic", "")),
            q=one_line(given.get("q", ""))[:200],
            sort="relevance" if given.get("sort") == "relevance" else "",
            before=given.get("before", "")[:100],
        )

    @classmethod
    def of(cls, href: str) -> "View":
        """Read a whole address of ours."""
        return cls.read(dict(parse_qsl(urlsplit(href).query)))

    @property
    def filter(self) -> Filter:
        known = self.state.value in list(ItemState)
        waiting = self.state in {Tab.LATER, Tab.MUTED}
        state = ItemState(self.state.value) if known else ItemState.NEW if waiting else None
        return Filter(
            state=state,
            source_id=self.source or None,
            topic_id=self.topic or None,
            search=self.q,
            changed=self.state is Tab.CHANGED,
            later=self.state is Tab.LATER,
            muted=self.state is Tab.MUTED,
        )

    @property
    def place(self) -> tuple[datetime, int] | None:
        """Where the page begins; an address that was tampered with begins at the top."""
        at, _, number = self.before.partition("_")
        try:
            when = datetime.fromisoformat(at.replace(" ", "+"))
        except ValueError:
            return None
        return (when if when.tzinfo else when.replace(tzinfo=UTC)), _number(number)

    @property
    def by_relevance(self) -> bool:
        """Whether the most relevant stand first; a search and what changed stay by date."""
        return self.sort == "relevance" and not self.q and self.state in {Tab.NEW, Tab.MUTED}

    @property
    def rank(self) -> tuple[float, int] | None:
        """Where a page sorted by relevance begins."""
        relevance, _, number = self.before.partition("_")
        try:
            return float(relevance), _number(number)
        except ValueError:
            return None

    def href(self, **changes: object) -> str:
        """Return the address of this view with some parts changed; back at the first page."""
        parts = msgspec.structs.asdict(self) | {"before": ""} | changes
        kept = {k: str(v) for k, v in parts.items() if v and (k, v) != ("state", Tab.NEW)}
        return f"/inbox?{urlencode(kept)}" if kept else "/inbox"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
