"""A relay at a distance: passes bytes on, both ways, half a round trip later each.

    python _distance.py HOST:PORT MILLISECONDS

Prints its port, then serves until it is ended. It changes nothing and holds nothing back but time.
"""

import asyncio
import sys
from typing import cast

import uvloop


class End(asyncio.Protocol):
    """One end of a connection; what comes in leaves at the other end later."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] | None = []  # until the other end stands
        self.other: End | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._loop.call_later(self._delay, self._pass_on, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._loop.call_later(self._delay, self._close_other)

    def joined(self, other: "End") -> None:
        self.other, waiting, self._waiting = other, self._waiting or [], None
        for data in waiting:
            self._pass_on(data)

    def _pass_on(self, data: bytes) -> None:
        if self._waiting is not None:
            self._waiting.append(data)
        elif self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def _close_other(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()


class Near(End):
    """The end at which somebody connects to us."""

    def __init__(self, delay: float, host: str, port: int) -> None:
        super().__init__(delay)
        self._target = host, port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._task = self._loop.create_task(self._join())

    async def _join(self) -> None:
        _, far = await self._loop.create_connection(lambda: End(self._delay), *self._target)
        far.joined(self)
        self.joined(far)


async def main(target: str, milliseconds: float) -> None:
    host, _, port = target.rpartition(":")
    loop = asyncio.get_running_loop()
    half = milliseconds / 2000
    server = await loop.create_server(lambda: Near(half, host, int(port)), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sys.argv[1], float(sys.argv[2])))
