"""Knows automatic answers (absence notes, receipts) and tells them from what a person wrote.

Where the headers do not say it, the words are weighed: a machine speaks of an absence, of what
becomes of the mail, of a deputy, of the day of return; a person asks, requests, and speaks of the
matter. One sign alone is never enough, because people take holidays, too.
"""

import re

from service.delivery.refusal.patterns import any_of
from service.events.bounce import phrases
from service.events.bounce.mime import Part

_ANSWERED = re.compile(r"^\W*(?:(?:re|aw|antw(?:ort)?|fwd?|wg|tr|rif|r|i)\s*:\s*)*", re.IGNORECASE)
_QUOTED = any_of(r"""
    ^\s*(?:>|-{3,}|_{8,}|={8,}|(?:von|from|de|da)\s?: |(?:gesendet|sent|envoy[eé]|inviato)\s?: |
        (?:am|on|le|il|el) .{5,90}(?:schrieb|wrote|[eé]crit|scritto)\b)
    ^\s*(?:am|on|le|il) .{5,60}\d{4}.{0,60}<?[\w.+-]+@[\w.-]+>?\s*$
""")
_SIGNATURE = re.compile(r"^-- ?$")
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
_ENOUGH = 4


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
    subject = _ANSWERED.sub("", mail.header("subject"), count=1)
    signs = sum(points for points, said in phrases.SUBJECT if said.search(subject))
    for shades in phrases.BODY:
        signs += next((points for points, said in shades if said.search(words)), 0)
    signs += mail.header("precedence").lower() in {"bulk", "junk"}
    signs -= (len(words) > _SHORT) + (len(words) > _LONG)
    return signs >= _ENOUGH


def own_text(mail: Part) -> str:
    """Return what a mail says itself, up to what it quotes, on one line."""
    texts = [p.text for p in mail.walk() if p.kind == "text/plain"]
    texts = texts or [p.text for p in mail.walk() if p.kind == "text/html"]
    own: list[str] = []
    for line in (texts[0] if texts else "").split("\n"):
        if (_QUOTED.match(line) or _SIGNATURE.match(line)) and any(own):
            break
        own.append(line.strip())
    return " ".join(" ".join(own).split())
