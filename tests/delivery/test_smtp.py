"""One hand-over against a real server: what is certain is said, what is not is called unknown."""

import asyncio

import pytest

from service.delivery import smtp
from service.delivery.model import (
    Accepted,
    Deferred,
    Outcome,
    Refused,
    RelayCondition,
    Scope,
    Unknown,
    Withheld,
)
from service.delivery.pipeline import Stale
from service.delivery.smtp import Limits, Line, Mailer, Unreachable
from service.outbox.model import Mail
from tests.delivery.relay import OK, Answer, Fault, Relay, relay

QUICK = Limits(greeting=5, command=5, final_dot=0.2, mails=100)


def mail(recipient: str = "a@b.example") -> Mail:
    return Mail("from@verband.example", recipient, (b"Subject: x\r\n\r\n", b"Hallo\r\n"))


def mailer(server: Relay, limits: Limits = QUICK) -> Mailer:
    return Mailer(smtp.relay(server.url), helo="test.example", connections=1, limits=limits)


async def opened(server: Relay) -> Line:
    line = mailer(server).line()
    await line.open()
    return line


async def yes() -> bool:
    return True


async def said_after(answer: Answer) -> tuple[Outcome | Withheld, Relay]:
    async with relay(lambda _r, _n: answer) as server:
        line = await opened(server)
        said = await line.hand_over(mail(), yes)
        await line.close()
        return said, server


async def test_a_mail_arrives_as_it_was_written() -> None:
    said, server = await said_after(OK)
    assert isinstance(said, Accepted)
    assert said.reply.text == "2.0.0 queued as A1"
    assert server.accepted == [("a@b.example", mail().content)]


@pytest.mark.parametrize("fault", [Fault.AT_RCPT, Fault.AT_DATA, Fault.BEFORE_DOT])
async def test_a_connection_lost_before_the_dot_is_put_off_never_unknown(fault: Fault) -> None:
    asked = []

    async def permit() -> bool:
        while line.usable:  # noqa: ASYNC110 (until our side has seen the end as well)
            await asyncio.sleep(0)
        asked.append(1)
        return True

    async with relay(lambda _r, _n: fault) as server:
        line = await opened(server)
        said = await line.hand_over(mail(), permit if fault is Fault.BEFORE_DOT else yes)
        assert server.accepted == []
        assert not line.usable
    assert isinstance(said, Deferred)
    assert said.scope is Scope.RELAY


@pytest.mark.parametrize(
    "fault", [Fault.AFTER_DOT, Fault.NONSENSE_AFTER_DOT, Fault.STALL_AFTER_DOT]
)
async def test_no_proper_answer_to_the_dot_is_unknown_and_ends_the_connection(
    fault: Fault,
) -> None:
    async with relay(lambda _r, _n: fault) as server:
        line = await opened(server)
        said = await line.hand_over(mail(), yes)
        assert not line.usable
        assert server.dots["a@b.example"] == 1
    assert isinstance(said, Unknown)


async def test_a_refused_recipient_costs_its_neighbours_nothing() -> None:
    def script(recipient: str, _time: int) -> Answer:
        return "rcpt 550 5.1.1 unknown" if recipient.startswith("bad") else OK

    async with relay(script) as server:
        line = await opened(server)
        for name in ("a", "bad-1", "b", "bad-2", "c"):
            said = await line.hand_over(mail(f"{name}@b.example"), yes)
            assert isinstance(said, Refused if name.startswith("bad") else Accepted)
        assert server.connections == 1
        assert [r for r, _ in server.accepted] == [f"{n}@b.example" for n in "abc"]


async def test_without_permission_no_dot_is_sent() -> None:
    async def no() -> bool:
        return False

    async with relay() as server:
        line = await opened(server)
        assert isinstance(await line.hand_over(mail(), no), Withheld)
        await server.until(lambda: server.open == 0)
        assert server.dots.total() == 0


async def test_a_failure_while_asking_for_permission_sends_no_dot() -> None:
    async def fails() -> bool:
        raise LookupError

    async with relay() as server:
        line = await opened(server)
        with pytest.raises(LookupError):
            await line.hand_over(mail(), fails)
        await server.until(lambda: server.open == 0)
        assert server.dots.total() == 0


async def test_a_used_connection_that_had_gone_is_told_apart_from_a_refusal() -> None:
    async with relay() as server:
        line = await opened(server)
        assert isinstance(await line.hand_over(mail(), yes), Accepted)
        await server.stop()
        with pytest.raises(Stale):
            await line.hand_over(mail(), yes)


async def test_a_connection_ends_after_as_many_mails_as_allowed() -> None:
    async with relay() as server:
        line = mailer(server, Limits(mails=2)).line()
        await line.open()
        for _ in range(2):
            assert line.usable
            await line.hand_over(mail(), yes)
        assert not line.usable
        await line.close()


async def test_a_mail_that_the_server_says_is_too_big_is_not_even_tried() -> None:
    async with relay() as server:
        server.size = 10
        line = await opened(server)
        said = await line.hand_over(mail(), yes)
        assert isinstance(said, Refused)
        assert said.reply.status == "5.3.4"
        assert server.tries.total() == 0


async def test_no_server_is_told_in_a_sentence() -> None:
    async with relay() as server:
        target = mailer(server)
        await server.stop()
    with pytest.raises(Unreachable, match="cannot be reached") as caught:
        await target.line().open()
    assert caught.value.condition is RelayCondition.DOWN


async def test_a_wrong_password_asks_for_a_person() -> None:
    async with relay() as server:
        server.auth_reply = "535 5.7.8 bad credentials"
        url = server.url.replace("//", "//user:wrong@")
        target = Mailer(smtp.relay(url), helo="test.example", limits=QUICK)
        with pytest.raises(Unreachable, match="name and password") as caught:
            await target.line().open()
    assert caught.value.condition is RelayCondition.LOCKED_OUT


async def test_a_server_without_starttls_gets_no_mail_from_us_beyond_loopback() -> None:
    async with relay() as server:
        target = Mailer(
            smtp.Relay("127.0.0.1", server.port, tls="starttls"), helo="t.example", limits=QUICK
        )
        with pytest.raises(Unreachable, match="STARTTLS"):
            await target.line().open()


async def test_no_setting_says_what_is_missing() -> None:
    target = smtp.mailer("", "http://127.0.0.1:8000", 5)
    with pytest.raises(Unreachable, match="SMTP_URL"):
        await target.probe(target.relays[0])
