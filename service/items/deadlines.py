"""Dates by which members must act, found in running text. Pure; an editor confirms each.

A date counts in a sentence that speaks of acting (consultation, application, registration,
submission), where a limit leads to it («bis», «spätestens», «jusqu'au», «entro»), the name of one
(«Anmeldeschluss:», «délai», «termine»), or the end of something («endet am», «prend fin le»). A
date without a year is the next one after publication, «Ende März» the last day of March. What lies
before publication is no deadline, nor is what the sentence tells as past.
"""

import re
from calendar import monthrange
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
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d(?!\d))?"
_DATE = re.compile(
    rf"(?<![\d.])(?P<day>\d{{1,2}})(?:\.|er\b|°)?\s*"
    rf"(?:(?P<word>{_MONTH})\b\.?|(?P<number>\d{{1,2}})\.)\s*{_YEAR}",
    re.IGNORECASE,
)
_MONTH_END = re.compile(
    rf"\b(?:Ende|fin|fine)\s+(?:de\s+|di\s+)?(?P<word>{_MONTH})\b\.?\s*{_YEAR}", re.IGNORECASE
)
_YEAR_END = re.compile(
    r"\b(?:Ende\s+(?:des\s+)?Jahr(?:es)?|Jahresende|(?:la\s+)?fin\s+de\s+l['’]année|fine\s+anno)\b",
    re.IGNORECASE,
)
_DAYS = (
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi "
    "vendredi samedi dimanche lunedì martedì mercoledì giovedì venerdì sabato domenica"
)
_WEEKDAY = rf"(?:\s*\b(?:{'|'.join(_DAYS.split())}|mo|di|mi|do|fr|sa|so)\b\.?,?(?:\s+den)?)?"
_LIMIT = re.compile(
    r"(?:"
    r"\b(?:bis|spätestens)(?:\s+(?:und\s+mit|zum|am|bis|spätestens|den|aber))*"
    r"|\bvor\s+dem"
    r"|\bjusqu['’](?:au|à|en)(?:\s+la)?|\bd['’]ici(?:\s+(?:au|le|à|la))*"
    r"|\bau\s+plus\s+tard(?:\s+(?:le|au))?|\bavant\s+(?:le|la)"
    r"|\bentro(?:\s+(?:e\s+non\s+oltre|il|la))*|\bfino\s+(?:al|a)|\bprima\s+del"
    r"|(?:frist(?:ablauf)?|schluss|termin|möglichkeit|deadline|stichtag|délai|clôture|date\s+limite|termine|scadenza)\b"
    r"[^.;:!?]{0,45}?(?:\s?:|\s(?:ist|est|è|endet|läuft|expire|scade|court|échoit))?"
    r"(?:\s+(?:fixé\s+au|der|am|den|au|le|il))?"
    r"|\b(?:endet|enden|schliesst|läuft|dauert|prend\s+fin|se\s+termine|s['’]achève|termina|"
    r"si\s+conclude|scade|expire|échoit)(?:\s+(?:am|bis|le|il|au))?"
    r"|\bist\s+am"
    r")" + _WEEKDAY + r"\s*$",
    re.IGNORECASE,
)
# What a date must be followed by where only this makes it an end: «läuft am … ab».
_CLOSES = re.compile(r"\W*(?:\d{1,2}\s*Uhr\W*)?(?:ab|zu\s+Ende)\b", re.IGNORECASE)
_NEEDS_CLOSING = re.compile(r"\b(?:ist|läuft)\s+am" + _WEEKDAY + r"\s*$", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:dauerte|endete|lief|liefen|schloss|wurden?|konnten|gingen|"
    r"a\s+(?:duré|pris\s+fin)|s['’]est|ont\s+été|è\s+(?:durata|terminata)|si\s+è)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:(?<=[a-zäöüéèà)»][.!?])|(?<=\d{4}\.))\s+(?=[A-ZÄÖÜÉÈ«])|\n+")
_CLAUSE = re.compile(r";\s+")
_TAKES_UP = re.compile(r"\s*(?:sie|diese|dieses|es|elle|celle-ci|essa|questa)\b", re.IGNORECASE)
_REACH = 80  # characters before the date in which the word of limit stands
_FURTHEST = timedelta(days=3 * 366)


class DeadlineKind(StrEnum):
    CONSULTATION = "consultation"
    APPLICATION = "application"
    REGISTRATION = "registration"
    SUBMISSION = "submission"


# The first that fits the sentence gives the kind.
_KINDS = {
    DeadlineKind.CONSULTATION: r"vernehmlassung|anhörung|konsultation|stellung\s?nahme|"
    r"stellung\s+(?:zu\s+)?nehmen|vernehmen\s+(?:zu\s+)?lassen|einwendung|mitwirkung|sich\s+zu\s+äussern|öffentliche\s+auflage|einsprache|"
    r"consultation|prendre\s+position|prises?\s+de\s+position|se\s+prononcer|"
    r"consultazione|(?:pres[ae]\s+di|prendere)\s+posizione|esprimersi",
    DeadlineKind.REGISTRATION: r"an(?:zu)?meld|angemeldet|meld(?:en|et|e)\s+(?:sie\s+)?sich|"
    r"inscri(?:ption|re|vez)|iscri|annunciar",
    DeadlineKind.APPLICATION: r"bewerb|gesuch|beitr[aä]g\w*[^;!?]{0,60}\bbeantrag|\bantr[aä]ge?\b|"
    r"ausschreibung|wettbewerb|mise\s+au\s+concours|candidatur|"
    r"\bdemandes?\b|\bdomand[ae]\b|wahlvorschl",
    DeadlineKind.SUBMISSION: r"ein(?:zu)?reich|eingereicht|einreichung|eingabe|zu(?:zu)?stell|"
    r"ab(?:zu)?geben|abgabe|ein(?:zu)?send|zurück(?:zu)?senden|zu\s+senden|senden\b|rückmeld|"
    r"umfrage|antworten|erwartet|(?<!übergangs)(?<!sperr)(?<!schutz)frist(?:ablauf)?\b|soumettre|dépos|dépôt|clôture|attendu|délai|remettre|parvenir|réponse|"
    r"inoltr|presenta(?:re|t[aeio])|pervenire|osservazioni|termine\b",
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
    before: DeadlineKind | None = None
    for sentence in _SENTENCE.split(text):
        for clause in _CLAUSE.split(sentence):
            # «Sie endet am …»: what ends was said just before.
            kind = _kind(clause) or (before if _TAKES_UP.match(clause) else None)
            before = kind
            if kind is None:
                continue
            for day in _days(clause, published):
                found.setdefault(day, FoundDeadline(day, kind, " ".join(sentence.split())))
    return [found[day] for day in sorted(found)]


def _kind(sentence: str) -> DeadlineKind | None:
    return next((kind for kind, words in _KIND.items() if words.search(sentence)), None)


def _days(sentence: str, published: date) -> Iterator[date]:
    past = bool(_PAST.search(sentence))
    for pattern in (_DATE, _MONTH_END, _YEAR_END):
        for match in pattern.finditer(sentence):
            day = _day(match, published, past=past) if _limited(sentence, match) else None
            if day is not None and published <= day <= published + _FURTHEST:
                yield day


def _limited(sentence: str, match: re.Match[str]) -> bool:
    before = sentence[max(0, match.start() - _REACH) : match.start()]
    if not _LIMIT.search(before):
        return False
    return not _NEEDS_CLOSING.search(before) or bool(_CLOSES.match(sentence, match.end()))


def _day(match: re.Match[str], published: date, *, past: bool) -> date | None:
    """Return the day that is meant; None where there is no such day, or it must have passed."""
    found = match.groupdict()
    given, word, number = found.get("year"), found.get("word"), found.get("number")
    if past and not given:
        return None
    month = _MONTHS[word.lower()] if word else int(number) if number else 12
    year = int(given) + (2000 if len(given) == 2 else 0) if given else published.year
    day = _made(year, month, found.get("day"))
    if given or day is None or day >= published:
        return day
    return _made(year + 1, month, found.get("day"))


def _made(year: int, month: int, day: str | None) -> date | None:
    """Return a day of a month, its last one for None; None where the calendar has no such day."""
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    number = int(day) if day else last
    return date(year, month, number) if 1 <= number <= last else None
