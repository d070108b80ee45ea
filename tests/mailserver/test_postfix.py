"""A dispatch through a real Postfix: answers, signatures, deliveries and bounces are its own."""

import email
import email.policy
from collections import Counter
from email.message import EmailMessage
from typing import cast

import dkim as dkimpy
import pytest

from service.delivery import dkim, smtp
from service.delivery.model import Accepted, RelayCondition
from service.delivery.smtp import Mailer, Seal, Unreachable
from service.events.bounce import classify
from service.events.bounce.model import Class, Kind
from service.kit.db import Database
from service.outbox import actions as outbox
from service.outbox import links
from service.outbox.model import Mail, MessageState
from tests.delivery.test_deliver import until_waiting
from tests.delivery.work import LIMITS, SIGNER, workers
from tests.mailserver.servers import BOUNCES, PASSWORD, USER, Servers
from tests.outbox import cast as people
from tests.outbox.cast import NOW

pytestmark = pytest.mark.mailserver

PEOPLE = 60
PUT_OFF = {5: (450, "4.7.1"), 7: (452, "4.2.2")}


def mailer(servers: Servers) -> Mailer:
    seal = Seal((servers.key,), BOUNCES)
    target = smtp.relay(servers.url)
    return Mailer(target, helo="test.example", connections=3, limits=LIMITS, seal=seal)


def parsed(content: bytes) -> EmailMessage:
    return cast("EmailMessage", email.message_from_bytes(content, policy=email.policy.default))


async def sent(db: Database, servers: Servers, domain: str, count: int) -> list[outbox.Message]:
    """Hand a dispatch over; return its messages once none is in our hands any more."""
    dispatch_id = await people.opened(db, people=count, domain=domain)
    async with workers(db, mailer(servers)):
        while set(await people.states(db, dispatch_id)) & {"queued", "claimed", "handing_over"}:
            pass  # each look is a round trip to the database
    async with db.read() as tx:
        return await outbox.recipients(tx, dispatch_id, limit=count)


async def test_everybody_gets_one_mail_whose_signature_holds_and_refusals_are_told_apart(
    db: Database, servers: Servers
) -> None:
    messages = await sent(db, servers, "member.example", PEOPLE)
    others = {n: (m.state, m.code, m.status) for n, m in enumerate(messages) if m.code != 250}
    assert others == {
        3: (MessageState.REFUSED, 550, "5.1.1"),
        **{n: (MessageState.DEFERRED, *said) for n, said in PUT_OFF.items()},
    }
    mails = servers.delivered("members", PEOPLE - len(others))
    got = Counter(parsed(mail)["Delivered-To"] for mail in mails)
    assert got == Counter(m.address for m in messages if m.state is MessageState.ACCEPTED)
    record = dkim.record(servers.key).encode()
    for mail in mails:
        assert "dkim=pass" in parsed(mail)["Authentication-Results"], "opendkim"
        assert dkimpy.verify(mail, dnsfunc=lambda *_args, **_kw: record), "dkimpy"


async def test_a_bounce_that_postfix_writes_names_its_message_and_the_address(
    db: Database, servers: Servers
) -> None:
    messages = await sent(db, servers, "far.example", 4)
    assert {m.state for m in messages} == {MessageState.ACCEPTED}
    by_id = {m.id: m.address for m in messages}
    for bounce in servers.delivered("bounces", 4):
        verdict = classify.classify(bounce)
        to = str(parsed(bounce)["To"])
        owner = SIGNER.verify("message", links.token_of(to) or "", NOW)
        assert verdict.kind is Kind.BOUNCE
        assert verdict.recipients == (by_id.pop(owner),)
        assert verdict.class_ is not Class.UNKNOWN
    assert by_id == {}


async def test_tls_and_a_login_let_our_mail_in_and_without_either_nothing_goes(
    db: Database, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def yes() -> bool:
        return True

    def line(password: str) -> smtp.Line:
        target = smtp.Relay("127.0.0.1", servers.ports["safe"], USER, password, tls="starttls")
        return Mailer(target, helo="test.example", limits=LIMITS).line()

    with pytest.raises(Unreachable, match="certificate"):
        await line(PASSWORD).open()
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.certificate))
    with pytest.raises(Unreachable, match="name and password") as caught:
        await line("falsch").open()
    assert caught.value.condition is RelayCondition.LOCKED_OUT
    content = b"From: a@soko.example\r\nSubject: sicher\r\n\r\nHallo\r\n"
    mail = Mail("a@soko.example", "safe@member.example", (content,))
    opened = line(PASSWORD)
    await opened.open()
    assert isinstance(await opened.hand_over(mail, yes), Accepted)
    await opened.close()


async def test_a_postfix_that_wants_a_login_stops_the_dispatch_and_blames_nobody(
    db: Database, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.certificate))
    dispatch_id = await people.opened(db, people=300, domain="member.example")
    target = smtp.Relay("127.0.0.1", servers.ports["safe"], tls="starttls")
    without = Mailer(target, helo="test.example", connections=3, limits=LIMITS)
    async with workers(db, without):
        await until_waiting(db, dispatch_id)
    states = await people.states(db, dispatch_id)
    async with db.read() as tx:
        tried = await tx.fetchval("select count(*) from attempt")
        suspended = await tx.fetchval("select count(*) from suspension")
    assert set(states) <= {"queued", "deferred", "refused"}
    assert 0 < tried < 200
    assert suspended == 0
