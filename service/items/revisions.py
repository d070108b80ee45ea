"""What changed between two versions of a text: paragraphs that stayed, went or came, word by word.

A paragraph that was rewritten keeps most of its words; then only the words that went and came are
told, in their place.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

import msgspec

_MOST = 400
_ALIKE = 0.4  # of their words two paragraphs share, to be one that was rewritten
_LONGEST = (
    1500  # words of a paragraph that are compared one by one: the work grows with their square
)
_WORDS = re.compile(r"\s+|\w+\s*|[^\w\s]+\s*")


class Fate(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(msgspec.Struct, frozen=True):
    """Words in a row and what became of them."""

    fate: Fate
    text: str


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph and what became of it; `pieces` are all its words, in reading order."""

    fate: Fate
    pieces: list[Piece]


def changes(before: str, after: str) -> list[Paragraph]:
    """Compare two texts by paragraphs (the first 400 of each), in reading order."""
    old, new = before.split("\n")[:_MOST], after.split("\n")[:_MOST]
    told: list[Paragraph] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, came = old[old_from:old_to], new[new_from:new_to]
        if tag == "equal":
            told += [Paragraph(Fate.SAME, [Piece(Fate.SAME, text)]) for text in came]
        else:
            told += _replaced(gone, came)
    return told


def _replaced(gone: list[str], came: list[str]) -> Iterator[Paragraph]:
    """Yield paragraphs in pairs as long as they are alike, then what only went or came."""
    while gone and came and (rewritten := _rewritten(gone[0], came[0])):
        yield rewritten
        gone, came = gone[1:], came[1:]
    yield from (Paragraph(Fate.GONE, [Piece(Fate.GONE, text)]) for text in gone if text)
    yield from (Paragraph(Fate.NEW, [Piece(Fate.NEW, text)]) for text in came if text)


def _rewritten(old: str, new: str) -> Paragraph | None:
    """Return a paragraph with its changed words; None where the two share too few."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if max(len(a), len(b)) > _LONGEST or matcher.ratio() < _ALIKE:
        return None
    pieces: list[Piece] = []
    for tag, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Fate.SAME, "".join(b[b_from:b_to])))
            continue
        pieces.append(Piece(Fate.GONE, "".join(a[a_from:a_to])))
        pieces.append(Piece(Fate.NEW, "".join(b[b_from:b_to])))
    changed = Fate.SAME if all(piece.fate is Fate.SAME for piece in pieces) else Fate.NEW
    return Paragraph(changed, [piece for piece in pieces if piece.text])
