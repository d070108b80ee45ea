"""When a dispatch may send: the hours of its newsletter, and the minute after which it is too late.

The ledger asks the dispatch's own row at every claim and every final dot (SQL's `may_leave`). Here
that row is kept true: a stretch of hours that ended is followed by the next one within a tick, and
until then nothing leaves. It hands nothing over.
"""

from datetime import datetime

from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import msg
from service.outbox import hours as rules
from service.outbox import store, tally
from service.outbox.model import DomainCount, LeftOutLine
from service.outbox.times import SendHours


async def hours(tx: Tx, newsletter_id: int) -> SendHours | None:
    """Return when mail of a newsletter may leave; None: always."""
    return await store.hours(tx, newsletter_id)


async def set_hours(tx: Tx, newsletter_id: int, hours: SendHours | None, now: datetime) -> None:
    """Set when mail of a newsletter may leave, for what is under way as well; None: always."""
    if hours is None:
        await store.drop_hours(tx, newsletter_id)
    else:
        columns = (list(hours.days), hours.opens, hours.closes)
        await store.set_hours(tx, newsletter_id, *columns)
    await keep(tx, now)


async def keep(tx: Tx, now: datetime, dispatch_id: int | None = None) -> int:
    """Set the stretch of every dispatch (or one) to the open one, else the next; returns how many.

    A clock that jumps does no harm: outside the stretch that is set nothing leaves, and this sets
    the right one.
    """
    changed = 0
    for known in await store.timed(tx, dispatch_id):
        found = None
        if known.days is not None and known.opens is not None and known.closes is not None:
            found = rules.stretch(SendHours(known.days, known.opens, known.closes), now)
        wanted = (found.opens_at, found.closes_at) if found else (None, None)
        if wanted != (known.opens_at, known.closes_at):
            changed += await store.set_stretch(tx, known.id, *wanted)
    return changed


async def check_end(tx: Tx, newsletter_id: int, at: datetime, not_after: datetime | None) -> None:
    """Raise Invalid where nothing could leave between the beginning and the end of a dispatch."""
    if not_after is None:
        return
    if not_after <= at:
        raise Invalid.of("end_clock", msg("This is before the dispatch begins."))
    if not_after <= await begins(tx, newsletter_id, at):
        raise Invalid.of(
            "end_clock", msg("Nothing would go out: the send hours begin only after this.")
        )


async def begins(tx: Tx, newsletter_id: int, at: datetime) -> datetime:
    """Return when the first mail leaves of what is to go out from `at` on."""
    known = await store.hours(tx, newsletter_id)
    return max(at, rules.stretch(known, at).opens_at) if known else at


async def withdraw_late(tx: Tx, now: datetime) -> int:
    """Withdraw what was not handed over in time, and end those dispatches; returns how many mails.

    What is between its final dot and the answer is waited for.
    """
    withdrawn = 0
    for dispatch_id in await store.ended(tx, now):
        async with tally.called_off(tx, dispatch_id):
            withdrawn += await store.call_back(tx, dispatch_id, now, "too_late")
        await store.finish_late(tx, dispatch_id, now)
    return withdrawn


async def too_late(
    tx: Tx, dispatch_id: int, *, after: int | None = None, limit: int = 50
) -> list[LeftOutLine]:
    """Return who did not get it in time, by contact id; `after` is the last one seen."""
    return await store.too_late(tx, dispatch_id, after, limit)


async def count_too_late(tx: Tx, dispatch_id: int) -> int:
    return await store.count_too_late(tx, dispatch_id) or 0


async def hurry(tx: Tx, domains: list[str], now: datetime) -> int:
    """Let messages to these domains that were put off be due now; returns how many stretches."""
    return await store.hurry(tx, domains, now) or 0


async def owed_domains(tx: Tx, dispatch_id: int) -> list[DomainCount]:
    """Return about how many mails a dispatch still owes to each domain."""
    return await store.owed_domains(tx, dispatch_id)


async def ahead(tx: Tx, warm_up: str | None, dispatch_id: int | None) -> int:
    """Return how many mails of other dispatches leave before one that was opened, or is to be.

    Only of those under the plan of a sender's domain, where it is under one.
    """
    return await store.ahead(tx, warm_up, dispatch_id) or 0
