"""Which moves an edition may make."""

import pytest

from service.editions import states
from service.editions.model import EditionState
from service.editions.states import Move
from service.kit.errors import Conflict


def test_the_straight_way_leads_from_a_draft_to_a_sent_edition() -> None:
    state = EditionState.DRAFT
    for move in (Move.HAND_IN, Move.APPROVE, Move.SCHEDULE, Move.OPEN, Move.FINISH):
        state = states.after(state, move)
    assert state is EditionState.SENT


@pytest.mark.parametrize("state", [EditionState.IN_REVIEW, EditionState.APPROVED])
def test_any_change_takes_a_judged_edition_back_to_draft(state: EditionState) -> None:
    assert states.after(state, Move.CHANGE) is EditionState.DRAFT


@pytest.mark.parametrize(
    "state",
    [EditionState.SCHEDULED, EditionState.SENDING, EditionState.SENT, EditionState.CANCELLED],
)
def test_what_goes_out_or_went_out_cannot_be_changed_and_says_why(state: EditionState) -> None:
    with pytest.raises(Conflict) as caught:
        states.after(state, Move.CHANGE)
    assert "edition" in str(caught.value)


def test_nothing_is_scheduled_that_nobody_approved() -> None:
    allowed = {state for state in EditionState if states.open_for(state, Move.SCHEDULE)}
    assert allowed == {EditionState.APPROVED}


def test_a_sent_edition_stays_sent() -> None:
    assert not any(states.open_for(EditionState.SENT, move) for move in Move)


def test_every_state_has_a_name_for_people() -> None:
    assert set(states.NAMES) == set(EditionState)
