"""One worker process of the torture: the product's own loops, with a clock that can be put forward.

    python -m deploy.torture.worker DSN SMTP_URL CLOCK CONNECTIONS

SIGTERM drains it. Time-outs are short, so that a mail server that stalls is left within seconds.
"""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from deploy.torture.clock import Clock
from service.delivery import actions as delivery
from service.delivery import smtp
from service.delivery.smtp import Limits, Mailer
from service.kit import log
from service.kit.db import Database
from service.kit.errors import Unavailable
from service.kit.tokens import Signer
from service.outbox import actions as outbox

LIMITS = Limits(greeting=3, command=3, final_dot=3, drain=5, mails=50)
_TICK = 0.3
_KEY = b"a key that protects invented people only"


async def main(dsn: str, url: str, clock: Clock, connections: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("ready", flush=True)
    mailer = Mailer(smtp.relay(url), helo="torture.example", connections=connections, limits=LIMITS)
    db = await _database(dsn)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(delivery.deliver(db, mailer, Signer([_KEY]), clock, stop))
            group.create_task(_tick(db, mailer, clock, stop))
    finally:
        await db.close()


async def _database(dsn: str) -> Database:
    """Open the database, however long it takes to come back."""
    while True:
        try:
            return await Database.open(dsn, largest=6)
        except Unavailable:
            await asyncio.sleep(0.1)


async def _tick(db: Database, mailer: Mailer, clock: Clock, stop: asyncio.Event) -> None:
    """Call what the worker's metronome calls, in quicker time."""
    while not stop.is_set():
        with contextlib.suppress(Unavailable):
            await delivery.recover(db, clock())
            await delivery.probe(db, mailer, clock())
            async with db.tx() as tx:
                await outbox.close(tx, clock())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TICK):
                await stop.wait()


if __name__ == "__main__":
    log.configure("ERROR")
    asyncio.run(main(sys.argv[1], sys.argv[2], Clock(Path(sys.argv[3])), int(sys.argv[4])))
