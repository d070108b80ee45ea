"""A mail server that refuses chosen recipients and keeps every other mail, to be looked at later.

    python _keeper.py FILE

Prints its port, then serves until its standard input ends. Each record of FILE is the recipient's
and the mail's length (two 32-bit numbers) and both; mails lie there as they came over the line.
"""

import asyncio
import struct
import sys
from pathlib import Path
from typing import BinaryIO, cast

import uvloop

LENGTHS = struct.Struct(">II")
_END = b"\r\n.\r\n"


def refusal(address: str) -> tuple[str, str]:
    """Return what a recipient is refused with: after RCPT, and after the final dot; "" for not."""
    number = int("".join(c for c in address.partition("@")[0] if c.isdigit()) or 0)
    if number % 97 == 3:
        return f"550 5.1.1 no mailbox {address}", ""
    if number % 101 == 5:
        return f"450 4.2.1 {address} is away", ""
    if number % 103 == 7:
        return "", f"552 5.2.2 the mailbox of {address} is full"
    return "", ""


class Session(asyncio.Protocol):
    """One connection; commands may come in groups (RFC 2920)."""

    def __init__(self, kept: BinaryIO) -> None:
        self._kept = kept
        self._buffer = bytearray()
        self._recipient = ""
        self._in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 keeper.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        said = []
        while (answer := self._mail() if self._in_mail else self._command()) is not None:
            said.append(answer.encode() + b"\r\n")
        self._transport.write(b"".join(said))

    def _mail(self) -> str | None:
        end = self._buffer.find(_END)
        if end < 0:
            return None
        content = bytes(self._buffer[: end + 2]).replace(b"\r\n..", b"\r\n.")
        del self._buffer[: end + len(_END)]
        self._in_mail, recipient = False, self._recipient
        self._recipient = ""
        if refused := refusal(recipient)[1]:
            return refused
        who = recipient.encode()
        self._kept.write(LENGTHS.pack(len(who), len(content)) + who + content)
        return "250 2.0.0 kept"

    def _command(self) -> str | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end]).decode().strip()
        del self._buffer[: end + 1]
        verb = line[:4].upper()
        if verb == "EHLO":
            return "250-keeper.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0"
        if verb in {"MAIL", "RSET"}:
            self._recipient = ""
        elif verb == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            if refused := refusal(address)[0]:
                return refused
            self._recipient = address
        elif verb == "DATA":
            self._in_mail = bool(self._recipient)
            return "354 go on" if self._recipient else "503 5.5.1 no recipient"
        elif verb == "QUIT":
            self._transport.close()
            return "221 2.0.0 bye"
        return "250 2.1.0 Ok"


async def main(path: Path) -> None:
    with path.open("wb") as kept:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Session(kept), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Path(sys.argv[1])))
