"""What may happen to an item: a table of (state, move) → state. An absent pair is not possible."""

from enum import StrEnum

from service.items.model import ItemState


class Move(StrEnum):
    PICK = "pick"
    DISCARD = "discard"
    RESTORE = "restore"


MOVES: dict[tuple[ItemState, Move], ItemState] = {
    (ItemState.NEW, Move.PICK): ItemState.PICKED,
    (ItemState.NEW, Move.DISCARD): ItemState.DISCARDED,
    (ItemState.PICKED, Move.PICK): ItemState.PICKED,
    (ItemState.PICKED, Move.RESTORE): ItemState.NEW,
    (ItemState.DISCARDED, Move.PICK): ItemState.PICKED,
    (ItemState.DISCARDED, Move.RESTORE): ItemState.NEW,
}


def sources_of(move: Move) -> list[ItemState]:
    """Return the states in which a move is possible."""
    return [state for state, made in MOVES if made is move]
