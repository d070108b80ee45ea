"""A receiver with a speed limit and workers that obey the pace, in simulated time: no waiting."""

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from service.delivery import pace, receivers
from service.delivery.lane import NEVER, Lane
from service.delivery.model import DestinationKind
from service.delivery.pace import Pace

START = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
_AT_ONCE = 5  # connections of a worker
_READS = 1.0  # seconds between a worker's looks at what others found out


class Receiver:
    """Takes so many mails a second, counted over any `window` seconds.

    `fixed`: from one stroke of its clock to the next; mail begins in the middle between two.
    """

    def __init__(self, limit: float, window: float = 1.0, *, fixed: bool = False) -> None:
        self.limit, self.window, self.fixed = limit, window, fixed
        self.taken: list[float] = []
        self.refused: list[float] = []
        self._lately: deque[float] = deque()

    def takes(self, at: float) -> bool:
        begun = at - self.window
        if self.fixed:
            begun = (at / self.window + 0.5) // 1 * self.window - self.window / 2 - 1e-9
        while self._lately and self._lately[0] <= begun:
            self._lately.popleft()
        if len(self._lately) >= self.limit * self.window:
            self.refused.append(at)
            return False
        self._lately.append(at)
        self.taken.append(at)
        return True

    def share(self, since: float, until: float) -> float:
        """Return mails taken a second, as a share of the limit."""
        count = sum(since <= at < until for at in self.taken)
        return count / (until - since) / self.limit

    @property
    def refused_share(self) -> float:
        """Return the share of refusals in everything after the first one."""
        first = min(self.refused, default=math.inf)
        after = len(self.refused) - 1
        return after / max(after + sum(at > first for at in self.taken), 1)


class Worker:
    """One worker's way to the receiver."""

    def __init__(self) -> None:
        self.lane = Lane(DestinationKind.DOMAIN, "x.example", receivers.limits(""))
        self.beat_at = 0.0


class World:
    """So many workers and one receiver; `slow`: seconds that a mail takes. `run` lets time pass."""

    def __init__(
        self, receiver: Receiver, workers: int, seed: int = 1, slow: float = 0.002
    ) -> None:
        self.receiver, self._slow = receiver, slow
        self._random = random.Random(seed)
        self.shared = Pace()
        self._workers = [Worker() for _ in range(workers)]
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._tie = itertools.count()
        self._at = 0.0
        for worker in self._workers:
            self._in(self._random.uniform(0, 0.01), self._send, worker)
            self._in(self._random.uniform(0, 1), self._read, worker)

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self._at, _, happens = heapq.heappop(self._events)
            happens()

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self._at)

    def _in(self, seconds: float, what: Callable[..., None], *args: object) -> None:
        entry = (self._at + seconds, next(self._tie), lambda: what(*args))
        heapq.heappush(self._events, entry)

    def _read(self, worker: Worker) -> None:
        """Do what the pacer does every second."""
        worker.beat_at = self._at
        worker.lane.beat(self.now.timestamp())
        self._learn(worker)
        self._in(_READS, self._read, worker)

    def _learn(self, worker: Worker) -> None:
        worker.lane.learn(self.shared)
        if worker.lane.owes:
            part = min(self._at - worker.beat_at, 1.0)
            self.shared = pace.after(self.shared, worker.lane.owed(self.now, part), self.now)

    def _send(self, worker: Worker) -> None:
        """Let a mail go if the pace allows one, and look again when it may."""
        lane, place, workers = worker.lane, self._workers.index(worker), len(self._workers)
        wait = lane.wait(self.now, place, workers)
        if wait == 0 and lane.on_way < _AT_ONCE:
            lane.leave(self.now, place, workers)
            trip = self._random.uniform(self._slow, 2.5 * self._slow)
            self._in(trip + self._random.expovariate(300), self._arrive, worker, lane.stamp)
        pause = 0.001 if wait in {0, NEVER} else min(wait + 1e-6, 0.5)
        self._in(pause, self._send, worker)

    def _arrive(self, worker: Worker, stamp: datetime | None) -> None:
        lane = worker.lane
        lane.on_way -= 1
        if self.receiver.takes(self._at):
            lane.took()
            return
        lane.too_fast(stamp)
        part, fresh = min(self._at - worker.beat_at, 1.0), stamp == self.shared.slowed_at
        seen = lane.saw(self.now, part, len(self._workers), fresh=fresh)
        self.shared = pace.after(self.shared, seen, self.now)
        lane.told()
        self._learn(worker)
