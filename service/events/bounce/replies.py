"""Knows automatic answers (absence notes, receipts) and tells them from what a person wrote.

Where the headers do not say it, the words are weighed: a machine speaks of an absence, of what
becomes of the mail, of a deputy, of the day of return; a person asks, requests, and speaks of the
matter. One sign alone is never enough, because people take holidays, too.
"""

import re

from service.delivery.refusal.patterns import any_of
from service.events.bounce import absence, phrases
from service.events.bounce.mime import Part

_ANSWERED = re.compile(r"^\W*(?:(?:re|aw|antw(?:ort)?|fwd?|wg|tr|rif|r|i)\s*:\s*)*", re.IGNORECASE)
_QUOTED = any_of(r"""
    ^\s*(?:>|-{3,}|_{8,}|={8,}|(?:von|from|de|da)\s?: |(?:gesendet|sent|envoy[eé]|inviato)\s?: |
        (?:am|on|le|il|el) .{5,90}(?:schrieb|wrote|[eé]crit|scritto)\b)
    ^\s*(?:am|on|le|il) .{5,60}\d{4}.{0,60}<?[\w.+-]+@[\w.-]+>?\s*$
""")
_HEADER = re.compile(r"^\s*(?:von|from|de|da)\s?: ", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$")
# What follows a farewell is a signature: office hours, and when somebody is away as a rule.
_FAREWELL = any_of(r"""
    ^\W*(?:mit )?(?:\w+ )?(?:freundliche\w*|herzliche\w*|beste\w*|liebe\w*|viele\w*|sch[oö]ne\w*|
        sonnige\w*) (?:und \w+ )?gr[uü](?:ss|ß)\w*.{0,40}$
    ^\W*(?:gr[uü](?:ss|ß)e?|lg|mfg|vg|herzlich|freundlich gr[uü]sst)\b.{0,20}$
    ^\W*(?:avec (?:mes|nos) )?(?:cordialement|(?:meilleures|sinc[eè]res|cordiales) salutations|
        salutations|bien [aà] vous|amicalement)\b.{0,30}$
    ^\W*(?:cordiali|distinti|cari|tanti) saluti\b.{0,30}$|^\W*saluti\b.{0,20}$
    ^\W*(?:(?:kind|best|warm) (?:regards|wishes)|regards|yours (?:sincerely|faithfully)|sincerely|
        cheers)\b.{0,20}$
""")
_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-cron-env",
)
_NOBODY = re.compile(r"\b(?:no|do[-_.]?not)[-_.]?reply\b[^@\s]*@", re.IGNORECASE)
_LONG, _SHORT = 1_500, 700
_ENOUGH, _PLENTY, _TOGETHER = 4, 7, 8
_MUCH = 3  # clauses of which no machine speaks


def is_automatic(mail: Part) -> bool:
    """Tell whether a mail that is no bounce was written by a machine."""
    return _says_so(mail) or _reads_so(mail)


def _says_so(mail: Part) -> bool:
    """Tell whether the headers say it (RFC 3834, and what programs wrote before it)."""
    submitted = mail.header("auto-submitted").lower()
    precedence = f"{mail.header('precedence')} {mail.header('x-precedence')}".lower()
    receipt = "disposition-notification" in mail.header("content-type").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(mail.header(name) for name in _HEADERS)
        or "auto_reply" in precedence
        or "auto-reply" in precedence
        or "vacation" in mail.header("x-mailer").lower()
        or _NOBODY.search(mail.header("from")) is not None
        or (mail.kind == "multipart/report" and receipt)
    )


def _reads_so(mail: Part) -> bool:
    """Tell whether the words say it; a person who mentions an absence says more than that."""
    words = own_text(mail)
    told = mail.header("subject")
    subject = _ANSWERED.sub("", told, count=1)
    signs = _signs(subject, words) + (mail.header("precedence").lower() in {"bulk", "junk"})
    reading = absence.read(words)
    spoken = _spoken(subject, words, reading, answers=subject != told)
    enough = _ENOUGH if reading.strange < _MUCH else _PLENTY
    return signs >= enough or spoken >= _PLENTY or signs + spoken >= _TOGETHER


def _signs(subject: str, words: str) -> int:
    """Return what the phrases that we know are worth."""
    signs = sum(points for points, said in phrases.SUBJECT if said.search(subject))
    for shades in phrases.BODY:
        signs += next((points for points, said in shades if said.search(words)), 0)
    return signs - _length(words)


def _spoken(subject: str, words: str, reading: absence.Reading, *, answers: bool) -> int:
    """Return what it is worth of which matters a note speaks, in whatever words."""
    points = absence.weight(reading) - _length(words)
    points += sum(points for points, said in phrases.SUBJECT if said.search(subject))
    points -= 3 * (phrases.MATTER.search(words) is not None)
    return points + 2 * (not answers and absence.is_core(subject))


def _length(words: str) -> int:
    return (len(words) > _SHORT) + (len(words) > _LONG)


def own_text(mail: Part) -> str:
    """Return what a mail says itself, up to its signature or what it quotes, on one line."""
    texts = [p.text for p in mail.walk() if p.kind == "text/plain"]
    texts = texts or [p.text for p in mail.walk() if p.kind == "text/html"]
    own: list[str] = []
    greeted = False
    for line in (texts[0] if texts else "").split("\n"):
        quoted = _QUOTED.match(line) or _SIGNATURE.match(line)
        if quoted and (any(own) or _HEADER.match(line)):
            break
        if not quoted and (not greeted or absence.is_machine(line)):
            own.append(line.strip())
        greeted = greeted or _FAREWELL.match(line) is not None
    return " ".join(" ".join(own).split())
