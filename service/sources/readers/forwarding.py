"""Takes the wrapper off that mail programs put around a forwarded mail, in four languages. Pure.

Outlook, Apple Mail, Gmail, Thunderbird, GMX and Bluewin write the same thing: an optional line of
dashes, then who, when, to whom and about what, in some order. What the forwarder wrote above it is
left out.
"""

import html
import re
from collections.abc import Sequence

from msgspec import Struct

_TAG = re.compile(r"<[^<>]*>")
_KEYS = {
    "from": "von|from|de|da|expéditeur|mittente|absender",
    "date": "datum|date|data|gesendet|sent|envoyé|envoyé le|inviato|gesendet am|datum/zeit",
    "subject": "betreff|subject|objet|oggetto|sujet",
    "to": "an|to|à|a|pour|empfänger|destinataire|destinatario",
    "other": "cc|kopie|copie|bcc|antwort an|reply-to|répondre à|rispondi a|wichtigkeit|importance",
}
_KEY = re.compile(
    r"^[*>\s]*(?:" + "|".join(f"(?P<{key}>{words})" for key, words in _KEYS.items())
    + r")\s*:\s*[*]?\s*(?P<said>.*?)[*\s]*$",
    re.IGNORECASE,
)  # fmt: skip
_SAID_BY_PROGRAMS = (
    r"(?:weitergeleitete|ursprüngliche|original|forwarded) (?:nachricht|message|e-?mail|mail)",
    r"anfang der weitergeleiteten (?:nachricht|e-?mail)|begin forwarded message",
    r"(?:message|courriel|e-?mail) (?:transféré|transmis|d.origine)e?",
    r"début du (?:message|courriel) \w+",
    r"messaggio (?:inoltrato|originale)|inizio (?:del )?messaggio inoltrato",
)
_RULE = re.compile(rf"^[-_=\s>]*(?:{'|'.join(_SAID_BY_PROGRAMS)})\s*:?[-_=\s]*$", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*(?:fwd?|wg|tr|i|inoltra|weitergeleitet|rv)\s*:\s*", re.IGNORECASE)
_MOST_BEFORE, _BLOCK = 80, 80
_LONGEST_LINE = 1000


class Unwrapped(Struct, frozen=True):
    """What was written first: lines of markup, and what the wrapper says of it ("": no wrapper)."""

    lines: list[str]
    subject: str = ""
    sender: str = ""
    date: str = ""


def bare_subject(subject: str) -> str:
    """Return a subject without what forwarding put before it, however often."""
    bare = subject
    for _ in range(5):
        bare = _PREFIX.sub("", bare, count=1)
    return bare.strip()


def unwrap(lines: Sequence[str], depth: int = 3) -> Unwrapped:
    """Return the innermost mail of one that was forwarded, else everything as it is."""
    plain = [words(line) for line in lines]
    found = _header_block(plain)
    if found is None:
        return Unwrapped(list(lines))
    end, said = found
    quoted = plain[end - 1].startswith(">")
    rest = [re.sub(r"^(?:&gt;|>)\s?", "", line) if quoted else line for line in lines[end:]]
    inner = unwrap(rest, depth - 1) if depth > 1 else Unwrapped(rest)
    return Unwrapped(
        inner.lines,
        inner.subject or said.get("subject", ""),
        inner.sender or said.get("from", ""),
        inner.date or said.get("date", ""),
    )


def words(line: str) -> str:
    """Return a line of markup as words."""
    return " ".join(html.unescape(_TAG.sub("", line)).split())


def _header_block(plain: Sequence[str]) -> tuple[int, dict[str, str]] | None:
    """Return where a wrapper's block of headers ends, and what it says.

    It stands near the top: further down somebody quotes an answer. Without a rule of dashes it
    needs sender, day, addressee and subject: a list of contacts has none of such blocks.
    """
    written = 0
    for at, line in enumerate(plain):
        if written > _MOST_BEFORE:
            return None
        if not line:
            continue
        ruled = len(line) <= _LONGEST_LINE and bool(_RULE.match(line))
        said, end = _keys(plain, at + 1 if ruled else at)
        wanted = {"from", "subject"} if ruled else {"from", "to", "subject", "date"}
        if wanted <= said.keys():
            return end, said
        written += 1
    return None


def _keys(plain: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    """Return the headers that stand from a line on, blank lines between them passed over."""
    said: dict[str, str] = {}
    end, last, blank = start, "", False
    for at in range(start, min(start + _BLOCK, len(plain))):
        line = plain[at].lstrip("> ")
        match = _KEY.match(line) if len(line) <= _LONGEST_LINE else None
        if not line:
            blank = True
            continue
        if match is not None:
            last = next(key for key in _KEYS if match.group(key))
            if last in said and last != "other":
                break
            said[last] = match.group("said")
        elif blank or last not in {"to", "other"}:  # only addressees run on over a line's end
            break
        end, blank = at + 1, False
    return said, end
