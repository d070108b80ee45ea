"""Processes and their descendants, as Linux tells: to kill them without a word, and to be sure."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """Return the process ids of all children, children's children and so on."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, open_ends = [], [pid]
    while open_ends:
        children = parents.get(open_ends.pop(), [])
        found += children
        open_ends += children
    return found


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pids: Sequence[int]) -> None:
    """Kill with -9, whoever still is there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def until_gone(pids: Sequence[int], patience_s: float) -> None:
    """Wait until none of these processes runs any more."""
    started = time.monotonic()
    while any(alive(pid) for pid in pids):
        if time.monotonic() - started > patience_s:
            raise SystemExit(f"processes of a stopped service go on after {patience_s:.0f} s")
        await asyncio.sleep(0.02)
