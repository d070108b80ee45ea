"""Runs functions of bytes in child processes that cannot hurt us: bounded memory, bounded time.

For parsers of strangers' bytes. A child that hangs, grows or dies costs one answer, never the
service; children are replaced after a number of calls and die with their parent. It knows nothing
of what the function does.
"""

import asyncio
import ctypes
import importlib
import logging
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple

from service.kit.errors import Unavailable
from service.kit.text import msg

_HEAD = struct.Struct(">BI")  # what follows (an answer, or the name of an error), and its length
_ANSWER, _MEMORY, _BROKEN = 0, 1, 2
_PR_SET_PDEATHSIG = 1
_ROOT = Path(__file__).parents[2]  # where the caller stands another "service" may lie
_NICE = 5  # the loop that asks goes first


class Overrun(StrEnum):
    """How a call ended without an answer."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


class Confined:
    """Children that run functions ("package.module:name", bytes → bytes), up to `size` for each.

    A function has children of its own, so that slow answers of one never hold up another.
    """

    def __init__(
        self,
        function: str,
        *,
        size: int = 2,
        seconds: float = 7,
        megabytes: int = 512,
        calls: int = 200,
    ) -> None:
        self._function = function
        self._size, self._seconds, self._megabytes, self._calls = size, seconds, megabytes, calls
        self._crews: dict[str, _Crew] = {}

    async def call(self, payload: bytes, function: str = "") -> bytes | Overrun:
        """Run a function (else ours) on `payload`; an Overrun says that it was stopped, and why."""
        name = function or self._function
        crew = self._crews.setdefault(name, _Crew(name, asyncio.Semaphore(self._size), []))
        async with crew.places:
            child = crew.idle.pop() if crew.idle else await self._start(name)
            healthy = False
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await child.ask(payload)
                healthy = not isinstance(answer, Overrun) and child.calls < self._calls
            except TimeoutError:
                return Overrun.TIME
            finally:
                if healthy:
                    crew.idle.append(child)
                else:
                    await child.stop()
            return answer

    async def close(self) -> None:
        for crew in self._crews.values():
            while crew.idle:
                await crew.idle.pop().stop()

    async def _start(self, function: str) -> "_Child":
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "service.kit.confine", function,
                str(self._megabytes), str(int(self._seconds) + 2),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=_ROOT,
            )  # fmt: skip
        except OSError as error:
            raise Unavailable(msg("A reading process cannot be started.")) from error
        return _Child(process)


class _Crew(NamedTuple):
    """The children of one function: how many may work at once, and those that wait for work."""

    function: str
    places: asyncio.Semaphore
    idle: list["_Child"]


class _Child:
    """One child process, asked one thing at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self.calls = process, 0

    async def ask(self, payload: bytes) -> bytes | Overrun:
        self.calls += 1
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            return Overrun.CRASH
        try:
            sink.write(_HEAD.pack(_ANSWER, len(payload)))
            sink.write(payload)
            await sink.drain()
            what, length = _HEAD.unpack(await source.readexactly(_HEAD.size))
            answer = await source.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return Overrun.CRASH
        if what == _ANSWER:
            return answer
        return Overrun.MEMORY if what == _MEMORY else Overrun.CRASH

    async def stop(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


def serve(
    function: Callable[[bytes], bytes], source: BinaryIO, sink: BinaryIO, seconds: int
) -> None:
    """Answer requests until the parent closes the pipe; an error costs only its own request."""
    while len(head := source.read(_HEAD.size)) == _HEAD.size:
        payload = source.read(_HEAD.unpack(head)[1])
        _limit_cpu(seconds)
        what, answer = _answer(function, payload)
        sink.write(_HEAD.pack(what, len(answer)))
        sink.write(answer)
        sink.flush()


def _answer(function: Callable[[bytes], bytes], payload: bytes) -> tuple[int, bytes]:
    try:
        return _ANSWER, function(payload)
    except MemoryError:
        return _MEMORY, b""
    except Exception as error:  # noqa: BLE001 - the wall between strangers' bytes and us
        return _BROKEN, type(error).__name__.encode()


def _limit_cpu(seconds: int) -> None:
    """Give the coming call its processor time, should the parent be gone or too busy to count."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main(function: str, megabytes: int, seconds: int) -> None:
    """Be the child: bind our life to the parent's, set the limits, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    logging.disable()  # a library has nothing to say here: the answer is all
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    module, _, name = function.partition(":")
    run = getattr(importlib.import_module(module), name)
    if sys.platform == "linux":
        most = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    serve(run, sys.stdin.buffer, sys.stdout.buffer, seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
