"""A returned mail from end to end: sent, refused by a far server, explained on a page, lifted."""

import asyncio
import re

import aiosmtplib

from service.app import App
from service.delivery import actions as delivery
from service.delivery import smtp
from service.delivery.smtp import Mailer, Seal
from service.events import actions as events
from service.events.arrivals import listen
from service.events.listener import Listener
from service.events.model import IntakeDoor
from service.kit.text import msg
from tests.browser_like import Client
from tests.delivery.relay import relay
from tests.events import cast
from tests.events.cast import LATER
from tests.events.returns import (
    DOMAIN,
    GONE,
    address_of,
    back,
    come,
    letter,
    report,
    standing,
    subscription,
    tools,
)


async def test_a_refused_mail_suspends_the_contact_and_the_page_says_why_until_it_is_lifted(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app, 2)
    senders, mails = await dispatched(app)
    await delivered(app, senders[address_of(0)], report(address_of(0), GONE))
    assert await standing(app, sent) == ["address_gone"]

    await client.login("editor")
    assert "1 Rückläufer ist neu" in (await client.get("/today")).text
    listing = (await client.get("/returned?kind=bounce&effect=suspended&new=1")).text
    assert "Postfach unbekannt" in listing
    page = (await client.get(f"/contacts/{sent.contacts[0]}")).text
    assert "Postfach unbekannt" in page
    assert re.search(r"gemeldet am [^<]+ von mx\.gemeinde\.example", page)
    original = await client.get(found(page, r'href="(/returned/\d+/original)"'))
    assert "Final-Recipient: rfc822; kontakt-0000@gemeinde.example" in original.text
    assert original.headers["content-type"].startswith("text/plain")
    assert original.headers["content-disposition"].startswith("attachment")
    assert GONE in (await client.get(found(page, r'href="(/returned/\d+)"'))).text
    about = (await client.get(found(page, r'href="(/returned\?q=[^"]+)"'))).text
    assert "Postfach unbekannt" in about
    shown = (await client.get(f"/reports/{sent.dispatch_id}")).text
    assert f"/returned?kind=bounce&amp;dispatch={sent.dispatch_id}" in shown

    suspension = found(page, r'name="suspension" value="(\d+)"')
    await client.submit(f"/contacts/{sent.contacts[0]}/lift", suspension=suspension)
    assert await standing(app, sent) == []

    leave = found(mails[address_of(1)], r"<mailto:(u\+\w+@[\w.]+)\?subject=unsubscribe>")
    await delivered(app, leave, letter("unsubscribe", ""))
    assert await subscription(app, sent, 1) == "ended"


async def test_the_list_is_paged_and_marking_as_seen_spares_what_came_in_since(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app, 1)
    for number in range(26):
        mail = letter("AW: Rundbrief", f"Frage {number}")
        last = await come(app, mail, back(app, sent.messages[0]))
    assert last is not None
    await client.login("editor")
    first = (await client.get("/returned?kind=human")).text
    following = await client.get(found(first, r'rel="next" href="([^"]+)"').replace("&amp;", "&"))
    assert first.count("<li data-row>") == 25
    assert following.text.count("<li data-row>") == 1
    await come(app, letter("AW: Rundbrief", "später"), back(app, sent.messages[0]))
    await client.submit("/returned/seen", last=str(last.id))
    assert (await client.get("/returned?new=1")).text.count("<li data-row>") == 1


async def test_returned_mail_is_found_by_an_address_or_a_word_of_its_subject(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app, 2)
    await come(app, report(address_of(0), GONE), back(app, sent.messages[0]))
    await come(app, letter("AW: Verzögerung?", "Warum?"), back(app, sent.messages[1]))
    for number in range(26):
        subject = f"=?utf-8?Q?Gesuch_f=C3=BCr_B=C3=BCrgi?= {number}"
        await come(app, letter(subject, f"Frage {number}"), back(app, sent.messages[1]))
    await client.login("editor")

    async def hits(q: str, path: str = "/returned") -> int:
        page = await client.get(path, params={"q": q})
        assert page.status_code == 200
        return page.text.count("<li data-row>")

    assert await hits(address_of(0)) == 1  # in the report
    assert await hits("verzoegerung") == 1
    assert await hits("leitung@gemeinde.example Verzögerung") == 1  # who wrote, and about what
    assert await hits("kontakt-0001 verzögerung") == 1  # to whom we had written
    assert await hits("Warum") == 0, "the words of a letter are nobody's list"
    for nothing in ("zzz", "'", "&|!():*", "\\", "%", "x" * 5000, "-"):
        assert await hits(nothing) == 0
    first = (await client.get("/returned", params={"q": "Bürgi"})).text
    assert first.count("<li data-row>") == 25
    following = found(first, r'rel="next" href="([^"]+)"').replace("&amp;", "&")
    assert (await client.get(following)).text.count("<li data-row>") == 1


async def test_the_system_page_says_how_returned_mail_comes_in(app: App, client: Client) -> None:
    await client.login("administrator")
    assert "BOUNCE_LISTEN oder IMAP_URL" in (await client.get("/settings/system")).text
    for door, hint in ((IntakeDoor.MAILBOX, "Ordner in IMAP_URL"), (IntakeDoor.LISTENER, "belegt")):
        async with app.db.tx() as tx:
            await events.say(tx, door, msg("Something is wrong."), LATER)
        assert hint in (await client.get("/settings/system")).text


async def test_an_empty_mail_is_called_empty(app: App, client: Client) -> None:
    sent = await cast.sent(app, 1)
    came = await come(app, b"", back(app, sent.messages[0]))
    assert came is not None
    await client.login("editor")
    page = (await client.get(f"/returned/{came.id}")).text
    assert "Diese Mail ist leer." in page
    assert "gelöscht" not in page


async def dispatched(app: App) -> tuple[dict[str, str], dict[str, str]]:
    """Let a worker send everything; return envelope sender and head of each mail by address."""
    stop, seal = asyncio.Event(), Seal((), DOMAIN)
    async with relay() as server, asyncio.TaskGroup() as group:
        target = Mailer(smtp.relay(server.url), helo="t.example", connections=2, seal=seal)
        group.create_task(delivery.deliver(app.db, target, app.signer, lambda: LATER, stop))
        await server.until(lambda: len(server.accepted) == 2)
        stop.set()
    heads = {to: mail.decode().partition("\r\n\r\n")[0] for to, mail in server.accepted}
    return server.senders, heads


async def delivered(app: App, to: str, mail: bytes) -> None:
    """Bring a mail to the worker's listener, as the server does that could not deliver it."""
    stop = asyncio.Event()
    async with Listener("127.0.0.1", 0, DOMAIN, _nothing) as free:
        port = free.port
    async with asyncio.TaskGroup() as group:
        place = ("127.0.0.1", port)
        group.create_task(listen(app.db, tools(app), place, DOMAIN, lambda: LATER, stop))
        async with app.db.read() as tx:
            while not await tx.fetchval("select exists (select from intake_state)"):
                pass
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            await client.sendmail("", [to], mail.replace(b"\n", b"\r\n"))
        stop.set()
    async with app.db.tx() as tx:
        await tx.execute("delete from intake_state")


async def _nothing(_: object) -> None:
    """Take nothing."""


def found(text: str, pattern: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in: {text}"
    return match[1]
