"""Paging by key: where a list goes on, as an address. It reads no rows and knows no list."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlencode

from service.web.pages import Page

Row = TypeVar("Row")


def further(
    path: str,
    rows: Sequence[Row],
    size: int,
    place: Callable[[Row], Mapping[str, object]],
    **kept: object,
) -> str:
    """Return the address of what follows the first `size` rows; "" where there is nothing more.

    `place` names the last row that is shown; `kept` are the filters in force, the empty left away.
    """
    if len(rows) <= size:
        return ""
    asked = {name: value for name, value in kept.items() if value not in ("", None)}
    return f"{path}?{urlencode({**asked, **place(rows[size - 1])})}"


def place(moment: datetime, number: int) -> dict[str, object]:
    """Return the place of a row in a list that is sorted by moment and number, latest first."""
    return {"before": moment.isoformat().replace("+00:00", "Z"), "last": number}


def before(page: Page) -> tuple[datetime, int] | None:
    """Return the place after which a page goes on; None at the beginning or if it is none."""
    moment, last = instant(page.query("before")), page.number("last")
    return (moment, last) if moment and last else None


def instant(text: str) -> datetime | None:
    """Return the instant of an address; None for what is none, or what UTC cannot say."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
