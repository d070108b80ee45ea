"""When a dispatch will have left: told beforehand, by its hours, its plan and its speed."""

import math
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outbox import forecast
from service.outbox.forecast import Means, Slow
from service.outbox.times import SendHours

OFFICE = SendHours((1, 2, 3, 4, 5), time(7), time(18))
SLOW = Slow(600, 0.5, "Hotmail")
SLOWER = Slow(60, 1 / 60, "Bluewin")
TUESDAY = datetime(2026, 2, 3, 8, 0, tzinfo=UTC)  # nine in Zurich


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("means", "owed", "last"),
    [
        (Means(), 5_000, TUESDAY),
        (Means(rate=0.5), 3_600, at(3, 10)),
        (Means(OFFICE), 5_000, TUESDAY),
        (Means(OFFICE, rate=1), 9 * 3_600, at(3, 17)),
        (Means(OFFICE, rate=1), 10 * 3_600, at(4, 7)),
        (Means(OFFICE, rate=1), 9 * 3_600 + 3 * 11 * 3_600 + 3_600, at(9, 7)),
        (Means(steps=(50, 100)), 50, at(3, 18)),
        (Means(steps=(50, 100)), 100, at(4, 12)),
        (Means(steps=(50, 100)), 150, at(4, 18)),
        (Means(steps=(50, 100)), 5_000, at(4, 23)),
        (Means(steps=(50, 100), sent=40, today=TUESDAY), 60, at(4, 12)),
        (Means(OFFICE, steps=(50,)), 60, at(4, 6)),
        (Means(SendHours((1,), time(7), time(8)), rate=0.001), 5_000, None),
        (Means(slow=(SLOW, SLOWER)), 5_000, at(3, 9)),
        (Means(rate=0.5, slow=(SLOW,)), 3_600, at(3, 10)),
        (Means(OFFICE, slow=(Slow(10 * 3_600, 1),)), 40_000, at(4, 7)),
        (Means(slow=(Slow(100, 1e-9), SLOW)), 5_000, None),
        (Means(rate=0.5, ahead=900, today=TUESDAY), 900, at(3, 9)),
        (Means(steps=(50, 100), sent=40, today=TUESDAY, ahead=10), 100, at(4, 18)),
    ],
)
def test_the_last_mail_is_told_by_hours_plan_and_speed(
    means: Means, owed: int, last: datetime | None
) -> None:
    assert forecast.last(means, TUESDAY, owed) == last


def test_how_many_leave_before_an_end_is_told_by_the_same_portions() -> None:
    plan = Means(steps=(50, 100, 200))
    ends = {at(3, 8): 0, at(3, 13): 25, at(3, 20): 50, at(4, 12): 100, at(5, 5): 150}
    assert {end: forecast.until(plan, TUESDAY, end, 1_000) for end in ends} == ends


def test_of_slow_receivers_and_of_what_goes_first_only_what_is_late_misses_the_end() -> None:
    slow = Means(slow=(SLOW, SLOWER))  # of 700, forty have the mail at once
    ends = {at(3, 8): 0, at(3, 8, 10): 700 - 300 - 50, at(3, 8, 20): 660, at(3, 9): 700}
    assert {end: forecast.until(slow, TUESDAY, end, 700) for end in ends} == ends
    second = Means(rate=1, ahead=3_600, today=TUESDAY)
    ends = {at(3, 8, 30): 0, at(3, 9): 0, at(3, 9, 30): 1_800, at(3, 11): 3_600}
    assert {end: forecast.until(second, TUESDAY, end, 3_600) for end in ends} == ends


def test_the_receiver_is_named_that_the_last_mail_waits_for() -> None:
    assert forecast.slowest(Means(slow=(SLOW, SLOWER)), TUESDAY, 700) == SLOWER
    assert forecast.slowest(Means(rate=0.1, slow=(SLOW, SLOWER)), TUESDAY, 700) is None
    assert forecast.slowest(Means(), TUESDAY, 700) is None


@given(
    st.sampled_from([None, OFFICE, SendHours((7,), time(2, 15), time(2, 45))]),
    st.sampled_from([math.inf, 300.0, 1.0, 0.05]),
    st.lists(st.integers(1, 500), max_size=4),
    st.integers(1, 2_000),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_everybody_is_reached_by_the_last_mail_and_somebody_is_not_long_before_it(
    hours: SendHours | None, rate: float, steps: list[int], owed: int, begins: datetime
) -> None:
    means = Means(hours, rate, tuple(sorted(steps)))
    last = forecast.last(means, begins, owed)
    if last is None:
        return
    assert last >= begins
    assert forecast.until(means, begins, last + timedelta(seconds=1), owed) >= owed - 1
    assert forecast.until(means, begins, begins, owed) == 0
    if last - begins > timedelta(days=15):
        assert forecast.until(means, begins, last - timedelta(days=14), owed) < owed
