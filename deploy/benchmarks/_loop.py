"""How late an event loop is: a probe for benchmarks, and the same probe beside an idle loop.

A probe wants to wake every 10 ms. A loop that was away for 100 ms has kept ten wakings waiting,
so each of them counts (else a long halt would be one sample among many short ones). The idle
loop, in a process of its own, is the yardstick: what it is late by is the machine's doing. And
beside how late it was stands what the loop itself did meanwhile, in its own processor time
(`held`): that is what a fault of ours would lengthen, however many others use the machine.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop

EVERY_S = 0.01


class Probe:
    """Notes in seconds how late each waking was, and how long the loop's thread worked before."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self.held: list[float] = []

    async def watch(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due, worked = loop.time() + EVERY_S, time.thread_time()
            await asyncio.sleep(EVERY_S)
            self._note(self.lags, max(loop.time() - due, 0.0))
            self._note(self.held, time.thread_time() - worked)

    def _note(self, found: list[float], seconds: float) -> None:
        found.append(seconds)
        while (seconds := seconds - EVERY_S) > 0:
            found.append(seconds)

    def figures(self, name: str = "") -> dict[str, float]:
        """Return p50, p99 and the longest, in milliseconds."""
        return _figures(self.lags, f"{name}lag") | _figures(self.held, f"{name}held")


def _figures(seconds: list[float], name: str) -> dict[str, float]:
    known = sorted(seconds) or [0.0]
    return {
        f"{name}_p50_ms": round(known[len(known) // 2] * 1000, 1),
        f"{name}_p99_ms": round(known[int(len(known) * 0.99)] * 1000, 1),
        f"{name}_max_ms": round(known[-1] * 1000, 1),
    }


@contextmanager
def beside() -> Iterator[dict[str, float]]:
    """Watch an idle loop meanwhile; what is given holds its figures once this is over."""
    found: dict[str, float] = {}
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield found
        said, _ = process.communicate()
    found |= json.loads(said)


async def main() -> None:
    """Be the idle loop until the standard input closes."""
    probe = Probe()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(probe.watch())
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        watch.cancel()
    print(json.dumps(probe.figures("idle_")), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
