"""A receiver with a speed limit and workers that obey the pace, in simulated time: no waiting."""

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from service.delivery import pace
from service.delivery.pace import Pace, Seen

START = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
_AT_ONCE = 5  # connections of a worker
_READS = 1.0  # seconds between a worker's looks at what others found out


class Receiver:
    """Takes so many mails within any `window` seconds, and no more."""

    def __init__(self, limit: float, window: float = 1.0) -> None:
        self.limit, self.window = limit, window
        self.taken: list[float] = []
        self.refused: list[float] = []
        self._lately: deque[float] = deque()

    def takes(self, at: float) -> bool:
        while self._lately and self._lately[0] <= at - self.window:
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
    def __init__(self) -> None:
        self.known = Pace()
        self.on_way, self.window, self.last = 0, 1, -1
        self.passed: deque[float] = deque()  # when mails were accepted, within the last second

    def told(self, known: Pace) -> None:
        if known.slowed_at != self.known.slowed_at:
            self.last, self.window = -1, 1
        self.known = known


class World:
    """So many workers and one receiver; `run` lets seconds pass."""

    def __init__(self, receiver: Receiver, workers: int, seed: int = 1) -> None:
        self.receiver = receiver
        self._random = random.Random(seed)
        self._shared = Pace()
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
        worker.told(self._shared)
        self._in(_READS, self._read, worker)

    def _send(self, worker: Worker) -> None:
        """Let a mail go if the pace allows one, as `lane` does; look again when it may."""
        allowed = pace.rate(worker.known, self.now)
        pause = 0.001
        if allowed == 0:
            pause = 0.05
        elif worker.on_way < min(worker.window, _AT_ONCE):
            passed = pace.slots(worker.known, self.now) if allowed < math.inf else math.inf
            place = self._workers.index(worker)
            slot = max(math.ceil(passed - 0.03 * allowed), worker.last + 1) if passed < 1e15 else 0
            slot += (place - slot) % len(self._workers) if passed < 1e15 else 0
            if slot <= passed:
                worker.last, worker.on_way = slot, worker.on_way + 1
                trip = self._random.uniform(0.002, 0.005) + self._random.expovariate(300)
                self._in(trip, self._arrive, worker, worker.known.slowed_at)
            else:
                pause = min((slot - passed) / allowed + 1e-6, 0.5)
        self._in(pause, self._send, worker)

    def _arrive(self, worker: Worker, stamp: datetime | None) -> None:
        worker.on_way -= 1
        if self.receiver.takes(self._at):
            worker.window += 1
            worker.passed.append(self._at)
            return
        fresh = stamp == self._shared.slowed_at
        flow = sum(at > self._at - 1 for at in worker.passed)
        if worker.known.ceiling is not None:
            flow *= len(self._workers) if fresh else 0
        seen = Seen(flow, slowed=fresh, late=not fresh)
        self._shared = pace.after(self._shared, seen, self.now)
        worker.passed.clear()
        worker.told(self._shared)
