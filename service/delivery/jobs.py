"""What a worker has in its hands: claimed messages from the claim to the report.

Whatever was taken up is reported exactly once, as a result or given back, and with its last message
a lease ends. It decides nothing about replies; that is `outcome` and `retry`.
"""

import random
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from service.delivery import outcome, retry
from service.delivery.desk import Desk, GivenBack, Result
from service.delivery.model import Attempt, Cause, Outcome, Refused, Unknown, Withheld
from service.delivery.press import Plate
from service.kit.errors import Invalid
from service.outbox.ledger import Claim
from service.outbox.model import Lease, Mail, MessageState, Settled, Ticket

_NO_ACCIDENT = 3


class Stretch:
    """A lease, how many of its messages are still in our hands, and whether we try any more."""

    def __init__(self, lease: Lease, left: int) -> None:
        self.lease = lease
        self.left = left
        self.withheld = 0  # final dots that the ledger did not allow, one after the other

    @property
    def stopped(self) -> bool:
        """Whether a pause or the like stops it: one who unsubscribed does not stop neighbours."""
        return self.withheld >= _NO_ACCIDENT


class Job(Struct, frozen=True, eq=False):
    """A claimed message, and what its mail is made of."""

    ticket: Ticket
    plate: Plate
    stretch: Stretch


class Made(Struct, frozen=True, eq=False):
    """A job with its finished mail, or with what is wrong with it."""

    job: Job
    mail: Mail | Invalid


class Jobs:
    """Everything claimed by one worker and not yet reported on."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk, self._clock = desk, clock
        self._held: dict[int, Job] = {}

    def take_up(self, claim: Claim, plates: dict[int, Plate]) -> list[Job]:
        """Take up a claimed stretch; `plates` by variant."""
        stretch = Stretch(claim.lease, len(claim.tickets))
        if not claim.tickets:
            self._desk.report(claim.lease)
        jobs = [Job(ticket, plates[ticket.variant], stretch) for ticket in claim.tickets]
        self._held.update((job.ticket.message_id, job) for job in jobs)
        return jobs

    def report(
        self, job: Job, said: Outcome | Withheld | None, started: datetime, relay: str
    ) -> None:
        """Report what became of a job; None and Withheld give it back."""
        if said is None or isinstance(said, Withheld):
            # Each would cost a connection to find out.
            job.stretch.withheld += isinstance(said, Withheld)
            self._desk.report(GivenBack(job.ticket))
        else:
            job.stretch.withheld = 0
            self._desk.report(self._result(job.ticket, said, started, relay))
        del self._held[job.ticket.message_id]
        job.stretch.left -= 1
        if job.stretch.left == 0:
            self._desk.report(job.stretch.lease)

    def give_back(self) -> None:
        """Give back whatever is left in our hands."""
        for job in list(self._held.values()):
            self.report(job, None, self._clock(), "")

    def _result(self, ticket: Ticket, said: Outcome, started: datetime, relay: str) -> Result:
        now = self._clock()
        state, next_at = outcome.state_of(said), None
        if state is MessageState.DEFERRED:
            jitter = random.uniform(-1, 1)  # noqa: S311 - spreads retries, protects nothing
            next_at = retry.newsletter(ticket.tries, now, jitter)
            state = MessageState.DEFERRED if next_at else MessageState.REFUSED
        reply = said.reply
        settled = Settled(
            ticket.message_id,
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
