"""The moves of single messages while workers hand them over; only the delivery stage calls it.

A lease on a stretch is the claim on whatever is due in it; no row of a message changes before its
final dot. Every move is fenced by the number of the lease: a worker that lost it can neither start
a hand-over nor overwrite what others found out. A worker is told by name (host, process, and a
random part).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.outbox import store, tally
from service.outbox.model import (
    FirstResults,
    Lease,
    Letterhead,
    MessageState,
    Recovered,
    Rendition,
    Settled,
    Ticket,
)

Entry = TypeVar("Entry", Settled, Ticket)

_TOLD = tuple(name for name in Settled.__struct_fields__ if name != "dispatch_id")


class Claim(Struct, frozen=True):
    """A leased stretch and the messages of it that are due."""

    lease: Lease
    tickets: list[Ticket]


async def claim(tx: Tx, worker: str, now: datetime, until: datetime) -> Claim | None:
    """Lease the next stretch of messages that is due; None when nothing is.

    Stretches that were finished before are counted on the way.
    """
    await tally.count(tx, most=tally.SOME)
    lease = await store.lease(tx, worker, now, until)
    if lease is None:
        return None
    return Claim(lease, await store.tickets(tx, lease.dispatch_id, lease.number, now))


async def keep_plans(tx: Tx) -> None:
    """Let this connection plan each statement once: a new plan costs more than a turn itself."""
    await store.keep_plans(tx)


async def turn(
    tx: Tx, worker: str, results: Sequence[Settled], asked: Sequence[Ticket], now: datetime
) -> frozenset[int]:
    """Write down what became of messages, and which final dots start now.

    Returns the ids of those asked for that may. A message may not when its dispatch does not run,
    when its recipient may not get it (any more), or when the worker's lease is no longer its own.
    It is one statement, unless there is worse to tell than "accepted", or told too late.
    """
    if others := [r for r in results if r.state is not MessageState.ACCEPTED]:
        await _settle(tx, worker, others, now)
    accepted = [r for r in results if r.state is MessageState.ACCEPTED] if others else results
    leases = _Leases([*accepted, *asked])
    columns = (
        [r.message_id for r in accepted],
        leases.places(accepted),
        [r.code for r in accepted],
        [r.status for r in accepted],
        [r.reply for r in accepted],
        [r.relay for r in accepted],
        [t.message_id for t in asked],
        leases.places(asked),
    )
    found = await store.turn(tx, worker, now, *leases.columns, *columns)
    held = {-number for number in found if number < 0}
    if late := leases.lost(held, accepted):
        await _settle(tx, worker, late, now)
    return frozenset(number for number in found if number > 0)


async def _settle(tx: Tx, worker: str, results: Sequence[Settled], now: datetime) -> None:
    async with tx.transaction():
        late = await _late(tx, worker, results)
        await store.settle(tx, worker, *([getattr(r, f) for r in results] for f in _TOLD))
        await _wake(tx, worker, [r for r in late if r.state is MessageState.DEFERRED], now)


class _Leases:
    """The different leases of results and tickets, numbered from 1 on."""

    def __init__(self, entries: Sequence[Settled | Ticket]) -> None:
        fences = dict.fromkeys((e.dispatch_id, e.chunk, e.attempt) for e in entries)
        self._place = {fence: place for place, fence in enumerate(fences, start=1)}
        self.columns = tuple([fence[i] for fence in fences] for i in range(3))

    def places(self, entries: Sequence[Settled | Ticket]) -> list[int]:
        place = self._place
        return [place[e.dispatch_id, e.chunk, e.attempt] for e in entries]

    def lost(self, held: set[int], entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries under leases that are not among those held."""
        if len(held) == len(self._place):
            return []
        placed = zip(entries, self.places(entries), strict=True)
        return [entry for entry, place in placed if place not in held]


async def _late(tx: Tx, worker: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return those whose lease has ended. Nobody counts them before the caller's change is done."""
    leases = _Leases(entries)
    late = leases.lost(set(await store.held(tx, worker, *leases.columns)), entries)
    if late:
        await store.uncount(tx, [entry.message_id for entry in late])
    return late


async def give_back(tx: Tx, worker: str, tickets: Sequence[Ticket], now: datetime) -> int:
    """Return messages whose final dot was certainly not sent; who may not get one is withdrawn.

    A permission that was given but never used (its answer was lost with the database's connection)
    is returned with the message. Returns how many rows changed: a message that never got one waits
    in its stretch as it is.
    """
    async with tx.transaction():
        late = await _late(tx, worker, tickets)
        ids = [t.message_id for t in tickets]
        changed = await store.give_back(tx, ids, [t.attempt for t in tickets], now)
        await _wake(tx, worker, late, now)
    return changed


async def _wake(
    tx: Tx, worker: str, back: Sequence[Ticket] | Sequence[Settled], now: datetime
) -> None:
    """Make due what is owed again, where the worker that says so has lost its lease meanwhile."""
    if back:
        fences = [t.message_id for t in back], [t.chunk for t in back], [t.attempt for t in back]
        await store.wake(tx, worker, *fences, now)


async def finish(
    tx: Tx, worker: str, lease: Lease, now: datetime, due_at: datetime | None = None
) -> None:
    """End a lease; the stretch is due again when the first of its open messages is.

    What was not tried at all is due at `due_at`, None for at once.
    """
    number = (lease.dispatch_id, lease.number)
    await store.finish_chunk(tx, worker, *number, due_at or now, lease.attempt, now)


async def workers(tx: Tx, now: datetime) -> list[str]:
    """Return the workers that hold leases."""
    return await store.workers(tx, now)


async def renew(tx: Tx, worker: str, leases: Sequence[Lease], until: datetime) -> int:
    """Extend leases of a worker; returns how many are still its own.

    Only those that it works on: one that was granted while the connection broke is known to nobody,
    and has to run out.
    """
    held = [(lease.dispatch_id, lease.number, lease.attempt) for lease in leases]
    return await store.renew(tx, worker, until, *([one[i] for one in held] for i in range(3)))


async def recover(tx: Tx, now: datetime) -> Recovered:
    """End the leases of workers that are gone: what was handing over is unknown, the rest due."""
    lost = await store.lost(tx, now)
    if not lost:
        return Recovered(0, 0)
    stretches = [lease.dispatch_id for lease in lost], [lease.number for lease in lost]
    return await store.recover(tx, now, *stretches) or Recovered(0, 0)


async def first_results(tx: Tx, dispatch_id: int) -> FirstResults:
    """Return what the breaker judges a dispatch by."""
    return await store.first_results(tx, dispatch_id) or FirstResults(0, 0, 0, 0, 0)


async def material(tx: Tx, dispatch_id: int, variant: int) -> tuple[Rendition, Letterhead]:
    """Return what the mails of one variant are made of."""
    rendition = await store.rendition(tx, dispatch_id, variant)
    letterhead = await store.letterhead(tx, dispatch_id)
    if rendition is None or letterhead is None:
        raise NotFound(msg("There is no such dispatch."))
    return rendition, letterhead.held
