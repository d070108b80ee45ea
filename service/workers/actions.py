"""A worker tells that it lives and what it did; pages and operators ask who does.

Nothing depends on these rows: leases alone decide who may hand over what.
"""

from datetime import datetime, timedelta

from service.kit.db import Tx
from service.workers import store
from service.workers.model import SILENT, Worker

_KEPT = timedelta(days=1)  # a worker that was killed is shown so long


async def tell(tx: Tx, worker: Worker) -> None:
    """Write down how a worker stands."""
    about = (worker.name, worker.host, worker.pid, worker.since, worker.seen_at, worker.deeds)
    await store.tell(tx, *about)


async def leave(tx: Tx, name: str) -> None:
    """Strike out a worker that ends as it should."""
    await store.leave(tx, name)


async def forget(tx: Tx, now: datetime) -> int:
    """Strike out workers that have been silent for a day; returns how many."""
    return await store.forget(tx, now - _KEPT)


async def known(tx: Tx) -> list[Worker]:
    """Return the workers that live, and those that fell silent within a day, the latest first."""
    return await store.known(tx)


async def is_any_alive(tx: Tx, now: datetime) -> bool:
    """Tell whether any worker told of itself within the last minute."""
    return bool(await store.is_any_alive(tx, now - SILENT))
