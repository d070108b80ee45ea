"""The page of destinations: who slows us down, what was said, what waits; trying one again."""

from datetime import datetime, timedelta

from lxml import html

from service.app import App
from service.delivery import pace
from service.delivery.pace import Pace
from service.kit import clock
from service.kit.db import Tx
from service.outbox import actions as outbox
from service.outbox import ledger, timing
from service.web.editor import foresight
from tests.browser_like import Client
from tests.editions import make
from tests.outbox import cast

PAGE = "/dispatches/destinations"
TOO_FAST = "4.7.28 Our system has detected an unusual rate of mail"


def words(text: str) -> str:
    return " ".join(html.fromstring(text).text_content().split())


def rows(text: str) -> dict[str, str]:
    """Return the words of each destination's row by its name."""
    found = html.fromstring(text).cssselect("li[data-row]")
    return {
        row.cssselect("strong")[0].text.strip(): words(html.tostring(row).decode()) for row in found
    }


async def known(tx: Tx, kind: str, name: str, at: datetime, slow: Pace | None = None) -> None:
    """Write down what a worker would have: a refusal, and the pace that follows from it."""
    slow = slow or Pace()
    await tx.execute(
        "insert into destination (kind, name, ceiling, slowed_at, paused_until, flow_at,"
        " changed_at, last_code, last_status, last_reply, last_at)"
        " values ($1::destination_kind, $2, $3, $4, $5, $6, $6, 421, '4.7.28', $7, $6)",
        kind,
        name,
        slow.ceiling,
        slow.slowed_at,
        slow.paused_until,
        at,
        TOO_FAST,
    )


def slowed(now: datetime, a_second: float) -> Pace:
    return pace.after(Pace(flow=a_second, flow_at=now), pace.Seen(0.0, slowed=True), now)


async def house(app: App, now: datetime, people: int = 9) -> int:
    """Open a dispatch to three domains, two of them of one group that slows us down."""
    dispatch_id = await cast.opened(app.db, people=people)
    async with app.db.tx() as tx:
        for number, domain in enumerate(("gmail.com", "verein.example", "bluewin.ch")):
            await tx.execute(
                "update message set address = 'p' || id || '@' || $1 where id % 3 = $2",
                domain,
                number,
            )
        await tx.execute(
            "insert into mail_route (domain, destination) values"
            " ('gmail.com', 'google'), ('verein.example', 'google'), ('x.ch', '')"
        )
        await known(tx, "group", "google", now, slowed(now - timedelta(seconds=20), 5.0))
        await known(tx, "domain", "lange-her.example", now - timedelta(days=1))
    return dispatch_id


async def test_each_destination_says_how_it_stands_what_waits_and_what_was_said(
    app: App, client: Client
) -> None:
    now = clock.now()
    dispatch_id = await house(app, now)
    await client.login("editor")
    every = rows((await client.get(PAGE)).text)
    assert list(every) == ["Google", "bluewin.ch", "lange-her.example"]
    assert "gebremst" in every["Google"]
    assert "Wir senden höchstens" in every["Google"]
    assert "Dem Empfänger senden wir zu schnell" in every["Google"]
    assert TOO_FAST in every["Google"]
    assert "6 Zustellungen warten" in every["Google"]
    assert "frei" in every["bluewin.ch"]
    assert "frei" in every["lange-her.example"]
    assert list(rows((await client.get(f"{PAGE}?slowed=1")).text)) == ["Google"]
    async with app.db.tx() as tx:
        await tx.execute('update destination set "window" = 60')
    by_the_minute = rows((await client.get(PAGE)).text)["Google"]
    assert "Mails pro Minute und versuchen" in by_the_minute
    assert "Er scheint pro Minute zu zählen." in by_the_minute
    of = await client.get(f"{PAGE}?dispatch={dispatch_id}&q=BLUE")
    assert list(rows(of.text)) == ["bluewin.ch"]
    nobody = (await client.get(f"{PAGE}?q=gibtesnicht")).text
    assert "Kein Ziel heisst so" in nobody
    assert "Nichts ist unterwegs" not in nobody
    assert (await client.get(f"{PAGE}?dispatch=999")).status_code == 404
    for path in ("/dispatches", f"/dispatches/{dispatch_id}"):
        assert PAGE in (await client.get(path)).text


async def test_an_administrator_lets_a_destination_be_tried_at_once(
    app: App, client: Client
) -> None:
    now = clock.now()
    dispatch_id = await house(app, now)
    later = now + timedelta(minutes=5)
    async with app.db.tx() as tx:
        await tx.execute("update message set state = 'deferred', next_at = $1", later)
        await tx.execute("update chunk set due_at = $1", later)
        assert await ledger.claim(tx, "w", now, later) is None
    google = {"kind": "group", "name": "google", "dispatch": dispatch_id}
    await client.login("editor")
    assert "Jetzt wieder versuchen" not in (await client.get(PAGE)).text
    assert (await client.submit(f"{PAGE}/retry", **google)).status_code == 403
    await client.login("administrator")
    assert "Jetzt wieder versuchen" in (await client.get(PAGE)).text
    done = await client.submit(f"{PAGE}/retry", **google)
    assert done.headers["location"] == f"{PAGE}?dispatch={dispatch_id}"
    assert "frei" in rows((await client.get(PAGE)).text)["Google"]
    async with app.db.tx() as tx:
        found = await ledger.claim(tx, "w", clock.now(), later)
        assert found is not None
        assert {t.address.partition("@")[2] for t in found.tickets} == {
            "gmail.com",
            "verein.example",
        }
    for strange in ({"kind": "group", "name": "nobody"}, {"kind": "relay", "name": "nobody:25"}):
        assert (await client.submit(f"{PAGE}/retry", **strange)).status_code == 404
    for strange in ({"kind": "x", "name": "google"}, {"kind": "group", "name": ""}):
        assert (await client.submit(f"{PAGE}/retry", **strange)).status_code == 422


async def test_thousands_of_destinations_are_shown_a_page_at_a_time(
    app: App, client: Client
) -> None:
    await cast.opened(app.db, people=120)
    async with app.db.tx() as tx:
        await tx.execute("update message set address = 'a@domain-' || id % 120 || '.example'")
    await client.login("editor")
    seen: list[str] = []
    address = PAGE
    while address:
        page = (await client.get(address)).text
        seen += rows(page)
        following = html.fromstring(page).cssselect("a[rel=next]")
        address = str(following[0].get("href")) if following else ""
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen)


async def test_the_slowest_receiver_decides_when_a_dispatch_is_done(
    app: App, client: Client
) -> None:
    now = clock.now()
    dispatch_id = await house(app, now, people=90)
    early, end = now - timedelta(minutes=2), now + timedelta(minutes=4)
    async with app.db.tx() as tx:
        await tx.execute("update dispatch set opened_at = $1, not_after = $2", early, end)
        await tx.execute("update chunk set tally = null")  # as while a worker is at it
        await tx.execute(
            "update message set state = 'accepted', settled_at = $1"
            " where address like '%@bluewin.ch'",
            now - timedelta(seconds=2),
        )
        progress = await outbox.progress(tx, dispatch_id, now)
        assert progress.expected_end == now + timedelta(seconds=120)
        assert await foresight.done_by(tx, progress, now) == progress.expected_end
        await tx.execute("update destination set ceiling = 0.05, slowed_at = $1", now)
        done = await foresight.done_by(tx, progress, now)
    assert done is not None
    assert round((done - now).total_seconds()) == 1500, "sixty mails, each after 25 seconds"
    await client.login("editor")
    page = words((await client.get(f"/dispatches/{dispatch_id}")).text)
    assert "Nicht alle bekommen es rechtzeitig: etwa 9 von 60." in page
    assert "Google nimmt etwa 2 Mails pro Minute an." in page


async def test_what_leaves_before_a_dispatch_is_reckoned_with(app: App, client: Client) -> None:
    first, now = await cast.opened(app.db, people=9), clock.now()
    async with app.db.tx() as tx:
        await known(tx, "relay", app.mailer.relays[0].name, now, slowed(now, 0.1))
        newsletter_id = (await outbox.dispatch(tx, first)).newsletter_id
        edition_id = await make.edition(tx, newsletter_id, cast.BODIES)
        await cast.approve(tx, edition_id, round_=2)
        second = await outbox.schedule(tx, edition_id, now, None, now)
        assert await timing.ahead(tx, None, None) == 9
        assert await timing.ahead(tx, None, first) == 0
        assert await timing.ahead(tx, "soko.example", None) == 0
    await client.login("editor")
    async with app.db.tx() as tx:
        await tx.execute("update dispatch set not_after = $1", now + timedelta(minutes=1))
    page = words((await client.get(f"/dispatches/{second}")).text)
    assert "Davor gehen 9 Mails anderer Versände weg." in page
