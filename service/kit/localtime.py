"""Swiss local time, as pure functions; it never reads the clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZURICH = ZoneInfo("Europe/Zurich")


def local(instant: datetime) -> datetime:
    """Return the instant as wall-clock time in Zurich."""
    return instant.astimezone(ZURICH)


def at(day: date, clock: time) -> datetime:
    """Return the UTC instant of a Swiss wall-clock time.

    An hour that occurs twice (end of summer time) means its first occurrence; an hour that does
    not exist (start of summer time) means the instant one hour later on the clock.
    """
    return datetime.combine(day, clock, ZURICH).replace(fold=0).astimezone(UTC)
