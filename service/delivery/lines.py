"""The ways out of the house: which mail server stands, and the connections of one worker to it.

Mail goes to the first that stands, in the order of SMTP_URL. Only when none does, dispatches wait.
A line hands nothing over; a hand borrows it from here and owns it until it is closed.
"""

import contextlib
from collections.abc import Sequence

from service.delivery import retry, store
from service.delivery.gate import Gate
from service.delivery.lane import Lane
from service.delivery.model import DestinationKind, RelayCondition, RelayState, Unreachable
from service.delivery.smtp import Line, Mailer, Relay
from service.kit import log
from service.kit.db import Database, Tx
from service.kit.errors import Unavailable
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold

_log = log.logger("delivery")


class Way:
    """One mail server: how it stands, and its lane."""

    def __init__(self, relay: Relay, lane: Lane) -> None:
        self.relay, self.lane = relay, lane
        self.stands = True
        self.trouble: Unreachable | None = None  # the last one


class Lines:
    """Opens connections; `down` once all ways were given up, until work is claimed again."""

    def __init__(self, db: Database, mailer: Mailer, gate: Gate) -> None:
        self._db, self._mailer, self._gate = db, mailer, gate
        kind = DestinationKind.RELAY
        self._ways = [Way(relay, gate.lane(kind, relay.name)) for relay in mailer.relays]
        self._open: set[Line] = set()
        self.down = False
        self._choose()

    @property
    def whole(self) -> bool:
        """Whether every way stands."""
        return all(way.stands for way in self._ways)

    @property
    def names(self) -> list[str]:
        return [way.relay.name for way in self._ways]

    def closed(self) -> Line:
        """Return a line that is not open yet."""
        return self._mailer.line()

    def serves(self, line: Line) -> bool:
        """Tell whether a line is usable and leads where mail shall go."""
        return line.usable and (line.relay == self._gate.relay.name or line.busy)

    async def fresh(self, used: Line) -> Line:
        """End a used line and open a new one; raises Unreachable where no way is left."""
        await self.end(used)
        problems: list[Unreachable] = []
        for way in self._in_order():
            line = self._mailer.line(way.relay)
            try:
                await line.open()
            except Unreachable as found:
                problems.append(found)
                if self._merely_limits(way, found):
                    break
                await self._lost(way, found)
                continue
            self._open.add(line)
            await self._found(way)
            return line
        # As long as one may come back by itself, that is what we wait for.
        raise min(problems, key=lambda p: p.condition is not RelayCondition.DOWN)

    async def end(self, line: Line) -> None:
        """End a line politely."""
        self._open.discard(line)
        await line.close()

    def cut(self, line: Line) -> None:
        """End a line at once."""
        self._open.discard(line)
        line.abandon()

    def learn(self, told: Sequence[RelayState]) -> None:
        """Take over how the mail servers stand, as the table says."""
        conditions = {state.relay: state.condition for state in told}
        for way in self._ways:
            way.stands = conditions.get(way.relay.name, RelayCondition.UP) is RelayCondition.UP
        self._choose()

    async def unreachable(self, problem: Unreachable) -> bool:
        """Let all dispatches wait; False where connections stand: the relay merely limits us."""
        if problem.condition is RelayCondition.DOWN and any(line.usable for line in self._open):
            return False
        if not self.down:
            self.down = True
            down = problem.condition is RelayCondition.DOWN
            hold = DispatchHold.RELAY if down else DispatchHold.PERSON
            _log.warning("dispatches wait: %s", problem)
            try:
                async with self._db.tx() as tx:
                    await outbox.hold_running(tx, hold, problem.text)
                    # Said again with it: whatever waits for a relay, somebody knocks at it.
                    for way in self._ways:
                        await self._say(tx, way)
            except Unavailable as second:
                _log.warning("the database is away as well: %s", second)
        return True

    # --- Which way --------------------------------------------------------------------------------

    def _in_order(self) -> list[Way]:
        """Return the ways to try, the chosen first: what stands; everything where nothing does."""
        ways = [way for way in self._ways if way.stands] or self._ways
        return sorted(ways, key=lambda way: way.lane is not self._gate.relay)

    def _choose(self) -> None:
        """Choose the first way that stands and does not rest."""
        now = self._gate.time.now()
        ways = [way for way in self._ways if way.stands] or self._ways
        awake = [way for way in ways if way.lane.rate(now) > 0]
        self._gate.relay = (awake or ways)[0].lane

    def _merely_limits(self, way: Way, problem: Unreachable) -> bool:
        """Tell whether a server that takes no further connection still serves others of ours."""
        others = any(li.usable and li.relay == way.relay.name for li in self._open)
        return others and problem.condition is RelayCondition.DOWN

    async def _lost(self, way: Way, problem: Unreachable) -> None:
        way.trouble = problem
        if not way.stands:
            return
        way.stands = False
        self._choose()
        _log.warning("%s", problem)
        with contextlib.suppress(Unavailable):  # the next attempt says it again
            async with self._db.tx() as tx:
                await self._say(tx, way)

    async def _say(self, tx: Tx, way: Way) -> None:
        """Write down that a way is lost."""
        if way.trouble is not None and not way.stands:
            now, known = self._gate.time.now(), way.trouble
            told = (known.condition.value, now, known.text, retry.probe(0, now))
            await store.relay_down(tx, way.relay.name, *told)

    async def _found(self, way: Way) -> None:
        if not way.stands:
            way.stands = True
            self._choose()
        with contextlib.suppress(Unavailable):  # the next connection says it again
            async with self._db.tx() as tx:
                await store.relay_up(tx, way.relay.name, self._gate.time.now())
