"""Finished mails that wait for a connection: they come in by the handful and go out one by one.

Whoever waited last is served first, so that no more connections are used than are needed.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Ready(Generic[T]):
    """`put` waits while `most` mails are here; `take` returns None once `end` was called."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._mails: deque[T] = deque()
        self._hungry: list[asyncio.Future[None]] = []
        self._makers: deque[asyncio.Future[None]] = deque()
        self._ended = False

    async def put(self, mails: Sequence[T]) -> None:
        """Add mails as soon as there is room for one."""
        while len(self._mails) >= self._most:
            room = asyncio.get_running_loop().create_future()
            self._makers.append(room)
            await room
        self._mails.extend(mails)
        for _ in mails:
            self._serve()

    def end(self) -> None:
        """Let whoever waits go, when nothing is left."""
        self._ended = True
        while self._hungry:
            self._serve()

    def now(self) -> T | None:
        """Return a mail, None where there is none at the moment."""
        if not self._mails:
            return None
        made = self._mails.popleft()
        while self._makers and len(self._mails) < self._most:
            if not (room := self._makers.popleft()).done():
                room.set_result(None)
                break
        return made

    async def take(self) -> T | None:
        """Wait for a mail; None when no more will come."""
        while (made := self.now()) is None and not self._ended:
            turn = asyncio.get_running_loop().create_future()
            self._hungry.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._serve()  # somebody else takes the mail
                raise
        return made

    def _serve(self) -> None:
        while self._hungry:
            if not (turn := self._hungry.pop()).done():
                turn.set_result(None)
                return
