"""What a worker has in its hands: claimed messages from the claim to the report.

Whatever was taken up is reported exactly once, as a result or given back, and with its last message
a lease ends. It decides nothing about replies; that is `outcome`, `blame` and `retry`.
"""

import random
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from service.delivery import blame, outcome, retry
from service.delivery.desk import Desk, Ended, GivenBack, Result
from service.delivery.lane import NOWHERE, Lane
from service.delivery.model import Attempt, Cause, Outcome, Refused, Unknown, Withheld
from service.delivery.press import Plate
from service.kit.errors import Invalid
from service.outbox.ledger import Claim
from service.outbox.model import Lease, Mail, MessageState, Settled, Ticket

_NO_ACCIDENT = 3


class Stretch:
    """A lease, how many of its messages are still in our hands, and whether we try any more.

    `due_at`: when what was put off is worth another look; None where anything else is left.
    """

    def __init__(self, lease: Lease, left: int) -> None:
        self.lease = lease
        self.left = left
        self.withheld = 0  # final dots that the ledger did not allow, one after the other
        self.due_at: datetime | None = None
        self.left_over = False

    @property
    def stopped(self) -> bool:
        """Whether a pause or the like stops it: one who unsubscribed does not stop neighbours."""
        return self.withheld >= _NO_ACCIDENT


class Job(Struct, eq=False):
    """A claimed message, what its mail is made of, and the way that it was let go on.

    `stamps` name the paces, of its destination and of the relay, that it was let go at.
    """

    ticket: Ticket
    plate: Plate
    stretch: Stretch
    domain: str
    lane: Lane = NOWHERE
    way: Lane = NOWHERE
    stamps: tuple[datetime | None, datetime | None] = (None, None)


class Made(Struct, frozen=True, eq=False):
    """A job with its finished mail, or with what is wrong with it."""

    job: Job
    mail: Mail | Invalid


class Jobs:
    """Everything claimed by one worker and not yet reported on."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk, self._clock = desk, clock
        # By message and lease: a worker that lost a stretch for a while may hold it twice.
        self._held: dict[tuple[int, int], Job] = {}

    def take_up(self, claim: Claim, plates: dict[int, Plate]) -> list[Job]:
        """Take up a claimed stretch; `plates` by variant."""
        stretch = Stretch(claim.lease, len(claim.tickets))
        if not claim.tickets:
            self._desk.report(Ended(claim.lease))
        jobs = [Job(t, plates[t.variant], stretch, _domain(t.address)) for t in claim.tickets]
        self._held.update((_key(job.ticket), job) for job in jobs)
        return jobs

    @property
    def leases(self) -> list[Lease]:
        """The leases that anything in our hands was claimed under."""
        stretches = {id(job.stretch): job.stretch.lease for job in self._held.values()}
        return list(stretches.values())

    def report(
        self, job: Job, said: Outcome | Withheld | None, started: datetime, relay: str
    ) -> None:
        """Report what became of a job; None and Withheld give it back."""
        if said is None or isinstance(said, Withheld):
            # Each would cost a connection to find out.
            job.stretch.withheld += isinstance(said, Withheld)
            job.stretch.left_over = True
            self._desk.report(GivenBack(job.ticket))
        else:
            job.stretch.withheld = 0
            self._desk.report(self._result(job.ticket, said, started, relay))
        self._let_go(job)

    def put_off(self, job: Job, due_at: datetime) -> None:
        """Let a job go that is not taken before `due_at`; its row stays as it is."""
        stretch = job.stretch
        stretch.due_at = min(stretch.due_at or due_at, due_at)
        self._let_go(job)

    def _let_go(self, job: Job) -> None:
        del self._held[_key(job.ticket)]
        stretch = job.stretch
        stretch.left -= 1
        if stretch.left == 0:
            self._desk.report(Ended(stretch.lease, None if stretch.left_over else stretch.due_at))

    def give_back_claim(self, claim: Claim) -> None:
        """Give a claim back that could not be begun."""
        for ticket in claim.tickets:
            self._held.pop(_key(ticket), None)
            self._desk.report(GivenBack(ticket))
        self._desk.report(Ended(claim.lease))

    def give_back(self) -> None:
        """Give back whatever is left in our hands."""
        for job in list(self._held.values()):
            self.report(job, None, self._clock(), "")

    def _result(self, ticket: Ticket, said: Outcome, started: datetime, relay: str) -> Result:
        now = self._clock()
        state, next_at = outcome.state_of(said), None
        if state is MessageState.DEFERRED:
            jitter = random.uniform(-1, 1)  # noqa: S311 - spreads retries, protects nothing
            next_at = retry.newsletter(ticket.tries, now, jitter, blame.wait_named(said.reply))
            state = MessageState.DEFERRED if next_at else MessageState.REFUSED
        reply = said.reply
        settled = Settled(
            ticket.message_id,
            ticket.dispatch_id,
            ticket.chunk,
            ticket.attempt,
            state,
            now,
            next_at,
            code=reply.code,
            status=reply.status,
            reply=reply.text,
            relay=relay,
        )
        if state is MessageState.ACCEPTED:
            return Result(ticket, settled)
        attempt = Attempt(
            ticket.message_id,
            ticket.attempt,
            started,
            now,
            relay,
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


def _key(ticket: Ticket) -> tuple[int, int]:
    return ticket.message_id, ticket.attempt


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
