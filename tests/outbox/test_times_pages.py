"""The pages on when mail may leave: they say it, warn of it, and refuse what cannot be."""

from datetime import time, timedelta
from urllib.parse import urlencode

import pytest
from lxml import html

from service.app import App
from service.kit import clock, localtime
from service.outbox import actions as outbox
from service.outbox import control, timing, warm_up
from service.outbox.times import SendHours
from tests.browser_like import Client, hidden
from tests.editions import make
from tests.events import cast as small
from tests.outbox import cast

WEEK = {"days": ["1", "2", "3", "4", "5"], "opens": "07:00", "closes": "18:00"}


def words(text: str) -> str:
    return " ".join(html.fromstring(text).text_content().split())


async def newsletter(app: App) -> int:
    async with app.db.tx() as tx:
        return await make.newsletter(tx)


async def test_hours_and_control_addresses_are_saved_shown_and_cleared(
    app: App, client: Client
) -> None:
    page = f"/newsletters/{await newsletter(app)}/sending"
    await client.login("administrator")
    typed = "kontrolle@gmail.example\n kontrolle@bluewin.example"
    done = await client.submit(page, **WEEK, addresses=typed, seen="")
    assert done.status_code == 303
    shown = await client.get(page)
    assert shown.text.count(" checked") == 5
    assert 'value="18:00"' in shown.text
    assert "kontrolle@bluewin.example" in shown.text
    stale = await client.submit(page, opens="", closes="", addresses="", seen="")
    assert stale.status_code == 409, "somebody else has saved since"
    assert "Kontrolladressen: kontrolle@bluewin.example, kontrolle@gmail" in words(stale.text)
    seen = hidden(stale, "seen")
    assert seen == hidden(shown, "seen")
    wrong = await client.submit(page, addresses="x", seen=seen)
    assert (wrong.status_code, hidden(wrong, "seen")) == (422, seen)
    assert (await client.submit(page, addresses="", seen=seen)).status_code == 303
    assert " checked" not in (await client.get(page)).text


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"opens": "07:00", "closes": "18:00"}, "mindestens einen Tag"),
        ({"days": "1"}, "Bitte füllen Sie das aus"),
        ({"days": "1", "opens": "18:00", "closes": "07:00"}, "Das Ende liegt vor dem Anfang"),
        ({"days": "8", "opens": "07:00", "closes": "18:00"}, "Bitte wählen Sie"),
        ({"days": "1", "opens": "25:00", "closes": "18:00"}, "keine Uhrzeit"),
        ({"addresses": "gut@soko.example kein-at"}, "«kein-at» ist keine Mailadresse"),
    ],
)
async def test_what_cannot_be_is_told_and_what_was_typed_stays(
    app: App, client: Client, fields: dict[str, str], fault: str
) -> None:
    page = f"/newsletters/{await newsletter(app)}/sending"
    await client.login("administrator")
    answer = await client.submit(page, **fields, seen="")
    assert answer.status_code == 422
    assert fault in words(answer.text), words(answer.text)[:2000]
    for value in fields.values():
        assert value in answer.text or value == "8"
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from send_hours") == 0


async def test_scheduling_warns_of_hours_and_of_days_and_keeps_the_end(
    app: App, client: Client
) -> None:
    await client.login("editor")
    now = clock.now()
    async with app.db.tx() as tx:
        edition, newsletter_id, _ = await small.approved(tx, people=3)
        office = SendHours((1, 2, 3, 4, 5), time(7), time(18))
        await timing.set_hours(tx, newsletter_id, office, now)
        await warm_up.start(tx, "soko.example", [1, 2, 4], client.editor_id, now)
    asked = {"edition": edition, "when": "later", "day": "2027-02-06", "clock": "07:00"}
    first = words((await client.get(f"/dispatches/new?edition={edition}")).text)
    assert "Mo–Fr 07:00–18:00" in first
    assert "Der Versand dauert 2 Tage." in first
    page = words((await client.get(f"/dispatches/new?{urlencode(asked)}")).text)
    assert "Das liegt ausserhalb der Versandzeiten." in page
    assert "Die erste Mail geht hinaus am Montag, 8. Februar 2027, 07:00" in page
    for end, status in (("2027-02-05", 422), ("2027-02-07", 422), ("2027-02-09", 200)):
        ended = asked | {"end_day": end, "end_clock": "12:00"}
        answer = await client.get(f"/dispatches/new?{urlencode(ended)}")
        assert answer.status_code == status, end
    assert "Dienstag, 9. Februar 2027, 12:00" in words(answer.text)
    done = await client.submit("/dispatches", **ended)
    shown = words((await client.get(done.headers["location"])).text)
    assert "Nicht später als" in shown
    assert "9. Februar 2027" in shown


async def test_an_end_that_comes_too_early_is_told_before_and_after_it_is_confirmed(
    app: App, client: Client
) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        edition, _, _ = await small.approved(tx, people=12)
        await warm_up.start(tx, "soko.example", [4, 6], client.editor_id, clock.now())
    first = words((await client.get(f"/dispatches/new?edition={edition}")).text)
    assert "Der Versand dauert 3 Tage." in first
    assert "keine Versandzeiten; unter einem Plan gehen Mails dann zu diesen hinaus" in first
    assert "Mo–So 07:00–19:00" in first
    asked = {"edition": edition, "when": "later", "day": "2027-02-01", "clock": "07:00"}
    late = asked | {"end_day": "2027-02-02", "end_clock": "13:00"}
    page = words((await client.get(f"/dispatches/new?{urlencode(late)}")).text)
    told = "Nicht alle bekommen es rechtzeitig: etwa 7 von 12."
    assert told in page
    assert "geht die letzte Mail hinaus am Mittwoch, 3. Februar 2027" in page
    enough = asked | {"end_day": "2027-02-03", "end_clock": "23:59"}
    assert "rechtzeitig" not in words(
        (await client.get(f"/dispatches/new?{urlencode(enough)}")).text
    )
    done = await client.submit("/dispatches", **late)
    where = done.headers["location"]
    shown = words((await client.get(where)).text)
    assert told in shown
    assert ". Der Aufwärmplan lässt pro Tag nur so viele Mails hinaus. Mails gehen nur" in shown
    async with app.db.tx() as tx:
        await warm_up.stop(tx, "soko.example", clock.now())
    assert "rechtzeitig" not in words((await client.get(where)).text)


async def test_a_mail_server_whose_limit_is_known_is_reckoned_with(
    app: App, client: Client
) -> None:
    await client.login("editor")
    now = clock.now()
    async with app.db.tx() as tx:
        edition, _, _ = await small.approved(tx, people=12)
        await tx.execute(
            "insert into destination (kind, name, ceiling, slowed_at, flow_at, changed_at)"
            " values ('relay', $1, 0.0417, $2, $2, $2)",  # of which four fifths: two a minute
            app.mailer.relays[0].name,
            now,
        )
    end = localtime.local(now + timedelta(minutes=4))
    asked = {
        "edition": edition,
        "when": "now",
        "end_day": f"{end:%Y-%m-%d}",
        "end_clock": f"{end:%H:%M}",
    }
    page = words((await client.get(f"/dispatches/new?{urlencode(asked)}")).text)
    assert "Nicht alle bekommen es rechtzeitig" in page
    assert "Der Mailserver nimmt etwa 2 Mails pro Minute an." in page


async def test_a_receiver_that_takes_little_is_named_with_the_time_of_the_last_mail(
    app: App, client: Client
) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        edition = await cast.approved(tx, people=50)
        await tx.execute(
            "insert into destination (kind, name, ceiling, slowed_at, flow_at, changed_at)"
            " values ('domain', 'gemeinde.example', 0.05, $1, $1, $1)",
            clock.now(),
        )
    page = words((await client.get(f"/dispatches/new?edition={edition}&when=now")).text)
    assert "Letzte Mail etwa" in page
    assert "gemeinde.example nimmt etwa 2 Mails pro Minute an." in page


async def test_a_page_says_why_a_dispatch_rests_and_what_its_plan_lets_go(
    app: App, client: Client
) -> None:
    dispatch_id = await cast.opened(app.db, people=30)
    await client.login("administrator")
    now = clock.now()
    tomorrow = (now + timedelta(days=1)).isoweekday()
    async with app.db.tx() as tx:
        known = await outbox.dispatch(tx, dispatch_id)
        hours = SendHours((tomorrow,), cast.NOW.time(), cast.NOW.replace(hour=7).time())
        await timing.set_hours(tx, known.newsletter_id, hours, now)
    started = await client.submit(
        "/settings/warm-up/start", domain="soko.example", steps="10, 20, 1'000"
    )
    assert started.status_code == 303
    page = words((await client.get(f"/dispatches/{dispatch_id}")).text)
    assert "Der Versand ruht." in page
    assert "06:00–07:00" in page
    assert "Aufwärmplan: heute 0 von 10, weiter am" in page
    assert "Plan in Kraft" in words((await client.get("/settings/warm-up")).text)
    plan = {"domain": "soko.example", "seen": "10, 20, 1000"}
    for steps, status in (("10, zehn", 422), ("20, 10", 422), ("", 422), ("0", 422), ("5", 303)):
        answer = await client.submit("/settings/warm-up/change", steps=steps, **plan)
        assert answer.status_code == status, steps
    strange = {"domain": "anderswo.example", "steps": "5"}
    assert (await client.submit("/settings/warm-up/start", **strange)).status_code == 422
    ended = await client.submit("/settings/warm-up/stop", domain="soko.example")
    assert ended.status_code == 303
    again = await client.submit("/settings/warm-up/stop", domain="soko.example")
    assert again.status_code == 404


async def test_the_second_of_two_who_change_a_plan_sees_what_the_first_one_saved(
    app: App, client: Client
) -> None:
    await newsletter(app)
    await client.login("administrator")
    plan, change = {"domain": "soko.example"}, "/settings/warm-up/change"
    await client.submit("/settings/warm-up/start", steps="10, 20", **plan)
    seen = hidden(await client.get("/settings/warm-up"), "seen")
    wrong = await client.submit(change, steps="zehn", seen=seen, **plan)
    assert (wrong.status_code, hidden(wrong, "seen")) == (422, seen)
    assert (await client.submit(change, steps="5", seen=seen, **plan)).status_code == 303
    late = await client.submit(change, steps="7, 8", seen=seen, **plan)
    assert late.status_code == 409
    assert 'value="7, 8"' in late.text
    assert "Das ist inzwischen gespeichert</strong><p>5</p>" in late.text
    seen = hidden(late, "seen")
    assert (await client.submit(change, steps="7, 8", seen=seen, **plan)).status_code == 303


async def test_who_was_too_late_stands_in_the_report_by_name(app: App, client: Client) -> None:
    sent = await small.sent(app, 3)
    async with app.db.tx() as tx:
        await small.settle(tx, sent.messages[0], "accepted")
        end = small.NOW + timedelta(hours=1)
        await tx.execute("update dispatch set not_after = $1", end)
        assert await timing.withdraw_late(tx, end) == 2
    await client.login("editor")
    report = words((await client.get(f"/reports/{sent.dispatch_id}")).text)
    assert "Zu spät" in report
    assert "Sozialvorstand 2" in report
    assert "Sozialvorstand 0" not in report
    listed = words((await client.get(f"/dispatches/{sent.dispatch_id}/messages")).text)
    assert listed.count("Es war zu spät.") == 2
    assert "2 Zustellungen waren zu spät" in words(
        (await client.get(f"/dispatches/{sent.dispatch_id}")).text
    )


async def test_a_copy_that_did_not_arrive_is_a_task_until_somebody_has_seen_it(
    app: App, client: Client
) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        edition_id, newsletter_id, _ = await small.approved(tx, 2)
        await control.set_addresses(tx, newsletter_id, ["a@soko.example", "b@soko.example"])
        dispatch_id = await outbox.schedule(tx, edition_id, now, None, now)
    public = app.settings.public_url
    assert await outbox.open_due(app.db, app.renderer, app.segments, public, now)
    async with app.db.tx() as tx:
        left = now - timedelta(hours=2)
        await tx.execute("update notice set state = 'accepted', handed_at = $1", left)
        one = (await control.copies(tx, dispatch_id))[0]
        await control.arrive(tx, one.id, left + timedelta(seconds=12))
    await client.login("editor")
    page = words((await client.get(f"/dispatches/{dispatch_id}")).text)
    assert "Kontrolladressen: 1 von 2 angekommen, die letzte nach 12 s" in page
    assert "1 Kontrollkopie ist nicht angekommen" in page
    assert "1 Kontrollkopie ist nicht angekommen" in words((await client.get("/today")).text)
    await client.submit(f"/dispatches/{dispatch_id}/control/seen")
    for path in ("/today", f"/dispatches/{dispatch_id}"):
        assert "nicht angekommen" not in words((await client.get(path)).text)
