"""Dates by which members must act, found in running text. Pure; an editor confirms each.

A date counts when it stands behind a word of limit («bis», «spätestens», «jusqu'au», «entro») in a
sentence that speaks of acting (consultation, application, registration, submission). A date
without a year is the next one after publication. What lies before publication is no deadline.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from service.items.model import Item
from service.kit import localtime

_NAMES = """
januar jan janvier gennaio; februar feb février fevrier febbraio; märz maerz mars marzo;
april apr avril aprile; mai maggio; juni jun juin giugno; juli jul juillet luglio;
august aug août aout agosto; september sept sep septembre settembre;
oktober okt octobre ottobre; november nov novembre; dezember dez décembre decembre dicembre
"""
_MONTHS = {n: i for i, names in enumerate(_NAMES.split(";"), 1) for n in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|er)?\s*(?:(?P<word>{_MONTH})\b\.?|(?P<number>\d{{1,2}})\.)"
    r"\s*(?P<year>(?:19|20)\d\d|\d\d(?!\d))?",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:\bbis(?:\s+und\s+mit)?(?:\s+(?:zum|am|spätestens|Ende))*|\bspätestens(?:\s+(?:am|bis))?|"
    r"schluss(?:\s+ist)?(?:\s+(?:der|am))*:?|frist(?:\s+läuft)?:?|"
    r"\b(?:jusqu['’]au|d['’]ici(?:\s+au)?|au\s+plus\s+tard\s+le|entro(?:\s+il)?|fino\s+al))"
    r"(?:\s+\w+(?:tag|woch|di|edì|abend)?,)?\s*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:(?<=[a-zäöüéèà)»][.!?])|(?<=\d{4}\.))\s+(?=[A-ZÄÖÜÉÈ«])|\n+")
_REACH = 40  # characters before the date in which the word of limit stands
_FURTHEST = timedelta(days=3 * 366)


class DeadlineKind(StrEnum):
    CONSULTATION = "consultation"
    APPLICATION = "application"
    REGISTRATION = "registration"
    SUBMISSION = "submission"


# The first that fits the sentence gives the kind.
_KINDS = {
    DeadlineKind.CONSULTATION: r"vernehmlassung|anhörung|konsultation|stellung\s?nahme|"
    r"stellung\s+nehmen|mitwirkung|consultation|prendre\s+position|prise\s+de\s+position|"
    r"consultazione",
    DeadlineKind.REGISTRATION: r"anmeld|inscri|iscri",
    DeadlineKind.APPLICATION: r"bewerb|gesuch|beitr[aä]g\w*\s+beantrag|candidatur|demande|domanda",
    DeadlineKind.SUBMISSION: r"einreich|eingereicht|eingabe|zustell|abgeben|einsend|rückmeld|"
    r"frist|soumettre|déposer|délai|remettre|inoltrare|presentare|termine",
}
_KIND = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}


class FoundDeadline(Struct, frozen=True):
    """A day by which to act, what for, and the sentence that says so."""

    day: date
    kind: DeadlineKind
    sentence: str


def of(item: Item) -> list[FoundDeadline]:
    """Return the deadlines of an item, in its lead or its text."""
    said = item.published_at or item.seen_at
    return find(f"{item.lead}\n{item.text}", localtime.local(said).date())


def find(text: str, published: date) -> list[FoundDeadline]:
    """Return the deadlines of a text, each day once, in order of the day."""
    found: dict[date, FoundDeadline] = {}
    for sentence in _SENTENCE.split(text):
        kind = _kind(sentence)
        if kind is None:
            continue
        for day in _days(sentence, published):
            found.setdefault(day, FoundDeadline(day, kind, " ".join(sentence.split())))
    return [found[day] for day in sorted(found)]


def _kind(sentence: str) -> DeadlineKind | None:
    return next((kind for kind, words in _KIND.items() if words.search(sentence)), None)


def _days(sentence: str, published: date) -> Iterator[date]:
    for match in _DATE.finditer(sentence):
        before = sentence[max(0, match.start() - _REACH) : match.start()]
        if not _LIMIT.search(before):
            continue
        day = _day(match, published)
        if day is not None and published <= day <= published + _FURTHEST:
            yield day


def _day(match: re.Match[str], published: date) -> date | None:
    month = _MONTHS[match["word"].lower()] if match["word"] else int(match["number"])
    given = match["year"]
    year = int(given) + (2000 if len(given) == 2 else 0) if given else published.year
    try:
        day = date(year, month, int(match["day"]))
    except ValueError:
        return None
    if given or day >= published:
        return day
    return date(year + 1, month, day.day) if (month, day.day) != (2, 29) else None
