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
_MEANINGS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (meaning, frozenset(together.split()))
    for meaning, together in (
        ("machine", "machine"),
        ("challenge", "challenge"),
        ("filed", "filed"),
        ("unwatched", "mail unwatched"),
        ("fate", "mail handled limited"),
        ("fate", "us handled return"),
        ("fate", "limited access"),
        ("fate", "mail limited return"),
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
        ("promise", "mail handled when"),
        ("promise", "us handled later"),
        ("promise", "mail soon"),
        ("promise", "arrived soon"),
        ("promise", "soon handled"),
        ("promise", "soon turn"),
        ("promise", "us handled limited"),
        ("thanks", "thanks mail"),
        ("patience", "patience"),
        ("deputy", "turn where"),
        ("deputy", "turn urgent"),
        ("deputy", "urgent where"),
        ("deputy", "urgent cover"),
        ("cover", "cover"),
        ("back", "return when"),
        ("back", "again"),
        ("until", "until when"),
        ("hours", "hours"),
        ("greeting", "greeting"),
        ("greeting", "season"),
    )
)
_CORE = frozenset(
    {"machine", "unwatched", "filed", "absent", "fate", "receipt", "challenge", "gone"}
)


class Reading(Struct, frozen=True):
    """What a note speaks of, and what in it only people say."""

    notions: frozenset[str]
    spoken: frozenset[str]  # what notions mean that stand together
    strange: int  # clauses that no machine is known to write
    personal: bool  # it asks, wishes, promises
    sentences: tuple[frozenset[str], ...]  # the notions of each, in order

    @property
    def core(self) -> frozenset[str]:
        """Of what machines speak; the rest they add."""
        return self.spoken & _CORE


def read(text: str) -> Reading:
    """Return what a text, on one line, speaks of."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    told = tuple(notions_of(sentence) for sentence in sentences)
    strange = sum(
        _is_strange(clause, notions)
        for sentence, notions in zip(sentences, told, strict=True)
        for clause in _CLAUSE.split(sentence)
    )
    personal = _QUESTION.search(text) or NOTIONS["wish"].search(text)
    return Reading(
        notions=frozenset().union(*told),
        spoken=frozenset().union(*(_meanings(notions) for notions in told)),
        strange=strange,
        personal=personal is not None,
        sentences=told,
    )


def uncited(text: str) -> str:
    """Return a text without what it cites."""
    return _CITED.sub(" ", text)


def is_core(text: str) -> bool:
    """Tell whether a text, such as a subject, speaks of what machines speak of."""
    spoken = notions_of(text)
    alone = {"away", "closed", "gone", "filed", "unwatched"} & spoken
    return bool(alone) or bool(_meanings(spoken) & _CORE)


def is_machine(line: str) -> bool:
    """Tell whether a line says that a machine wrote it."""
    return NOTIONS["machine"].search(line) is not None


def notions_of(text: str) -> frozenset[str]:
    """Return of what a sentence speaks."""
    found = {name for name, pattern in NOTIONS.items() if pattern.search(text)}
    return frozenset(found | {"when"} if _WHEN.search(text) else found)


def _meanings(spoken: frozenset[str]) -> set[str]:
    # Of somebody else who is away, or has left, people write to people.
    third = {"absent", "gone"} if "other" in spoken and "we" not in spoken else set()
    return {meaning for meaning, together in _MEANINGS if together <= spoken} - third


def _is_strange(clause: str, sentence: frozenset[str]) -> bool:
    """Tell whether a clause says what no machine would; what leads up to it counts in part."""
    if len(_WORDS.findall(clause)) <= _SHORT:
        return False
    own = notions_of(clause)
    # A clause of a sentence that means something may lack the word that stands in the other.
    return not _meanings(own) and not (own & _TELLING and _meanings(sentence | own) & _CORE)


_TELLING = frozenset(
    {"away", "handled", "closed", "unreached", "gone", "arrived", "turn", "cover", "urgent"}
)
