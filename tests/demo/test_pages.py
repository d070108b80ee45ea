"""The pages of the demo's mail catcher."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import msgspec
import pytest

from service.app import App
from service.demo import doors
from service.demo.mailbox import Mailbox
from service.kit import clock
from service.web import application
from tests.browser_like import Client

MAIL = (
    b"From: =?utf-8?q?B=C3=BCro?= <info@konferenz.example>\r\nTo: rat@uster.example\r\n"
    b"Subject: Guten Tag\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNur Text\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<html><head></head><body><script>alert(1)</script><p>Schrift</p></body></html>\r\n--b--\r\n"
)


@pytest.fixture
def mailbox(app: App) -> Mailbox:
    return doors.mailbox(app.settings.data_dir)


@pytest.fixture
async def visitor(app: App) -> AsyncIterator[Client]:
    shown = msgspec.structs.replace(app, demo=True)
    async with Client.of(shown, application.create(shown)) as made:
        yield made


async def test_an_empty_catcher_says_what_to_do(visitor: Client) -> None:
    page = await visitor.get("/demo/mail")
    assert page.status_code == 200
    assert "Noch nichts aufgefangen" in page.text


async def test_a_caught_mail_shows_its_html_its_text_its_headers_and_its_source(
    visitor: Client, mailbox: Mailbox
) -> None:
    name = mailbox.put("b@x.example", ["rat@uster.example"], MAIL, clock.now())
    listing = await visitor.get("/demo/mail")
    assert "Guten Tag" in listing.text
    assert "Büro" in listing.text
    assert f"/demo/mail/{quote(name)}/html" in (await visitor.get(f"/demo/mail/{name}")).text
    assert "Nur Text" in (await visitor.get(f"/demo/mail/{name}?view=text")).text
    headers = (await visitor.get(f"/demo/mail/{name}?view=headers")).text
    assert "rat@uster.example" in headers
    assert "Content-Type: text/plain" in (await visitor.get(f"/demo/mail/{name}?view=source")).text


async def test_a_shown_mail_may_run_no_script_and_its_links_open_elsewhere(
    visitor: Client, mailbox: Mailbox
) -> None:
    name = mailbox.put("b@x.example", ["rat@uster.example"], MAIL, clock.now())
    shown = await visitor.get(f"/demo/mail/{name}/html")
    assert '<base target="_blank">' in shown.text
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "; sandbox " in policy


async def test_mails_are_found_by_recipient(visitor: Client, mailbox: Mailbox) -> None:
    for place in ("uster", "volken"):
        mailbox.put("b@x.example", [f"rat@{place}.example"], MAIL, clock.now())
    page = (await visitor.get("/demo/mail?q=volken")).text
    assert "rat@volken.example" in page
    assert "rat@uster.example" not in page
    assert "Keine Mail an eine solche Adresse" in (await visitor.get("/demo/mail?q=bern")).text


async def test_long_lists_go_on_where_they_stopped(visitor: Client, mailbox: Mailbox) -> None:
    for number in range(51):
        mailbox.put("b@x.example", [f"rat-{number:02}@x.example"], MAIL, clock.now())
    first = (await visitor.get("/demo/mail")).text
    assert "rat-50@" in first
    assert "rat-00@" not in first
    before = mailbox.listing(limit=50)[-1].name
    assert "rat-00@" in (await visitor.get(f"/demo/mail?before={before}")).text


async def test_clearing_throws_everything_away(visitor: Client, mailbox: Mailbox) -> None:
    mailbox.put("b@x.example", ["rat@uster.example"], MAIL, clock.now())
    assert (await visitor.post("/demo/mail/clear")).status_code == 303
    assert mailbox.count() == 0


async def test_another_site_cannot_clear(visitor: Client, mailbox: Mailbox) -> None:
    mailbox.put("b@x.example", ["rat@uster.example"], MAIL, clock.now())
    stranger = {"Sec-Fetch-Site": "cross-site"}
    assert (await visitor.post("/demo/mail/clear", headers=stranger)).status_code == 403
    assert mailbox.count() == 1


async def test_from_another_machine_only_editors_may_look(app: App) -> None:
    shown = msgspec.structs.replace(app, demo=True)
    async with Client.of(shown, application.create(shown), host="192.0.2.7") as far:
        answer = await far.get("/demo/mail")
        assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login")
        await far.login("editor")
        assert (await far.get("/demo/mail")).status_code == 200


async def test_the_desk_leads_to_the_caught_mails_in_a_demo_only(
    visitor: Client, client: Client
) -> None:
    await visitor.login("editor")
    assert 'href="/demo/mail"' in (await visitor.get("/today")).text
    await client.login("editor", email="andere@verband.example")
    assert 'href="/demo/mail"' not in (await client.get("/today")).text


async def test_a_mail_that_is_gone_says_so(visitor: Client) -> None:
    answer = await visitor.get("/demo/mail/00000000000000000-rat@uster.example.eml")
    assert answer.status_code == 404
    assert "weggeworfen" in answer.text


async def test_without_a_demo_there_is_no_catcher(client: Client) -> None:
    assert (await client.get("/demo/mail")).status_code == 404
