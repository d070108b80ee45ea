"""Which members a dispatch has reached: a small one counted at once, a large one now and then.

Every message has to be looked at for it, by the member its recipient belongs to.
"""

from datetime import datetime

from service.events import store
from service.events.model import Coverage
from service.kit.db import Database, Tx

LARGE = 20_000  # candidates


async def of(tx: Tx, dispatch_id: int, candidates: int) -> Coverage | None:
    """Return whom a dispatch reached; None for a large one that was not counted yet."""
    if candidates > LARGE:
        return await store.kept_reach(tx, dispatch_id)
    return Coverage(None, await store.reach(tx, dispatch_id))


async def keep(db: Database, now: datetime) -> int:
    """Count large dispatches that run, every minute, and once more when they end."""
    async with db.read() as tx:
        waiting = await store.stale_reach(tx, LARGE, now)
    for dispatch_id in waiting:
        async with db.tx() as tx:
            await store.keep_reach(tx, dispatch_id, now, await store.reach(tx, dispatch_id))
    return len(waiting)
