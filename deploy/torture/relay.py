"""A mail server on loopback that misbehaves, per recipient or connection, where it is asked to.

It speaks PIPELINING, SIZE, STARTTLS and AUTH, and keeps what it accepted. It relays nothing and
decides nothing by itself: a script says for each recipient what happens.
"""

import asyncio
import base64
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum

MOST_BYTES = 2**25


class Fault(Enum):
    """Where a connection ends, and without which answer."""

    AT_RCPT = "closes instead of answering RCPT"
    AT_DATA = "closes instead of answering DATA"
    STALL_AT_DATA = "never answers DATA"
    HALF_REPLY_AT_DATA = "answers DATA with half a line and closes"
    BEFORE_DOT = "answers 354 and closes"
    AFTER_DOT = "reads the whole mail and closes"
    HALF_REPLY_AFTER_DOT = "reads the whole mail and answers with half a reply"
    NONSENSE_AFTER_DOT = "reads the whole mail and answers with no reply at all"
    STALL_AFTER_DOT = "reads the whole mail and says nothing for as long as the test lasts"


class Greeting(Enum):
    """How a connection begins badly."""

    SILENT = "accepts the connection and says nothing"
    HANG_UP = "closes at once"
    TLS_CUT = "says 220 to STARTTLS and closes"


AFTER_DOT = {
    Fault.AFTER_DOT,
    Fault.HALF_REPLY_AFTER_DOT,
    Fault.NONSENSE_AFTER_DOT,
    Fault.STALL_AFTER_DOT,
}
Answer = str | Fault  # a str that starts with "rcpt " answers RCPT, any other the final dot
Script = Callable[[str, int], Answer]
OK = "250 2.0.0 queued as A1"


class Relay:
    """Keeps what it accepted. `script(recipient, how-many-eth time)` decides what happens.

    `journal(recipient, answer, content)` is told of every final dot before the answer is given.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        greeting: str | Greeting = "220 relay.example",
        pipelining: bool = True,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        journal: Callable[[str, Answer, bytes], None] | None = None,
    ) -> None:
        self.script = script or (lambda _recipient, _time: OK)
        self.greeting = greeting
        self.pipelining, self.tls, self.login = pipelining, tls, login
        self.auth_reply = ""
        self.size = 0
        self.utf8 = False
        self.pause = 0.0  # seconds before each answer: a slow or distant server
        self.keep = True  # a torture's million mails are not kept
        self.accepted: list[tuple[str, bytes]] = []
        self.senders: dict[str, str] = {}
        self.dots: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()
        self.open = 0
        self.most_open = 0
        self.connections = 0
        self.secured = 0
        self.logins = 0
        self.port = 0
        self.journal = journal
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.ended = asyncio.Event()
        self._changed = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> Counter[str]:
        """How many times each recipient was accepted."""
        return Counter(recipient for recipient, _ in self.accepted)

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        self._server = await asyncio.start_server(
            self._serve, host, port, limit=MOST_BYTES, backlog=512
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.ended.set()
        if self._server:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something about this relay holds."""
        async with self._changed:
            await self._changed.wait_for(holds)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self._writers.add(writer)
        try:
            await _Session(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, ValueError):
            pass
        finally:
            self.open -= 1
            self._writers.discard(writer)
            writer.close()
            await self.note()

    def greet(self) -> str | Greeting:
        """Return how the next connection begins."""
        return self.greeting

    async def note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def take(self, recipient: str, answer: Answer, content: bytes) -> None:
        """Write down a final dot, before anybody hears of it."""
        if self.journal:
            self.journal(recipient, answer, content)
        self.dots[recipient] += 1
        if self.keep and isinstance(answer, str) and answer.startswith("250"):
            self.accepted.append((recipient, content))
        await self.note()


class _Session:
    """One connection; each verb has its method, which tells whether to go on."""

    def __init__(
        self, server: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.sender = self.recipient = ""
        self.answer: Answer = OK
        self.has_recipient = self.secure = self.utf8 = False

    async def run(self) -> None:
        greeting = self.server.greet()
        if greeting is Greeting.HANG_UP:
            return
        if greeting is Greeting.SILENT:
            await self.server.ended.wait()
            return
        self.say(greeting if isinstance(greeting, str) else "220 relay.example")
        while line := (await self.reader.readline()).decode().strip():
            if self.server.pause:
                await asyncio.sleep(self.server.pause)
            answer = getattr(self, f"on_{line[:4].lower()}", self.on_other)
            if not await answer(line):
                await self.writer.drain()
                return

    def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")

    async def on_ehlo(self, _line: str) -> bool:
        server = self.server
        logins = server.auth_reply or server.login
        words = ["relay.example"]
        words += ["PIPELINING"] if server.pipelining else []
        words += ["STARTTLS"] if self.offers_tls else []
        words += ["AUTH PLAIN LOGIN"] if logins and not self.offers_tls else []
        words += [f"SIZE {server.size}"] if server.size else []
        words += ["SMTPUTF8", "8BITMIME"] if server.utf8 else []
        for word in words[:-1]:
            self.say(f"250-{word}")
        self.say(f"250 {words[-1]}")
        return True

    @property
    def offers_tls(self) -> bool:
        server = self.server
        return not self.secure and (server.tls is not None or server.greeting is Greeting.TLS_CUT)

    async def on_star(self, _line: str) -> bool:
        if not self.offers_tls:
            self.say("454 4.7.0 no TLS here")
            return True
        self.say("220 2.0.0 go ahead")
        await self.writer.drain()
        if self.server.tls is None:
            return False
        await self.writer.start_tls(self.server.tls)
        self.secure = True
        self.server.secured += 1
        return True

    async def on_auth(self, line: str) -> bool:
        if self.server.auth_reply:
            self.say(self.server.auth_reply)
            return True
        right = self.server.login is not None and await self.credentials(line) == self.server.login
        self.server.logins += right
        self.say("235 2.7.0 welcome" if right else "535 5.7.8 bad credentials")
        return True

    async def credentials(self, line: str) -> tuple[str, str]:
        """Read a name and a password as PLAIN or LOGIN give them."""
        _, mechanism, *first = line.split()
        given = _decoded(first[0]) if first else await self.asked("")
        if mechanism.upper() == "PLAIN":
            _, user, password = given.split("\0")
            return user, password
        return given or await self.asked("Username:"), await self.asked("Password:")

    async def asked(self, prompt: str) -> str:
        self.say(f"334 {base64.b64encode(prompt.encode()).decode()}")
        return _decoded((await self.reader.readline()).decode().strip())

    async def on_mail(self, line: str) -> bool:
        self.sender = line.partition("<")[2].partition(">")[0]
        self.utf8 = line.endswith(" SMTPUTF8")
        self.has_recipient = False
        return await self.on_other(line)

    async def on_rcpt(self, line: str) -> bool:
        self.recipient = line.partition("<")[2].partition(">")[0]
        if not (self.recipient.isascii() or self.utf8):
            self.say("553 5.6.7 SMTPUTF8 was not asked for")
            return True
        self.server.senders[self.recipient] = self.sender
        self.server.tries[self.recipient] += 1
        self.answer = self.server.script(self.recipient, self.server.tries[self.recipient])
        await self.server.note()
        if self.answer is Fault.AT_RCPT:
            return False
        refused = isinstance(self.answer, str) and self.answer.startswith("rcpt ")
        self.has_recipient = not refused
        self.say(str(self.answer).removeprefix("rcpt ") if refused else "250 2.1.5 fine")
        return True

    async def on_data(self, _line: str) -> bool:
        if not self.has_recipient:  # whoever pipelined DATA hears that it was in vain
            self.say("503 5.5.1 no valid recipients")
            return True
        if self.answer in {Fault.AT_DATA, Fault.HALF_REPLY_AT_DATA}:
            self.writer.write(b"35" if self.answer is Fault.HALF_REPLY_AT_DATA else b"")
            return False
        if self.answer is Fault.STALL_AT_DATA:
            await self.server.ended.wait()
            return False
        self.say("354 go on")
        if self.answer is Fault.BEFORE_DOT:
            return False
        return await self.dotted(await self.content())

    async def content(self) -> bytes:
        """Read up to the final dot; a lone dot is an empty mail, any other has a header line."""
        head = await self.reader.readexactly(3)
        if head == b".\r\n":
            return b""
        rest = await self.reader.readuntil(b"\r\n.\r\n")
        return (head + rest)[:-3].replace(b"\r\n..", b"\r\n.")

    async def dotted(self, content: bytes) -> bool:
        await self.server.take(self.recipient, self.answer, content)
        self.has_recipient = False
        if isinstance(self.answer, Fault):
            return await self.misbehave(self.answer)
        self.say(self.answer)
        await self.server.note()
        return True

    async def misbehave(self, fault: Fault) -> bool:
        if fault is Fault.NONSENSE_AFTER_DOT:
            self.say("who are you?")
        elif fault is Fault.HALF_REPLY_AFTER_DOT:
            self.writer.write(b"250-2.0.0 que")
        elif fault is Fault.STALL_AFTER_DOT:
            await self.server.ended.wait()
        await self.writer.drain()
        return False

    async def on_rset(self, line: str) -> bool:
        self.has_recipient = False
        return await self.on_other(line)

    async def on_quit(self, _line: str) -> bool:
        self.say("221 bye")
        return False

    async def on_other(self, _line: str) -> bool:
        self.say("250 2.0.0 fine")
        return True


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()


@asynccontextmanager
async def relay(script: Script | None = None) -> AsyncIterator[Relay]:
    """Give a relay that is listening."""
    server = Relay(script)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
