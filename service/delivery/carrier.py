"""A worker's loop over newsletters: claim a stretch, hand it over on a few connections, report.

One task claims, some let mails be made (`press`) and keep a short queue of finished ones, one per
connection empties it, one writes the ledger (`desk`), one keeps the leases. It decides nothing
about replies; that is `outcome` and `retry`.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable
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
from service.delivery.pipeline import Permit, Stale
from service.delivery.press import HANDFUL, Press
from service.delivery.smtp import Line, Mailer, Unreachable
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
_READY = 100  # finished mails that wait for a connection


class _Stretch:
    """A lease, how many of its messages are still in our hands, and whether we try any more."""

    def __init__(self, lease: Lease, left: int) -> None:
        self.lease = lease
        self.left = left
        self.stopped = False


class _Job(Struct, frozen=True, eq=False):
    ticket: Ticket
    form: Form
    stretch: _Stretch


class _Made(Struct, frozen=True, eq=False):
    """A job with its finished mail, or with what is wrong with it."""

    job: _Job
    mail: Mail | Invalid


class _Hand:
    """One connection at work, and the message that is announced on it already."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.following: _Made | None = None


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
        self._db, self._mailer, self._clock = db, mailer, clock
        self._press = Press(mailer, signer)
        self._stop = stop
        self._name = name
        self._desk = Desk(db, name, clock)
        self._orders: asyncio.Queue[list[_Job] | None] = asyncio.Queue(self._press.threads)
        self._ready: asyncio.Queue[_Made | None] = asyncio.Queue(_READY)
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
            hands += [group.create_task(self._feed()), group.create_task(self._make())]
            await self._stop.wait()
            await asyncio.wait(hands, timeout=self._mailer.limits.drain)
            for task in hands:
                task.cancel()
            await asyncio.wait(hands)
            for job in list(self._held.values()):
                self._report(job, None, self._clock())
            leases.cancel()
            self._desk.close()
            self._press.close()

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
            for handful in range(0, len(jobs), HANDFUL):
                await self._orders.put(jobs[handful : handful + HANDFUL])
        await self._orders.put(None)

    async def _make(self) -> None:
        """Let mails be made, a handful on each core at once, and queue the finished ones."""

        async def one_after_the_other() -> None:
            while (jobs := await self._orders.get()) is not None:
                mails = await self._press.make([(job.form, job.ticket) for job in jobs])
                for job, mail in zip(jobs, mails, strict=True):
                    await self._ready.put(_Made(job, mail))
            await self._orders.put(None)  # for the next one

        async with asyncio.TaskGroup() as group:
            for _ in range(self._press.threads):
                group.create_task(one_after_the_other())
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
        hand = _Hand(self._mailer.line())
        troubles = 0
        try:
            while (made := await self._next(hand)) is not None:
                said = await self._one(hand, made)
                troubled = isinstance(said, Deferred) and said.scope is Scope.RELAY
                troubles = troubles + 1 if troubled else 0
                if isinstance(said, Refused | Deferred):
                    # Nobody asks the ledger before a refusal; without this a server that refuses
                    # everything would be asked about hundreds before the breaker knows of one.
                    await self._desk.written()
                if troubled:
                    await self._pause(_BACK_OFF[min(troubles, len(_BACK_OFF)) - 1])
            await hand.line.close()
        finally:
            hand.line.abandon()
            self._lines.discard(hand.line)

    async def _next(self, hand: _Hand) -> _Made | None:
        """Wait for the next message; end the connection politely when none comes for a while."""
        if (following := hand.following) is not None:
            hand.following = None
            return following
        if not self._ready.empty():
            return self._ready.get_nowait()
        try:
            async with asyncio.timeout(_IDLE):
                return await self._ready.get()
        except TimeoutError:
            self._lines.discard(hand.line)
            await hand.line.close()
            return await self._ready.get()

    def _follower(self, hand: _Hand) -> Mail | None:
        """Take the next mail off the queue, to be announced with the dot that goes out now."""
        if self._ready.empty() or self._stop.is_set() or self._down:
            return None
        made = self._ready.get_nowait()
        if made is None:
            self._ready.put_nowait(None)
            return None
        hand.following = made
        usable = isinstance(made.mail, Mail) and not made.job.stretch.stopped
        return made.mail if usable and isinstance(made.mail, Mail) else None

    async def _one(self, hand: _Hand, made: _Made) -> Outcome | None:
        """Try one message and report what came of it."""
        job, started = made.job, self._clock()
        said: Outcome | Withheld | None = None
        granted = False

        async def permit() -> bool:
            nonlocal granted
            granted = await self._desk.permit(job.ticket)
            return granted

        try:
            if isinstance(made.mail, Invalid):
                said = Refused(Reply(0, "5.1.3", str(made.mail)), Cause.OTHER)
            elif self._wanted(hand, made.mail) and not job.stretch.stopped:
                said = await self._hand_over(hand, made.mail, permit)
            else:
                hand.line.forget(made.mail)
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
        return None if isinstance(said, Withheld) else said

    def _wanted(self, hand: _Hand, mail: Mail) -> bool:
        """Tell whether to go on with a mail; one that is announced is in flight already."""
        return not self._down and (not self._stop.is_set() or hand.line.announces(mail))

    async def _hand_over(self, hand: _Hand, mail: Mail, permit: Permit) -> Outcome | Withheld:
        def follower() -> Mail | None:
            return self._follower(hand)

        try:
            await self._open(hand)
            return await hand.line.hand_over(mail, permit, follower)
        except Stale:
            await self._open(hand)
            return await hand.line.hand_over(mail, permit, follower)

    async def _open(self, hand: _Hand) -> None:
        """See to it that the connection is usable: put a new one in its place if it is not."""
        if hand.line.usable:
            return
        self._lines.discard(hand.line)
        await hand.line.close()
        hand.line = self._mailer.line()
        await hand.line.open()
        self._lines.add(hand.line)
        with contextlib.suppress(Unavailable):  # the next connection says it again
            async with self._db.tx() as tx:
                await store.relay_up(tx, self._mailer.relay.name, self._clock())

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
