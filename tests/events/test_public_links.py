"""The links in a mail: what opens them changes nothing, what is posted acts, forged ones fail."""

import pytest
from litestar import Litestar

from service.app import App
from service.web.public.clicks import Tally
from tests.browser_like import Client
from tests.events import cast
from tests.events.cast import Sent

BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
}
KEY = "List-Unsubscribe"


def token(app: App, sent: Sent, number: int = 0) -> str:
    return app.signer.sign("message", sent.messages[number])


async def subscription(app: App, contact: int) -> str:
    async with app.db.read() as tx:
        state: str = await tx.fetchval(
            "select state::text from subscription where contact_id = $1", contact
        )
    return state


async def test_opening_the_unsubscribe_link_shows_a_button_and_changes_nothing(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app)
    answer = await client.get(f"/u/{token(app, sent)}")
    assert answer.status_code == 200
    assert "SoKo aktuell" in answer.text
    assert '<form method="post"' in answer.text
    assert "noindex" in answer.headers["x-robots-tag"]
    assert await subscription(app, sent.contacts[0]) == "active"


@pytest.mark.parametrize("kind", ["form", "multipart"])
async def test_one_click_needs_no_cookie_no_csrf_and_no_redirect(
    app: App, client: Client, kind: str
) -> None:
    sent = await cast.sent(app)
    url = f"/u/{token(app, sent)}"
    for _ in range(2):
        if kind == "form":
            answer = await client.post(url, data={KEY: "One-Click"})
        else:
            answer = await client.post(url, files={KEY: (None, "One-Click")})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert await subscription(app, sent.contacts[0]) == "ended"
    async with app.db.read() as tx:
        facts = await tx.fetch("select detail from event")
        queued = await tx.fetchval("select count(*) from message where state = 'queued'")
    assert [fact["detail"]["how"] for fact in facts] == ["one_click"]
    assert queued == 2


async def test_the_button_of_our_page_acts_and_says_so(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    answer = await client.post(f"/u/{token(app, sent)}", data={"from": "page"})
    assert answer.status_code == 200
    assert "kontakt-0000@gemeinde.example" in answer.text
    async with app.db.read() as tx:
        assert await tx.fetchval("select detail ->> 'how' from event") == "page"


async def test_who_has_left_already_is_told_so_instead_of_asked(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    url = f"/u/{token(app, sent)}"
    await client.post(url, data={KEY: "One-Click"})
    answer = await client.get(url)
    assert "Sie sind abgemeldet" in answer.text
    assert '<form method="post"' not in answer.text


async def test_a_body_that_nobody_can_read_does_not_stop_an_unsubscribe(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app)
    answer = await client.post(
        f"/u/{token(app, sent)}",
        content=b"\xff\xfe=%zz",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200
    assert await subscription(app, sent.contacts[0]) == "ended"


@pytest.mark.parametrize("path", ["/u/{}", "/w/{}"])
async def test_a_forged_link_is_answered_with_a_clear_page(
    app: App, client: Client, path: str
) -> None:
    sent = await cast.sent(app)
    good = token(app, sent)
    other_purpose = app.signer.sign("confirm", sent.messages[0])
    unknown = app.signer.sign("message", 2**40)
    for forged in ("x", good[:-3], "Q" + good[1:], other_purpose, unknown):
        answer = await client.get(path.format(forged))
        assert answer.status_code == 404, forged
        assert "<h1>" in answer.text
    posted = await client.post(path.format(good[:-3]), data={KEY: "One-Click"})
    assert posted.status_code in {404, 405}
    assert await subscription(app, sent.contacts[0]) == "active"


async def test_the_web_version_is_the_very_mail_and_may_run_nothing(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app)
    answer = await client.get(f"/w/{token(app, sent)}")
    assert answer.status_code == 200
    assert f"/u/{token(app, sent)}" in answer.text
    assert f"/k/{sent.dispatch_id}/1" in answer.text
    assert "@@" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'none'; frame-ancestors 'none'; sandbox " in policy
    assert "allow-scripts" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]


async def test_a_click_leads_on_and_is_counted_without_a_person(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    for _ in range(3):
        answer = await client.get(f"/k/{sent.dispatch_id}/2", headers=BROWSER)
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://soko.example/kalender?a=1&b=2"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    async with app.db.read() as tx:
        rows = await tx.fetch("select * from click_count")
    assert [(r["link_number"], r["clicks"], r["scanner_clicks"]) for r in rows] == [(2, 3, 0)]
    assert set(rows[0].keys()) == {
        "dispatch_id", "link_number", "hour", "clicks", "scanner_clicks",
    }  # fmt: skip


async def test_a_link_with_letters_of_any_language_leads_where_it_says(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await tx.execute("update link set url = 'https://soko.example/Žák–Zürich?a=%26b#ž'")
    answer = await client.get(f"/k/{sent.dispatch_id}/1", headers=BROWSER)
    assert answer.status_code == 302
    path = "%C5%BD%C3%A1k%E2%80%93Z%C3%BCrich?a=%26b#%C5%BE"
    assert answer.headers["location"] == f"https://soko.example/{path}"


async def test_a_scanner_is_forwarded_too_but_counted_apart(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    head = await client.head(f"/k/{sent.dispatch_id}/1", headers=BROWSER)
    robot = await client.get(f"/k/{sent.dispatch_id}/1", headers={"user-agent": "curl/8.5.0"})
    assert (head.status_code, robot.status_code) == (302, 302)
    async with app.db.read() as tx:
        row = await tx.fetchrow("select clicks, scanner_clicks from click_count")
    assert row is not None
    assert tuple(row) == (0, 2)


@pytest.mark.parametrize("path", ["/k/{}/3", "/k/{}/0", "/k/999999/1", "/k/{}/99999999999999999"])
async def test_a_link_that_was_never_sent_leads_nowhere(
    app: App, client: Client, path: str
) -> None:
    sent = await cast.sent(app)
    answer = await client.get(path.format(sent.dispatch_id), headers=BROWSER)
    assert answer.status_code == 404
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from click_count") == 0


async def test_a_click_is_forwarded_though_it_cannot_be_counted_and_is_counted_later(
    app: App, asgi: Litestar, client: Client
) -> None:
    sent = await cast.sent(app)
    url = f"/k/{sent.dispatch_id}/1"
    async with app.db.tx() as tx:
        await tx.execute("alter table click_count rename to click_count_gone")
    assert (await client.get(url, headers=BROWSER)).status_code == 302
    async with app.db.tx() as tx:
        await tx.execute("alter table click_count_gone rename to click_count")
    assert (await client.get(url, headers=BROWSER)).status_code == 302
    async with app.db.read() as tx:
        assert await tx.fetchval("select clicks from click_count") == 2
    assert isinstance(asgi.state["clicks"], Tally)


async def test_acting_by_a_link_settles_a_message_of_which_nobody_knew_and_opening_it_does_not(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app, 2)
    async with app.db.tx() as tx:
        for message in sent.messages:
            await cast.settle(tx, message, "unknown", "")
    for kind in ("p", "u", "w"):
        assert (await client.get(f"/{kind}/{token(app, sent)}")).status_code == 200
    assert await states(app, sent) == ["unknown", "unknown"]
    await client.post(f"/p/{token(app, sent)}", data={"language": "de"})
    assert await states(app, sent) == ["accepted", "unknown"]
    await client.post(f"/u/{token(app, sent, 1)}", data={KEY: "One-Click"})
    assert await states(app, sent) == ["accepted", "accepted"]


async def states(app: App, sent: Sent) -> list[str]:
    async with app.db.read() as tx:
        rows = await tx.fetch(
            "select state::text from message where id = any ($1) order by id", sent.messages
        )
    return [row["state"] for row in rows]
