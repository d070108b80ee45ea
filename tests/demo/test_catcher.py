"""The mail catcher, over real SMTP on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from service.demo.catcher import MOST_BYTES, Catcher
from service.demo.mailbox import Mailbox
from service.kit import clock


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mails")


@pytest.fixture
async def port(mailbox: Mailbox) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    async with Catcher(mailbox, listener, clock.now):
        yield listener.getsockname()[1]


def letter(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Konferenz <info@konferenz.example>"
    message["To"] = to
    message["Subject"] = "Rundbrief für Gemeinden"
    message.set_content("Guten Tag\r\n\r\n.\r\n..zwei Punkte\r\nÄrger, Öl, Übung\r\n")
    message.add_alternative("<h1>Guten Tag</h1>", subtype="html")
    return message


async def talk(port: int, said: bytes) -> str:
    """Say everything at once and return all replies."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    replies = await reader.read()
    writer.close()
    await writer.wait_closed()
    return replies.decode()


async def test_a_mail_arrives_with_its_html_its_text_and_its_headers(
    port: int, mailbox: Mailbox
) -> None:
    await aiosmtplib.send(letter("rat@uster.example"), hostname="127.0.0.1", port=port)
    (listed,) = mailbox.listing()
    assert (listed.recipient, listed.sender) == ("rat@uster.example", "Konferenz")
    assert listed.subject == "Rundbrief für Gemeinden"
    opened = mailbox.open(listed.name)
    assert opened is not None
    assert opened.html.strip() == "<h1>Guten Tag</h1>"
    assert "\n.\n..zwei Punkte\nÄrger" in opened.text.replace("\r\n", "\n")
    assert ("Delivered-To", "rat@uster.example") in opened.headers


async def test_everything_said_at_once_is_answered_in_order(port: int, mailbox: Mailbox) -> None:
    one = (
        b"MAIL FROM:<a@x.example> SIZE=9 BODY=8BITMIME\r\nRCPT TO:<b@x.example>\r\nDATA\r\n"
        b"Subject: eins\r\n\r\n..Punkt\r\n.\r\n"
    )
    replies = await talk(port, b"EHLO x\r\n" + one + one + b"QUIT\r\nNOOP\r\n")
    codes = [line[:3] for line in replies.splitlines() if line[3:4] == " "]
    assert codes == ["220", "250", *["250", "250", "354", "250"] * 2, "221"]
    first = mailbox.open(mailbox.listing()[0].name)
    assert first is not None
    assert first.text == ".Punkt\r\n"
    assert mailbox.count() == 2


async def test_a_mail_without_a_word_is_a_mail(port: int, mailbox: Mailbox) -> None:
    await talk(
        port,
        b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n.\r\nQUIT\r\n",
    )
    assert [found.sender for found in mailbox.listing()] == [""]


async def test_a_refused_neighbour_does_not_harm_the_others(port: int, mailbox: Mailbox) -> None:
    replies = await talk(
        port,
        b"EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<unbekannt@uster.example>\r\n"
        b"DATA\r\nRSET\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<postfach-voll@uster.example>\r\n"
        b"RCPT TO:<rat@uster.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
    )
    assert "550 5.1.1" in replies
    assert "554 5.5.1" in replies
    assert "452 4.2.2" in replies
    assert list(mailbox.recipients()) == ["rat@uster.example"]


async def test_what_breaks_off_before_the_lone_dot_is_not_kept(port: int, mailbox: Mailbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nhalb\r\n")
    while b"354" not in await reader.readline():
        pass
    writer.close()
    await writer.wait_closed()
    await talk(port, b"QUIT\r\n")
    assert mailbox.count() == 0


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (b"RCPT TO:<b@x.example>\r\n", "503"),
        (b"MAIL FROM:<a b>\r\n", "501"),
        (b"MAIL FROM:<a@x.example> SIZE=%d\r\n" % (MOST_BYTES + 1), "552"),
        (b"DATA\r\n", "503"),
        (b"\xff\xfe\r\n", "500"),
        (b"EHLO " + b"x" * 5000, "421"),
    ],
)
async def test_nonsense_gets_a_clear_reply(port: int, said: bytes, reply: str) -> None:
    replies = await talk(port, said + b"\r\nQUIT\r\n")
    assert f"\r\n{reply} " in replies


async def test_mails_are_found_by_recipient_and_paged_by_name(port: int, mailbox: Mailbox) -> None:
    for number in range(5):
        await aiosmtplib.send(
            letter(f"rat-{number}@uster.example"), hostname="127.0.0.1", port=port
        )
    await aiosmtplib.send(letter("kanzlei@volken.example"), hostname="127.0.0.1", port=port)
    assert mailbox.count("USTER") == 5
    first = mailbox.listing("uster", limit=3)
    assert [m.recipient[:5] for m in first] == ["rat-4", "rat-3", "rat-2"]
    rest = mailbox.listing("uster", before=first[-1].name)
    assert [m.recipient[:5] for m in rest] == ["rat-1", "rat-0"]


async def test_the_oldest_mails_give_way_also_after_a_new_start(tmp_path: Path) -> None:
    for start in range(3):
        mailbox = Mailbox(tmp_path, most=2)
        mailbox.put("a@x.example", [f"b{start}@x.example"], b"x\r\n", clock.now())
    assert list(mailbox.recipients()) == ["b1@x.example", "b2@x.example"]


def test_a_reader_does_not_touch_what_is_being_written(tmp_path: Path) -> None:
    (tmp_path / "00000000000000001.part").write_bytes(b"half")
    assert Mailbox(tmp_path).listing() == []
    assert (tmp_path / "00000000000000001.part").exists()
    Mailbox(tmp_path).put("a@x.example", ["b@x.example"], b"x\r\n", clock.now())
    assert not (tmp_path / "00000000000000001.part").exists()


def test_a_name_from_outside_opens_nothing_but_mails(tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("x")
    mailbox = Mailbox(tmp_path / "mails")
    assert mailbox.open("../secret.eml") is None
    assert mailbox.open("00000000000000000-b@x.example.eml") is None


def test_clearing_says_how_many_mails_there_were(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.put("a@x.example", ["b@x.example"], b"x\r\n", clock.now())
    assert (mailbox.clear(), mailbox.count()) == (1, 0)


async def test_an_address_beyond_ascii_gets_its_mail(port: int, mailbox: Mailbox) -> None:
    await aiosmtplib.send(letter("müller@uster.example"), hostname="127.0.0.1", port=port)
    assert [listed.recipient for listed in mailbox.listing()] == ["müller@uster.example"]
