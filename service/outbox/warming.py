"""The warm-up plan: how many mails a sender's new domain sends on which day, and when. Pure.

Mail providers distrust a domain or an address that suddenly sends thousands. A plan says how many
on the first day with mail, on the second …; on each day they leave evenly over the open hours.
"""

from datetime import datetime, time, timedelta

from service.outbox.times import SendHours, Stretch, WarmUpDay

USUAL = (50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600)
# Where a newsletter has no hours of its own, a plan keeps to these.
HOURS = SendHours((1, 2, 3, 4, 5, 6, 7), time(7), time(19))
_SHORTEST = timedelta(hours=1)


def step(steps: list[int], days: list[WarmUpDay]) -> int | None:
    """Return the index of today's step after the days before, oldest first; None: it has ended.

    A step is done on a day on which at least half of its number left: a domain is trusted for what
    it has sent, not for the days that went by.
    """
    if not days:
        return 0
    last = days[-1]
    reached = last.step + (2 * last.sent >= last.most)
    return reached if reached < len(steps) else None


def allowed(most: int, stretch: Stretch, begun: datetime, now: datetime) -> int:
    """Return how many of a day's mails may have left by `now`, evenly from the beginning on."""
    if not stretch.opens_at <= now < stretch.closes_at:
        return 0
    start = max(stretch.opens_at, begun)
    length = max(stretch.closes_at - start, _SHORTEST)
    return min(most, 1 + int(most * ((now - start) / length)))


def portion(most: int, largest: int) -> int:
    """Return how many messages to let go at a time: a twentieth of the day, within bounds."""
    return max(1, min(largest, most // 20))


def days_needed(steps: list[int], reached: int, sent: int, owed: int) -> int:
    """Return on how many days mail leaves until `owed` messages have: today's `sent` have gone."""
    left, days = owed, 0
    for index in range(reached, len(steps)):
        if left <= 0:
            return days
        left -= max(0, steps[index] - (sent if index == reached else 0))
        days += 1
    return days + (left > 0)
