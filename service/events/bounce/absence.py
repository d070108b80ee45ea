"""Reads a note sentence by sentence: what a machine speaks of, and what only people do. Pure.

A machine's note speaks of nothing else: that somebody is away, for how long, who stands in, what
becomes of the mail. A person who mentions the same has something to say besides. So each sentence
is asked of which things it speaks (`notions`) and what these amount to together, in whatever
order; what no machine would write weighs against.
"""

import re

from msgspec import Struct

from service.events.bounce.notions import DATE, MONTH, NOTIONS

# The full stop of «3. Mai» ends no sentence.
_SENTENCE = re.compile(
    rf"(?<=[^\W\d_]{{3}})[.!?](?=\s|$)|(?<=[\d)])[.!?](?=\s+(?!(?i:{MONTH})\b)[A-ZÄÖÜÉ]|\s*$)"
)
_CLAUSE = re.compile(
    r"[,;:]\s|\s[-–—|]\s|\s(?:und|oder|aber|sondern|denn|daher|deshalb|and|but|so|or|et|mais|ou"
    r"|donc|car|e|ed|ma|quindi|o|y|pero)\s"
)
_QUESTION = re.compile(r"\?(?=\s|$|[\"»)])")
# What people cite is not their own word, be it a machine's.
_CITED = re.compile(r"[«“„\"][^«»“”„\"]{12,}[»”“\"]")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SHORT = 3  # a name, a place; nobody says anything in fewer words
_WHEN = re.compile(DATE, re.IGNORECASE)

# What notions mean that stand together in one sentence; the same meaning may come about in ways.
_CORE: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (meaning, frozenset(together.split()))
    for meaning, together in (
        ("machine", "machine"),
        ("fate", "mail handled limited"),
        ("fate", "mail handled when"),
        ("fate", "us handled return"),
        ("fate", "us handled later"),
        ("fate", "mail unwatched"),
        ("fate", "limited access"),
        ("absent", "us away"),
        ("absent", "us unreached"),
        ("absent", "away when"),
        ("absent", "unreached when"),
        ("absent", "holder unreached"),
        ("absent", "holder away"),
        ("absent", "office closed"),
        ("absent", "office unreached"),
        ("absent", "office away"),
        ("absent", "us again"),
        ("gone", "us gone"),
        ("gone", "mail gone"),
        ("gone", "work gone"),
        ("receipt", "mail arrived"),
        ("receipt", "mail soon"),
        ("receipt", "arrived soon"),
        ("receipt", "filed"),
        ("challenge", "challenge"),
    )
)
_SIDE: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (meaning, frozenset(together.split()))
    for meaning, together in (
        ("thanks", "thanks mail"),
        ("thanks", "patience"),
        ("deputy", "turn where"),
        ("deputy", "turn urgent"),
        ("deputy", "urgent where"),
        ("deputy", "urgent cover"),
        ("deputy", "cover"),
        ("back", "return when"),
        ("back", "until when"),
        ("back", "again"),
        ("back", "hours"),
        ("greeting", "greeting"),
        ("greeting", "season"),
    )
)
_WORTH = {
    "machine": 4, "fate": 3, "absent": 3, "gone": 3, "receipt": 3, "challenge": 3,
    "thanks": 1, "deputy": 2, "back": 1, "greeting": 0,
}  # fmt: skip


class Reading(Struct, frozen=True):
    """What a note speaks of: the matters of machines, what they add, and what only people say."""

    core: frozenset[str]
    beside: frozenset[str]
    strange: int  # clauses that no machine is known to write
    asks: bool
    wishes: bool


def read(text: str) -> Reading:
    """Return what a text, on one line, speaks of."""
    core: set[str] = set()
    beside: set[str] = set()
    strange = 0
    for sentence in _SENTENCE.split(text):
        spoken = _notions(sentence)
        core |= _meanings(_CORE, spoken)
        beside |= _meanings(_SIDE, spoken)
        strange += sum(1 for clause in _CLAUSE.split(sentence) if _is_strange(clause, spoken))
    return Reading(
        frozenset(core),
        frozenset(beside),
        strange,
        _QUESTION.search(text) is not None,
        NOTIONS["wish"].search(text) is not None,
    )


def uncited(text: str) -> str:
    """Return a text without what it cites."""
    return _CITED.sub(" ", text)


def weight(reading: Reading) -> int:
    """Return what a reading is worth: the more, the surer a machine wrote it."""
    points = sum(_WORTH[name] for name in (*reading.core, *reading.beside))
    points -= 2 * min(reading.strange, 3)
    return points - 5 * reading.asks - 5 * reading.wishes


def is_core(text: str) -> bool:
    """Tell whether a text, such as a subject, speaks of what machines speak of."""
    spoken = _notions(text)
    alone = {"away", "closed", "gone", "filed", "unwatched"} & spoken
    return bool(alone) or bool(_meanings(_CORE, spoken))


def is_machine(line: str) -> bool:
    """Tell whether a line says that a machine wrote it."""
    return NOTIONS["machine"].search(line) is not None


def _notions(text: str) -> frozenset[str]:
    found = {name for name, pattern in NOTIONS.items() if pattern.search(text)}
    return frozenset(found | {"when"} if _WHEN.search(text) else found)


def _meanings(table: tuple[tuple[str, frozenset[str]], ...], spoken: frozenset[str]) -> set[str]:
    if "other" in spoken and "we" not in spoken:
        table = tuple(row for row in table if row[0] not in {"absent", "gone"})
    return {meaning for meaning, together in table if together <= spoken}


def _is_strange(clause: str, sentence: frozenset[str]) -> bool:
    """Tell whether a clause says what no machine would; what leads up to it counts in part."""
    if len(_WORDS.findall(clause)) <= _SHORT:
        return False
    own = _notions(clause)
    if _meanings(_CORE, own) or _meanings(_SIDE, own):
        return False
    # A clause of a sentence that means something may lack the word that stands in the other.
    return not (own & _TELLING and _meanings(_CORE, sentence | own))


_TELLING = frozenset(
    {"away", "handled", "closed", "unreached", "gone", "arrived", "turn", "cover", "urgent"}
)
