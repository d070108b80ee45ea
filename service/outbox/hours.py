"""The hours of a newsletter: when its mail may leave, in Swiss time. Pure.

A stretch never runs past midnight; a day on which the clock skips it has none (a window from 02:15
to 02:45 on the last Sunday of March begins and ends when the clock has been put forward).
"""

from datetime import datetime, time, timedelta

from service.kit import localtime
from service.outbox.times import SendHours, Stretch

_MIDNIGHT = time(0)
_FAR = 15  # days: a single weekday's stretch can be skipped once


def stretch(hours: SendHours, now: datetime) -> Stretch:
    """Return the stretch that is open at `now`, else the next one."""
    today = localtime.local(now).date()
    for ahead in range(_FAR):
        day = today + timedelta(days=ahead)
        if day.isoweekday() not in hours.days:
            continue
        last = day + timedelta(days=1) if hours.closes == _MIDNIGHT else day
        found = Stretch(localtime.at(day, hours.opens), localtime.at(last, hours.closes))
        if found.opens_at < found.closes_at and now < found.closes_at:
            return found
    raise ValueError("hours without a day")
