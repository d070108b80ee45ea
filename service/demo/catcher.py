"""An SMTP server on loopback that keeps every mail in the demo's mailbox (RFC 5321).

It speaks PIPELINING, 8BITMIME and SIZE, asks for no login, and relays nothing. So that refusals
can be seen in a demo, a mailbox in Uster and any local part `unbekannt` are refused for good
(550 5.1.1), and `postfach-voll` for the time being (452 4.2.2).
"""

import asyncio
import re
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Self, cast

from service.demo.mailbox import Mailbox
from service.demo.members import GONE

MOST_BYTES = 20 * 1024 * 1024
MOST_RECIPIENTS = 100
LONGEST_LINE = 2048
_END = b"\r\n.\r\n"
_ENVELOPE = re.compile(rb"(?:FROM|TO):\s*<([^<>\s]*)>(.*)", re.IGNORECASE | re.DOTALL)

Caught = Callable[[str, list[str], bytes], None]  # envelope sender, recipients, the mail


class Catcher:
    """The running server; an async context manager that listens while it is open.

    `tell` is called with every mail that it has kept.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        listener: socket.socket,
        clock: Callable[[], datetime],
        tell: Caught = lambda *_: None,
    ) -> None:
        self._mailbox, self._listener, self._clock, self._tell = mailbox, listener, clock, tell
        self._open: set[Conversation] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Conversation(self._keep, self._open), sock=self._listener
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for conversation in tuple(self._open):
            conversation.hang_up()
        await self._server.wait_closed()

    def _keep(self, sender: str, recipients: list[str], content: bytes) -> str:
        name = self._mailbox.put(sender, recipients, content, self._clock())
        self._tell(sender, recipients, content)
        return name


class Conversation(asyncio.Protocol):
    """One connection: commands in, replies out, and between DATA and the lone dot a mail."""

    def __init__(
        self, keep: Callable[[str, list[str], bytes], str], others: set["Conversation"]
    ) -> None:
        self._keep, self._others = keep, others
        self._buffer = bytearray()
        self._searched = 0
        self._over = False
        self._commands: dict[bytes, Callable[[bytes], str]] = {
            b"EHLO": self._ehlo,
            b"HELO": self._helo,
            b"MAIL": self._mail,
            b"RCPT": self._rcpt,
            b"DATA": self._data,
            b"RSET": self._rset,
            b"NOOP": lambda _: "250 2.0.0 OK",
            b"VRFY": lambda _: "252 2.5.2 Send some mail, I will try my best",
            b"QUIT": self._quit,
        }
        self._reset()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._others.add(self)
        self._transport.write(b"220 catcher.example ESMTP Rundbrief demo\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._others.discard(self)

    def hang_up(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answer everything that is complete, with all replies in one write (RFC 2920)."""
        self._buffer += data
        replies = "".join(f"{reply}\r\n" for reply in self._replies())
        if replies:
            self._transport.write(replies.encode())
        if self._over:
            self._transport.close()

    def _replies(self) -> Iterator[str]:
        while not self._over:
            reply = self._message() if self._in_data else self._command()
            if reply is None:
                break
            yield reply

    def _command(self) -> str | None:
        end = self._buffer.find(b"\r\n", 0, LONGEST_LINE)
        if end < 0:
            return self._last("421 4.7.0 Line too long", len(self._buffer) >= LONGEST_LINE)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        verb, _, argument = line.partition(b" ")
        action = self._commands.get(verb.upper())
        return action(argument) if action else "500 5.5.2 Command not recognised"

    def _message(self) -> str | None:
        end = self._buffer.find(_END, max(0, self._searched - len(_END)))
        if end < 0:
            self._searched = len(self._buffer)
            return self._last("552 5.3.4 Too much data", self._searched > MOST_BYTES)
        content = bytes(self._buffer[: end + 2]).replace(b"\r\n..", b"\r\n.")[2:]
        del self._buffer[: end + len(_END)]
        sender, recipients = self._sender or "", self._recipients
        self._reset()
        try:
            name = self._keep(sender, recipients, content)
        except OSError:
            return "452 4.3.1 Cannot store the message"
        return f"250 2.0.0 OK queued as {name.split('-')[0]}"

    def _last(self, reply: str, too_much: bool) -> str | None:
        self._over = too_much
        return reply if too_much else None

    def _reset(self) -> None:
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._in_data = False
        self._searched = 0

    def _ehlo(self, _: bytes) -> str:
        self._reset()
        offers = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", f"SIZE {MOST_BYTES}")
        return "".join(f"250-{line}\r\n" for line in ("catcher.example", *offers)) + "250 HELP"

    def _helo(self, _: bytes) -> str:
        self._reset()
        return "250 catcher.example"

    def _mail(self, argument: bytes) -> str:
        found = _ENVELOPE.fullmatch(argument)
        if found is None:
            return "501 5.1.7 Bad sender address"
        if self._sender is not None:
            return "503 5.5.1 Sender already given"
        size = re.search(rb"\bSIZE=(\d{1,12})", found[2], re.IGNORECASE)
        if size and int(size[1]) > MOST_BYTES:
            return "552 5.3.4 Message too big"
        self._sender = found[1].decode("utf-8", "replace")
        return "250 2.1.0 OK"

    def _rcpt(self, argument: bytes) -> str:
        found = _ENVELOPE.fullmatch(argument)
        if self._sender is None:
            return "503 5.5.1 Need MAIL first"
        if found is None or b"@" not in found[1]:
            return "501 5.1.3 Bad recipient address"
        if len(self._recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        address = found[1].decode("utf-8", "replace")
        local_part = address.rpartition("@")[0].casefold()
        if local_part == "unbekannt" or address.casefold() == GONE:
            return "550 5.1.1 This mailbox does not exist"
        if local_part == "postfach-voll":
            return "452 4.2.2 This mailbox is full"
        self._recipients.append(address)
        return "250 2.1.5 OK"

    def _data(self, _: bytes) -> str:
        if not self._recipients:
            return (
                "503 5.5.1 Need RCPT first" if self._sender is None else "554 5.5.1 No recipients"
            )
        self._in_data = True
        # The search for the lone dot starts at a line end; an empty message has none of its own.
        self._buffer[:0] = b"\r\n"
        return "354 End with a lone dot"

    def _rset(self, _: bytes) -> str:
        self._reset()
        return "250 2.0.0 OK"

    def _quit(self, _: bytes) -> str:
        self._over = True
        return "221 2.0.0 Bye"
