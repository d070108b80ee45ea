"""A worker's loop over newsletters: claim a stretch, have its mails made, hand them over.

One task claims, and the `gate` lets go what its destination takes; some let mails be made (`press`)
and keep a short queue of finished ones, one per connection empties it (`hand`), one writes the
ledger (`desk`), one the pace of destinations (`pacer`), one keeps the leases.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from service.delivery.desk import Desk
from service.delivery.gate import Gate, Time
from service.delivery.hand import Bench, Hand, pause
from service.delivery.jobs import Jobs, Made
from service.delivery.lines import Lines
from service.delivery.pacer import Pacer
from service.delivery.press import HANDFUL, Plate, Press
from service.delivery.ready import Ready
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
_READY = 50  # finished mails that wait for a connection
_AGAIN = 0.2  # seconds between one cancellation and the next


class Carrier:
    """One worker; `run` returns after `stop`, when everything it held is settled or given back.

    A database that takes nothing until then finds out later, as after a kill: by leases that end.
    It stops by itself when the clock is put back, for its plans lie in a time that is not now.
    """

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
        self._asked, self._stop = stop, asyncio.Event()
        self._name = name
        self._desk = Desk(db, name, clock, mailer.connections)
        self._ready = Ready[Made](_READY)
        self._jobs = Jobs(self._desk, clock)
        self._gate = Gate(Time(clock, self._stop.set), self._jobs.put_off)
        self._lines = Lines(db, mailer, self._gate)
        self._pacer = Pacer(db, self._gate, self._lines, name)
        self._plates: dict[tuple[int, int], Plate] = {}

    async def run(self) -> None:
        """Work until `stop`, then finish within seconds."""
        async with asyncio.TaskGroup() as group:
            desk = group.create_task(self._desk.run())
            loops = (self._obey(), self._keep_leases(), self._pacer.run())
            aside = [group.create_task(loop) for loop in loops]
            hands = [group.create_task(hand.carry()) for hand in self._hands()]
            hands += [group.create_task(self._feed()), group.create_task(self._make())]
            await self._stop.wait()
            self._gate.close()
            await asyncio.wait(hands, timeout=self._mailer.limits.drain)
            await break_off(hands)
            self._jobs.give_back()
            await break_off(aside)
            self._desk.close()
            await self._press.close()
            last = [desk, group.create_task(self._pacer.exchange(everything=True))]
            await asyncio.wait(last, timeout=self._mailer.limits.writing)
            await break_off(last)

    async def _obey(self) -> None:
        await self._asked.wait()
        self._stop.set()

    def _hands(self) -> list[Hand]:
        bench = Bench(
            self._ready,
            self._gate,
            self._jobs,
            self._desk,
            self._lines,
            self._clock,
            self._stop,
        )
        return [Hand(bench) for _ in range(self._mailer.connections)]

    # --- Claim --------------------------------------------------------------------------------

    async def _feed(self) -> None:
        """Claim messages and let them through the gate, until the stop; one stretch is ahead."""
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
                variants = {t.variant: t for t in claim.tickets}
                plates = {variant: await self._plate(t) for variant, t in variants.items()}
                jobs = self._jobs.take_up(claim, plates)
                self._lines.down = False
                await self._gate.room()
                # Only now: while it waits, what is known of routes may be forgotten.
                await self._pacer.routes([job.domain for job in jobs])
            except Unavailable as problem:
                _log.warning("a claim is given back: %s", problem)
                self._jobs.give_back_claim(claim)
                continue
            self._gate.admit(jobs)

    async def _make(self) -> None:
        """Let mails be made, some handfuls at once, and queue the finished ones."""

        async def one_after_the_other() -> None:
            while (jobs := await self._gate.take(HANDFUL)) is not None:
                mails = await self._press.make([(job.plate, job.ticket) for job in jobs])
                made = [Made(job, mail) for job, mail in zip(jobs, mails, strict=True)]
                await self._ready.put(made)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._press.at_once):
                group.create_task(one_after_the_other())
        self._ready.end()

    async def _claim(self) -> ledger.Claim | None:
        now = self._clock()
        async with self._db.tx() as tx:
            return await ledger.claim(tx, self._name, now, now + LEASE)

    async def _plate(self, ticket: Ticket) -> Plate:
        key = (ticket.dispatch_id, ticket.variant)
        if (plate := self._plates.get(key)) is None:
            async with self._db.read() as tx:
                rendition, letterhead = await ledger.material(tx, *key)
            plate = await asyncio.to_thread(self._press.plate, rendition, letterhead)
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
                    until = self._clock() + LEASE
                    await ledger.renew(tx, self._name, self._jobs.leases, until)
            except Unavailable as problem:
                _log.warning("leases are not extended: %s", problem)


async def break_off(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are gone: a library may lose a cancellation, see `hand`."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN)
