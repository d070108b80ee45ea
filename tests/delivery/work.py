"""Workers for tests: several at once in this process, or one in a process that can be killed."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from service.delivery import actions as delivery
from service.delivery import smtp
from service.delivery.smtp import Limits, Mailer
from service.kit.db import Database
from service.kit.tokens import Signer
from tests.outbox.cast import NOW

ROOT = Path(__file__).resolve().parents[2]
SIGNER = Signer([b"0123456789abcdef0123456789abcdef"])
LIMITS = Limits(greeting=5, command=5, final_dot=5, drain=5, mails=50)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def mailer(url: str, connections: int = 3, limits: Limits = LIMITS) -> Mailer:
    return Mailer(smtp.relay(url), helo="test.example", connections=connections, limits=limits)


@asynccontextmanager
async def workers(
    db: Database, target: Mailer, count: int = 1, clock: Clock | None = None
) -> AsyncIterator[asyncio.Event]:
    """Let workers deliver; at the end they are stopped as by SIGTERM and awaited."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(delivery.deliver(db, target, SIGNER, clock or Clock(), stop))
        try:
            yield stop
        finally:
            stop.set()


async def _main(dsn: str, url: str, now: str) -> None:
    db = await Database.open(dsn, largest=4)
    clock = Clock(datetime.fromisoformat(now))
    await delivery.deliver(db, mailer(url), SIGNER, clock, asyncio.Event())


async def killable(dsn: str, url: str, now: datetime) -> asyncio.subprocess.Process:
    """Start a worker process that knows nothing of tidy ends."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.delivery.work", dsn, url, now.isoformat(), cwd=ROOT
    )


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
