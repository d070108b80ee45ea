"""Between the claim and the press: mails wait here until their destination takes them.

What goes where nobody ever said "too fast" passes at once. Elsewhere a mail waits for its slot, up
to some seconds; what would wait longer is put off, untouched, and its stretch becomes due again
after a part of the time that it would have to wait. No destination holds up another one.
"""

import asyncio
import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from service.delivery import receivers
from service.delivery.jobs import Job
from service.delivery.lane import FREE, NEVER, NOWHERE, Lane
from service.delivery.model import Accepted, DestinationKind, Outcome
from service.delivery.pace import Pace

Key = tuple[DestinationKind, str]
_ITSELF = DestinationKind.DOMAIN

_PATIENCE = 20.0  # seconds that a mail may wait here
_ROOM = 500  # mails that may wait for one destination whose rate nobody limited
_FULL = 5000  # mails that may wait here altogether
_AHEAD = 32  # mails that may wait for the press
_LANES = 2000  # destinations kept in mind
_LATER = (timedelta(seconds=10), timedelta(minutes=10))  # what is put off; half of the patience
_AT_ONCE = -1.0  # planned for as soon as the relay takes a mail
_BACK = timedelta(minutes=1)  # no clock is put back so far while it is right
_LOOK = 0.5  # seconds between looks where nothing is due


class Time:
    """Our clock, except that it never runs slower than the event loop's (but for a minute).

    `back` is called when it was put back: whatever was planned by it lies too far ahead.
    """

    def __init__(self, clock: Callable[[], datetime], back: Callable[[], None]) -> None:
        self._clock, self._back = clock, back
        self._loop = asyncio.get_running_loop()
        self._base = clock() - self._running()

    def now(self) -> datetime:
        ours, its = self._base + self._running(), self._clock()
        if not ours - _BACK < its < ours + timedelta(milliseconds=200):
            self._base = its - self._running()
            if its < ours - _BACK:
                self._back()
            return its
        return ours

    def _running(self) -> timedelta:
        return timedelta(seconds=self._loop.time())


class Gate:
    """`admit` what was claimed, `take` what may be made; `relay` is the way that mail takes now."""

    def __init__(self, time: Time, put_off: Callable[[Job, datetime], None]) -> None:
        self.time = time
        self._put_off = put_off
        self.relay = NOWHERE
        self.lanes: dict[Key, Lane] = {}
        self._by_domain: dict[str, Lane] = {}
        self.known: dict[Key, Pace] = {}  # whatever is limited, as the table last told
        self.place, self.workers = 0, 1
        self._beat_at = time.now()
        self._open: deque[Job] = deque()
        self._waiting: dict[Lane, deque[Job]] = {}
        self._count = 0  # all that wait
        self._later: dict[Lane, list[tuple[datetime, int]]] = {}
        self._timetable: list[tuple[float, int, Lane]] = []  # when lanes have their next slot
        self._planned: dict[Lane, float] = {}
        self._ready: deque[Lane] = deque()  # lanes that only wait for the relay
        self._tie = itertools.count()
        self.urgent = asyncio.Event()  # somebody said "too fast"
        self._news = asyncio.Event()
        self._taken = asyncio.Event()
        self._closed = False

    # --- Destinations -----------------------------------------------------------------------------

    def unknown(self, domains: Sequence[str]) -> list[str]:
        """Return the domains whose group has to be looked up first; idle lanes may be forgotten."""
        if len(self.lanes) > _LANES:  # not while they are assigned: what was just told must hold
            self._forget()
        return sorted({domain for domain in domains if domain not in self._by_domain})

    def assign(self, domain: str, group: str) -> None:
        """Take note of the group that takes a domain's mail, "" for none."""
        kind = DestinationKind.GROUP if group else _ITSELF
        self._by_domain[domain] = self.lane(kind, group or domain)

    def ask_again(self) -> None:
        """Forget which group takes which mail, so that what was looked up meanwhile counts."""
        self._by_domain.clear()

    def lane(self, kind: DestinationKind, name: str) -> Lane:
        """Return the lane to a destination, a new one as the table last told."""
        if (lane := self.lanes.get((kind, name))) is None:
            host = name.rpartition(":")[0]
            slug = receivers.of_host(host) if kind is DestinationKind.RELAY else name
            lane = self.lanes[kind, name] = Lane(kind, name, receivers.limits(slug))
            lane.learn(self.known.get((kind, name), lane.pace))
        return lane

    def _forget(self) -> None:
        self.lanes = {key: lane for key, lane in self.lanes.items() if self._kept(lane)}
        kept = set(self.lanes.values())
        self._by_domain = {name: lane for name, lane in self._by_domain.items() if lane in kept}

    def _kept(self, lane: Lane) -> bool:
        return not lane.idle or lane in self._waiting

    # --- In ---------------------------------------------------------------------------------------

    def admit(self, jobs: Sequence[Job]) -> None:
        """Let pass what may go, and let wait or put off the rest; domains are assigned already."""
        relay, now = self.relay, self.time.now()
        for job in jobs:
            lane = job.lane = self._by_domain.get(job.domain) or self.lane(_ITSELF, job.domain)
            if lane.free and relay.free:
                lane.on_way += 1
                relay.on_way += 1
                job.way = relay
                self._open.append(job)
            elif lane not in self._waiting and lane.open(now) and relay.open(now):
                self._pass(job, lane, now)
            else:
                self._queue(job, lane, now)
        self._release()
        self._news.set()

    async def room(self) -> None:
        """Wait until more can be claimed: nothing that is here could go, or it will soon."""
        while not self._closed and (self._plenty or self._count > self._most()):
            self._taken.clear()
            await self._taken.wait()

    @property
    def _plenty(self) -> bool:
        return len(self._open) > _AHEAD or bool(self._ready)

    def _most(self) -> float:
        """Return how many may wait: few where the relay itself is slow, for nobody can overtake."""
        allowed = self.relay.rate(self.time.now())
        return _FULL if allowed == math.inf else min(allowed / self.workers * _PATIENCE, _ROOM)

    def _queue(self, job: Job, lane: Lane, now: datetime) -> None:
        waiting = self._waiting.setdefault(lane, deque())
        if waiting and lane.limited and self._outlook(lane, len(waiting), now) > _PATIENCE:
            self._defer(job, lane, len(waiting), now)
            return
        waiting.append(job)
        self._count += 1
        if len(waiting) == 1:
            self._plan(lane, now)

    def again(self, job: Job) -> None:
        """Let a mail wait once more that was let go, but not tried."""
        self._arrived(job)
        self._waiting.setdefault(job.lane, deque()).appendleft(job)
        self._count += 1
        self._plan(job.lane, self.time.now())

    def _thin(self, lane: Lane, now: datetime) -> None:
        """Put off what would wait too long, now that more is known of a destination."""
        waiting, surplus = self._waiting[lane], deque[Job]()
        while len(waiting) > 1 and lane.limited:
            if self._outlook(lane, len(waiting) - 1, now) <= _PATIENCE:
                break
            surplus.appendleft(waiting.pop())
        self._count -= len(surplus)
        for job in surplus:
            self._defer(job, lane, len(waiting), now)

    def _outlook(self, lane: Lane, ahead: int, now: datetime) -> float:
        """Return the seconds that a mail would wait behind so many for this worker's slots."""
        rest = lane.rest(now)
        allowed = lane.rate(now + timedelta(seconds=rest))
        if allowed == math.inf:  # only few at once: as fast as it went lately
            return ahead / max(lane.flow(self.part(now)), _ROOM / _PATIENCE)
        return rest + ahead * self.workers / allowed

    def _defer(self, job: Job, lane: Lane, ahead: int, now: datetime) -> None:
        """Put a mail off until a part of the time is over that it would have to wait."""
        soon = now + timedelta(seconds=_LOOK)  # two clocks: what is due may be back already
        later = [(due, count) for due, count in self._later.get(lane, ()) if due > soon]
        if job.stretch.due_at is None or not later:
            due = self._look_again(lane, ahead, now)
            for earlier, count in sorted(later):
                if earlier > due:  # comes back after it, and waits behind it
                    break
                ahead += count
                due = self._look_again(lane, ahead, now)
            later.append((due, 0))
        due, count = later[-1]
        later[-1] = due, count + 1
        self._later[lane] = later
        self._put_off(job, due)

    def _look_again(self, lane: Lane, ahead: int, now: datetime) -> datetime:
        """Return when a quarter of the time is over that a mail behind so many has to wait."""
        wait = timedelta(seconds=self._outlook(lane, ahead, now) / 4)
        return now + min(max(wait, _LATER[0]), _LATER[1])

    # --- Out --------------------------------------------------------------------------------------

    async def take(self, most: int) -> list[Job] | None:
        """Return what may go now, `most` mails at most; None once the gate is closed."""
        while not self._closed:
            pause = self._release()
            self._taken.set()
            if self._open:
                return [self._open.popleft() for _ in range(min(most, len(self._open)))]
            self._news.clear()
            try:
                async with asyncio.timeout(min(pause, _LOOK)):
                    await self._news.wait()
            except TimeoutError:
                continue
        return None

    def close(self) -> None:
        """Let nothing pass any more."""
        self._closed = True
        self._news.set()
        self._taken.set()

    def _pass(self, job: Job, lane: Lane, now: datetime) -> None:
        relay = self.relay
        lane.leave(now, self.place, self.workers)
        relay.leave(now, self.place, self.workers)
        job.way, job.stamps = relay, (lane.stamp, relay.stamp)
        self._open.append(job)

    def _plan(self, lane: Lane, now: datetime) -> None:
        """Note when the first that waits for a lane has its slot; NEVER is not noted."""
        if self._planned.get(lane) == _AT_ONCE:
            return
        wait = lane.wait(now, self.place, self.workers)
        if wait == NEVER:
            self._planned.pop(lane, None)
            return
        at = now.timestamp() + wait
        if self._planned.get(lane, NEVER) != at:
            self._planned[lane] = at
            heapq.heappush(self._timetable, (at, next(self._tie), lane))

    def _release(self) -> float:
        """Let pass what is due; return seconds until something may be."""
        if not self._count:
            return NEVER
        now = self.time.now()
        at = now.timestamp()
        while self._timetable and self._timetable[0][0] <= at:
            planned, _, lane = heapq.heappop(self._timetable)
            if self._planned.get(lane) == planned:
                self._planned[lane] = _AT_ONCE
                self._ready.append(lane)
        for _ in range(len(self._ready)):
            if len(self._open) > _AHEAD:
                return 0.0
            wait = self.relay.wait(now, self.place, self.workers)
            if wait > 0:
                return wait
            lane = self._ready.popleft()
            del self._planned[lane]
            self._first_of(lane, now)
        return max(self._timetable[0][0] - at, 0.0) if self._timetable else NEVER

    def _first_of(self, lane: Lane, now: datetime) -> None:
        """Let the first pass that waits for a lane, if it still may."""
        waiting = self._waiting[lane]
        while waiting and waiting[0].stretch.stopped:
            self._count -= 1
            self._put_off(waiting.popleft(), now)
        if waiting and lane.wait(now, self.place, self.workers) == 0:
            self._count -= 1
            self._pass(waiting.popleft(), lane, now)
        if waiting:
            self._plan(lane, now)
        else:
            del self._waiting[lane]

    # --- Afterwards -------------------------------------------------------------------------------

    def stands(self, job: Job) -> bool:
        """Tell whether what a mail was let go on still holds: nobody said "too fast" since."""
        lane, relay = job.lane, self.relay
        if lane.free and relay.free:
            return True
        return not lane.halted and not relay.halted and job.stamps == (lane.stamp, relay.stamp)

    def done(self, job: Job, said: Outcome | None, relay: str) -> None:
        """Note what became of a mail that was let go, and where; None: it was not tried."""
        way, lane = self._arrived(job), job.lane
        if said is None:
            return
        if way.name != relay:
            way = self.lane(DestinationKind.RELAY, relay)
        if isinstance(said, Accepted):
            lane.took()
            way.took()
            return
        now = self.time.now()
        lane.count(said, job.stamps[0], now)
        way.count(said, job.stamps[1], now)
        if lane.seen.urgent or way.seen.urgent:
            lane.seen.way = way, job.stamps[1]
            way.beware()
            self.urgent.set()

    def _arrived(self, job: Job) -> Lane:
        """Take a mail off its way; return the relay's lane that it was let go on."""
        way, job.way = job.way, NOWHERE
        job.lane.on_way -= 1
        way.on_way -= 1
        if self._count:
            if job.lane in self._waiting:
                self._plan(job.lane, self.time.now())
            self._news.set()
        return way

    # --- News from the table ----------------------------------------------------------------------

    def part(self, now: datetime) -> float:
        """Return how much of the present second is over, at most 1; see `beat`."""
        return min(max((now - self._beat_at).total_seconds(), 0.0), 1.0)

    def beat(self, now: datetime) -> None:
        """Begin a new second where the last one is over."""
        if self.part(now) == 1.0:
            self._beat_at = now
            for lane in self.lanes.values():
                lane.beat(now.timestamp())

    @property
    def busy(self) -> bool:
        """Whether mails wait here or are on their way."""
        return bool(self._count or self.relay.on_way)

    def learn(self, limited: dict[Key, Pace], place: int, workers: int) -> None:
        """Take over what the table says of everything that is limited, and who shares it."""
        self.known, self.place, self.workers = limited, place, workers
        now = self.time.now()
        for key, lane in self.lanes.items():
            told = limited.get(key, FREE)
            if told != lane.pace or lane.halted:
                lane.learn(told)
                if lane.owes:
                    self.urgent.set()
                if lane in self._waiting:
                    self._thin(lane, now)
                    self._plan(lane, now)
        self._news.set()
        self._taken.set()
