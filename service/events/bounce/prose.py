"""Finds recipient and reason in the free text that mail servers write to people.

A table of line shapes, each worth so many points: the best address wins, and the lines after it are
the reason. What follows the mark of the returned message is never read.
"""

import re

from service.delivery.refusal.judge import STATUS
from service.delivery.refusal.patterns import any_of
from service.events.bounce.mime import fields
from service.events.bounce.model import Failure
from service.events.bounce.report import ADDRESS, in_fields

_RETURNED = any_of(r"""
    ^[ \t]*-{3,} ?(?:below this line is a copy|this is a copy|included is a copy|original message|
        returned message|forwarded message|undelivered message|unsent message|received message|
        message (?:header|follows|original)|enclosed|header|begin|urspr|
        the (?:(?:body|header)s? of|header and top)).*$
    ^received: (?:from|by|\().*$|^return-path: ?<.*$|^content-(?:type|description): .*rfc822.*$
    ^.{0,40}(?:copy of (?:the |your )?(?:original )?message|original message (?:follows|headers)|
        the original message|included below|(?:header|body) of the (?:original )?message).{0,40}:?$
""")
_A = r"[<\"'(]{0,2}(?P<a>" + ADDRESS.pattern + r")[>\"')]{0,2}"
_SHAPES: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (points, any_of(shape.replace("@A", _A)))
    for points, shape in (
        (9, r"^\s*(?:>>> ?|in:\s+)?rcpt to: ?@A"),
        (9, r"\"emailaddress\W{1,8}@A"),
        (8, r"^\s*<?@A>?\s*:\s*(?:\S.*)?$"),
        (8, r"^\s*@A\s*\.\.\.\s"),
        (8, r"^\s*undeliverable to @A"),
        (8, r"^\s*(?:an|à|pour|per|a) ?:\s*@A"),
        (8, r"^\s*(?:\(reason|<<<|\d{3})\D.*?<@A>"),
        (
            8,
            r"""
            ^\s*(?:(?:rejected |failed |original |intended )?recipient|to|user|address|addressed to|
                rcpt to|not delivered to|unable to deliver to|permanent failure for|unknown user|
                user \S* ?unknown|adressat|empf\S+|destinataire)[\s:=*]+@A
        """,
        ),
        (7, r"^\s*[*•\-]*\s*@A\s*$"),
        (
            7,
            r"""
            ^\s*[*•\-]*\s*@A\s+(?:on\b|at\b|in\b|after\b|user\b|invalid|failed|mailbox|reason|\(|\[)
        """,
        ),
        (6, r"(?:deliver|zugestellt|reach).{0,60}\b(?:to|an)\b.{0,30}?@A"),
        (6, r"(?:recipient|address|mailbox|user|account|empf\S+|adresse)\b.{0,30}?@A"),
        (5, r"\b[45]\d\d[ -].*?@A"),
        (4, r"@A.{0,40}(?:unknown|not found|full|reject|does ?n[o']t|fail|unbekannt|exceed)"),
        (2, r"^.{0,30}@A"),
        (1, r"@A"),
    )
)
_SENDER_LINES = any_of(r"""
    ^\s*(?:from|von|absender|de|exp[eé]diteur|da|mittente|sender|reply-to|return-path|
        errors-to|mail from|>>> ?mail from|postmaster|cc|message-id|contact|received|\S*-id)\b\s*:
""")
_NOBODY = any_of(r"^(?:mailer-?daemon|postmaster|abuse|noreply|no-reply|mail-?system)@")
_ANNOUNCED = any_of(r"""
    (?:following|these) (?:recipient|address|e-?mail|user)|could not be reached
    folgende[nr]? (?:empf|adress|person)
    destinataires? suivant|seguent[ei] (?:destinatar|indirizz)
""")
_LATE = any_of(r"""
    (?:this is a|dies ist eine) warning (?:message )?only
    do(?:es)? not need to (?:re-?send|send)
    only a temporary (?:failure|error)
    (?:delivery )?(?:attempts )?will (?:continue to be|keep|be) (?:re-?tr(?:ied|ying)|trying|made)
    still being retried|continue to try|tried again (?:later|for)
    has (?:not yet been|been temporarily) (?:delivered|delayed)|delivery (?:is|has been) delayed
    (?:wird|werden) weiter(?:hin)? versucht|noch nicht zugestellt|verz[oö]gert
    versuchen es (?:\S+ )?(?:weiter|erneut|wieder)|erneut versuch
    (?:nouvelles? tentatives?|sera r[eé]essay|nouvel essai)|ulteriori tentativi|riprover|ritenter
    (?:will|we'll) (?:re)?try again|will retry
""")
_ANSWERED = re.compile(r"\s*[45]\d\d[ -]<?" + ADDRESS.pattern + r">?\W+\w+ \w+")
_LABEL = re.compile(r"^\W*[\w-]+ ?:")
_LINES, _LONGEST_LINE = 400, 1_500
_LIKELY = 7


def own_words(text: str) -> str:
    """Return what the server wrote itself, without the message that it returns."""
    found = _RETURNED.search(text)
    if found and found.start() > 20:
        return text[: found.start()]
    return text


def will_be_tried_again(text: str) -> bool:
    """Tell whether a text says that the message is only late, and nobody need do anything."""
    return _LATE.search(text) is not None


def failures(text: str, ours: set[str]) -> list[Failure]:
    """Return the recipients that a text speaks of, each with the words about it.

    `ours` got the report: none of them is the failed one, unless there is no other.
    """
    if re.search(r"^final-recipient:", text, re.IGNORECASE | re.MULTILINE):
        laid_out = in_fields(text)
        if laid_out:
            return laid_out
    lines = own_words(text).split("\n")[:_LINES]
    scored = _scored(lines, ours)
    if not scored or max(points for _, points, _ in scored) < _LIKELY:
        scored = _scored(lines, set()) or scored
    if not scored:
        return []
    top = max(points for _, points, _ in scored)
    if top < _LIKELY:
        index, _, address = next(s for s in scored if s[1] == top)
        return [_failure(address, lines, index, len(lines))]
    likely = {address.lower() for _, points, address in scored if points >= _LIKELY}
    return _each(lines, [s for s in scored if s[2].lower() in likely])


def share(text: str, recipient: str, failed: set[str]) -> str:
    """Return a text without the lines on other recipients: what became of one says nothing of all.

    `failed` are all recipients in small letters. A line that names some of them begins their part;
    addresses that stand under each other with nothing said between them share what follows.
    """
    kept: list[str] = []
    of: set[str] = set()
    said = True
    for line in text.split("\n"):
        if named := {a.lower() for a in ADDRESS.findall(line)} & failed:
            of = named if said else of | named
            said = says_more(line)
        elif line.strip():
            said = True
        if not of or recipient.lower() in of:
            kept.append(line)
    return "\n".join(kept)


def says_more(words: str) -> bool:
    """Tell whether words say anything beside whom they name."""
    return re.search(r"\w{3}", _LABEL.sub("", ADDRESS.sub("", words))) is not None


def _scored(lines: list[str], ours: set[str]) -> list[tuple[int, int, str]]:
    found = [(index, *best) for index, line in enumerate(lines) if (best := _best(line, ours))]
    announced = [i for i, line in enumerate(lines) if _ANNOUNCED.search(line)]
    after = [s for s in found if announced and s[0] >= announced[-1]]
    return after or found


def _each(lines: list[str], scored: list[tuple[int, int, str]]) -> list[Failure]:
    first: dict[str, int] = {}
    for index, _, address in scored:
        first.setdefault(address.lower(), index)
    names = {address.lower(): address for _, _, address in reversed(scored)}
    starts = sorted(first.values())
    found = []
    for key, index in first.items():
        end = next((s for s in starts if s > index), len(lines))
        if len(starts) > 1 and _ANSWERED.match(lines[index]):
            end = index + 1  # what follows is how it went with the next
        found.append(_failure(names[key], lines, index, end))
    return found


def _failure(address: str, lines: list[str], start: int, end: int) -> Failure:
    words = "\n".join(lines[start : min(end, start + 14)])
    status = STATUS.search(words) or STATUS.search("\n".join(lines))
    return Failure(address, "failed", status[1] if status else "", words)


def _best(line: str, ours: set[str]) -> tuple[int, str] | None:
    """Return the points of the first shape that a line has, and its address; None for neither."""
    line = line[:_LONGEST_LINE]
    if "@" not in line or _SENDER_LINES.match(line):
        return None
    for points, shape in _SHAPES:
        if found := shape.search(line):
            address = found["a"].strip("'.")
            if _can_fail(address, ours):
                return points, address
            others = [a for a in ADDRESS.findall(line) if _can_fail(a, ours)]
            return (points - 1, others[0]) if others else None
    return None


def _can_fail(address: str, ours: set[str]) -> bool:
    return address.lower() not in ours and not _NOBODY.match(address)


def returned_headers(text: str) -> dict[str, list[str]]:
    """Return the header fields of a message that is returned inside the text."""
    found = _RETURNED.search(text)
    return fields(text[found.start() :].lstrip("\n -")[:8_000]) if found else {}
