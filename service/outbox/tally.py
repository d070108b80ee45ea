"""How many messages of a stretch are in which state: counted once nobody works on it any more.

Whoever changes messages without a lease says so beforehand (`uncount` in the database, here for a
whole dispatch), and whoever takes up a stretch counts what was finished before. It changes no
message.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.kit.db import Tx
from service.outbox import store

SOME = 50  # stretches at a time; each takes a tenth of a millisecond
_ALL = 2**31


@asynccontextmanager
async def called_off(tx: Tx, dispatch_id: int) -> AsyncIterator[None]:
    """Let everything that a dispatch still owes be withdrawn in this block; nothing is due then."""
    await store.hold_stretches(tx, dispatch_id)
    await store.uncount_owed(tx, dispatch_id)
    yield
    await store.empty_chunks(tx, dispatch_id)
    await count(tx, dispatch_id)


async def count(tx: Tx, dispatch_id: int | None = None, most: int = _ALL) -> int:
    """Count stretches (of one dispatch) that nobody works on; returns how many were.

    Those that somebody is changing just now are left for the next time.
    """
    found = await store.uncounted(tx, dispatch_id, most)
    if found:
        await store.tally(tx, [s.dispatch_id for s in found], [s.number for s in found])
    return len(found)
