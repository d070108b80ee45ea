"""Where the connections of one worker report: one writer that groups what they say into commits.

While one transaction is on its way, whatever comes in waits for the next. A connection reports a
result before it asks for the next final dot, and both are written in that order, so that at most
one message per connection is between its dot and its result. It speaks to no mail server.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from service.audience import actions as people
from service.audience.model import SuspensionReason
from service.delivery import breaker, store
from service.delivery.model import Attempt
from service.kit import log
from service.kit.db import Database, Tx
from service.kit.errors import Unavailable
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox import ledger
from service.outbox.model import DOT_WITHIN, DispatchHold, Lease, Settled, Ticket

_log = log.logger("delivery")
_AFTER_FAILURE = 1.0  # seconds before the database is asked again
_TOGETHER = 0.004  # seconds that a turn waits for more connections: one commit serves many
_NO_ANSWER = msg("The database does not answer at the moment.")
_QUIET = 1.0  # seconds without news after which the connection is given back


class Result(Struct, frozen=True):
    """What became of one ticket. `alarming`: the breaker should look; `gone`: no such mailbox.

    `attempt` is the record of a try that failed; one that succeeded is told by the message itself.
    """

    ticket: Ticket
    settled: Settled
    attempt: Attempt | None = None
    alarming: bool = False
    gone: bool = False


class GivenBack(Struct, frozen=True):
    """A ticket that was not tried."""

    ticket: Ticket


class Ended(Struct, frozen=True):
    """A lease that is done with; what it leaves over is not worth a look before `due_at`."""

    lease: Lease
    due_at: datetime | None = None


class Question(Struct, frozen=True, eq=False):
    """A connection that wants to send a final dot, and waits for the answer."""

    ticket: Ticket
    answer: asyncio.Future[bool]


class Mark(Struct, frozen=True, eq=False):
    """A connection that wants to know when everything said before is written."""

    reached: asyncio.Future[None]


class _Batch:
    """What came in since the last turn, each kind in its own order."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.returned: list[GivenBack] = []
        self.ended: list[Ended] = []
        self.questions: list[Question] = []
        self.marks: list[Mark] = []
        self.size = 0
        self.plain = True  # nothing but mails that went well

    def report(self, entry: Result | GivenBack | Ended) -> None:
        if isinstance(entry, Result):
            self.results.append(entry)
            self.plain = self.plain and entry.attempt is None
        elif isinstance(entry, GivenBack):
            self.returned.append(entry)
            self.plain = False
        else:
            self.ended.append(entry)
            self.plain = False
        self.size += 1

    def ask(self, question: Question) -> None:
        self.questions.append(question)
        self.size += 1

    def mark(self, mark: Mark) -> None:
        self.marks.append(mark)
        self.size += 1

    def refuse(self, problem: Unavailable) -> None:
        """Answer all questions with a problem; whoever asked gives the mail back."""
        self.size -= len(self.questions)
        for question in self.questions:
            if not question.answer.done():
                question.answer.set_exception(problem)
        self.questions = []

    def reach(self) -> None:
        """Tell whoever waits for it that everything before is written."""
        for mark in self.marks:
            if not mark.reached.done():
                mark.reached.set_result(None)

    def append(self, later: "_Batch") -> None:
        """Put what came in later behind this."""
        self.results += later.results
        self.returned += later.returned
        self.ended += later.ended
        self.questions += later.questions
        self.marks += later.marks
        self.size += later.size
        self.plain = self.plain and later.plain


class Desk:
    """Takes reports at any time; `run` writes them until `close` and everything is written."""

    def __init__(
        self, db: Database, worker: str, clock: Callable[[], datetime], connections: int = 1
    ) -> None:
        self._db = db
        self._worker = worker
        self._clock = clock
        self._batch = _Batch()
        self._many = connections * 3 // 2  # three in four have reported, and ask again
        self._news, self._enough = asyncio.Event(), asyncio.Event()
        self._closing = self._over = False
        self._breaker = _Breaker()

    def report(self, entry: Result | GivenBack | Ended) -> None:
        """Leave a result, a ticket given back, or a lease that is done with."""
        self._batch.report(entry)
        self._came()

    async def permit(self, ticket: Ticket) -> bool:
        """Write down that a final dot starts; False when it must not, Unavailable when unsure.

        A yes that comes too late is none: whoever unsubscribes waits `DOT_WITHIN` for dots that may
        be about to leave, and no longer.
        """
        if self._over:
            raise Unavailable(_NO_ANSWER)
        loop = asyncio.get_running_loop()
        answer, asked = loop.create_future(), loop.time()
        self._batch.ask(Question(ticket, answer))
        self._came()
        allowed = bool(await answer)
        if allowed and loop.time() - asked > DOT_WITHIN:
            raise Unavailable(_NO_ANSWER)
        return allowed

    async def written(self) -> None:
        """Wait until everything reported so far is in the ledger, and the breaker has seen it."""
        if self._over:
            return
        reached = asyncio.get_running_loop().create_future()
        self._batch.mark(Mark(reached))
        self._came()
        await reached

    def close(self) -> None:
        """Let `run` return once everything is written."""
        self._closing = True
        self._news.set()
        self._enough.set()

    async def run(self) -> None:
        """Write what comes in. Results are kept until the database takes them."""
        try:
            while not (self._closing and not self._batch.size):
                await self._news.wait()
                await self._serve()
        finally:  # however it ended: whoever still asks must not wait for ever
            self._over = True
            if lost := len(self._batch.results):
                _log.error("%s results were not written; what had its final dot is unknown", lost)
            self._batch.refuse(Unavailable(_NO_ANSWER))
            self._batch.reach()

    async def _serve(self) -> None:
        """Write on one connection for as long as there is news."""
        batch = _Batch()
        try:
            async with self._db.read() as tx:
                await ledger.keep_plans(tx)
                while await self._more():
                    batch, self._batch = self._batch, _Batch()
                    await self._write(tx, batch)
                    batch = _Batch()
        except Unavailable as problem:
            _log.warning("results wait for the database: %s", problem)
            self._take_back(batch)
            self._batch.refuse(problem)
            self._news.set()
            await asyncio.sleep(_AFTER_FAILURE)
        except BaseException:
            self._take_back(batch)
            raise

    def _take_back(self, batch: _Batch) -> None:
        """Put what could not be written before what came in meanwhile."""
        batch.append(self._batch)
        self._batch = batch

    async def _more(self) -> bool:
        """Wait for news, but not long where none comes; then for more of it, a moment."""
        self._news.clear()
        self._enough.clear()
        if not self._batch.size and not self._closing:
            await _set_within(_QUIET, self._news)
        if 0 < self._batch.size < self._many and not self._closing:
            await _set_within(_TOGETHER, self._enough)
        return bool(self._batch.size)

    def _came(self) -> None:
        self._news.set()
        if self._batch.size >= self._many:
            self._enough.set()

    async def _write(self, tx: Tx, batch: _Batch) -> None:
        now = self._clock()
        asked = sorted((q for q in batch.questions if not q.answer.cancelled()), key=_by_lease)
        # Asked twice in one turn, under a lease that was lost and its successor: the latter counts.
        latest = {question.ticket.message_id: question for question in asked}
        tickets = [question.ticket for question in latest.values()]
        told = [result.settled for result in sorted(batch.results, key=_by_id)]
        if batch.plain:
            allowed = await ledger.turn(tx, self._worker, told, tickets, now)
        else:
            async with tx.transaction():
                await ledger.turn(tx, self._worker, told, (), now)
                await self._write_rest(tx, batch, now)
                allowed = await ledger.turn(tx, self._worker, (), tickets, now)
        batch.reach()
        for question in asked:
            if not question.answer.done():
                message_id = question.ticket.message_id
                question.answer.set_result(latest[message_id] is question and message_id in allowed)

    async def _write_rest(self, tx: Tx, batch: _Batch, now: datetime) -> None:
        """Write what does not come with every mail: failed tries, tickets given back, ends."""
        failed = sorted((r for r in batch.results if r.attempt is not None), key=_by_id)
        if attempts := [r.attempt for r in failed]:
            columns = ([getattr(a, f) for a in attempts] for f in Attempt.__struct_fields__)
            await store.record(tx, *columns)
        for result in failed:
            if result.gone:
                said = f"{result.settled.code} {result.settled.reply}"
                contact_id = result.ticket.contact_id
                await people.suspend(tx, contact_id, SuspensionReason.ADDRESS_GONE, now, said)
        if batch.returned:
            returned = sorted(batch.returned, key=_by_id)
            tickets = [entry.ticket for entry in returned]
            await ledger.give_back(tx, self._worker, tickets, now)
        for ended in batch.ended:
            await ledger.finish(tx, self._worker, ended.lease, now, ended.due_at)
        for dispatch_id in sorted({r.ticket.dispatch_id for r in failed if r.alarming}):
            await self._breaker.judge(tx, dispatch_id, now)


class _Breaker:
    """Judges a dispatch after bad results; a big one that goes well not after every single one."""

    _SOON = timedelta(seconds=1)
    _SETTLED = 500

    def __init__(self) -> None:
        self._not_before: dict[int, datetime] = {}

    async def judge(self, tx: Tx, dispatch_id: int, now: datetime) -> None:
        if now < self._not_before.get(dispatch_id, now):
            return
        seen = await ledger.first_results(tx, dispatch_id)
        if seen.tried > self._SETTLED:
            self._not_before[dispatch_id] = now + self._SOON
        if why := breaker.judge(seen):
            await outbox.hold_running(tx, DispatchHold.PERSON, why, dispatch_id)


async def _set_within(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _by_id(entry: Result | GivenBack) -> int:
    return entry.ticket.message_id


def _by_lease(question: Question) -> tuple[int, int]:
    return question.ticket.message_id, question.ticket.attempt
