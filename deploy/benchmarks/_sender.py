"""One sender process of the delivery benchmark: the product's own loop, with its costs measured.

It says "ready", begins at a line on its standard input, ends at the end of that input, and then
says in one JSON line what it used.
"""

import asyncio
import gc
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from deploy.benchmarks import _host as host
from deploy.torture import processes
from service.delivery import actions as delivery
from service.delivery import dkim, smtp
from service.delivery.smtp import Mailer, Seal
from service.kit import clock
from service.kit.db import Database
from service.kit.tokens import Signer


async def send(wanted: dict[str, Any]) -> dict[str, float]:
    """Deliver what is owed until the standard input ends; return CPU seconds and megabytes."""
    db = await Database.open(wanted["dsn"], smallest=4, largest=6)
    keys = [dkim.read_key(pem.encode(), wanted["domain"], "bench") for pem in wanted["keys"]]
    mailer = Mailer(
        smtp.relay(f"smtp://{wanted['sink']}"),
        helo="bench.example",
        connections=wanted["connections"],
        seal=Seal(tuple(keys), wanted["domain"]),
    )
    signer, stop = Signer([b"benchmark-benchmark-benchmark-00"]), asyncio.Event()
    gc.freeze()  # as the service's worker does
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    before = used()
    async with asyncio.TaskGroup() as group:
        group.create_task(delivery.deliver(db, mailer, signer, clock.now, stop))
        await asyncio.to_thread(sys.stdin.read)
        spent, memory = used() - before, [peak_mb(pid) for pid in family()]
        stop.set()
    await db.close()
    return {"cpu": spent, "rss_mb": max(memory), "rss_all_mb": sum(memory)}


def family() -> list[int]:
    """Return this process and those that it started."""
    return [os.getpid(), *processes.descendants(os.getpid())]


def peak_mb(pid: int) -> float:
    """Return the most memory that a process held."""
    (line,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line) / 1024


def used() -> float:
    """Return seconds of CPU of this process with all its threads, and of those it started."""
    return time.process_time() + sum(host.cpu_of(family()[1:]).values())


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(send(json.loads(sys.argv[1])))), flush=True)
