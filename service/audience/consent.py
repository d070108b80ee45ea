"""What a subscription may become, and what must be on record for it.

Double opt-in for people who sign themselves up; membership or office as a documented basis for
official contacts (DSG, UWG Art. 3 (1) lit. o). It decides; it records nothing.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from service.audience.model import LANGUAGES, SubscriptionState
from service.kit.errors import Conflict
from service.kit.text import msg

CONFIRMATION_LASTS = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(days=30)
ASK_WINDOW = timedelta(hours=24)
MOST_ASKS_PER_ADDRESS = 3
MOST_ASKS_PER_NETWORK = 60
LONGEST_PAUSE = timedelta(days=2 * 366)


class Move(StrEnum):
    ASK = "ask"  # typed into the public form
    CONFIRM = "confirm"  # the button behind the mailed link
    ENROL = "enrol"  # an editor, with a documented basis
    END = "end"


# A contact without a subscription stands at None.
MOVES: dict[tuple[SubscriptionState | None, Move], SubscriptionState] = {
    (None, Move.ASK): SubscriptionState.PENDING,
    (None, Move.ENROL): SubscriptionState.ACTIVE,
    (SubscriptionState.PENDING, Move.ASK): SubscriptionState.PENDING,
    (SubscriptionState.PENDING, Move.CONFIRM): SubscriptionState.ACTIVE,
    (SubscriptionState.PENDING, Move.ENROL): SubscriptionState.ACTIVE,
    (SubscriptionState.PENDING, Move.END): SubscriptionState.ENDED,
    (SubscriptionState.ACTIVE, Move.ASK): SubscriptionState.ACTIVE,
    (SubscriptionState.ACTIVE, Move.CONFIRM): SubscriptionState.ACTIVE,
    (SubscriptionState.ACTIVE, Move.ENROL): SubscriptionState.ACTIVE,
    (SubscriptionState.ACTIVE, Move.END): SubscriptionState.ENDED,
    (SubscriptionState.ENDED, Move.ASK): SubscriptionState.PENDING,
    (SubscriptionState.ENDED, Move.ENROL): SubscriptionState.ACTIVE,
    (SubscriptionState.ENDED, Move.END): SubscriptionState.ENDED,
}


def after(state: SubscriptionState | None, move: Move) -> SubscriptionState:
    """Return the state a move leads to; raises Conflict where the move makes no sense any more."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise Conflict(
            msg("This subscription was ended in the meantime. Please subscribe anew.")
        ) from None


def pause_end(until: datetime | None, now: datetime) -> datetime | None:
    """Return until when a pause lasts: nothing for one that is over, two years at the longest."""
    if until is None or until <= now:
        return None
    return min(until, now + LONGEST_PAUSE)


def spoken(language: str) -> str:
    """Return a language that we have a greeting in, German otherwise."""
    return language if language in LANGUAGES else "de"
