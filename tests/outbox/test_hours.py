"""Send hours and warm-up plans as rules: Swiss wall clocks, put forward and back."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit import localtime
from service.outbox import hours, warming
from service.outbox.times import SendHours, Stretch, WarmUpDay

OFFICE = SendHours((1, 2, 3, 4, 5), time(7), time(18))
SUNDAY_NIGHT = SendHours((7,), time(2, 15), time(2, 45))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "opens", "closes"),
    [
        # Tuesday in winter: Zurich is one hour ahead; in it, before it, at its end, on Friday night
        (utc(2026, 2, 3, 10), utc(2026, 2, 3, 6), utc(2026, 2, 3, 17)),
        (utc(2026, 2, 3, 5, 59), utc(2026, 2, 3, 6), utc(2026, 2, 3, 17)),
        (utc(2026, 2, 3, 17), utc(2026, 2, 4, 6), utc(2026, 2, 4, 17)),
        (utc(2026, 2, 6, 20), utc(2026, 2, 9, 6), utc(2026, 2, 9, 17)),
        # Over the weekend of 29 March the clock goes forward, of 25 October back
        (utc(2026, 3, 27, 20), utc(2026, 3, 30, 5), utc(2026, 3, 30, 16)),
        (utc(2026, 10, 23, 20), utc(2026, 10, 26, 6), utc(2026, 10, 26, 17)),
    ],
)
def test_a_stretch_opens_and_closes_by_the_swiss_clock(
    now: datetime, opens: datetime, closes: datetime
) -> None:
    assert hours.stretch(OFFICE, now) == Stretch(opens, closes)


def test_hours_that_the_clock_skips_begin_when_it_has_been_put_forward() -> None:
    found = hours.stretch(SUNDAY_NIGHT, utc(2026, 3, 29, 0))
    assert found == Stretch(utc(2026, 3, 29, 1, 15), utc(2026, 3, 29, 1, 45))


def test_hours_that_the_skipped_hour_swallows_are_those_of_the_next_week() -> None:
    swallowed = SendHours((7,), time(2, 30), time(3, 15))
    found = hours.stretch(swallowed, utc(2026, 3, 29, 0))
    assert localtime.local(found.opens_at).date() == datetime(2026, 4, 5).date()  # noqa: DTZ001


def test_an_hour_that_comes_twice_counts_once_and_the_day_is_longer() -> None:
    assert hours.stretch(SUNDAY_NIGHT, utc(2026, 10, 25, 0)) == Stretch(
        utc(2026, 10, 25, 0, 15), utc(2026, 10, 25, 0, 45)
    )
    all_day = SendHours((7,), time(0), time(0))
    found = hours.stretch(all_day, utc(2026, 10, 25, 12))
    assert found.closes_at - found.opens_at == timedelta(hours=25)


@given(
    st.sets(st.integers(1, 7), min_size=1),
    st.integers(0, 22),
    st.integers(1, 23),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_every_hour_has_a_stretch_that_is_open_or_to_come(
    days: set[int], opens: int, length: int, now: datetime
) -> None:
    closes = min(opens + length, 24) % 24
    asked = SendHours(tuple(sorted(days)), time(opens), time(closes))
    found = hours.stretch(asked, now)
    assert found.opens_at < found.closes_at
    assert now < found.closes_at
    assert localtime.local(found.opens_at).isoweekday() in days
    assert hours.stretch(asked, found.closes_at).opens_at >= found.closes_at


def test_weekdays_are_told_as_runs() -> None:
    assert OFFICE.runs == [(1, 5)]
    assert SendHours((7, 1, 2, 4), time(7), time(8)).runs == [(1, 2), (4, 4), (7, 7)]


def day(step: int, most: int, sent: int) -> WarmUpDay:
    return WarmUpDay(datetime(2026, 2, 1).date(), step, most, sent)  # noqa: DTZ001


def test_a_step_is_done_when_at_least_half_of_it_left() -> None:
    steps = [50, 100, 200]
    assert warming.step(steps, []) == 0
    assert warming.step(steps, [day(0, 50, 24)]) == 0
    assert warming.step(steps, [day(0, 50, 25)]) == 1
    assert warming.step(steps, [day(0, 50, 50), day(1, 100, 100), day(2, 200, 200)]) is None


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=12), st.integers(0, 60_000))
def test_the_days_that_are_told_beforehand_are_those_that_the_plan_takes(
    steps: list[int], owed: int
) -> None:
    days: list[WarmUpDay] = []
    left = owed
    while left > 0:
        reached = warming.step(steps, days)
        most = left if reached is None else steps[reached]
        sent = min(most, left)
        # A last day with little on it does not matter: nothing is left then.
        days.append(day(reached if reached is not None else len(steps), most, sent))
        left -= sent
    assert warming.days_needed(steps, 0, 0, owed) == len(days)


@given(st.integers(1, 20_000), st.integers(0, 14), st.integers(0, 14))
def test_a_days_mails_leave_evenly_and_never_more_than_the_plan_says(
    most: int, begun: int, at: int
) -> None:
    stretch = Stretch(utc(2026, 2, 3, 6), utc(2026, 2, 3, 18))
    opened, now = utc(2026, 2, 3, 5 + begun), utc(2026, 2, 3, 5 + max(begun, at))
    allowed = warming.allowed(most, stretch, opened, now)
    assert 0 <= allowed <= most
    assert allowed <= warming.allowed(most, stretch, opened, now + timedelta(minutes=1)) or (
        now + timedelta(minutes=1) >= stretch.closes_at
    )
    if not stretch.opens_at <= now < stretch.closes_at:
        assert allowed == 0
