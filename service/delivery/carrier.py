"""A worker's loop over newsletters: claim a stretch, hand it over on a few connections, report.

One task claims and fills a short queue, one task per connection empties it, one writes the ledger
(`desk`), one keeps the leases. It decides nothing about replies; that is `outcome` and `retry`.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct

from service.delivery import outcome, retry, store
from service.delivery.desk import Desk, GivenBack, Result
from service.delivery.model import (
    Attempt,
    Cause,
    Deferred,
    Outcome,
    Refused,
    RelayCondition,
    Reply,
    Scope,
    Unknown,
    Withheld,
)
from service.delivery.smtp import Line, Mailer, Stale, Unreachable
from service.kit import log
from service.kit.db import Database
from service.kit.errors import Invalid, Unavailable
from service.kit.tokens import Signer
from service.outbox import actions as outbox
from service.outbox import assemble, ledger
from service.outbox.assemble import Form
from service.outbox.model import DispatchHold, Lease, Mail, MessageState, Settled, Ticket

_log = log.logger("delivery")

LEASE = timedelta(seconds=90)
_POLL = 0.5  # seconds between looks for work
_IDLE = 20.0  # seconds before an idle connection is ended
_BACK_OFF = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds after relay trouble on one connection
_FORMS = 100  # compiled renditions kept at hand


class _Stretch:
    """A lease, how many of its messages are still in our hands, and whether we try any more."""

    def __init__(self, lease: Lease, left: int) -> None:
        self.lease = lease
        self.left = left
        self.stopped = False


class _Job(Struct, frozen=True):
    ticket: Ticket
    form: Form
    stretch: _Stretch


class Carrier:
    """One worker; `run` returns after `stop`, when everything it held is settled or given back."""

    def __init__(
        self,
        db: Database,
        mailer: Mailer,
        signer: Signer,
        clock: Callable[[], datetime],
        stop: asyncio.Event,
        name: str,
    ) -> None:
        self._db, self._mailer, self._signer, self._clock = db, mailer, signer, clock
        self._stop = stop
        self._name = name
        self._desk = Desk(db, name, clock)
        self._ready: asyncio.Queue[_Job | None] = asyncio.Queue(mailer.connections * 2)
        self._held: dict[int, _Job] = {}  # claimed by us and not yet reported on
        self._lines: set[Line] = set()
        self._down = False
        self._forms: dict[tuple[int, int], Form] = {}

    async def run(self) -> None:
        """Work until `stop`, then finish within seconds."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._desk.run())
            leases = group.create_task(self._keep_leases())
            hands = [group.create_task(self._carry()) for _ in range(self._mailer.connections)]
            hands.append(group.create_task(self._feed()))
            await self._stop.wait()
            await asyncio.wait(hands, timeout=self._mailer.limits.drain)
            for task in hands:
                task.cancel()
            await asyncio.wait(hands)
            for job in list(self._held.values()):
                self._report(job, None, self._clock())
            leases.cancel()
            self._desk.close()

    # --- Claim --------------------------------------------------------------------------------

    async def _feed(self) -> None:
        """Fill the queue with claimed messages; end it after a stop."""
        while not self._stop.is_set():
            try:
                claim = await self._claim()
            except Unavailable as problem:
                _log.warning("claiming waits: %s", problem)
                await self._pause(_BACK_OFF[0])
                continue
            if claim is None:
                await self._pause(_POLL)
                continue
            try:
                forms = {t.variant: await self._form(t) for t in claim.tickets}
            except Unavailable as problem:
                _log.warning("a claim is given back: %s", problem)
                for ticket in claim.tickets:
                    self._desk.report(GivenBack(ticket))
                self._desk.report(claim.lease)
                continue
            self._down = False
            stretch = _Stretch(claim.lease, len(claim.tickets))
            if not claim.tickets:
                self._desk.report(claim.lease)
            jobs = [_Job(ticket, forms[ticket.variant], stretch) for ticket in claim.tickets]
            self._held.update((job.ticket.message_id, job) for job in jobs)
            for job in jobs:
                await self._ready.put(job)
        for _ in range(self._mailer.connections):
            await self._ready.put(None)

    async def _claim(self) -> ledger.Claim | None:
        now = self._clock()
        async with self._db.tx() as tx:
            return await ledger.claim(tx, self._name, now, now + LEASE)

    async def _form(self, ticket: Ticket) -> Form:
        key = (ticket.dispatch_id, ticket.variant)
        if (form := self._forms.get(key)) is None:
            async with self._db.read() as tx:
                rendition, letterhead = await ledger.material(tx, *key)
            form = await asyncio.to_thread(
                assemble.compile_form, rendition, letterhead, self._mailer.bounce_domain
            )
            if len(self._forms) >= _FORMS:
                self._forms.pop(next(iter(self._forms)))
            self._forms[key] = form
        return form

    async def _keep_leases(self) -> None:
        """Extend our leases well before they run out."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._db.tx() as tx:
                    await ledger.renew(tx, self._name, self._clock() + LEASE)
            except Unavailable as problem:
                _log.warning("leases are not extended: %s", problem)

    # --- Hand over ----------------------------------------------------------------------------

    async def _carry(self) -> None:
        """Hand over one message after the other on one connection."""
        line = self._mailer.line()
        troubles = 0
        try:
            while (job := await self._next(line)) is not None:
                line, said = await self._one(line, job)
                troubled = isinstance(said, Deferred) and said.scope is Scope.RELAY
                troubles = troubles + 1 if troubled else 0
                if troubled:
                    await self._pause(_BACK_OFF[min(troubles, len(_BACK_OFF)) - 1])
            await line.close()
        finally:
            line.abandon()
            self._lines.discard(line)

    async def _next(self, line: Line) -> _Job | None:
        """Wait for the next message; end the connection politely when none comes for a while."""
        try:
            async with asyncio.timeout(_IDLE):
                return await self._ready.get()
        except TimeoutError:
            self._lines.discard(line)
            await line.close()
            return await self._ready.get()

    async def _one(self, line: Line, job: _Job) -> tuple[Line, Outcome | None]:
        """Try one message and report what came of it; return the connection to go on with."""
        ticket, started = job.ticket, self._clock()
        said: Outcome | Withheld | None = None
        granted = False

        async def permit() -> bool:
            nonlocal granted
            granted = await self._desk.permit(ticket)
            return granted

        try:
            if not (self._stop.is_set() or self._down or job.stretch.stopped):
                token = self._signer.sign("message", ticket.message_id)
                mail = assemble.write(job.form, ticket, token)
                mail = await self._mailer.sealed(mail, ticket.dated_at, token)
                line, said = await self._hand_over(line, mail, permit)
        except Invalid as fault:
            said = Refused(Reply(0, "5.1.3", str(fault)), Cause.OTHER)
        except Unreachable as problem:
            await self._unreachable(problem)
        except Unavailable as problem:
            _log.warning("a hand-over waits for the database: %s", problem)
        except BaseException:
            if granted:
                said = Unknown(Reply(0, "", "stopped while waiting for the mail server"))
            raise
        finally:
            self._report(job, said, started)
        return line, None if isinstance(said, Withheld) else said

    async def _hand_over(
        self, line: Line, mail: Mail, permit: Callable[[], Awaitable[bool]]
    ) -> tuple[Line, Outcome | Withheld]:
        try:
            line = await self._opened(line)
            return line, await line.hand_over(mail, permit)
        except Stale:
            line = await self._opened(line)
            return line, await line.hand_over(mail, permit)

    async def _opened(self, line: Line) -> Line:
        """Return a usable connection: this one, or a new one in its place."""
        if line.usable:
            return line
        self._lines.discard(line)
        await line.close()
        line = self._mailer.line()
        await line.open()
        self._lines.add(line)
        with contextlib.suppress(Unavailable):  # the next connection says it again
            async with self._db.tx() as tx:
                await store.relay_up(tx, self._mailer.relay.name, self._clock())
        return line

    async def _unreachable(self, problem: Unreachable) -> None:
        """Let all dispatches wait, unless other connections stand: the relay merely limits us."""
        if problem.condition is RelayCondition.DOWN and any(li.usable for li in self._lines):
            await self._pause(_BACK_OFF[2])
            return
        if self._down:
            return
        self._down = True
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

    # --- Report -------------------------------------------------------------------------------

    def _report(self, job: _Job, said: Outcome | Withheld | None, started: datetime) -> None:
        if said is None or isinstance(said, Withheld):
            # What stopped one (a pause, a cancelled dispatch) stops its neighbours: each would
            # cost a connection to find out.
            job.stretch.stopped = isinstance(said, Withheld) or job.stretch.stopped
            self._desk.report(GivenBack(job.ticket))
        else:
            self._desk.report(self._result(job.ticket, said, started))
        del self._held[job.ticket.message_id]
        job.stretch.left -= 1
        if job.stretch.left == 0:
            self._desk.report(job.stretch.lease)

    def _result(self, ticket: Ticket, said: Outcome, started: datetime) -> Result:
        now = self._clock()
        state, next_at = outcome.state_of(said), None
        if state is MessageState.DEFERRED:
            jitter = random.uniform(-1, 1)  # noqa: S311 - spreads retries, protects nothing
            next_at = retry.newsletter(ticket.tries, now, jitter)
            state = MessageState.DEFERRED if next_at else MessageState.REFUSED
        reply = said.reply
        settled = Settled(
            ticket.message_id,
            self._name,
            ticket.attempt,
            state,
            now,
            next_at,
            code=reply.code,
            status=reply.status,
            reply=reply.text,
        )
        attempt = Attempt(
            ticket.message_id,
            ticket.attempt,
            started,
            now,
            self._mailer.relay.name,
            outcome.recorded_as(said),
            code=reply.code,
            status=reply.status,
            reply=reply.text,
        )
        return Result(
            ticket,
            settled,
            attempt,
            alarming=isinstance(said, Refused | Unknown) or outcome.unauthenticated(reply),
            gone=isinstance(said, Refused) and said.cause is Cause.ADDRESS,
        )

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until the stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return
