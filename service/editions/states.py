"""Which moves an edition may make, as a table. Pure."""

from enum import StrEnum

from service.editions.model import EditionState
from service.kit.errors import Conflict
from service.kit.text import Text, msg


class Move(StrEnum):
    CHANGE = "change"
    HAND_IN = "hand_in"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    OPEN = "open"
    FINISH = "finish"
    CANCEL = "cancel"
    REOPEN = "reopen"


S, M = EditionState, Move

MOVES: dict[tuple[EditionState, Move], EditionState] = {
    (S.DRAFT, M.CHANGE): S.DRAFT,
    (S.DRAFT, M.HAND_IN): S.IN_REVIEW,
    (S.DRAFT, M.CANCEL): S.CANCELLED,
    (S.IN_REVIEW, M.CHANGE): S.DRAFT,
    (S.IN_REVIEW, M.WITHDRAW): S.DRAFT,
    (S.IN_REVIEW, M.RETURN): S.DRAFT,
    (S.IN_REVIEW, M.APPROVE): S.APPROVED,
    (S.IN_REVIEW, M.CANCEL): S.CANCELLED,
    (S.APPROVED, M.CHANGE): S.DRAFT,
    (S.APPROVED, M.WITHDRAW): S.DRAFT,
    (S.APPROVED, M.SCHEDULE): S.SCHEDULED,
    (S.APPROVED, M.CANCEL): S.CANCELLED,
    (S.SCHEDULED, M.UNSCHEDULE): S.APPROVED,
    (S.SCHEDULED, M.OPEN): S.SENDING,
    (S.SENDING, M.FINISH): S.SENT,
    (S.SENDING, M.CANCEL): S.CANCELLED,
    (S.CANCELLED, M.REOPEN): S.DRAFT,
}

# Why a state lets nobody change the edition, for people.
_CLOSED: dict[EditionState, Text] = {
    S.SCHEDULED: msg("This edition is scheduled. Take it off the schedule before you change it."),
    S.SENDING: msg("This edition is being sent; it cannot be changed any more."),
    S.SENT: msg("This edition has been sent; it cannot be changed any more."),
    S.CANCELLED: msg("This edition was cancelled. Reopen it before you change it."),
}
NAMES: dict[EditionState, Text] = {
    S.DRAFT: msg("Draft"),
    S.IN_REVIEW: msg("In review"),
    S.APPROVED: msg("Approved"),
    S.SCHEDULED: msg("Scheduled"),
    S.SENDING: msg("Sending"),
    S.SENT: msg("Sent"),
    S.CANCELLED: msg("Cancelled"),
}


def after(state: EditionState, move: Move) -> EditionState:
    """Return the state after a move; raises Conflict where the table has no such move."""
    if (target := MOVES.get((state, move))) is not None:
        return target
    if move is M.CHANGE:
        raise Conflict(_CLOSED[state])
    raise Conflict(
        msg("This is not possible while the edition is «%(state)s».", state=NAMES[state])
    )


def open_for(state: EditionState, move: Move) -> bool:
    """Tell whether a state allows a move."""
    return (state, move) in MOVES
