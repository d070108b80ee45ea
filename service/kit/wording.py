"""Dates, times and numbers as words, in German and English, on Swiss clocks. Pure: `now` is given.

Formats are spelled out here rather than taken from CLDR, which writes Swiss dates and numbers
otherwise than people here do («3. Februar 2026, 07:00», 1’842).
"""

from datetime import date, datetime, timedelta

from service.kit.localtime import local

_DAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_AGO = {
    "de": (
        "gerade eben",
        "vor 1 Minute",
        "vor %d Minuten",
        "vor 1 Stunde",
        "vor %d Stunden",
        "gestern",
    ),
    "en": ("just now", "1 minute ago", "%d minutes ago", "1 hour ago", "%d hours ago", "yesterday"),
}
_AHEAD = {
    "de": ("jetzt", "in 1 Minute", "in %d Minuten", "in 1 Stunde", "in %d Stunden", "morgen"),
    "en": ("now", "in 1 minute", "in %d minutes", "in 1 hour", "in %d hours", "tomorrow"),
}


def moment(when: datetime | None, language: str) -> str:
    """Return «Dienstag, 3. Februar 2026, 07:00»."""
    return "" if when is None else f"{day(when, language)}, {clock(when)}"


def day(when: date | datetime | None, language: str) -> str:
    """Return «Dienstag, 3. Februar 2026»."""
    if when is None:
        return ""
    on = _on(when)
    return f"{_DAYS[_known(language)][on.weekday()]}, {short_day(on, language)}"


def short_day(when: date | datetime | None, language: str) -> str:
    """Return «3. Februar 2026»."""
    if when is None:
        return ""
    on, language = _on(when), _known(language)
    dot = "." if language == "de" else ""
    return f"{on.day}{dot} {_MONTHS[language][on.month - 1]} {on.year}"


def clock(when: datetime | None) -> str:
    """Return «07:00»."""
    return "" if when is None else f"{local(when):%H:%M}"


def ago(when: datetime | None, now: datetime, language: str) -> str:
    """Return how long ago (or ahead) something is, as people say it; far away, its date."""
    if when is None:
        return ""
    away = now - when
    words = (_AGO if away >= timedelta() else _AHEAD)[_known(language)]
    minutes, days = int(abs(away).total_seconds() // 60), abs((_on(now) - _on(when)).days)
    if minutes < 1:
        return words[0]
    if minutes < 60:
        return words[1] if minutes == 1 else words[2] % minutes
    if days == 0:
        return words[3] if minutes < 120 else words[4] % (minutes // 60)
    if days == 1:
        return f"{words[5]}, {clock(when)}"
    return short_day(when, language)


def number(value: float | None) -> str:
    """Return 1’842; a fraction keeps one decimal place."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.replace(",", "’")


def _on(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def _known(language: str) -> str:
    return language if language in _DAYS else "de"
