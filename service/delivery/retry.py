"""When a message that was put off is tried again, and when it is given up. Pure."""

from datetime import datetime, timedelta

# Minutes to wait after the first, second … time; the sum is 40 h. Greylisting usually lasts 5 min.
_NEWSLETTER = (5.25, 15, 30, 60, 120, *(240,) * 9)
_SPREAD = 0.2
_NAMED = (timedelta(minutes=1), timedelta(hours=4))  # what a server asks for, within reason

_NOTICE_FIRST = timedelta(seconds=30)

_PROBE_FIRST = timedelta(seconds=5)
_PROBE_LONGEST = timedelta(minutes=1)


def newsletter(
    tries: int, now: datetime, jitter: float, named: timedelta | None = None
) -> datetime | None:
    """Return when to try again after `tries` earlier put-offs; None to give up.

    `jitter` in [-1, 1] spreads the wait by up to a fifth, so that not all come back at once. What
    a server asked for (`named`), and the first wait, which greylisting ends, only get longer.
    """
    if tries >= len(_NEWSLETTER):
        return None
    if named is not None:
        return now + min(max(named, _NAMED[0]), _NAMED[1]) * (1 + _SPREAD * (1 + jitter) / 2)
    spread = _SPREAD * (1 + jitter) if tries == 0 else _SPREAD * jitter
    return now + timedelta(minutes=_NEWSLETTER[tries] * (1 + spread))


def notice(tries: int, now: datetime, give_up_at: datetime) -> datetime | None:
    """Return when to try a single mail again: after 30 s, 1 min, 2 min …; None to give up."""
    again = now + _NOTICE_FIRST * (1 << min(tries, 10))
    return again if again < give_up_at else None


def probe(probes: int, now: datetime) -> datetime:
    """Return when to knock again at a relay that does not answer: 5, 10, 20 … 60 seconds."""
    return now + min(_PROBE_FIRST * (1 << min(probes, 10)), _PROBE_LONGEST)
