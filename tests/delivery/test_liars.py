"""Mail servers that stall, close, lie, change their mind: nothing is guessed, nobody gets two."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from service.delivery import smtp
from service.delivery.model import Accepted, Deferred, Outcome, Refused, Unknown, Withheld
from service.delivery.pipeline import Stale
from service.delivery.smtp import Limits, Line, Mailer
from service.kit.db import Database
from service.outbox.model import Mail
from tests.delivery.relay import Relay
from tests.delivery.work import workers
from tests.outbox import cast

QUICK = Limits(greeting=5, command=0.2, final_dot=0.2, mails=100)
HONEST = {
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 queued",
    "RSET": "250 ok",
}
STALL, CLOSE = "stall", "close"
HANG_UP = "and goodbye"  # ends an answer and the connection
BEFORE_DOT = ("MAIL", "RCPT", "DATA")


def mail(name: str = "a") -> Mail:
    content = f"Subject: {name}\r\n\r\nHallo\r\n".encode()
    return Mail("from@verband.example", f"{name}@b.example", (content,))


async def yes() -> bool:
    return True


class Liar:
    """Answers each command as it is told, once; the next time it is honest."""

    def __init__(self, pipelining: bool, **lies: str) -> None:
        self.pipelining, self.lies = pipelining, lies
        self.mails = 0
        self.over = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 liar\r\n")
        try:
            async for command in self._commands(reader, writer):
                answer = self.lies.pop(command, HONEST.get(command, "250 whatever you say"))
                if answer == STALL:
                    await self.over.wait()
                if answer in {STALL, CLOSE}:
                    break
                writer.write(answer.replace("|", "\r\n").encode("latin-1") + b"\r\n")
                if answer.endswith(HANG_UP):
                    break
                self.mails += command == "." and answer.startswith("250")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    async def _commands(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> AsyncIterator[str]:
        while line := (await reader.readline()).decode().strip():
            if line.startswith("EHLO"):
                offers = b"250-liar\r\n250 PIPELINING\r\n" if self.pipelining else b"250 liar\r\n"
                writer.write(offers)
                continue
            said = self.lies.get("DATA", HONEST["DATA"])
            yield line[:4].upper()
            if line == "DATA" and said.startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                yield "."


@asynccontextmanager
async def lying(pipelining: bool, **lies: str) -> AsyncIterator[tuple[Liar, Line]]:
    liar = Liar(pipelining, **{{"DOT": "."}.get(k, k): v for k, v in lies.items()})
    server = await asyncio.start_server(liar.serve, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    line = Mailer(smtp.relay(url), helo="t.example", connections=1, limits=QUICK).line()
    await line.open()
    yield liar, line
    line.abandon()
    liar.over.set()
    server.close()


def both(*cases: tuple[str, str]) -> list[tuple[bool, str, str]]:
    return [(pipelining, *case) for pipelining in (True, False) for case in cases]


@pytest.mark.parametrize(
    ("pipelining", "command", "answer"),
    both(
        *((command, answer) for command in BEFORE_DOT for answer in (STALL, CLOSE)),
        *((command, "354 go on") for command in ("MAIL", "RCPT")),
        *((command, "299") for command in BEFORE_DOT),
        *((command, "199 wait") for command in BEFORE_DOT),
        *((command, "250 ok|250 ok") for command in BEFORE_DOT),
        ("DATA", "250 ok"),
        ("DATA", "334 VXNlcm5hbWU6"),
        ("RCPT", "999 ok"),
        ("RCPT", "-1 ok"),
        ("MAIL", "250-and so on"),
    ),
)
async def test_whatever_is_no_way_to_the_dot_puts_the_mail_off_and_ends_the_session(
    pipelining: bool, command: str, answer: str
) -> None:
    async with lying(pipelining, **{command: answer}) as (liar, line):
        said = await line.hand_over(mail(), yes)
        assert isinstance(said, Deferred), said
        assert not line.usable
    assert liar.mails == 0


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    "answer", [STALL, CLOSE, "354 go on", "199 wait", "what?", "250-more", "what?|250 to another"]
)
async def test_whatever_is_no_answer_to_the_dot_is_unknown(pipelining: bool, answer: str) -> None:
    async with lying(pipelining, DOT=answer) as (_, line):
        assert isinstance(await line.hand_over(mail(), yes), Unknown)
        assert not line.usable


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
async def test_whoever_refuses_and_hangs_up_has_refused(pipelining: bool, command: str) -> None:
    async with lying(pipelining, **{command: f"550 5.1.1 unknown, {HANG_UP}"}) as (_, line):
        assert isinstance(await line.hand_over(mail(), yes), Refused)


async def test_an_answer_that_says_yes_and_no_is_unknown() -> None:
    for answer in ("250-queued|554 5.6.0 no", "550-5.7.1 no|250 queued"):
        async with lying(True, DOT=answer) as (_, line):
            assert isinstance(await line.hand_over(mail(), yes), Unknown)
            assert not line.usable


async def test_a_server_that_dribbles_lines_gets_no_more_time_than_a_silent_one() -> None:
    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n")
        await reader.readline()
        writer.write(b"250-x\r\n250 PIPELINING\r\n")
        await reader.readline()
        while not writer.transport.is_closing():
            writer.write(b"250-\r\n")
            await asyncio.sleep(0.02)

    server = await asyncio.start_server(dribble, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    line = Mailer(smtp.relay(url), helo="t.example", connections=1, limits=QUICK).line()
    await line.open()
    async with asyncio.timeout(10):  # forever, if each line gave it more
        said = await line.hand_over(mail(), yes)
    assert isinstance(said, Deferred)
    server.close()


@pytest.mark.parametrize("pipelining", [True, False])
async def test_a_server_that_stops_reading_is_left_before_the_dot(pipelining: bool) -> None:
    asked = 0

    async def permit() -> bool:
        nonlocal asked
        asked += 1
        return True

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        offers = b"250-x\r\n250 PIPELINING\r\n" if pipelining else b"250 x\r\n"
        for answer in (b"220 x\r\n", offers, b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            writer.write(answer)
            await reader.readline()
        reader._transport.pause_reading()  # type: ignore[attr-defined]

    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    line = Mailer(smtp.relay(url), helo="t.example", connections=1, limits=QUICK).line()
    await line.open()
    large = Mail("from@verband.example", "a@b.example", (b"Subject: x\r\n\r\n", b"x\r\n" * 10**7))
    assert isinstance(await line.hand_over(large, permit), Deferred)
    assert (asked, line.usable) == (0, False)
    server.close()


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("command", ["MAIL", "."])
async def test_what_no_database_can_store_stops_no_worker(
    db: Database, pipelining: bool, command: str
) -> None:
    dispatch_id = await cast.opened(db, people=5)
    liar = Liar(pipelining, **{command: "\0\x01\xff nonsense\0"})
    server = await asyncio.start_server(liar.serve, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    target = Mailer(smtp.relay(url), helo="t.example", connections=1, limits=QUICK)
    async with workers(db, target):
        while {"queued", "handing_over"} & set(states := await cast.states(db, dispatch_id)):
            pass  # each look is a round trip to the database
    server.close()
    assert states == {"accepted": 4, "unknown" if command == "." else "deferred": 1}


@pytest.mark.parametrize("pipelining", [True, False])
async def test_an_acceptance_before_the_dot_counts_for_nothing_and_shifts_no_answer(
    pipelining: bool,
) -> None:
    async with lying(pipelining, DATA="354 go on|250 queued", DOT="554 5.6.0 no") as (liar, line):
        said: list[Outcome | Withheld] = [await line.hand_over(mail(), yes)]
        assert isinstance(said[0], Deferred)
        assert not line.usable
    assert liar.mails == 0


@pytest.mark.parametrize("pipelining", [True, False])
async def test_two_answers_to_one_dot_are_never_laid_to_the_next_mail(pipelining: bool) -> None:
    async with lying(pipelining, DOT="250 queued|550 5.1.1 unknown") as (_, line):
        assert isinstance(await line.hand_over(mail("a"), yes), Accepted)
        with contextlib.suppress(Stale):  # found out already: another connection is opened
            said = await line.hand_over(mail("b"), yes)
            assert not isinstance(said, Refused), "the second answer was to the first mail"
        assert not line.usable


@pytest.mark.parametrize("pipelining", [True, False])
async def test_a_server_that_agrees_after_the_goodbye_has_the_last_word_and_no_mail(
    pipelining: bool,
) -> None:
    async with lying(pipelining, QUIT="250 ok|250 ok|250 queued") as (liar, line):
        assert isinstance(await line.hand_over(mail(), yes), Accepted)
        await line.close()
        assert not line.usable
    assert liar.mails == 1


class Fickle(Relay):
    """Offers something else on every connection."""

    def greet(self) -> str:
        self.pipelining = self.connections % 2 == 1
        self.size = (0, 400_000, 100)[min(self.connections // 20, 2)]
        return "220 fickle.example"


async def test_offers_that_change_between_connections_are_read_anew_each_time(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=60)
    server = Fickle()
    await server.start()
    limits = Limits(greeting=5, command=5, final_dot=5, drain=5, mails=1)
    target = Mailer(smtp.relay(server.url), helo="t.example", connections=1, limits=limits)
    async with workers(db, target):
        while set(await cast.states(db, dispatch_id)) - {"accepted", "refused"}:
            pass  # each look is a round trip to the database
    await server.stop()
    states = await cast.states(db, dispatch_id)
    assert set(server.recipients.values()) == {1}
    assert states["accepted"] == len(server.accepted) > 0
    async with db.read() as tx:
        refused = await tx.fetch("select status from message where state = 'refused'")
    assert {row["status"] for row in refused} == {"5.3.4"}, "only too big for what was offered then"
