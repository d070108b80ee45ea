"""Mail to a source's secret address, through both doors up to the inbox; and a guessed one."""

import asyncio
import socket
from datetime import UTC, datetime

import aiosmtplib
import pytest

from service.app import App
from service.events import actions as events
from service.events import arrivals, mailbox
from service.events.actions import Tools
from service.events.arrivals import Pace
from service.events.listener import Arrived, Listener
from service.events.model import IntakeState
from service.items import beside, lists
from service.items.lists import Filter
from service.items.model import ItemRow
from service.kit.errors import Conflict
from service.sources import actions as sources
from service.sources import inbound, mailing, schedule
from service.sources.model import Draft, SourceKind
from tests.browser_like import Client
from tests.events.imap import Imap
from tests.events.returns import DOMAIN
from tests.sources.test_mail import mail

NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
SOON = Pace(every=0.01, after_trouble=0.01)


async def source(app: App) -> tuple[int, str]:
    """Add a source that writes by mail; return it and its address."""
    async with app.db.tx() as tx:
        added = await sources.add(tx, Draft(SourceKind.MAIL, "Post vom Amt", ""), NOW)
        return added, mailing.address((await sources.source(tx, added)).url, DOMAIN)


def tools(app: App) -> Tools:
    return Tools(app.signer, app.renderer, app.readers)


def letter(megabytes: int = 0) -> bytes:
    made = mail()
    if megabytes:
        made.add_attachment(b"%PDF" + b"x" * megabytes * 1_000_000, maintype="application",
                            subtype="pdf", filename="Bericht.pdf")  # fmt: skip
    return made.as_bytes()


async def doors(app: App) -> list[IntakeState]:
    async with app.db.read() as tx:
        return await events.doors(tx)


async def inbox(app: App) -> list[ItemRow]:
    async with app.db.read() as tx:
        return await lists.listing(tx, Filter())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_mail_with_a_large_file_comes_in_by_smtp_and_one_to_a_guess_does_not(
    app: App,
) -> None:
    known, address = await source(app)
    port, stop = free_port(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        where = ("127.0.0.1", port)
        group.create_task(arrivals.listen(app.db, tools(app), where, DOMAIN, lambda: NOW, stop))
        while not await doors(app):
            pass
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        async with client:
            await client.sendmail("anna@gemeinde.example", [address.upper()], letter(3))
            with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
                await client.sendmail("x@y.example", [f"in+{'a' * 26}@{DOMAIN}"], letter())
        stop.set()
    (row,) = await inbox(app)
    async with app.db.read() as tx:
        found = await beside.of(tx, row.id)
        (document,) = found.documents
        assert (document.title, document.size) == ("Bericht.pdf", 3_000_004)
        assert (await beside.attached(tx, row.id, document.id)).body[:5] == b"%PDFx"  # type: ignore[index]
        assert found.wrote is not None
        assert found.wrote.sender == "Anna Muster"
        assert str(schedule.health(await sources.source(tx, known), NOW).text) == "Works."
        assert await events.count_new(tx) == 0


async def test_an_address_that_cannot_be_looked_up_stays_with_the_sender() -> None:
    async def away(_: str) -> bool:
        raise ConnectionError("the database is away")

    async def keep(_: Arrived) -> None:
        pytest.fail("nothing may be taken")

    async with Listener("127.0.0.1", 0, DOMAIN, keep, away) as server:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, start_tls=False)
        async with client:
            with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
                await client.sendmail("x@y.example", [f"in+{'a' * 26}@{DOMAIN}"], letter())
    assert refused.value.recipients[0].code == 451


async def test_a_mailbox_that_catches_everything_brings_it_whole_and_once(app: App) -> None:
    _, address = await source(app)
    stop = asyncio.Event()
    async with Imap("MOVE") as server, asyncio.TaskGroup() as group:
        body = b"Delivered-To: " + address.encode() + b"\r\n" + letter(1)
        server.put(body)
        server.put(body)
        where = mailbox.address(server.url)
        group.create_task(arrivals.watch(app.db, tools(app), where, lambda: NOW, stop, SOON))
        await server.until(lambda: len(server.folders.get("Rundbrief", ())) == 2)
        stop.set()
    (row,) = await inbox(app)
    async with app.db.read() as tx:
        assert [d.size for d in (await beside.of(tx, row.id)).documents] == [1_000_004]


async def test_a_new_address_ends_the_old_one_and_no_program_fetches_it(app: App) -> None:
    known, address = await source(app)
    token = mailing.token(b"", address)
    async with app.db.tx() as tx:
        await inbound.renew(tx, known)
        assert await inbound.by_token(tx, token) is None
        assert await inbound.by_token(tx, "' or 1=1") is None
        with pytest.raises(Conflict):
            await sources.ask_now(tx, known, NOW)
        await sources.pause(tx, known, NOW)
        await sources.resume(tx, known, NOW)
        assert await sources.claim(tx, NOW, 10) == []
        assert await sources.everything(tx) == []


async def test_an_administrator_adds_a_source_by_mail_and_sees_where_to_write(
    client: Client,
) -> None:
    await client.login("administrator")
    answer = await client.submit("/sources", kind="mail", title="Post", url="", language="de")
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "BOUNCE_DOMAIN" in page.text, "without a domain the page says what is missing"
    renewed = await client.submit(f"{answer.headers['location']}/address")
    assert renewed.status_code == 303
    form = await client.get(f"{answer.headers['location']}/edit")
    assert 'name="url"' not in form.text
