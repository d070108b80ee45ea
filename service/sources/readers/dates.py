"""Dates as publishers write them, with how precise they are and whether they can be true."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

import msgspec

from service.kit import localtime
from service.sources.model import PublishedPrecision

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)

_MONTHS = {
    "jan": 1, "januar": 1, "jänner": 1, "janvier": 1, "gennaio": 1, "january": 1, "genn": 1,
    "feb": 2, "februar": 2, "février": 2, "fevrier": 2, "févr": 2, "febbraio": 2, "february": 2,
    "mär": 3, "märz": 3, "mrz": 3, "mar": 3, "mars": 3, "marzo": 3, "march": 3, "maerz": 3,
    "apr": 4, "april": 4, "avril": 4, "avr": 4, "aprile": 4,
    "mai": 5, "may": 5, "maggio": 5, "mag": 5,
    "jun": 6, "juni": 6, "juin": 6, "giugno": 6, "giu": 6, "june": 6,
    "jul": 7, "juli": 7, "juillet": 7, "juil": 7, "luglio": 7, "lug": 7, "july": 7,
    "aug": 8, "august": 8, "août": 8, "aout": 8, "agosto": 8, "ago": 8,
    "sep": 9, "sept": 9, "september": 9, "septembre": 9, "settembre": 9, "set": 9,
    "okt": 10, "oktober": 10, "oct": 10, "octobre": 10, "ottobre": 10, "ott": 10, "october": 10,
    "nov": 11, "november": 11, "novembre": 11,
    "dez": 12, "dezember": 12, "dec": 12, "déc": 12, "décembre": 12, "decembre": 12,
    "dicembre": 12, "dic": 12, "december": 12,
}  # fmt: skip
# Zones that publishers write and Python's reading of mail dates does not know, in minutes; -0000 is
# universal time of an unknown place (RFC 5322, section 3.3).
_ZONES = {"-0000": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "mez": 60, "cet": 60, "mesz": 120,
          "cest": 120, "est": -300, "edt": -240, "pst": -480, "pdt": -420}  # fmt: skip

_CLOCK = r"""(?:[\sT,;|–-]*(?:um\s+|à\s+|alle\s+|at\s+)?
    (?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?![.\d]*\.\d)(?::(?P<second>\d{2}))?(?:[.,]\d+)?
    \s*(?:Uhr|h)?\s*(?P<zone>Z\b|UTC|GMT|MESZ|MEZ|CEST|CET|[+-]\d{2}:?\d{2})?)?"""
_FORMS = [
    re.compile(pattern + _CLOCK, re.IGNORECASE | re.VERBOSE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})(?:\.|er|°)?\s+(?P<name>[^\W\d_]{3,10})\.?,?\s+(?P<year>\d{4})",
        r"(?P<name>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        r"(?<!\d)(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)",
    )
]
_MAIL_DATE = re.compile(r"\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4}\s+\d{1,2}:\d{2}")


class Published(msgspec.Struct, frozen=True):
    """An instant and how precise it is; a day is its Swiss midnight, unknown has no instant."""

    at: datetime | None = None
    precision: PublishedPrecision = PublishedPrecision.UNKNOWN


UNKNOWN = Published()


def read(value: object, now: datetime, form: str = "") -> Published:
    """Return the date in `value` (text, or a number of seconds), unknown where it cannot be true.

    `form` is a strptime pattern for sources whose dates would be misread.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _sane(_epoch(value), now)
    text = " ".join(value.split())[:500] if isinstance(value, str) else ""
    if form:
        return _sane(_by_form(text, form), now)
    return _search(text, now)


def _search(text: str, now: datetime) -> Published:
    if _MAIL_DATE.search(text[:60]):
        found = _sane(_mail_date(text), now)
        if found.at is not None:
            return found
    for pattern in _FORMS:
        for match in pattern.finditer(text):
            found = _sane(_from_match(match), now)
            if found.at is not None:
                return found
    return UNKNOWN


def first(values: list[object], now: datetime, form: str = "") -> Published:
    """Return the first date that can be true among several places where it is written."""
    found = (read(value, now, form) for value in values)
    return next((published for published in found if published.at is not None), UNKNOWN)


def _sane(published: Published, now: datetime) -> Published:
    if published.at is None or not _EARLIEST <= published.at <= now + _AHEAD:
        return UNKNOWN
    return published


def _epoch(number: float) -> Published:
    seconds = number / 1000 if abs(number) >= 1e11 else number
    try:
        return Published(datetime.fromtimestamp(seconds, UTC), PublishedPrecision.MINUTE)
    except (OverflowError, ValueError, OSError):
        return UNKNOWN


def _by_form(text: str, form: str) -> Published:
    try:
        naive = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added below
    except (ValueError, re.error):
        return UNKNOWN
    timed = any(token in form for token in ("%H", "%I", "%X", "%c", "%T"))
    return _instant(naive.date(), naive.timetz() if timed else None)


def _mail_date(text: str) -> Published:
    words = text.split()
    offset = _ZONES.get(words[-1].lower().strip("()"))
    if offset is not None:
        words[-1] = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    try:
        when = parsedate_to_datetime(" ".join(words))
    except (ValueError, TypeError, IndexError, OverflowError):
        return UNKNOWN
    return _instant(when.date(), when.timetz())


def _from_match(match: re.Match[str]) -> Published:
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _MONTHS.get(parts["name"].lower(), 0)
    year = int(parts["year"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        day = date(year, month, int(parts["day"]))
        return _instant(day, _clock(parts))
    except (ValueError, OverflowError):
        return UNKNOWN


def _clock(parts: dict[str, str | None]) -> time | None:
    if not parts["hour"]:
        return None
    hour, minute, second = int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = (parts["zone"] or "").lower()
    if not zone:
        return time(hour, minute, second)
    if zone in _ZONES:
        return time(hour, minute, second, tzinfo=timezone(timedelta(minutes=_ZONES[zone])))
    digits = zone.replace(":", "")
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return time(hour, minute, second, tzinfo=timezone(-offset if zone[0] == "-" else offset))


def _instant(day: date, clock: time | None) -> Published:
    """Return the instant; midnight on the dot is how systems write a day without a time."""
    if clock is None or clock.replace(tzinfo=None) == time.min:
        return Published(localtime.at(day, time.min), PublishedPrecision.DAY)
    try:
        if clock.tzinfo is None:
            return Published(localtime.at(day, clock), PublishedPrecision.MINUTE)
        when = datetime.combine(day, clock).astimezone(UTC)
    except (OverflowError, ValueError):
        return UNKNOWN
    if localtime.local(when).time() == time.min:
        return Published(when, PublishedPrecision.DAY)
    return Published(when, PublishedPrecision.MINUTE)
