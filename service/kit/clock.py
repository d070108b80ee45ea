"""The only place that reads the clock; doors read it once and pass `now` on."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)
