"""A small mail server of our own for returned mail (RFC 5321, RFC 2033). It relays nothing.

Every mail that it takes is in the database before it says so. A mail may be large, but only its
beginning is held in memory and kept: what a report says stands there. Mail to a source's address
is held as a whole, for its files.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Self

from msgspec import Struct

from service.kit import log
from service.sources import mailing

LARGEST = 25 * 1024 * 1024
_HELD = 256 * 1024
_LINE = 64 * 1024
_PATIENCE = 300.0  # seconds for one command (RFC 5321 §4.5.3.2)
_HURRY = 30.0  # seconds while many are connected: nobody keeps others out by saying nothing
_MOST_OPEN, _MANY, _MOST_RECIPIENTS, _MOST_FAULTS = 50, 25, 20, 20
_MOST_IDLE = 100  # commands that lead to no mail, one after the other
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)
_log = log.logger("returned mail")


class Arrived(Struct, frozen=True):
    """A mail for one address: its beginning, and how large it is as a whole."""

    envelope_to: str
    mail: bytes
    size: int


Keep = Callable[[Arrived], Awaitable[None]]
Knows = Callable[[str], Awaitable[bool]]  # whether a source has this secret in its address


async def _nobody(_: str) -> bool:
    return False


class Listener:
    """Listens while it is open; `keep` raises when a mail could not be stored."""

    def __init__(
        self, host: str, port: int, domain: str, keep: Keep, knows: Knows = _nobody
    ) -> None:
        self._host, self._port, self._domain = host, port, domain.lower()
        self._keep, self._knows = keep, knows
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=_LINE)
        return self

    @property
    def port(self) -> int:
        """The port that it listens on, also where the system chose one."""
        return int(self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._open[task] = writer
        try:
            busy = len(self._open) > _MOST_OPEN
            doors = self._keep, self._knows, self._patience
            await _Conversation(reader, writer, self._domain, *doors).run(busy=busy)
        except (OSError, TimeoutError, EOFError):
            _log.info("a connection ended early")
        except asyncio.CancelledError:  # by __aexit__; asyncio would call it a fault
            _log.info("a connection was cut at our end")
        finally:
            del self._open[task]
            writer.close()

    def _patience(self) -> float:
        return _PATIENCE if len(self._open) <= _MANY else _HURRY


class _Over(Exception):
    """The conversation has ended."""


class _Conversation:
    """One connection: commands in, replies out, and between DATA and the lone dot a mail."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        domain: str,
        keep: Keep,
        knows: Knows,
        patience: Callable[[], float],
    ) -> None:
        self._reader, self._writer, self._domain = reader, writer, domain
        self._keep, self._knows, self._patience = keep, knows, patience
        self._lmtp = False
        self._greeted = False
        self._faults = self._idle = 0
        self._verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "EHLO": self._greet,
            "HELO": self._greet,
            "LHLO": self._greet_lmtp,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
        }
        self._reset()

    def _reset(self) -> None:
        self._begun = False
        self._recipients: list[str] = []

    async def run(self, *, busy: bool) -> None:
        """Talk until one of the two has enough."""
        if busy:
            await self._say("421 4.3.2 Too many connections, try again later")
            return
        await self._say(f"220 {self._domain or 'rundbrief'} ESMTP")
        try:
            while self._faults < _MOST_FAULTS and self._idle < _MOST_IDLE:
                self._idle += 1
                verb, _, argument = (await self._command()).partition(" ")
                await self._verbs.get(verb.upper(), self._unknown)(argument)
            await self._say("421 4.7.0 Too many errors")
        except _Over:
            return

    async def _command(self) -> str:
        async with asyncio.timeout(self._patience()):
            line = piece = await self._piece()
            while not piece.endswith(b"\n"):  # read to its end, or the answer would be lost
                piece = await self._piece()
        if piece is not line:
            await self._say("500 5.5.2 Line too long")
            raise _Over
        return line.decode("utf-8", "replace").rstrip("\r\n")

    async def _say(self, *replies: str) -> None:
        self._writer.write("".join(f"{reply}\r\n" for reply in replies).encode())
        await self._writer.drain()

    async def _refuse(self, reply: str) -> None:
        self._faults += 1
        await self._say(reply)

    async def _greet(self, _: str) -> None:
        self._greeted = True
        self._reset()
        name = self._domain or "rundbrief"
        words = (f"250-{name}", f"250-SIZE {LARGEST}", "250-8BITMIME", "250-SMTPUTF8")
        await self._say(*words, "250-PIPELINING", "250 ENHANCEDSTATUSCODES")

    async def _greet_lmtp(self, argument: str) -> None:
        self._lmtp = True
        await self._greet(argument)

    async def _mail(self, argument: str) -> None:
        announced = re.search(r"\bSIZE=(\d{1,18})\b", argument, re.IGNORECASE)
        if not self._greeted or self._begun or not _PATH.match(argument):
            await self._refuse("503 5.5.1 Not now, or not like this")
        elif announced and int(announced[1]) > LARGEST:
            await self._refuse("552 5.3.4 The message is too large")
        else:
            self._begun = True
            await self._say("250 2.1.0 OK")

    async def _rcpt(self, argument: str) -> None:
        found = _PATH.match(argument)
        if not self._begun or found is None:
            await self._refuse("503 5.5.1 Not now, or not like this")
        elif len(self._recipients) >= _MOST_RECIPIENTS:
            await self._refuse("452 4.5.3 Too many recipients")
        elif self._domain and found[1].lower().rpartition("@")[2] != self._domain:
            await self._refuse("550 5.7.1 Only returned mail is taken here")
        elif refused := await self._guessed(found[1]):
            await self._refuse(refused)
        else:
            self._recipients.append(found[1])
            await self._say("250 2.1.5 OK")

    async def _guessed(self, address: str) -> str:
        """Return why mail to a source's address is refused, "" where it is not."""
        token = mailing.token(b"", address)
        try:
            known = not token or await self._knows(token)
        except Exception:  # noqa: BLE001 - whatever it was, the sender keeps the mail and tries again
            _log.exception("a source's address could not be looked up")
            return "451 4.3.0 Try again later"
        return "" if known else "550 5.1.1 There is no such address"

    async def _data(self, _: str) -> None:
        if not self._recipients:
            await self._refuse("503 5.5.1 No recipient")
            return
        await self._say("354 End with a line that holds a dot")
        mail, size = await self._content()
        recipients = self._recipients
        self._idle = 0
        self._reset()
        replies = [await self._kept(Arrived(to, mail, size)) for to in recipients]
        worst = max(replies)
        await self._say(*(replies if self._lmtp else [worst]))

    async def _kept(self, arrived: Arrived) -> str:
        if arrived.size > LARGEST:
            return "552 5.3.4 The message is too large"
        try:
            await self._keep(arrived)
        except Exception:  # noqa: BLE001 - whatever it was, the sender keeps the mail and tries again
            _log.exception("a returned mail could not be kept")
            return "451 4.3.0 It could not be stored, try again later"
        return "250 2.6.0 Kept"

    async def _content(self) -> tuple[bytes, int]:
        """Read up to the lone dot; return the beginning of the mail, and the size of it all."""
        held, size, before = bytearray(), 0, b"\r\n"
        most = LARGEST if any(mailing.token(b"", to) for to in self._recipients) else _HELD
        async with asyncio.timeout(2 * self._patience()):
            # Only between two CR LF a dot ends it; after a bare LF it could smuggle a mail in.
            while (line := await self._piece()) != b".\r\n" or before != b"\r\n":
                piece = line[1:] if before == b"\r\n" and line.startswith(b".") else line
                before = (before + line)[-2:]
                size += len(piece)
                held += piece[: max(0, most - len(held))]
        return bytes(held), size

    async def _piece(self) -> bytes:
        """Return the next line, or a part of one that is longer than any should be."""
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            return await self._reader.readexactly(max(1, error.consumed))
        except asyncio.IncompleteReadError as error:
            raise _Over from error

    async def _rset(self, _: str) -> None:
        self._reset()
        await self._say("250 2.0.0 OK")

    async def _noop(self, _: str) -> None:
        await self._say("250 2.0.0 OK")

    async def _quit(self, _: str) -> None:
        await self._say("221 2.0.0 Bye")
        raise _Over

    async def _unknown(self, _: str) -> None:
        await self._refuse("500 5.5.2 Command not recognised")
