"""How fast mail may leave for a destination that said "too fast": one curve, one cut. Pure.

The rate is no state of its own. It follows from the rate that was last found too fast (the ceiling)
and from the time since: it starts at four fifths, comes near the ceiling slowly, stays there for a
while and then looks, faster and faster, whether more is taken by now. That is CUBIC's curve
(RFC 9438 §4.2) for mails a second. So a rate that grows costs no row, and all workers agree on it.

Only a refusal is written. What a ceiling is measured by is the flow: mails accepted a second,
fading within a second or two, so that reports of several workers simply add up.

Most receivers count by the second or two, some by the minute or the hour. These take a burst and
then nothing: where not one mail passes after the breath, the window was longer. It is taken for a
minute, then two, four …; nothing goes for so long, and the ceiling is what passed in it.
"""

import math
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from service.delivery.model import Destination, DestinationCondition

SHARE = 0.8  # of the ceiling, right after a cut
LOWEST = 0.05  # mails a second; below it there is only resting
_FADES = 1.0  # seconds in which a flow falls to a third
_BREATH = timedelta(seconds=2)  # after every cut: the receiver's window is full
PEACE = timedelta(hours=2)
_GOOD = 200  # mails that pass on the way back to the ceiling
_CLIMB = (30.0, 300.0)  # seconds that the way back may take
_AGAIN = timedelta(seconds=10)  # a cut so soon means that the ceiling was measured too high
_HELD = 0.95  # of what went well before is believed, whatever the flow says: reports come late
_STRIKES = 3
_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(minutes=15)
MINUTE = 60  # seconds: the window that is tried first where a second is not enough
_WIDEST = 15 * MINUTE
_BURST = 10  # mails of which a longer window can be told
_WINDOWS = 5  # the least that the way back takes: a window must be over before it tells


class Pace(Struct, frozen=True):
    """What is known of a destination's pace; `ceiling` and `flow` in mails a second.

    `window` is by how many seconds the receiver counts, as far as we know, and `burst` how many
    mails it took in them (in a minute at least) before it last refused one.
    """

    ceiling: float | None = None
    slowed_at: datetime | None = None
    strikes: int = 0
    rests: int = 0
    paused_until: datetime | None = None
    flow: float = 0.0
    flow_at: datetime | None = None
    burst: float = 0.0
    window: int = 1


class Seen(Struct, frozen=True):
    """What one worker saw since it last told.

    `slowed`: whether a mail that left at the pace known now was called too fast; `late`: whether
    one that had left before was, or others told. `flow`: mails accepted within the last second,
    `burst`: within the window, by this worker where nobody was limited (what several saw adds up),
    else by all. `barren`: no mail passed since the last cut.
    """

    flow: float
    slowed: bool
    late: bool = False
    burst: float = 0.0
    barren: bool = False


def of(known: Destination) -> Pace:
    """Return the pace of a destination's row."""
    return Pace(
        known.ceiling,
        known.slowed_at,
        known.strikes,
        known.rests,
        known.paused_until,
        known.flow,
        known.flow_at,
        known.burst,
        known.window,
    )


def rate(known: Pace, now: datetime, most: float = math.inf) -> float:
    """Return mails a second for all workers together: 0 while it rests, `most` where it is free."""
    if rest(known, now):
        return 0.0
    if known.ceiling is None or known.slowed_at is None or now - known.slowed_at > PEACE:
        return most
    climb = _climb(known)
    since = max((now - known.slowed_at).total_seconds(), 0.0)
    bend = (1 - SHARE) * (since / climb - 1) ** 3
    return min(known.ceiling * (1 + bend), most)


def rest(known: Pace, now: datetime) -> timedelta:
    """Return for how long nothing may go; a rest set by a clock gone wrong is none."""
    left = (known.paused_until or now) - now
    return left if timedelta() < left <= _LONGEST_REST else timedelta()


def slots(known: Pace, now: datetime, most: float = math.inf) -> float:
    """Return how many mails the rate would have let go so far, counted from the last cut.

    Each whole number is a slot, and each of n workers takes every n-th: so mails leave evenly,
    however many workers there are.
    """
    if known.ceiling is None or known.slowed_at is None or rate(known, now) > most:
        return now.timestamp() * most
    climb = _climb(known)
    since = max((now - known.slowed_at).total_seconds(), 0.0)
    return known.ceiling * (since + (1 - SHARE) * climb / 4 * ((since / climb - 1) ** 4 - 1))


def _climb(known: Pace) -> float:
    shortest, longest = _CLIMB
    seconds = min(max(_GOOD / (known.ceiling or LOWEST), shortest), longest)
    return max(seconds, _WINDOWS * known.window if known.window > 1 else 0)


def condition(known: Pace, now: datetime) -> DestinationCondition:
    """Return how a destination stands."""
    allowed = rate(known, now)
    if allowed == 0:
        return DestinationCondition.RESTING
    return DestinationCondition.FREE if allowed == math.inf else DestinationCondition.LIMITED


def faded(flow: float, since: datetime | None, now: datetime) -> float:
    """Return what is left of a flow measured at `since`."""
    if since is None:
        return flow
    return flow * math.exp(-max((now - since).total_seconds(), 0.0) / _FADES)


def after(known: Pace, seen: Seen, now: datetime) -> Pace:
    """Return the pace after a worker's report."""
    flow = faded(known.flow, known.flow_at, now) + seen.flow
    if seen.slowed:
        return replace(_cut(known, seen, flow, now), flow=flow, flow_at=now)
    ceiling, burst = known.ceiling, known.burst
    lately = known.slowed_at is not None and now - known.slowed_at < _BREATH
    if seen.late and lately and known.strikes == 1 and ceiling is not None:
        # Several workers met the same wall; what each of them got through counts together.
        ceiling, burst = ceiling + seen.flow, burst + seen.burst
    return replace(known, ceiling=ceiling, flow=flow, flow_at=now, burst=burst)


def _cut(known: Pace, seen: Seen, flow: float, now: datetime) -> Pace:
    """Return the pace after "too fast"; at the third time on end nothing goes for a while."""
    if known.slowed_at is None or now - known.slowed_at > PEACE:
        known = Pace()
    if seen.barren and known.burst >= _BURST:
        return _widened(known, now)
    current = rate(known, now)
    again = known.slowed_at is not None and now - known.slowed_at < _AGAIN
    if again:
        ceiling = current / 2
    else:
        measured = flow if known.window == 1 else seen.burst / known.window
        held = 0.0 if current == math.inf else _HELD * min(current, known.ceiling or 0.0)
        ceiling = min(current, max(measured, held))
    strikes, rests = known.strikes + 1 if again else 1, known.rests
    pause = max(_BREATH, timedelta(seconds=known.window / 10))
    if strikes >= _STRIKES:
        pause = min(_REST * 2 ** min(rests, 10), _LONGEST_REST)
        strikes, rests = 0, rests + 1
    ceiling, until = max(ceiling, LOWEST), now + pause
    burst = seen.burst or known.burst
    return Pace(ceiling, now, strikes, rests, until, burst=burst, window=known.window)


def _widened(known: Pace, now: datetime) -> Pace:
    """Return the pace where not one mail passed since the cut: what was full is full still.

    Who has rested for a whole window already counts by a longer one.
    """
    rested = known.paused_until is None or known.slowed_at is None
    if known.paused_until is not None and known.slowed_at is not None:
        rested = (known.paused_until - known.slowed_at).total_seconds() >= known.window
    window = min(max(known.window * (1 + rested), MINUTE), _WIDEST)
    ceiling = max(min(known.ceiling or math.inf, known.burst / window), LOWEST)
    until = now + timedelta(seconds=window)
    return replace(
        known, ceiling=ceiling, slowed_at=now, strikes=0, paused_until=until, window=window
    )
