"""Which moves a dispatch and a message may make, as tables. Pure."""

from enum import StrEnum

from service.kit.errors import Conflict
from service.kit.text import Text, msg
from service.outbox.model import DispatchState, MessageState


class Move(StrEnum):
    OPEN = "open"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    HOLD = "hold"
    RETRY = "retry"
    FINISH = "finish"
    SEND_AGAIN = "send_again"
    CANCEL = "cancel"


D = DispatchState

DISPATCH: dict[tuple[DispatchState, Move], DispatchState] = {
    (D.SCHEDULED, Move.OPEN): D.OPENING,
    (D.SCHEDULED, Move.CANCEL): D.CANCELLED,
    (D.OPENING, Move.START): D.RUNNING,
    (D.OPENING, Move.HOLD): D.WAITING,
    (D.OPENING, Move.CANCEL): D.CANCELLED,
    (D.RUNNING, Move.PAUSE): D.PAUSED,
    (D.RUNNING, Move.HOLD): D.WAITING,
    (D.RUNNING, Move.FINISH): D.FINISHED,
    (D.RUNNING, Move.SEND_AGAIN): D.RUNNING,
    (D.RUNNING, Move.CANCEL): D.CANCELLED,
    (D.PAUSED, Move.RESUME): D.RUNNING,
    (D.PAUSED, Move.SEND_AGAIN): D.PAUSED,
    (D.PAUSED, Move.CANCEL): D.CANCELLED,
    (D.PAUSED, Move.FINISH): D.FINISHED,
    (D.WAITING, Move.RESUME): D.RUNNING,
    (D.WAITING, Move.RETRY): D.OPENING,
    (D.WAITING, Move.PAUSE): D.PAUSED,
    (D.WAITING, Move.SEND_AGAIN): D.WAITING,
    (D.WAITING, Move.CANCEL): D.CANCELLED,
    (D.WAITING, Move.FINISH): D.FINISHED,
    (D.FINISHED, Move.SEND_AGAIN): D.RUNNING,
}

NAMES: dict[DispatchState, Text] = {
    D.SCHEDULED: msg("Scheduled"),
    D.OPENING: msg("Being prepared"),
    D.RUNNING: msg("Running"),
    D.PAUSED: msg("Paused"),
    D.WAITING: msg("Waiting"),
    D.FINISHED: msg("Finished"),
    D.CANCELLED: msg("Cancelled"),
}


class Step(StrEnum):
    """What can happen to one message."""

    RELEASE = "release"
    HAND_OVER = "hand_over"
    ACCEPT = "accept"
    DEFER = "defer"
    REFUSE = "refuse"
    LOSE = "lose"
    SEND_AGAIN = "send_again"
    WITHDRAW = "withdraw"


M = MessageState

# From a claim to the final dot a message keeps its state: the lease on its stretch is the claim.
MESSAGE: dict[tuple[MessageState, Step], MessageState] = {
    (M.QUEUED, Step.HAND_OVER): M.HANDING_OVER,
    (M.QUEUED, Step.DEFER): M.DEFERRED,
    (M.QUEUED, Step.REFUSE): M.REFUSED,
    (M.QUEUED, Step.WITHDRAW): M.WITHDRAWN,
    (M.DEFERRED, Step.HAND_OVER): M.HANDING_OVER,
    (M.DEFERRED, Step.DEFER): M.DEFERRED,
    (M.DEFERRED, Step.REFUSE): M.REFUSED,
    (M.DEFERRED, Step.WITHDRAW): M.WITHDRAWN,
    # The final dot was allowed, but certainly never sent.
    (M.HANDING_OVER, Step.RELEASE): M.QUEUED,
    (M.HANDING_OVER, Step.ACCEPT): M.ACCEPTED,
    (M.HANDING_OVER, Step.DEFER): M.DEFERRED,
    (M.HANDING_OVER, Step.REFUSE): M.REFUSED,
    (M.HANDING_OVER, Step.LOSE): M.UNKNOWN,
    # The worker that was thought dead reports after all, perhaps when a person has decided already.
    (M.QUEUED, Step.ACCEPT): M.ACCEPTED,
    (M.UNKNOWN, Step.ACCEPT): M.ACCEPTED,
    (M.UNKNOWN, Step.DEFER): M.DEFERRED,
    (M.UNKNOWN, Step.REFUSE): M.REFUSED,
    (M.UNKNOWN, Step.RELEASE): M.QUEUED,
    (M.UNKNOWN, Step.SEND_AGAIN): M.QUEUED,
    # What was refused because of us, once that is mended.
    (M.REFUSED, Step.SEND_AGAIN): M.QUEUED,
}


def after(state: DispatchState, move: Move) -> DispatchState:
    """Return the state after a move; raises Conflict where the table has no such move."""
    if (target := DISPATCH.get((state, move))) is None:
        raise Conflict(
            msg("This is not possible while the dispatch is «%(state)s».", state=NAMES[state])
        )
    return target


def allows(state: DispatchState, move: Move) -> bool:
    """Tell whether a page may offer this move."""
    return (state, move) in DISPATCH
