"""Where the connections of one worker report: one writer that groups what they say into commits.

While one transaction is on its way, whatever comes in waits for the next. A connection reports a
result before it asks for the next final dot, and both are written in that order, so that at most
one message per connection is between its dot and its result. It speaks to no mail server.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
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


Entry = Result | GivenBack | Ended | Question | Mark


class Desk:
    """Takes reports at any time; `run` writes them until `close` and everything is written."""

    def __init__(self, db: Database, worker: str, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._worker = worker
        self._clock = clock
        self._entries: deque[Entry] = deque()
        self._news = asyncio.Event()
        self._closing = False
        self._breaker = _Breaker()

    def report(self, entry: Result | GivenBack | Ended) -> None:
        """Leave a result, a ticket given back, or a lease that is done with."""
        self._entries.append(entry)
        self._news.set()

    async def permit(self, ticket: Ticket) -> bool:
        """Write down that a final dot starts; False when it must not, Unavailable when unsure.

        A yes that comes too late is none: whoever unsubscribes waits `DOT_WITHIN` for dots that may
        be about to leave, and no longer.
        """
        loop = asyncio.get_running_loop()
        answer, asked = loop.create_future(), loop.time()
        self._entries.append(Question(ticket, answer))
        self._news.set()
        allowed = bool(await answer)
        if allowed and loop.time() - asked > DOT_WITHIN:
            raise Unavailable(msg("The database does not answer at the moment."))
        return allowed

    async def written(self) -> None:
        """Wait until everything reported so far is in the ledger, and the breaker has seen it."""
        reached = asyncio.get_running_loop().create_future()
        self._entries.append(Mark(reached))
        self._news.set()
        await reached

    def close(self) -> None:
        """Let `run` return once everything is written."""
        self._closing = True
        self._news.set()

    async def run(self) -> None:
        """Write what comes in. Results are kept until the database takes them."""
        while not (self._closing and not self._entries):
            await self._news.wait()
            batch: list[Entry] = []
            try:
                async with self._db.read() as tx:  # one connection for as long as there is news
                    await ledger.keep_plans(tx)
                    while await self._more():
                        batch = list(self._entries)
                        self._entries.clear()
                        await self._write(tx, batch)
                        batch = []
            except Unavailable as problem:
                _log.warning("results wait for the database: %s", problem)
                batch += self._entries
                self._entries.clear()
                self._keep(batch, problem)
                await asyncio.sleep(_AFTER_FAILURE)

    async def _more(self) -> bool:
        """Wait for news, but not long where none comes."""
        self._news.clear()
        if not self._entries and not self._closing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_QUIET):
                    await self._news.wait()
        return bool(self._entries)

    def _keep(self, batch: Sequence[Entry], problem: Unavailable) -> None:
        """Refuse all questions, and put everything else back where it came from."""
        for entry in batch:
            if isinstance(entry, Question) and not entry.answer.done():
                entry.answer.set_exception(problem)
        kept = [entry for entry in batch if not isinstance(entry, Question)]
        self._entries.extendleft(reversed(kept))
        self._news.set()

    async def _write(self, tx: Tx, batch: Sequence[Entry]) -> None:
        now = self._clock()
        results = sorted((e for e in batch if isinstance(e, Result)), key=_by_id)
        asked = [e for e in batch if isinstance(e, Question) and not e.answer.cancelled()]
        told = [r.settled for r in results]
        tickets = [e.ticket for e in sorted(asked, key=_by_id)]
        if all(isinstance(e, Question | Mark) or _went_well(e) for e in batch):
            allowed = await ledger.turn(tx, self._worker, told, tickets, now)
        else:
            async with tx.transaction():
                await ledger.turn(tx, self._worker, told, (), now)
                await self._write_rest(tx, batch, results, now)
                allowed = await ledger.turn(tx, self._worker, (), tickets, now)
        for entry in batch:
            if isinstance(entry, Mark) and not entry.reached.done():
                entry.reached.set_result(None)
        for question in asked:
            if not question.answer.done():
                question.answer.set_result(question.ticket.message_id in allowed)

    async def _write_rest(
        self, tx: Tx, batch: Sequence[Entry], results: Sequence[Result], now: datetime
    ) -> None:
        """Write what does not come with every mail: failed tries, tickets given back, ends."""
        if attempts := [r.attempt for r in results if r.attempt is not None]:
            columns = ([getattr(a, f) for a in attempts] for f in Attempt.__struct_fields__)
            await store.record(tx, *columns)
        for result in results:
            if result.gone:
                said = f"{result.settled.code} {result.settled.reply}"
                contact_id = result.ticket.contact_id
                await people.suspend(tx, contact_id, SuspensionReason.ADDRESS_GONE, now, said)
        if returned := sorted((e for e in batch if isinstance(e, GivenBack)), key=_by_id):
            await ledger.give_back(tx, [e.ticket for e in returned], now)
        for ended in batch:
            if isinstance(ended, Ended):
                await ledger.finish(tx, self._worker, ended.lease, now, ended.due_at)
        for dispatch_id in sorted({r.ticket.dispatch_id for r in results if r.alarming}):
            await self._breaker.judge(tx, dispatch_id, now)


class _Breaker:
    """Judges a dispatch after bad results; a big one that goes well not after every single one."""

    _SOON = timedelta(seconds=5)
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


def _by_id(entry: Result | GivenBack | Question) -> int:
    return entry.ticket.message_id


def _went_well(entry: Entry) -> bool:
    return isinstance(entry, Result) and entry.attempt is None and not entry.alarming
