"""Commands in groups: each reply is laid to its own mail, whatever the server does in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from service.delivery import smtp
from service.delivery.model import Accepted, Deferred, Outcome, Refused, Scope, Unknown, Withheld
from service.delivery.pipeline import Stale
from service.delivery.smtp import Limits, Line, Mailer
from service.outbox.model import Mail
from tests.delivery.relay import OK, Answer, Fault, Relay, relay

QUICK = Limits(greeting=5, command=5, final_dot=5, mails=100)


def mail(name: str, token: str = "") -> Mail:
    content = f"Subject: {name}\r\n\r\nHallo\r\n".encode()
    return Mail("from@verband.example", f"{name}@b.example", (content,), token)


async def yes() -> bool:
    return True


def then(following: Mail | None) -> Callable[[], Mail | None]:
    return lambda: following


async def opened(url: str, limits: Limits = QUICK) -> Line:
    line = Mailer(smtp.relay(url), helo="t.example", connections=1, limits=limits).line()
    await line.open()
    return line


async def all_of(line: Line, *names: str) -> list[Outcome | Withheld]:
    """Hand mails over, each announced with the dot of the one before where that comes so far."""
    mails = [mail(name) for name in names]
    return [
        await line.hand_over(one, yes, then(following))
        for one, following in zip(mails, [*mails[1:], None], strict=True)
    ]


class Scripted:
    """A server that answers a mail's group of commands as a test writes it, byte by byte."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.heard: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = iter(self.words)
        writer.write(b"220 x ESMTP\r\n")
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            if line.startswith("EHLO"):
                writer.write(b"250-x\r\n250-PIPELINING\r\n250-DSN\r\n250 SIZE 1000\r\n")
                continue
            if (answer := next(answers, "")) == "close":
                break
            if answer:
                writer.write(answer.replace("|", "\r\n").encode() + b"\r\n")
            if answer.startswith("354"):
                content = await reader.readuntil(b".\r\n")
                self.heard.append("lone dot" if content == b".\r\n" else "mail")
                final = next(answers, "250 ok").replace("|", "\r\n")
                writer.write(f"{final}\r\n".encode())
        writer.close()


@asynccontextmanager
async def scripted(*words: str) -> AsyncIterator[Scripted]:
    server = Scripted(*words)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()


async def test_mails_follow_each_other_on_one_connection_as_they_were_written() -> None:
    async with relay() as server:
        line = await opened(server.url)
        assert all(isinstance(said, Accepted) for said in await all_of(line, "a", "b", "c"))
        assert [(r, c) for r, c in server.accepted] == [
            (mail(n).recipient, mail(n).content) for n in ("a", "b", "c")
        ]
        assert server.connections == 1
        await line.close()


async def test_each_refusal_is_laid_to_its_own_recipient_and_costs_no_neighbour() -> None:
    def script(recipient: str, _time: int) -> Answer:
        refusals = {"b": "rcpt 550 5.1.1 unknown", "d": "552 5.2.2 full", "e": "rcpt 450 4.2.1 no"}
        return refusals.get(recipient[0], OK)

    async with relay(script) as server:
        line = await opened(server.url)
        found = await all_of(line, *"abcdefg")
        kinds = (Accepted, Refused, Accepted, Refused, Deferred, Accepted, Accepted)
        assert [type(said) for said in found] == list(kinds)
        assert [r[0] for r, _ in server.accepted] == list("acfg")
        assert server.connections == 1


async def test_a_server_that_goes_ahead_without_a_recipient_gets_a_lone_dot() -> None:
    words = ("250 ok", "550 5.1.1 unknown", "354 go on", "554 5.5.1 no valid recipients")
    again = ("250 reset", "250 ok", "250 ok", "354 go on", "250 2.0.0 queued")
    async with scripted(*words, *again) as server:
        line = await opened(server.url)
        first, second = await all_of(line, "a", "b")
        assert isinstance(first, Refused)
        assert first.reply.status == "5.1.1"
        assert isinstance(second, Accepted)
        assert [w for w in server.heard if w in {"lone dot", "mail", "RSET"}] == [
            "lone dot",
            "RSET",
            "mail",
        ]


async def test_lost_after_the_dot_is_unknown_while_the_mail_announced_with_it_is_safe() -> None:
    async with relay(lambda who, _n: Fault.AFTER_DOT if who[0] == "a" else OK) as server:
        line = await opened(server.url)
        first, second = mail("a"), mail("b")
        assert isinstance(await line.hand_over(first, yes, then(second)), Unknown)
        assert not line.usable
        assert server.dots["b@b.example"] == 0


async def test_lost_before_the_announced_mails_answers_is_told_as_a_connection_gone() -> None:
    async with relay(lambda who, _n: Fault.AT_RCPT if who[0] == "b" else OK) as server:
        line = await opened(server.url)
        first, second = mail("a"), mail("b")
        assert isinstance(await line.hand_over(first, yes, then(second)), Accepted)
        said = await line.hand_over(second, yes)
        assert isinstance(said, Deferred)
        assert said.scope is Scope.RELAY


async def test_an_announced_mail_that_is_not_wanted_any_more_ends_the_session_without_a_dot() -> (
    None
):
    async with relay() as server:
        line = await opened(server.url)
        first, second = mail("a"), mail("b")
        await line.hand_over(first, yes, then(second))
        assert line.announces(second)
        line.forget(second)
        assert not line.usable
        await server.until(lambda: server.open == 0)
        assert server.dots["b@b.example"] == 0


async def test_another_mail_than_the_announced_one_is_never_given_its_envelope() -> None:
    async with relay() as server:
        line = await opened(server.url)
        await line.hand_over(mail("a"), yes, then(mail("b")))
        with pytest.raises(Stale):
            await line.hand_over(mail("c"), yes)
        assert not line.usable
        assert [r for r, _ in server.accepted] == ["a@b.example"]


async def test_a_goodbye_that_nobody_asked_for_leaves_the_next_mail_untried() -> None:
    words = ("250 ok", "250 ok", "354 go on", "250 2.0.0 queued|421 4.4.2 idle too long")
    async with scripted(*words) as server:
        line = await opened(server.url)
        assert isinstance(await line.hand_over(mail("a"), yes), Accepted)
        while line.usable:  # noqa: ASYNC110 (until the goodbye has arrived as well)
            await asyncio.sleep(0)
        with pytest.raises(Stale):
            await line.hand_over(mail("b"), yes)


async def test_421_delays_the_relay_and_ends_the_session() -> None:
    async with scripted("421 4.7.0 too busy") as server:
        line = await opened(server.url)
        said = await line.hand_over(mail("a"), yes)
        assert isinstance(said, Deferred)
        assert said.scope is Scope.RELAY
        assert not line.usable


async def test_half_a_code_is_no_reply_and_the_mail_is_put_off() -> None:
    async with scripted("25", "250 ok") as server:
        line = await opened(server.url, Limits(greeting=5, command=0.2, final_dot=5, mails=100))
        assert isinstance(await line.hand_over(mail("a"), yes), Deferred)
        assert not line.usable
        assert "mail" not in server.heard


@pytest.mark.parametrize("words", [("250 ok", "hello"), ("250 ok", "close")])
async def test_what_is_no_reply_before_the_dot_puts_the_mail_off(words: tuple[str, ...]) -> None:
    async with scripted(*words) as server:
        line = await opened(server.url)
        assert isinstance(await line.hand_over(mail("a"), yes), Deferred)
        assert not line.usable
        assert "mail" not in server.heard


async def test_a_hand_over_that_is_cancelled_while_the_server_thinks_ends_the_session() -> None:
    async with relay(lambda _who, _n: Fault.STALL_AFTER_DOT) as server:
        line = await opened(server.url)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await line.hand_over(mail("a"), yes, then(mail("b")))
        assert not line.usable


async def test_a_server_that_reports_on_delivery_is_asked_for_failures_and_told_the_token() -> None:
    async with scripted("250 ok", "250 ok", "354 go on", "250 ok") as server:
        line = await opened(server.url)
        await line.hand_over(mail("a", token="Ab_-9"), yes)
        size = len(mail("a").content)
        sender = f"MAIL FROM:<from@verband.example> SIZE={size} RET=HDRS ENVID=Ab_-9"
        assert server.heard[1:3] == [sender, "RCPT TO:<a@b.example> NOTIFY=FAILURE,DELAY"]


async def test_a_mail_too_big_for_the_server_is_refused_unsent_and_the_next_one_goes() -> None:
    server = Relay()
    server.size = 100
    await server.start()
    line = await opened(server.url)
    big = Mail("from@verband.example", "big@b.example", (b"x" * 200,))
    assert isinstance(await line.hand_over(mail("a"), yes, then(big)), Accepted)
    assert isinstance(await line.hand_over(big, yes, then(mail("c"))), Refused)
    assert isinstance(await line.hand_over(mail("c"), yes), Accepted)
    assert server.tries["big@b.example"] == 0
    assert server.connections == 1
    await server.stop()
