"""The moves of single messages while workers hand them over; only the delivery stage calls it.

A lease on a stretch is the claim on whatever is due in it; no row of a message changes before its
final dot. Every move is fenced by the number of the lease: a worker that lost it can neither start
a hand-over nor overwrite what others found out. A worker is told by name (host, process, and a
random part).
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.outbox import store
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


class Claim(Struct, frozen=True):
    """A leased stretch and the messages of it that are due."""

    lease: Lease
    tickets: list[Ticket]


async def claim(tx: Tx, worker: str, now: datetime, until: datetime) -> Claim | None:
    """Lease the next stretch of messages that is due; None when nothing is."""
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
    It is one statement, unless there is worse to tell than "accepted".
    """
    if others := [r for r in results if r.state is not MessageState.ACCEPTED]:
        told = ([getattr(r, field) for r in others] for field in Settled.__struct_fields__)
        await store.settle(tx, worker, *told)
        put_off = [r for r in others if r.state is MessageState.DEFERRED]
        await _wake(tx, worker, put_off, now)
    accepted = [r for r in results if r.state is MessageState.ACCEPTED]
    fences = [(t.dispatch_id, t.chunk, t.attempt) for t in asked]
    leases = {fence: place for place, fence in enumerate(dict.fromkeys(fences), start=1)}
    columns = (
        [r.message_id for r in accepted],
        [r.attempt for r in accepted],
        [r.code for r in accepted],
        [r.status for r in accepted],
        [r.reply for r in accepted],
        [r.relay for r in accepted],
        *([fence[i] for fence in leases] for i in range(3)),
        [t.message_id for t in asked],
        [leases[fence] for fence in fences],
    )
    return frozenset(await store.turn(tx, worker, now, *columns))


async def give_back(tx: Tx, worker: str, tickets: Sequence[Ticket], now: datetime) -> int:
    """Return messages whose final dot was certainly not sent; who may not get one is withdrawn.

    A permission that was given but never used (its answer was lost with the database's connection)
    is returned with the message. Returns how many rows changed: a message that never got one waits
    in its stretch as it is.
    """
    ids = [t.message_id for t in tickets]
    changed = await store.give_back(tx, ids, [t.attempt for t in tickets], now)
    await _wake(tx, worker, tickets, now)
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


async def renew(tx: Tx, worker: str, until: datetime) -> int:
    """Extend all leases of a worker; returns how many it holds."""
    return await store.renew(tx, worker, until)


async def recover(tx: Tx, now: datetime) -> Recovered:
    """End the leases of workers that are gone: what was handing over is unknown, the rest due."""
    return await store.recover(tx, now) or Recovered(0, 0)


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
