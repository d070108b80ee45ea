"""Use cases around later facts: leaving, clicks that are counted, reports, a contact's history.

Effects upstream happen in the same transaction as the fact that caused them.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from service.audience import actions as audience
from service.events import store
from service.events.model import (
    ClickCount,
    EventKind,
    Happening,
    Leaver,
    Leaving,
    Report,
    Reported,
    Target,
    Unsubscribed,
)
from service.kit.db import Database, Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.outbox import actions as outbox

PAGE = 25
HISTORY = 50


async def unsubscribe(tx: Tx, leaving: Leaving, now: datetime) -> Unsubscribed:
    """End a subscription and stop what is still queued for it; doing it twice changes nothing.

    A message whose hand-over has begun cannot be called back; every other one is withdrawn before
    this transaction commits, so no hand-over begins after the answer to the unsubscribe.
    """
    who, series = leaving.contact_id, leaving.newsletter_id
    ended = await audience.unsubscribe(tx, who, series, now, leaving.how)
    withdrawn = await outbox.withdraw(tx, who, series, now)
    if ended:
        kind, detail = EventKind.UNSUBSCRIBED, {"how": leaving.how, "newsletter_id": series}
        await store.append(tx, now, kind, leaving.message_id, who, leaving.dispatch_id, detail)
    return Unsubscribed(ended, withdrawn)


async def target(tx: Tx, dispatch_id: int, number: int) -> Target:
    """Return where a link of a sent mail leads; raises NotFound for any other number."""
    found = await store.link(tx, dispatch_id, number)
    if found is None:
        raise NotFound(msg("This link does not belong to any of our mails."))
    return found


async def record_clicks(tx: Tx, counts: Iterable[ClickCount]) -> None:
    """Add counted visits of links to their hours; who it was is never known here."""
    columns = tuple(zip(*(msgspec.structs.astuple(count) for count in counts), strict=True))
    if columns:
        await store.count_clicks(tx, *(list(column) for column in columns))


async def report(tx: Tx, dispatch_id: int, candidates: int) -> Report:
    """Return the numbers of one dispatch as its rows stand now."""
    kinds = {row.name: row.count for row in await store.kinds(tx, dispatch_id)}
    return Report(
        candidates=candidates,
        states={row.name: row.count for row in await store.states(tx, dispatch_id)},
        left_out=tuple(await store.left_out(tx, dispatch_id)),
        unsubscribed=kinds.get(EventKind.UNSUBSCRIBED, 0),
        links=tuple(await store.links(tx, dispatch_id)),
        hours=tuple(await store.hours(tx, dispatch_id)),
        reach=tuple(await store.reach(tx, dispatch_id)),
    )


async def reports(
    tx: Tx, newsletter_id: int | None = None, after: tuple[datetime, int] | None = None
) -> list[Reported]:
    """Return the dispatches that have begun, newest first: a page, and one row more if there is."""
    at, last = after or (None, None)
    return await store.reports(tx, at, last, newsletter_id, PAGE + 1)


async def leavers(tx: Tx, dispatch_id: int, after: int = 0, limit: int = PAGE) -> list[Leaver]:
    """Return who unsubscribed by a mail of this dispatch, in order; `after` is the last seen."""
    return await store.leavers(tx, dispatch_id, after, limit)


async def timeline(tx: Tx, contact_id: int) -> list[Happening]:
    """Return what happened between us and one contact, newest first."""
    return await store.history(tx, contact_id, HISTORY)


async def count_finished(db: Database, now: datetime) -> int:
    """Keep the figures of dispatches that came to their end; return how many were counted."""
    async with db.tx() as tx:
        waiting = await store.uncounted(tx, now)
        for dispatch_id in waiting:
            await store.count_figures(tx, dispatch_id, now)
    return len(waiting)
