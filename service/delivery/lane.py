"""One destination as one worker sees it: how many mails are on their way, and when the next may go.

It knows the destination's pace as the table last told it and counts what comes of the mails, until
the table is told. It reads no database and no clock.
"""

import math
from collections import deque
from datetime import datetime

from service.delivery import pace, receivers
from service.delivery.model import (
    Accepted,
    Cause,
    Deferred,
    DestinationKind,
    Outcome,
    Refused,
    Reply,
    Scope,
)
from service.delivery.pace import Pace, Seen
from service.delivery.receivers import Receiver

FREE = Pace()
NEVER = math.inf
_FIRST = 1  # mails that a destination gets before we know how it takes them
_PLENTY = 500  # mails at once; whoever takes so many is not counted any more
_LATELY = 10.0  # seconds in which a broken connection is forgotten
_SHAKES = 2.5  # broken connections, fading, that a server may have
_OFTEN = 1.0  # of them for each mail a second that it takes
_FIRST_TRIP = 5.0  # seconds that the first mail after a cut may take
_LATE = 0.03  # seconds that a mail may leave after its slot


class Counts:
    """What happened since the table was last told."""

    def __init__(self) -> None:
        self.accepted = self.deferred = self.refused = 0
        self.urgent = False  # the destination said "too fast"
        self.stamp: datetime | None = None  # of the mail that it complained of
        self.way: tuple[Lane, datetime | None] | None = None  # which that came by, and its stamp
        self.reply: Reply | None = None
        self.at: datetime | None = None

    def add(self, other: "Counts") -> None:
        """Take back what could not be told."""
        self.accepted += other.accepted
        self.deferred += other.deferred
        self.refused += other.refused
        self.urgent, self.stamp, self.way = other.urgent, other.stamp, other.way
        self.reply, self.at = other.reply, other.at

    def __bool__(self) -> bool:
        return bool(self.accepted or self.deferred or self.refused)


class Lane:
    """The way to one destination. `stamp` names the pace that a mail left at."""

    def __init__(self, kind: DestinationKind, name: str, known: Receiver) -> None:
        self.kind, self.name = kind, name
        self.most = known.rate or math.inf
        self.at_once = known.at_once
        self.pace = FREE
        self.on_way = 0
        self.seen = Counts()
        self.troubled = kind is not DestinationKind.DOMAIN  # has a row of its own
        self.halted = False  # said "too fast"; nothing leaves until the table knows
        self._taken = 0  # mails, ever
        self._mark = self._before = 0  # of them when this second began, and the one before
        self._marks = deque([(-math.inf, 0)])  # the same at many instants, for a window
        self._at_cut = 0
        self._counted: int | None = None  # of `_taken`, what the last complaint told of
        self._owing = False  # whether what came through before the first cut is still asked for
        self._window = _FIRST
        self._shakes, self._shaken_at = 0.0, 0.0
        self._slot = -1
        self.free = False
        self._uncounted = not self.limited  # nobody counts mails a second here

    @property
    def stamp(self) -> datetime | None:
        return self.pace.slowed_at

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost without this lane; who has no row is never told of."""
        told = not self.troubled or (self.kind is DestinationKind.GROUP and not self.seen)
        return told and not self.on_way and self.pace == FREE

    def learn(self, told: Pace) -> None:
        """Take over what the table says."""
        if told.slowed_at != self.pace.slowed_at:
            self._slot = -1
            self._window = _FIRST
            self._at_cut = self._taken
            self._owing = self.pace.ceiling is None and told.ceiling is not None
            self._counted = self._counted if self._owing else None
        self.pace = told
        self._uncounted = not self.limited and told.paused_until is None
        self.halted = self.seen.urgent
        self._judge()

    def _judge(self) -> None:
        self.free = not (self.halted or self.limited) and self._window >= _PLENTY

    @property
    def limited(self) -> bool:
        return bool(self.at_once) or self.most < math.inf or self.pace.ceiling is not None

    # --- When may the next one go -----------------------------------------------------------------

    def rate(self, now: datetime) -> float:
        """Return mails a second for all workers; infinite where nobody ever said "too fast"."""
        return pace.rate(self.pace, now, self.most)

    def rest(self, now: datetime) -> float:
        """Return the seconds for which nothing may go."""
        return pace.rest(self.pace, now).total_seconds()

    def open(self, now: datetime) -> bool:
        """Whether a mail may go at once and nobody counts mails a second here."""
        if self.free:
            return True
        room = not self.halted and self.on_way < self._window
        return room and (self._uncounted or (not self.limited and self.rate(now) == math.inf))

    def wait(self, now: datetime, place: int, workers: int) -> float:
        """Return seconds until this worker's next slot; NEVER until something happens first."""
        if self.free:
            return 0.0
        if self.halted or self.on_way >= self._window:
            return NEVER
        allowed = math.inf if self._uncounted else self.rate(now)
        if allowed == math.inf:
            return 0.0
        if allowed == 0:
            return self.rest(now)
        slot, passed = self._next(now, allowed, place, workers)
        return max(0.0, (slot - passed) / allowed)

    def leave(self, now: datetime, place: int, workers: int) -> None:
        """Note that a mail leaves now."""
        self.on_way += 1
        self._owing = False
        if not self._uncounted and 0 < (allowed := self.rate(now)) < math.inf:
            self._slot = self._next(now, allowed, place, workers)[0]

    def _next(self, now: datetime, allowed: float, place: int, workers: int) -> tuple[int, float]:
        passed = pace.slots(self.pace, now, self.most)
        slot = max(math.ceil(passed - _LATE * allowed), self._slot + 1)
        return slot + (place - slot) % workers, passed

    # --- What came of it --------------------------------------------------------------------------

    def count(self, said: Outcome, stamp: datetime | None, now: datetime) -> None:
        """Count what became of a mail that had left with this stamp."""
        seen, relay = self.seen, self.kind is DestinationKind.RELAY
        if isinstance(said, Accepted):
            self.took()
        elif isinstance(said, Refused):
            seen.refused += 1
            if not relay and said.cause in {Cause.POLICY, Cause.OTHER}:
                self._note(said.reply, now)
        elif isinstance(said, Deferred) and relay == (said.scope is Scope.RELAY):
            seen.deferred += 1
            self._note(said.reply, now)
            if relay:
                self._shaken(stamp, now.timestamp())
            elif said.scope is Scope.DESTINATION:
                self.too_fast(stamp)

    def took(self) -> None:
        """Count a mail that was accepted, and let the window grow."""
        self.seen.accepted += 1
        self._taken += 1
        if self._window < _PLENTY and (not self.at_once or self._window < self.at_once):
            self._window += 1
            if self._window == _PLENTY:
                self._judge()

    def _shaken(self, stamp: datetime | None, at: float) -> None:
        """Note that the server broke off; three times lately, and often, and it has too much."""
        fading = math.exp(min(self._shaken_at - at, 0.0) / _LATELY)  # a clock may go back
        self._shakes, self._shaken_at = self._shakes * fading + 1, at
        if self._shakes > _SHAKES and self._shakes > _OFTEN * self.flow(0.0):
            self._shakes = 0.0
            self.too_fast(stamp)

    def too_fast(self, stamp: datetime | None) -> None:
        """Stop until the table knows of it."""
        self.seen.urgent, self.seen.stamp = True, stamp
        self.halted, self.free = True, False

    def beware(self) -> None:
        """Stop a relay that is not proven yet, until a complaint is laid to somebody."""
        if self._window < _PLENTY:
            self.halted, self.free = True, False

    def _note(self, said: Reply, now: datetime) -> None:
        self.troubled = True
        self.seen.reply, self.seen.at = said, now

    def beat(self, at: float) -> None:
        """Begin a new second."""
        self._before, self._mark = self._mark, self._taken
        marks = self._marks
        if marks[-1][1] != self._taken:
            marks.append((at, self._taken))
        while len(marks) > 1 and marks[1][0] < at - self._reach:
            marks.popleft()

    @property
    def _reach(self) -> int:
        return max(self.pace.window, pace.MINUTE)

    def flow(self, part: float) -> float:
        """Return mails taken within the last second; `part` of the present one is over."""
        return self._taken - self._mark + (self._mark - self._before) * (1 - part)

    def lately(self, at: float) -> int:
        """Return mails taken within the window that the receiver may count by."""
        since = at - self._reach
        base = next((n for when, n in reversed(self._marks) if when <= since), self._marks[0][1])
        return self._taken - base

    def saw(self, now: datetime, part: float, workers: int, *, fresh: bool) -> Seen:
        """Return what a complaint says, and begin to measure anew.

        `fresh`: the mail that it is about left at the pace that the table knows. `part` of the
        present second is over.
        """
        limited, self._counted = self.pace.ceiling is not None, self._taken
        share = (workers if fresh else 0) if limited else 1  # limited, all have equal shares
        flow, burst = self.flow(part) * share, self.lately(now.timestamp()) * share
        self._mark = self._before = self._taken
        barren = fresh and limited and self._taken == self._at_cut
        if barren and self.pace.paused_until is not None:
            # Whoever comes later may meet what others, whose mails passed, have filled meanwhile.
            since = (now - self.pace.paused_until).total_seconds()
            barren = since < _FIRST_TRIP + workers / max(self.rate(now), pace.LOWEST)
        return Seen(flow, fresh, not fresh, burst, barren)

    @property
    def owes(self) -> bool:
        """Whether mails got through before the first cut that no complaint has told of."""
        return self._owing and self._taken > (self._counted or 0)

    def owed(self, now: datetime, part: float) -> Seen:
        """Return what got through before the first cut and was not told: others', or on its way."""
        flow, burst = self.flow(part), self.lately(now.timestamp())
        if self._counted is not None:
            flow = burst = self._taken - self._counted
        self._counted = self._taken
        return Seen(flow, slowed=False, late=True, burst=burst)

    def told(self) -> Counts:
        """Return the counts for the table, and begin to count anew."""
        seen, self.seen = self.seen, Counts()
        return seen


NOWHERE = Lane(DestinationKind.RELAY, "", receivers.limits(""))
