"""Letters of people are passed on so that an answer reaches whoever wrote, and nobody else."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from service.app import App
from service.events.bounce.letter import read_letter
from tests.delivery.relay import relay
from tests.delivery.test_notices import notices_worker, until
from tests.delivery.work import Clock, mailer
from tests.events import cast
from tests.events.cast import LATER
from tests.events.returns import back, come, letter, way_out


async def passed_on(app: App, *headers: str) -> EmailMessage:
    """Let a letter come in; return the mail in which it reaches the editors."""
    sent = await cast.sent(app, 1)
    one = await come(app, letter("AW: SoKo", "Wann ist es?", *headers), back(app, sent.messages[0]))
    assert one is not None
    assert one.effect == "forwarded"
    async with app.db.read() as tx:
        notice_id: int = await tx.fetchval("select id from notice")
    async with relay() as server, notices_worker(app.db, mailer(server.url), Clock(LATER)):
        await until(app.db, notice_id, "accepted")
    ((_, content),) = server.accepted
    return email.message_from_bytes(content, policy=email.policy.default)


async def test_an_answer_to_a_letter_that_was_passed_on_reaches_who_wrote_it(app: App) -> None:
    mail = await passed_on(app)
    assert mail["Reply-To"] == "leitung@gemeinde.example"
    assert mail["From"].addresses[0].domain != "gemeinde.example"  # nobody is impersonated
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        words = " ".join(part.get_content().split())
        assert "Wenn Sie auf diese Mail antworten, schreiben Sie an leitung@gemeinde" in words


async def test_where_no_address_can_be_answered_the_mail_says_who_wrote(app: App) -> None:
    sent = await cast.sent(app, 1)
    mail = letter("AW: SoKo", "Wann ist es?").replace(b"leitung@gemeinde.example", b"leitung@amt")
    one = await come(app, mail, back(app, sent.messages[0]))
    assert one is not None
    assert one.effect == "forwarded"
    async with app.db.read() as tx:
        notice = await tx.fetchrow("select text, reply_to from notice")
    assert notice["reply_to"] == ""
    words = " ".join(notice["text"].split())
    assert "Bitte antworten Sie an: Leitung Soziales <leitung@amt>" in words


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ("From: A <anna@x.example>\nReply-To: amt@y.example", "amt@y.example"),
        ("From: anna@x.example (Anna Muster)", "anna@x.example"),
        ("From: Muster, Anna <anna@x.example>", "anna@x.example"),
        ("From: =?utf-8?Q?M=C3=BCller?= <anna@M\u00fcller.example>", "anna@xn--mller-kva.example"),
        ("From: a@x.example\nReply-To: undisclosed", "a@x.example"),
        ("From: A <a@x.example>\nReply-To: B <b@x.example>, C <c@x.example>", "b@x.example"),
        ("From: a@x.example\nReply-To: x@y.example\n Bcc: z@z.example", "x@y.example"),
        ("From: j\u00f6rg@x.example", ""),  # few mail servers take it
        ("From: a..b@x.example", ""),
        ("From: <@x.example>", ""),
        ("From: " + "(" * 5000, ""),
        ("From: " + "a" * 80 + "@x.example", ""),
        ("Subject: nobody wrote", ""),
    ],
)
def test_whom_an_answer_reaches_is_one_good_address(fields: str, address: str) -> None:
    assert read_letter(f"{fields}\n\nText\n".encode()).address == address


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (
            '"Sekretariat, Gemeinde Aesch" <sekretariat@aesch.example>',
            "Sekretariat, Gemeinde Aesch",
        ),
        ("leitung@gemeinde.example", "leitung@gemeinde.example"),
        ("<leitung@gemeinde.example>", "<leitung@gemeinde.example>"),
    ],
)
def test_who_wrote_is_called_by_name_where_there_is_one(sender: str, name: str) -> None:
    assert read_letter(f"From: {sender}\n\nText\n".encode()).name == name


async def test_an_answer_never_goes_to_an_address_that_speaks_for_a_member(app: App) -> None:
    sent = await cast.sent(app, 1)
    for ours in (way_out(app, sent.messages[0]), back(app, sent.messages[0])):
        mail = letter("AW: SoKo", "Guten Tag", f"Reply-To: <{ours}>")
        assert read_letter(mail).address == "leitung@gemeinde.example"
