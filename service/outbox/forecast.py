"""When a dispatch will have left: by its hours, its warm-up plan and the speeds that are known.

The slowest decides: the mail server, one receiver, or what others owe before it. A forecast, not a
promise: what is put off or refused on the way is not foreseen. Pure.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from msgspec import Struct

from service.kit import localtime
from service.outbox import hours, warming
from service.outbox.times import SendHours, Stretch

_NEVER = datetime.max.replace(tzinfo=UTC)
_FAR = 400  # stretches; what takes longer has no end that anybody could plan with


class Slow(Struct, frozen=True):
    """A receiver that takes less than we could send: mails that go there, and how many a second."""

    mails: int
    rate: float
    name: str = ""


class Means(Struct, frozen=True):
    """What holds a dispatch up: its hours, the speed known (mails a second), and a plan.

    `steps`: how many mails leave on the first day with mail, on the next …, empty without a plan;
    of the first day's number `sent` have left already where that is `today`. From that moment on
    `ahead` mails of others leave before its own.
    """

    hours: SendHours | None = None
    rate: float = math.inf
    steps: tuple[int, ...] = ()
    sent: int = 0
    today: datetime | None = None
    ahead: int = 0
    slow: tuple[Slow, ...] = ()

    @property
    def keeps_to(self) -> SendHours | None:
        """The hours that its mail leaves at: a plan has some of its own; None: always."""
        return self.hours or (warming.HOURS if self.steps else None)


class Portion(Struct, frozen=True):
    """A time in which mail leaves evenly, and how many of them can."""

    begins: datetime
    ends: datetime
    mails: float


def last(means: Means, begins: datetime, owed: int) -> datetime | None:
    """Return about when the last of so many mails leaves; None: later than anybody plans."""
    ends = [_slow_end(means, begins, one) for one in means.slow]
    end = max([_common_end(means, begins, owed), *ends])
    return None if end == _NEVER else end


def slowest(means: Means, begins: datetime, owed: int) -> Slow | None:
    """Return the receiver that the last mail waits for, if it waits for one."""
    ends = {one: _slow_end(means, begins, one) for one in means.slow}
    worst = max(ends, key=lambda one: ends[one], default=None)
    return worst if worst and ends[worst] > _common_end(means, begins, owed) else None


def until(means: Means, begins: datetime, end: datetime, owed: int) -> int:
    """Return about how many of so many mails leave before an end."""
    gone = _until(means, begins, end, owed)
    if means.ahead and means.today:
        gone = min(gone, max(_until(means, means.today, end, means.ahead + owed) - means.ahead, 0))
    late = (one.mails - _until(_alone(means, one), begins, end, one.mails) for one in means.slow)
    return max(min(gone, owed - sum(late)), 0)


def _common_end(means: Means, begins: datetime, owed: int) -> datetime:
    end = _end(means, begins, owed)
    if means.ahead and means.today:
        end = max(end, _end(means, means.today, means.ahead + owed))
    return end


def _slow_end(means: Means, begins: datetime, slow: Slow) -> datetime:
    return _end(_alone(means, slow), begins, slow.mails)


def _alone(means: Means, slow: Slow) -> Means:
    return Means(means.keeps_to, slow.rate)


def _end(means: Means, begins: datetime, owed: int) -> datetime:
    left = float(owed)
    for portion in _portions(means, begins):
        if portion.mails >= left:
            share = left / portion.mails if portion.mails < math.inf else 0.0
            return portion.begins + share * (portion.ends - portion.begins)
        left -= portion.mails
    return _NEVER


def _until(means: Means, begins: datetime, end: datetime, owed: int) -> int:
    gone = 0.0
    for portion in _portions(means, begins):
        if portion.begins >= end or gone >= owed:
            break
        share = min((end - portion.begins) / (portion.ends - portion.begins), 1.0)
        gone += portion.mails if portion.mails == math.inf else share * portion.mails
    return int(min(gone, owed))


def _portions(means: Means, begins: datetime) -> Iterator[Portion]:
    steps = list(means.steps)
    known = means.keeps_to
    now, sent = begins, means.sent if _is(means.today, begins) else 0
    for _ in range(_FAR):
        opened = hours.stretch(known, now) if known else _day(now)
        start = max(now, opened.opens_at)
        could = means.rate * (opened.closes_at - start).total_seconds()
        if steps:  # each portion is one day: a stretch never runs past midnight
            if not _is(means.today, start):
                sent = 0
            could = min(could, max(steps.pop(0) - sent, 0))
        yield Portion(start, opened.closes_at, could)
        now = opened.closes_at
        if known is not means.hours and not steps:
            known, now = None, _day(start).closes_at  # the plan ends with the day


def _is(today: datetime | None, at: datetime) -> bool:
    return today is not None and localtime.local(today).date() == localtime.local(at).date()


def _day(now: datetime) -> Stretch:
    return Stretch(now, localtime.at(localtime.local(now).date() + timedelta(days=1), time(0)))
