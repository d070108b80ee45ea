"""Our own mail server for returned mail, spoken to by a real client and by raw lines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiosmtplib
import pytest

from service.app import App
from service.events import actions as events
from service.events import arrivals, listener, opening
from service.events.listener import Arrived, Listener
from service.events.model import IntakeDoor
from tests.events import cast
from tests.events.cast import LATER
from tests.events.returns import DOMAIN, GONE, address_of, back, report, standing, tools

TO = f"b+abc@{DOMAIN}"


class Kept:
    """What a listener took; `broken` makes it fail to store."""

    def __init__(self) -> None:
        self.mails: list[Arrived] = []
        self.broken = False

    async def __call__(self, arrived: Arrived) -> None:
        if self.broken:
            raise ConnectionError("the database is away")
        self.mails.append(arrived)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def server(kept: Kept) -> AsyncIterator[Listener]:
    async with Listener("127.0.0.1", 0, DOMAIN, kept) as open_:
        yield open_


@asynccontextmanager
async def client(server: Listener) -> AsyncIterator[aiosmtplib.SMTP]:
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, use_tls=False, start_tls=False)
    async with smtp:
        yield smtp


async def talk(server: Listener, *said: bytes) -> list[str]:
    """Say raw bytes, then listen until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"".join(said))
    answer = await reader.read()
    writer.close()
    return answer.decode().splitlines()


async def test_a_mail_arrives_byte_for_byte_with_its_envelope(server: Listener, kept: Kept) -> None:
    mail = b"Subject: x\r\n\r\n.dot\r\n..two\r\nbare\nline\r\n"
    async with client(server) as smtp:
        await smtp.sendmail("", [TO], mail)
        await smtp.sendmail("", [TO.upper()], mail)
    assert [one.envelope_to for one in kept.mails] == [TO, TO.upper()]
    assert kept.mails[0].mail.replace(b"\r\n", b"\n") == mail.replace(b"\r\n", b"\n")


async def test_it_relays_nothing(server: Listener, kept: Kept) -> None:
    async with client(server) as smtp:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await smtp.sendmail("", ["somebody@elsewhere.example"], b"Subject: x\r\n\r\n")
    assert not kept.mails


async def test_what_cannot_be_stored_stays_with_the_sender(server: Listener, kept: Kept) -> None:
    kept.broken = True
    async with client(server) as smtp:
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await smtp.sendmail("", [TO], b"Subject: x\r\n\r\n")
        assert refused.value.code == 451
        kept.broken = False
        await smtp.sendmail("", [TO], b"Subject: x\r\n\r\n")
    assert len(kept.mails) == 1


async def test_of_a_large_mail_only_the_beginning_is_held(server: Listener, kept: Kept) -> None:
    mail = b"Subject: x\r\n\r\n" + b"x" * 200_000 + b"\r\n" + b"line\r\n" * 300_000
    async with client(server) as smtp:
        await smtp.sendmail("", [TO], mail)
    (one,) = kept.mails
    assert one.size == len(mail)
    assert one.mail == mail[: 256 * 1024]


async def test_a_report_of_nearly_25_megabytes_is_understood_by_its_beginning(app: App) -> None:
    sent = await cast.sent(app, 1)
    mail = report(address_of(0), GONE).replace(b"\n", b"\r\n")
    mail += b"X" * 70 + b"\r\n" + (b"JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC" * 27 + b"\r\n") * 25_500

    async def keep(arrived: Arrived) -> None:
        where = (arrived.mail, arrived.envelope_to, arrived.size)
        came = await events.opened(tools(app), *where)
        async with app.db.tx() as tx:
            await events.take_in(tx, tools(app), came, LATER)

    async with Listener("127.0.0.1", 0, DOMAIN, keep) as large, client(large) as smtp:
        await smtp.sendmail("", [back(app, sent.messages[0])], mail)
    assert 23_000_000 < len(mail) < listener.LARGEST
    assert await standing(app, sent) == ["address_gone"]
    async with app.db.read() as tx:
        kept = await tx.fetchrow("select size, length(original) as length from returned_mail")
    assert (kept["size"], kept["length"]) == (len(mail), opening.KEPT_BYTES)


async def test_what_is_announced_as_too_large_is_refused_at_once(server: Listener) -> None:
    said = await talk(
        server, b"EHLO x\r\nMAIL FROM:<> SIZE=%d\r\nQUIT\r\n" % (listener.LARGEST + 1)
    )
    assert "552 5.3.4 The message is too large" in said


async def test_lmtp_gets_one_answer_per_recipient(server: Listener, kept: Kept) -> None:
    said = await talk(
        server,
        b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b+a@%s>\r\n" % DOMAIN.encode(),
        b"RCPT TO:<b+b@%s>\r\nRCPT TO:<x@elsewhere.example>\r\n" % DOMAIN.encode(),
        b"DATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n",
    )
    assert said[-3:] == ["250 2.6.0 Kept", "250 2.6.0 Kept", "221 2.0.0 Bye"]
    assert [one.envelope_to for one in kept.mails] == [f"b+a@{DOMAIN}", f"b+b@{DOMAIN}"]


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ([b"DATA\r\n", b"QUIT\r\n"], "221 2.0.0 Bye"),
        ([b"EHLO x\r\nRCPT TO:<a@b>\r\nQUIT\r\n"], "221 2.0.0 Bye"),
        ([b"NONSENSE\r\n" * 30], "421 4.7.0 Too many errors"),
        ([b"NOOP\r\n" * 200], "421 4.7.0 Too many errors"),
        ([b"x" * 200_000, b"\r\n"], "500 5.5.2 Line too long"),
    ],
)
async def test_whoever_talks_nonsense_is_answered_and_shown_the_door(
    server: Listener, kept: Kept, said: list[bytes], last: str
) -> None:
    assert (await talk(server, *said))[-1] == last
    assert not kept.mails


ENVELOPE = b"MAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\n" % TO.encode()


@pytest.mark.parametrize("end", [b"\n.\r\n", b"\n.\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n"])
async def test_no_second_mail_is_smuggled_in_behind_a_dot_that_ends_nothing(
    server: Listener, kept: Kept, end: bytes
) -> None:
    first = b"Subject: one\r\n\r\none" + end
    second = ENVELOPE + b"Subject: two\r\n\r\ntwo\r\n.\r\nQUIT\r\n"
    assert (await talk(server, b"EHLO x\r\n" + ENVELOPE + first + second))[-1] == "221 2.0.0 Bye"
    (one,) = kept.mails
    assert one.mail.startswith(first[:-1].removesuffix(b"."))
    assert b"Subject: two" in one.mail


async def test_whoever_says_nothing_keeps_nobody_out(
    server: Listener, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_HURRY", 0.05)
    silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(60)]
    told = await asyncio.gather(*(reader.readline() for reader, _ in silent))
    assert [line[:3] for line in told].count(b"421") == 10
    async with asyncio.timeout(30):  # of those beyond the half the server has soon had enough
        await asyncio.gather(*(reader.read() for reader, _ in silent[25:50]))
    async with client(server) as smtp:
        await smtp.sendmail("", [TO], b"Subject: x\r\n\r\n")
    assert len(kept.mails) == 1
    for _, writer in silent:
        writer.close()


async def test_a_mail_that_ends_in_the_middle_is_not_taken(server: Listener, kept: Kept) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\nSubj" % TO.encode())
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    assert answer.splitlines()[-1].startswith(b"354")
    assert not kept.mails


async def test_the_worker_takes_reports_in_says_how_it_stands_and_stops(app: App) -> None:
    sent = await cast.sent(app, 1)
    stop = asyncio.Event()
    held = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = held.sockets[0].getsockname()[1]
    held.close()
    await held.wait_closed()
    place = ("127.0.0.1", port)
    async with asyncio.TaskGroup() as group:
        group.create_task(arrivals.listen(app.db, tools(app), place, DOMAIN, lambda: LATER, stop))
        while not await doors(app):
            pass
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            mail = report(address_of(0), GONE).replace(b"\n", b"\r\n")
            await smtp.sendmail("", [back(app, sent.messages[0])], mail)
        assert await standing(app, sent) == ["address_gone"]
        stop.set()
    assert [(d.door, d.trouble) for d in await doors(app)] == [(IntakeDoor.LISTENER, None)]


async def test_a_place_that_is_taken_is_said_and_not_fatal(app: App) -> None:
    stop = asyncio.Event()
    async with Listener("127.0.0.1", 0, DOMAIN, Kept()) as other:
        place = ("127.0.0.1", other.port)
        async with asyncio.TaskGroup() as group:
            group.create_task(
                arrivals.listen(app.db, tools(app), place, DOMAIN, lambda: LATER, stop)
            )
            while not (known := await doors(app)):
                pass
            stop.set()
    assert known[0].trouble is not None
    assert "Nobody can reach us there" in str(known[0].trouble)


async def test_a_conversation_that_is_cut_when_we_end_is_no_fault() -> None:
    begun, faults = asyncio.Event(), list[object]()

    async def never(_: Arrived) -> None:
        begun.set()
        await asyncio.Event().wait()

    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    async with asyncio.TaskGroup() as group, Listener("127.0.0.1", 0, DOMAIN, never) as server:
        said = f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{TO}>\r\nDATA\r\n.\r\n"
        group.create_task(talk(server, said.encode()))
        await begun.wait()
    assert faults == []


async def doors(app: App) -> list[events.IntakeState]:
    async with app.db.read() as tx:
        return await events.doors(tx)
