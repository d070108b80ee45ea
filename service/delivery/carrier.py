"""A worker's loop over newsletters: claim a stretch, have its mails made, hand them over.

One task claims, some let mails be made (`press`) and keep a short queue of finished ones, one per
connection empties it (`hand`), one writes the ledger (`desk`), one keeps the leases.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from service.delivery.desk import Desk, GivenBack
from service.delivery.hand import Bench, Hand, pause
from service.delivery.jobs import Job, Jobs, Made
from service.delivery.lines import Lines
from service.delivery.press import HANDFUL, Plate, Press
from service.delivery.smtp import Mailer
from service.kit import log
from service.kit.db import Database
from service.kit.errors import Unavailable
from service.kit.tokens import Signer
from service.outbox import ledger
from service.outbox.model import Ticket

_log = log.logger("delivery")

LEASE = timedelta(seconds=90)
_POLL = 0.5  # seconds between looks for work
_AFTER_FAILURE = 1.0  # seconds before the database is asked again
_PLATES = 100  # compiled renditions kept at hand
_READY = 100  # finished mails that wait for a connection


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
        self._orders: asyncio.Queue[list[Job] | None] = asyncio.Queue(self._press.threads)
        self._ready: asyncio.Queue[Made | None] = asyncio.Queue(_READY)
        self._jobs = Jobs(self._desk, clock)
        self._lines = Lines(db, mailer, clock)
        self._plates: dict[tuple[int, int], Plate] = {}

    async def run(self) -> None:
        """Work until `stop`, then finish within seconds."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._desk.run())
            leases = group.create_task(self._keep_leases())
            bench = Bench(self._ready, self._jobs, self._desk, self._lines, self._clock, self._stop)
            every = [Hand(bench) for _ in range(self._mailer.connections)]
            hands = [group.create_task(hand.carry()) for hand in every]
            hands += [group.create_task(self._feed()), group.create_task(self._make())]
            await self._stop.wait()
            await asyncio.wait(hands, timeout=self._mailer.limits.drain)
            for task in hands:
                task.cancel()
            await asyncio.wait(hands)
            self._jobs.give_back()
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
                await pause(self._stop, _AFTER_FAILURE)
                continue
            if claim is None:
                await pause(self._stop, _POLL)
                continue
            try:
                plates = {t.variant: await self._plate(t) for t in claim.tickets}
            except Unavailable as problem:
                _log.warning("a claim is given back: %s", problem)
                for ticket in claim.tickets:
                    self._desk.report(GivenBack(ticket))
                self._desk.report(claim.lease)
                continue
            self._lines.down = False
            jobs = self._jobs.take_up(claim, plates)
            for handful in range(0, len(jobs), HANDFUL):
                await self._orders.put(jobs[handful : handful + HANDFUL])
        await self._orders.put(None)

    async def _make(self) -> None:
        """Let mails be made, a handful on each core at once, and queue the finished ones."""

        async def one_after_the_other() -> None:
            while (jobs := await self._orders.get()) is not None:
                mails = await self._press.make([(job.plate, job.ticket) for job in jobs])
                for job, mail in zip(jobs, mails, strict=True):
                    await self._ready.put(Made(job, mail))
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

    async def _plate(self, ticket: Ticket) -> Plate:
        key = (ticket.dispatch_id, ticket.variant)
        if (plate := self._plates.get(key)) is None:
            async with self._db.read() as tx:
                rendition, letterhead = await ledger.material(tx, *key)
            plate = await self._press.plate(rendition, letterhead)
            if len(self._plates) >= _PLATES:
                self._plates.pop(next(iter(self._plates)))
            self._plates[key] = plate
        return plate

    async def _keep_leases(self) -> None:
        """Extend our leases well before they run out."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                async with self._db.tx() as tx:
                    await ledger.renew(tx, self._name, self._clock() + LEASE)
            except Unavailable as problem:
                _log.warning("leases are not extended: %s", problem)
