"""How late an event loop is: a probe for benchmarks, and the same probe beside an idle loop.

A probe wants to wake every 10 ms. A loop that was away for 100 ms has kept ten wakings waiting,
so each of them counts (else a long halt would be one sample among many short ones). The idle
loop, in a process of its own, is the yardstick: what it is late by is the machine's doing.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop

EVERY_S = 0.01


async def watched(lags: list[float]) -> None:
    """Note in seconds how late each waking was, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        late = max(loop.time() - due, 0.0)
        lags.append(late)
        while (late := late - EVERY_S) > 0:
            lags.append(late)


def figures(lags: list[float], name: str = "lag") -> dict[str, float]:
    """Return p50, p99 and the longest of some lags, in milliseconds."""
    known = sorted(lags) or [0.0]
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
    lags: list[float] = []
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(watched(lags))
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        watch.cancel()
    print(json.dumps(figures(lags, "idle_lag")), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
