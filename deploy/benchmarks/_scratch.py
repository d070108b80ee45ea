"""A database of a benchmark's own, which leaves nothing behind."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service import app as composition
from service.kit.db import single


@asynccontextmanager
async def scratch(server: str) -> AsyncIterator[str]:
    """Give a migrated database of this run's own, dropped at the end."""
    name = f"bench_{os.getpid()}"
    head, _, query = server.partition("?")
    dsn = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    async with single(server) as tx:
        await tx.execute(f"create database {name}")
    try:
        await composition.migrated(dsn)
        yield dsn
    finally:
        async with single(server) as tx:
            await tx.execute(f"drop database {name} with (force)")
