"""When a dispatch will have left: told beforehand, by its hours, its plan and its speed."""

import math
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outbox import forecast
from service.outbox.forecast import Means
from service.outbox.times import SendHours

OFFICE = SendHours((1, 2, 3, 4, 5), time(7), time(18))
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
