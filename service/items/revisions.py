"""What changed between two versions of a text, as paragraphs that stayed, went or came."""

from difflib import SequenceMatcher
from enum import StrEnum

import msgspec

_MOST = 400


class Fate(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(msgspec.Struct, frozen=True):
    """A paragraph and what became of it."""

    fate: Fate
    text: str


def changes(before: str, after: str) -> list[Piece]:
    """Compare two texts by paragraphs (the first 400 of each), in reading order."""
    old, new = before.split("\n")[:_MOST], after.split("\n")[:_MOST]
    pieces: list[Piece] = []
    for _, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if old[old_from:old_to] == new[new_from:new_to]:
            pieces += [Piece(Fate.SAME, text) for text in new[new_from:new_to]]
            continue
        pieces += [Piece(Fate.GONE, text) for text in old[old_from:old_to] if text]
        pieces += [Piece(Fate.NEW, text) for text in new[new_from:new_to] if text]
    return pieces
