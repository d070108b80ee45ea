"""A mail server on loopback that misbehaves, per recipient, where a test asks it to."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum


class Fault(Enum):
    """Where a connection ends, and without which answer."""

    AT_RCPT = "closes instead of answering RCPT"
    AT_DATA = "closes instead of answering DATA"
    BEFORE_DOT = "answers 354 and closes"
    AFTER_DOT = "reads the whole mail and closes"
    NONSENSE_AFTER_DOT = "reads the whole mail and answers with no reply at all"
    STALL_AFTER_DOT = "reads the whole mail and says nothing for as long as the test lasts"


Answer = str | Fault  # a str that starts with "rcpt " answers RCPT, any other the final dot
Script = Callable[[str, int], Answer]
OK = "250 2.0.0 queued as A1"


class Relay:
    """Keeps what it accepted. `script(recipient, how-many-eth time)` decides what happens."""

    def __init__(
        self, script: Script | None = None, *, greeting: str = "220 relay.example"
    ) -> None:
        self.script = script or (lambda _recipient, _time: OK)
        self.greeting = greeting
        self.auth_reply = ""
        self.size = 0
        self.accepted: list[tuple[str, bytes]] = []
        self.senders: dict[str, str] = {}
        self.dots: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()
        self.open = 0
        self.connections = 0
        self.port = 0
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

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
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
        self._writers.add(writer)
        try:
            await _Session(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            self._writers.discard(writer)
            writer.close()
            await self.note("")

    async def note(self, recipient: str) -> None:
        async with self._changed:
            if recipient:
                self.dots[recipient] += 1
            self._changed.notify_all()


class _Session:
    """One connection; each verb has its method, which tells whether to go on."""

    def __init__(
        self, server: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.sender = self.recipient = ""
        self.answer: Answer = OK

    async def run(self) -> None:
        self.say(self.server.greeting)
        while line := (await self.reader.readline()).decode().strip():
            answer = getattr(self, f"on_{line[:4].lower()}", self.on_other)
            if not await answer(line):
                return

    def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")

    async def on_ehlo(self, _line: str) -> bool:
        words = ["relay.example"]
        words += ["AUTH PLAIN LOGIN"] if self.server.auth_reply else []
        words += [f"SIZE {self.server.size}"] if self.server.size else []
        for word in words[:-1]:
            self.say(f"250-{word}")
        self.say(f"250 {words[-1]}")
        return True

    async def on_auth(self, _line: str) -> bool:
        self.say(self.server.auth_reply)
        return True

    async def on_mail(self, line: str) -> bool:
        self.sender = line.partition("<")[2].partition(">")[0]
        return await self.on_other(line)

    async def on_rcpt(self, line: str) -> bool:
        self.recipient = line.partition("<")[2].partition(">")[0]
        self.server.senders[self.recipient] = self.sender
        self.server.tries[self.recipient] += 1
        self.answer = self.server.script(self.recipient, self.server.tries[self.recipient])
        await self.server.note("")
        if self.answer is Fault.AT_RCPT:
            return False
        refused = isinstance(self.answer, str) and self.answer.startswith("rcpt ")
        self.say(str(self.answer).removeprefix("rcpt ") if refused else "250 2.1.5 fine")
        return True

    async def on_data(self, _line: str) -> bool:
        if self.answer is Fault.AT_DATA:
            return False
        self.say("354 go on")
        if self.answer is Fault.BEFORE_DOT:
            return False
        content = await self.reader.readuntil(b"\r\n.\r\n")
        await self.server.note(self.recipient)
        if isinstance(self.answer, Fault):
            return await self.misbehave(self.answer)
        if self.answer.startswith("250"):
            self.server.accepted.append((self.recipient, content[:-3]))
        self.say(self.answer)
        await self.server.note("")
        return True

    async def misbehave(self, fault: Fault) -> bool:
        if fault is Fault.NONSENSE_AFTER_DOT:
            self.say("who are you?")
            await self.writer.drain()
        elif fault is Fault.STALL_AFTER_DOT:
            await self.server.ended.wait()
        return False

    async def on_quit(self, _line: str) -> bool:
        self.say("221 bye")
        return False

    async def on_other(self, _line: str) -> bool:
        self.say("250 2.0.0 fine")
        return True


@asynccontextmanager
async def relay(script: Script | None = None) -> AsyncIterator[Relay]:
    """Give a relay that is listening."""
    server = Relay(script)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
