"""A mail server that reads mails quickly and keeps none; where smtp-sink is not installed.

Prints its port, then serves until it is ended.
"""

import asyncio
from typing import cast

import uvloop

_END = b"\r\n.\r\n"


class Session(asyncio.Protocol):
    """One connection; commands may come in groups (RFC 2920)."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        said = []
        while (answer := self._mail() if self._in_mail else self._command()) is not None:
            said.append(answer)
        self._transport.write(b"".join(said))

    def _mail(self) -> bytes | None:
        end = self._buffer.find(_END)
        if end < 0:
            del self._buffer[: -len(_END)]
            return None
        del self._buffer[: end + len(_END)]
        self._in_mail = False
        return b"250 2.0.0 Ok\r\n"

    def _command(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        verb = bytes(self._buffer[:4]).upper()
        del self._buffer[: end + 1]
        if verb == b"DATA":
            self._in_mail = True
            return b"354 go on\r\n"
        if verb == b"EHLO":
            return b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n"
        if verb == b"QUIT":
            self._transport.close()
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 2.1.0 Ok\r\n"


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
