"""One connection at work: takes one finished mail after the other and hands it over.

It asks the desk for every final dot and reports every outcome; it claims nothing and makes no mail.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from service.delivery.desk import Desk
from service.delivery.gate import Gate
from service.delivery.jobs import Jobs, Made
from service.delivery.lines import Lines
from service.delivery.model import (
    Cause,
    Deferred,
    Outcome,
    Refused,
    Reply,
    Scope,
    Unknown,
    Unreachable,
    Withheld,
)
from service.delivery.pipeline import Permit, Stale
from service.delivery.ready import Ready
from service.kit import log
from service.kit.errors import Invalid, Unavailable
from service.outbox.model import Mail

_log = log.logger("delivery")

_IDLE = 20.0  # seconds before an idle connection is ended
_BACK_OFF = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds after relay trouble on one connection


class Bench(Struct, frozen=True, eq=False):
    """What all hands of one worker share; the work ends with what is `ready`."""

    ready: Ready[Made]
    gate: Gate
    jobs: Jobs
    desk: Desk
    lines: Lines
    clock: Callable[[], datetime]
    stop: asyncio.Event


class Hand:
    """One connection, and the message that is announced on it already."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._line = bench.lines.closed()
        self._following: Made | None = None

    async def carry(self) -> None:
        """Hand over one message after the other until the queue ends."""
        troubles = 0
        try:
            while not _cancelled() and (made := await self._next()) is not None:
                if self._held_up(made):
                    continue
                said = await self._one(made)
                troubled = isinstance(said, Deferred) and said.scope is Scope.RELAY
                troubles = troubles + 1 if troubled else 0
                if isinstance(said, Refused | Deferred):
                    # Nobody asks the ledger before a refusal; without this a server that refuses
                    # everything would be asked about hundreds before the breaker knows of one.
                    await self._bench.desk.written()
                if troubled:
                    await pause(self._bench.stop, _BACK_OFF[min(troubles, len(_BACK_OFF)) - 1])
            await self._line.close()
        finally:
            self._bench.lines.cut(self._line)

    async def _next(self) -> Made | None:
        """Wait for the next message; end the connection politely when none comes for a while."""
        if (following := self._following) is not None:
            self._following = None
            return following
        ready = self._bench.ready
        if (made := ready.now()) is not None:
            return made
        try:
            async with asyncio.timeout(_IDLE):
                return await ready.take()
        except TimeoutError:
            await self._bench.lines.end(self._line)
            return await ready.take()

    def _follower(self) -> Mail | None:
        """Take the next mail off the queue, to be announced with the dot that goes out now."""
        if self._bench.stop.is_set() or self._bench.lines.down:
            return None
        if (made := self._bench.ready.now()) is None:
            return None
        if not self._bench.gate.stands(made.job):
            self._bench.gate.again(made.job)
            return None
        self._following = made
        return made.mail if isinstance(made.mail, Mail) and not made.job.stretch.stopped else None

    def _held_up(self, made: Made) -> bool:
        """Let a mail wait once more whose destination meanwhile has had enough."""
        gate, announced = self._bench.gate, self._line.busy
        if announced or self._bench.stop.is_set() or gate.stands(made.job):
            return False
        gate.again(made.job)
        return True

    async def _one(self, made: Made) -> Outcome | None:
        """Try one message and report what came of it."""
        job, started = made.job, self._bench.clock()
        said: Outcome | Withheld | None = None
        granted = False

        async def permit() -> bool:
            nonlocal granted
            granted = await self._bench.desk.permit(job.ticket)
            return granted

        try:
            if isinstance(made.mail, Invalid):
                said = Refused(Reply(0, "5.1.3", str(made.mail)), Cause.OTHER)
            elif self._wanted(made.mail) and not job.stretch.stopped:
                said = await self._hand_over(made.mail, permit)
            else:
                self._line.forget(made.mail)
        except Unreachable as problem:
            if not await self._bench.lines.unreachable(problem):
                await pause(self._bench.stop, _BACK_OFF[2])
        except Unavailable as problem:
            _log.warning("a hand-over waits for the database: %s", problem)
        except BaseException:
            if granted:
                said = Unknown(Reply(0, "", "stopped while waiting for the mail server"))
            raise
        finally:
            tried = None if isinstance(said, Withheld) else said
            self._bench.gate.done(job, tried, self._line.relay)
            self._bench.jobs.report(job, said, started, self._line.relay)
        return tried

    def _wanted(self, mail: Mail) -> bool:
        """Tell whether to go on with a mail; one that is announced is in flight already."""
        stopped = self._bench.stop.is_set() and not self._line.announces(mail)
        return not self._bench.lines.down and not stopped

    async def _hand_over(self, mail: Mail, permit: Permit) -> Outcome | Withheld:
        if not self._bench.lines.serves(self._line):
            self._line = await self._bench.lines.fresh(self._line)
        try:
            return await self._line.hand_over(mail, permit, self._follower)
        except Stale:
            self._line = await self._bench.lines.fresh(self._line)
            return await self._line.hand_over(mail, permit, self._follower)


def _cancelled() -> bool:
    """Tell whether this task was cancelled already, whatever a library has made of that.

    Until Python 3.12 asyncio.wait_for loses a cancellation that comes together with an answer.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not longer than until the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
