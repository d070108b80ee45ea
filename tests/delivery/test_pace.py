"""How fast mail leaves for whoever said "too fast": found soon, kept, and looked at again."""

import math
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery import pace, receivers
from service.delivery.lane import Lane
from service.delivery.model import DestinationCondition, DestinationKind
from service.delivery.pace import Pace, Seen
from tests.delivery.receiving import START, Receiver, World

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("limit", [5, 50, 300])
def test_within_three_minutes_the_rate_settles_below_a_limit_that_nobody_told_us(
    limit: int, workers: int
) -> None:
    receiver = Receiver(limit)
    World(receiver, workers).run(until=180)
    assert 0.7 <= receiver.share(120, 180) <= 1.0
    assert receiver.refused_share <= 0.02


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize(
    ("limit", "workers", "slow"), [(1, 1, 0.002), (1, 2, 0.2), (10, 2, 0.002), (10, 4, 0.2)]
)
def test_a_limit_counted_by_the_minute_is_found_as_soon_and_used_as_well(
    limit: int, workers: int, slow: float, fixed: bool
) -> None:
    receiver = Receiver(limit, window=60, fixed=fixed)
    world = World(receiver, workers, slow=slow)
    world.run(until=900)
    assert world.shared.window == 60
    assert 0.7 <= receiver.share(120, 180) <= 1.0
    assert 0.8 <= receiver.share(180, 900) <= 1.0
    at_the_wall = sum(at < 120 for at in receiver.refused)
    assert at_the_wall <= 7 * workers, "what was on its way, and the first of each one after it"
    assert len(receiver.refused) - at_the_wall < 0.005 * len(receiver.taken) + 2


def test_whoever_counts_by_the_hour_is_asked_more_and_more_rarely() -> None:
    receiver = Receiver(0.1, window=3600)
    world = World(receiver, workers=2)
    world.run(until=3600)
    assert world.shared.window == 900
    assert len(receiver.refused) < 30
    world.run(until=3 * 3600)
    assert receiver.share(3600, 3 * 3600) > 0.7
    assert len(receiver.refused) < 50


def test_a_limit_that_is_lifted_is_noticed_and_a_lower_one_is_obeyed() -> None:
    receiver = Receiver(10)
    world = World(receiver, workers=2)
    world.run(until=120)
    receiver.limit = 100
    world.run(until=420)
    assert receiver.share(360, 420) > 0.7
    receiver.limit = 20
    refused = len(receiver.refused)
    world.run(until=720)
    assert receiver.share(660, 720) > 0.7
    assert len(receiver.refused) - refused < 100


def cut(times: int, flow: float, apart: float) -> Pace:
    known = Pace()
    for number in range(times):
        now = START + number * apart * SECOND
        known = pace.after(known, Seen(flow, slowed=True), now)
    return known


def test_three_complaints_on_end_mean_rest_and_the_next_rest_is_longer() -> None:
    once, thrice = cut(1, 20, 3), cut(3, 20, 3)
    assert pace.condition(once, START + 5 * SECOND) is DestinationCondition.LIMITED
    assert pace.condition(thrice, START + 30 * SECOND) is DestinationCondition.RESTING
    assert pace.condition(thrice, START + 37 * SECOND) is DestinationCondition.LIMITED
    six = cut(6, 20, 3)
    assert six.paused_until is not None
    assert six.paused_until - START == (15 + 60) * SECOND


def test_a_rest_that_a_wrong_clock_set_holds_nothing_up_by_the_right_one() -> None:
    ahead = cut(3, 20, 3)
    assert pace.rate(ahead, START + 10 * SECOND) == 0
    assert pace.rate(ahead, START - timedelta(days=1)) > 0
    assert pace.rest(ahead, START - timedelta(days=1)) == timedelta()


def test_what_every_worker_got_through_before_the_wall_counts_together() -> None:
    one, other = (Lane(DestinationKind.DOMAIN, "x.example", receivers.limits("")) for _ in "ab")
    for lane, mails in ((one, 30), (other, 20)):
        for _ in range(mails):
            lane.took()
    one.too_fast(None)
    known = pace.after(Pace(), one.saw(START, 0.5, 2, fresh=True), START)
    assert known.ceiling == known.burst == 30
    now = START + SECOND
    one.told()
    for lane in (one, other):
        lane.learn(known)
    one.took()  # what was on its way
    for lane in (one, other):
        assert lane.owes
        known = pace.after(known, lane.owed(now, 0.5), now)
        assert not lane.owes
    assert known.ceiling == known.burst == 51
    other.leave(now, 0, 2)
    other.took()
    assert not other.owes, "this one left after it"


def test_after_hours_of_peace_nothing_is_remembered() -> None:
    known = cut(3, 20, 3)
    later = START + pace.PEACE + timedelta(minutes=1)
    assert pace.rate(known, later) == math.inf
    assert pace.rate(known, later, 0.5) == 0.5, "except a limit that everybody knows"
    again = pace.after(known, Seen(100, slowed=True), later)
    assert (again.strikes, again.rests, again.ceiling) == (1, 0, 100)


@settings(max_examples=200, deadline=None)
@given(
    flow=st.floats(0, 5000),
    burst=st.floats(0, 5000),
    waits=st.lists(st.tuples(st.floats(0, 4000), st.booleans()), min_size=1, max_size=12),
)
def test_a_complaint_never_makes_mail_faster_and_slots_add_up_to_the_rate(
    flow: float, burst: float, waits: list[tuple[float, bool]]
) -> None:
    known, now = Pace(), START
    for wait, barren in waits:
        now += wait * SECOND
        before = pace.rate(known, now)
        if barren:  # what was not used does not count
            before = max(before, known.ceiling or math.inf)
        seen = Seen(flow, slowed=True, burst=burst, barren=barren)
        known = pace.after(known, seen, now)
        assert known.paused_until is not None
        start = known.paused_until
        assert pace.rate(known, now) == 0
        assert pace.rate(known, start) >= pace.LOWEST * pace.SHARE
        assert pace.rate(known, start) <= max(before, pace.LOWEST)
        steps = [start + n * SECOND for n in range(6)]
        left = [pace.slots(known, at) for at in steps]
        for earlier, count, following in zip(steps, left, left[1:], strict=False):
            slow, fast = pace.rate(known, earlier), pace.rate(known, earlier + SECOND)
            assert slow - 1e-6 <= following - count <= fast + 1e-6
