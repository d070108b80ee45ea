"""The open connections of one worker, and what it does when none can be opened.

It hands nothing over; a hand borrows a line from here and owns it until it is closed.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime

from service.delivery import retry, store
from service.delivery.model import RelayCondition
from service.delivery.smtp import Line, Mailer, Unreachable
from service.kit import log
from service.kit.db import Database
from service.kit.errors import Unavailable
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold

_log = log.logger("delivery")


class Lines:
    """Opens connections; `down` once the mail server was given up, until work is claimed again."""

    def __init__(self, db: Database, mailer: Mailer, clock: Callable[[], datetime]) -> None:
        self._db, self._mailer, self._clock = db, mailer, clock
        self._standing: set[Line] = set()
        self.down = False

    def closed(self) -> Line:
        """Return a line that is not open yet."""
        return self._mailer.line()

    async def fresh(self, used: Line) -> Line:
        """End a used line and open a new one; raises Unreachable."""
        await self.end(used)
        line = self._mailer.line()
        await line.open()
        self._standing.add(line)
        with contextlib.suppress(Unavailable):  # the next connection says it again
            async with self._db.tx() as tx:
                await store.relay_up(tx, self._mailer.relay.name, self._clock())
        return line

    async def end(self, line: Line) -> None:
        """End a line politely."""
        self._standing.discard(line)
        await line.close()

    def cut(self, line: Line) -> None:
        """End a line at once."""
        self._standing.discard(line)
        line.abandon()

    async def unreachable(self, problem: Unreachable) -> bool:
        """Let all dispatches wait; False where others stand: the relay merely limits us."""
        if problem.condition is RelayCondition.DOWN and any(li.usable for li in self._standing):
            return False
        if self.down:
            return True
        self.down = True
        now = self._clock()
        down = problem.condition is RelayCondition.DOWN
        hold = DispatchHold.RELAY if down else DispatchHold.PERSON
        relay = self._mailer.relay.name
        _log.warning("dispatches wait: %s", problem)
        told = (problem.condition.value, now, problem.text, retry.probe(0, now))
        try:
            async with self._db.tx() as tx:
                await outbox.hold_running(tx, hold, problem.text)
                await store.relay_down(tx, relay, *told)
        except Unavailable as second:
            _log.warning("the database is away as well: %s", second)
        return True
