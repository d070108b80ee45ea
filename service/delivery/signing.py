"""Signs in processes of its own: a stream of digests goes in, signatures come back in their order.

An RSA signature is most of a mail's work. Threads of ours would leave and take Python's lock for
each, against the loop that talks to mail servers: measured, a process then used 1.2 of two cores.
The children hold the keys, know nothing else, and end with us. One that dies costs time, no mail.
"""

import asyncio
import os
import socket
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

from service.delivery import notary, signature
from service.delivery.signature import Private
from service.kit import log

_log = log.logger("delivery")

_ROOT = Path(__file__).parents[2]  # where the caller stands another "service" may lie
_PATIENCE = 10.0  # seconds that a child gets for a handful, or to end
_LOSSES = 10  # children that may die before we sign ourselves, for good


class Signing:
    """One child for each core, started at the first signature."""

    def __init__(self, keys: Sequence[Private]) -> None:
        self._keys = list(keys)
        self._numbers = {id(key): number for number, key in enumerate(keys)}
        self.children = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        self._living: list[_Child] = []
        self._started = 0
        self._starting = asyncio.Lock()

    async def sign(self, asked: Sequence[tuple[Private, bytes]]) -> list[bytes]:
        """Return the signatures of SHA-256 digests, in their order; the keys are among ours."""
        if not asked:
            return []
        try:
            child = await self._quietest()
            return await child.ask([(self._numbers[id(key)], digest) for key, digest in asked])
        except OSError as error:
            _log.warning("mails are signed in threads: %s", error)
            return await asyncio.to_thread(_here, asked)

    async def close(self) -> None:
        for child in self._living:
            await child.end()
        self._living = []

    async def _quietest(self) -> "_Child":
        """Return the child with the least to do; raises OSError where there is none."""
        async with self._starting:
            self._living = [child for child in self._living if not child.gone]
            while len(self._living) < self.children and self._started < self.children + _LOSSES:
                self._started += 1
                self._living.append(await self._start())
        return min(self._living, key=lambda child: child.owed, default=None) or _nobody()

    async def _start(self) -> "_Child":
        ours, theirs = socket.socketpair()
        with theirs:
            # In a session of its own: where Linux schedules sessions as groups, it would keep those
            # of the database and of others waiting as one group with us, however nice it is.
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", notary.__name__),
                stdin=theirs.fileno(),
                cwd=_ROOT,
                start_new_session=True,
            )
        loop = asyncio.get_running_loop()
        sizes = [signature.octets(key) for key in self._keys]
        channel, child = await loop.create_unix_connection(
            lambda: _Child(process, sizes), sock=ours
        )
        for key in self._keys:
            channel.write(signature.packed(key) + b"\n")
        channel.write(b"\n")
        return child


class _Owed(NamedTuple):
    """Signatures that a child owes, by their lengths, and who waits for them."""

    sizes: list[int]
    octets: int
    answer: "asyncio.Future[list[bytes]]"


class _Child(asyncio.Protocol):
    """One child as we see it: answers what it was asked, in that order."""

    def __init__(self, process: asyncio.subprocess.Process, sizes: Sequence[int]) -> None:
        self._process, self._sizes = process, sizes
        self._channel: asyncio.Transport | None = None
        self._waiting: deque[_Owed] = deque()
        self._said = bytearray()
        self.owed = 0  # signatures
        self.gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._channel = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        for owed in self._waiting:
            if not owed.answer.done():
                owed.answer.set_exception(ConnectionResetError("a signing process is gone"))
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        self._said += data
        while self._waiting and len(self._said) >= self._waiting[0].octets:
            owed, at = self._waiting.popleft(), 0
            signatures = []
            for size in owed.sizes:
                signatures.append(bytes(self._said[at : at + size]))
                at += size
            del self._said[:at]
            self.owed -= len(signatures)
            if not owed.answer.done():
                owed.answer.set_result(signatures)

    async def ask(self, asked: Sequence[tuple[int, bytes]]) -> list[bytes]:
        """Return the signatures; raises OSError when the child dies first, or hangs."""
        if self.gone or self._channel is None:
            raise ConnectionResetError("a signing process is gone")
        sizes = [self._sizes[key] for key, _ in asked]
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Owed(sizes, sum(sizes), answer))
        self.owed += len(sizes)
        self._channel.write(b"".join(notary.ASKED.pack(*one) for one in asked))
        try:
            async with asyncio.timeout(_PATIENCE):
                signatures: list[bytes] = await answer
        except TimeoutError:
            self._process.kill()
            raise
        return signatures

    async def end(self) -> None:
        """Let the child end, which it does when nobody is there any more."""
        if self._channel is not None:
            self._channel.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _nobody() -> _Child:
    raise ConnectionRefusedError("no signing process")


def _here(asked: Sequence[tuple[Private, bytes]]) -> list[bytes]:
    return [signature.sign(key, digest) for key, digest in asked]
