"""The editors' pages on dispatches and reports: they show, they ask once more, they act."""

import csv
import io

import pytest
from lxml import html

from service.app import App
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold
from service.web import export
from tests.browser_like import Client
from tests.editions import make
from tests.events import cast


def words(text: str) -> str:
    return " ".join(html.fromstring(text).text_content().split())


async def test_without_a_dispatch_the_pages_say_what_to_do_next(client: Client) -> None:
    await client.login("editor")
    for path, href in (("/dispatches", "/editions"), ("/reports", "/dispatches")):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert f'href="{href}"' in answer.text


async def test_scheduling_says_to_how_many_before_it_acts(app: App, client: Client) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        edition, _, _ = await cast.approved(tx, people=3)
    first = await client.get(f"/dispatches/new?edition={edition}")
    assert first.status_code == 200
    assert "in 3 von 3 Gemeinden" in words(first.text)
    second = await client.get(
        f"/dispatches/new?edition={edition}&when=later&day=2027-02-02&clock=07:00"
    )
    assert "Dienstag, 2. Februar 2027, 07:00" in words(second.text)
    assert "Für 3 Personen planen" in words(second.text)
    back = html.fromstring(second.text).cssselect("a.back")[0].get("href")
    again = await client.get(back)
    assert again.status_code == 200
    assert 'value="2027-02-02"' in again.text
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from dispatch") == 0
    fields = {"edition": edition, "when": "later", "day": "2027-02-02", "clock": "07:00"}
    done = await client.submit("/dispatches", **fields)
    assert done.status_code == 303
    shown = await client.get(done.headers["location"])
    assert "Dienstag, 2. Februar 2027, 07:00" in words(shown.text)
    again = await client.submit("/dispatches", **fields)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("visibility", "segment", "said"),
    [
        ("public", "", "Alle können sie dort und in den Feeds lesen."),
        ("public", "gemeinden-zh", "Nicht öffentlich: Sie ist nur für ein Segment."),
        ("members", "", "Nicht öffentlich: Der Newsletter ist nur für Mitglieder."),
    ],
)
async def test_whoever_sends_is_told_whether_the_world_can_read_it(
    app: App, client: Client, visibility: str, segment: str, said: str
) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        newsletter_id = await make.newsletter(tx)
        edition = await make.edition(tx, newsletter_id)
        await tx.execute("update newsletter set visibility = $1::newsletter_visibility", visibility)
        await tx.execute("update edition set segment = $1", segment)
        await cast.approve(tx, edition)
        await cast.subscriber(tx, newsletter_id, 0)
    confirm = await client.get(f"/dispatches/new?edition={edition}&when=now")
    assert f"<dt>Archiv</dt><dd>{said}</dd>" in confirm.text


@pytest.mark.parametrize(
    ("day", "clock"),
    [("2020-01-01", "07:00"), ("", "07:00"), ("31.2.2027", "07:00"), ("2027-02-02", "25:00")],
)
async def test_a_minute_that_cannot_be_is_asked_for_again_and_what_was_typed_stays(
    app: App, client: Client, day: str, clock: str
) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        edition, _, _ = await cast.approved(tx)
    fields = {"edition": str(edition), "when": "later", "day": day, "clock": clock}
    for answer in (
        await client.get("/dispatches/new", params=fields),
        await client.submit("/dispatches", **fields),
    ):
        assert answer.status_code == 422
        assert f'value="{clock}"' in answer.text
        assert 'role="alert"' in answer.text
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from dispatch") == 0


async def test_an_edition_that_is_not_approved_cannot_be_scheduled(
    app: App, client: Client
) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        edition, _, _ = await cast.approved(tx)
        await tx.execute("update edition set state = 'draft'")
    assert (await client.get(f"/dispatches/new?edition={edition}")).status_code == 409
    assert (await client.get("/dispatches/new?edition=999")).status_code == 404
    assert (await client.get("/dispatches/new?edition=x")).status_code == 404


async def test_a_running_dispatch_can_be_paused_continued_and_cancelled(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app)
    await client.login("editor")
    url = f"/dispatches/{sent.dispatch_id}"
    for act, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        page = await client.get(url)
        assert f'action="{url}/{act}"' in page.text
        assert (await client.submit(f"{url}/{act}")).status_code == 303
        async with app.db.read() as tx:
            assert await tx.fetchval("select state::text from dispatch") == state
    assert (await client.submit(f"{url}/pause")).status_code == 409


async def test_the_page_of_a_dispatch_links_every_number_to_its_rows(
    app: App, client: Client
) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "accepted")
        await cast.settle(tx, sent.messages[1], "refused", "550 5.1.1 <script>alert(1)</script>")
    await client.login("editor")
    page = html.fromstring((await client.get(f"/dispatches/{sent.dispatch_id}")).text)
    links = [a.get("href") for a in page.cssselect("dl.figures a")]
    assert len(links) == 5
    for link in links:
        assert (await client.get(link)).status_code == 200, link
    refused = await client.get(f"/dispatches/{sent.dispatch_id}/messages?state=refused")
    assert "kontakt-0001@" in refused.text
    assert "kontakt-0000@" not in refused.text
    assert "<script>alert" not in refused.text
    one = await client.get(f"/dispatches/{sent.dispatch_id}/messages/{sent.messages[1]}")
    assert "550 5.1.1" in one.text


async def test_recipients_are_searched_and_paged_by_key(app: App, client: Client) -> None:
    sent = await cast.sent(app, people=60)
    await client.login("editor")
    base = f"/dispatches/{sent.dispatch_id}/messages"
    first = html.fromstring((await client.get(base)).text)
    assert len(first.cssselect("tr[data-row]")) == 50
    following = first.cssselect("a[rel=next]")[0].get("href")
    second = html.fromstring((await client.get(following)).text)
    assert len(second.cssselect("tr[data-row]")) == 10
    found = html.fromstring((await client.get(base, params={"q": "0007@"})).text)
    assert len(found.cssselect("tr[data-row]")) == 1
    nobody = await client.get(base, params={"q": "%_'\"<b>"})
    assert nobody.status_code == 200


async def test_only_an_approver_sends_unknown_messages_again(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "unknown", "")
        await cast.settle(tx, sent.messages[1], "unknown", "")
    url = f"/dispatches/{sent.dispatch_id}"
    await client.login("editor")
    assert (await client.submit(f"{url}/send-again", all="1")).status_code == 403
    await client.login("approver")
    assert (await client.submit(f"{url}/send-again")).status_code == 409
    page = await client.get(f"{url}/messages?state=unknown")
    assert 'name="message"' in page.text
    done = await client.submit(f"{url}/send-again", message=str(sent.messages[0]))
    assert done.status_code == 303
    async with app.db.read() as tx:
        states = await tx.fetch("select state::text from message order by id")
    assert [row["state"] for row in states] == ["queued", "unknown", "queued"]
    assert "Die Zustellung geht noch einmal hinaus." in words((await client.get(url)).text)
    late = await client.submit(f"{url}/send-again", message=str(sent.messages[0]))
    assert late.status_code == 409
    assert "Das hat schon jemand erledigt" in words(late.text)


async def test_a_message_of_unknown_fate_says_why_and_what_to_do(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "unknown", "")
        await tx.execute("update message set code = 0")
    await client.login("editor")
    base = f"/dispatches/{sent.dispatch_id}/messages"
    for url in (f"{base}?state=unknown", f"{base}/{sent.messages[0]}"):
        assert "Unser Dienst endete zwischen" in words((await client.get(url)).text)
    assert "Unklar heisst:" in words((await client.get(f"{base}/{sent.messages[0]}")).text)


@pytest.mark.parametrize(
    ("hold", "opened", "told"),
    [
        ("relay", True, "Er geht von selbst weiter, sobald der Mailserver antwortet."),
        ("person", False, "Drücken Sie «Fortsetzen», sobald das behoben ist"),
    ],
)
async def test_a_dispatch_that_waits_says_what_goes_on_by_itself_and_what_to_do(
    app: App, client: Client, hold: str, opened: bool, told: str
) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await outbox.hold_running(tx, DispatchHold(hold), msg("Something is wrong."))
        if not opened:
            await tx.execute("update dispatch set opened_at = null, letterhead = null")
    await client.login("editor")
    page = words((await client.get(f"/dispatches/{sent.dispatch_id}")).text)
    assert told in page
    assert "Er ging nie hinaus" not in page


async def test_those_left_out_are_listed_by_reason(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        for number, reason in ((50, "paused"), (51, "suspended")):
            contact = await cast.subscriber(tx, sent.newsletter_id, number)
            await tx.execute(
                "insert into left_out values ($1, $2, $3)", sent.dispatch_id, contact, reason
            )
    await client.login("editor")
    url = f"/dispatches/{sent.dispatch_id}/left-out"
    assert "Sozialvorstand 50" in (await client.get(url)).text
    paused = (await client.get(f"{url}?reason=paused")).text
    assert "Sozialvorstand 50" in paused
    assert "Sozialvorstand 51" not in paused


async def test_a_report_shows_folded_clicks_coverage_and_exports(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "accepted")
        await cast.settle(tx, sent.messages[1], "refused", "550 5.1.1 User unknown")
        await tx.execute(
            "insert into click_count values ($1, 1, $2, 12, 3), ($1, 2, $2, 2, 0)",
            sent.dispatch_id,
            cast.LATER.replace(minute=0),
        )
    await client.login("editor")
    page = await client.get(f"/reports/{sent.dispatch_id}")
    assert page.status_code == 200
    assert "1 von 3 Gemeinden wurden erreicht" in words(page.text)
    assert "<svg" in page.text
    assert "Volken" in page.text
    assert "1 noch unterwegs" in words(page.text)
    for name in ("links", "coverage", "unsubscribed"):
        table = await client.get(f"/reports/{sent.dispatch_id}/{name}.csv")
        assert table.headers["content-type"].startswith("text/csv")
        assert "attachment" in table.headers["content-disposition"]
    rows = list(
        csv.reader(
            io.StringIO(
                (await client.get(f"/dispatches/{sent.dispatch_id}/messages.csv")).text.lstrip(
                    "\ufeff"
                )
            ),
            delimiter=";",
        )
    )
    assert len(rows) == 4
    assert rows[1][:2] == ["kontakt-0000@gemeinde.example", "accepted"]


async def test_a_report_of_nothing_is_a_clear_page(client: Client) -> None:
    await client.login("editor")
    for path in ("/reports/1", "/dispatches/1", "/dispatches/1/messages", f"/dispatches/{10**30}"):
        assert (await client.get(path)).status_code == 404, path


def test_a_table_disarms_formulas_and_keeps_umlauts() -> None:
    data = export.table(["Ort"], [["=cmd|' /C calc'!A0"], ["Hüttikon; «Amt»"], [None], [7]])
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith("'=cmd")
    assert lines[2] == '"Hüttikon; «Amt»"'
    assert lines[4] == "7"
