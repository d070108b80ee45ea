"""The public form with its double opt-in, and the preferences page behind the link of a mail."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.app import App
from service.audience import actions as audience
from service.kit import clock
from tests.browser_like import Client


@pytest.fixture
async def letter(app: App, cast: Any) -> int:
    async with app.db.tx() as tx:
        await tx.execute(
            "insert into association (id, name, short_name, postal_address, website, email)"
            " values (1, 'Verband', 'V', 'Weg 1', 'https://verband.example', 'a@verband.example')"
            " on conflict (id) do nothing"
        )
        return await cast.newsletter(tx)


async def mails(app: App) -> list[Any]:
    async with app.db.read() as tx:
        return await tx.fetch(
            "select kind::text, address, subject, text, html from notice order by id"
        )


async def states(app: App) -> list[str]:
    async with app.db.read() as tx:
        return [
            r[0] for r in await tx.fetch("select state::text from subscription order by contact_id")
        ]


async def test_a_stranger_subscribes_by_post_mail_and_button(
    client: Client, app: App, letter: int
) -> None:
    assert (await client.get("/subscribe/rundbrief")).status_code == 200
    answer = await client.post("/subscribe/rundbrief", data={"email": "Neu@Gemeinde.example"})
    assert answer.status_code == 200
    assert await states(app) == ["pending"]
    [mail] = await mails(app)
    assert (mail["kind"], mail["address"]) == ("confirmation", "Neu@gemeinde.example")
    [link] = set(re.findall(r"http://rundbrief\.test(/confirm/\S+)", mail["text"]))
    assert link in mail["html"]
    for _ in range(2):
        assert (await client.get(link)).status_code == 200
    assert await states(app) == ["pending"], "a GET changes nothing"
    for _ in range(2):
        assert (await client.post(link)).status_code == 200
    assert await states(app) == ["active"]
    async with app.db.read() as tx:
        [consent] = await tx.fetch("select basis::text, wording, source from consent")
    assert consent["basis"] == "double_opt_in"
    assert "rundbrief" in consent["wording"]
    assert consent["source"] == "/subscribe/rundbrief"


async def test_the_answer_is_the_same_for_known_and_unknown_addresses(
    client: Client, app: App, cast: Any, letter: int
) -> None:
    async with app.db.tx() as tx:
        one = await cast.contact(tx, None, "Bekannt", email="bekannt@a.example")
        await cast.subscribed(tx, one, letter)
    known = await client.post("/subscribe/rundbrief", data={"email": "bekannt@a.example"})
    unknown = await client.post("/subscribe/rundbrief", data={"email": "fremdes@a.example"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("bekannt@", "fremdes@") == unknown.text
    told, asked = await mails(app)
    assert (told["kind"], asked["kind"]) == ("preferences", "confirmation")
    assert "/p/" in told["text"]


async def test_an_address_gets_three_mails_a_day_at_most(
    client: Client, app: App, letter: int
) -> None:
    for _ in range(6):
        answer = await client.post("/subscribe/rundbrief", data={"email": "opfer@a.example"})
        assert answer.status_code == 200
    assert len(await mails(app)) == 3


@pytest.mark.parametrize(
    "typed", ["", "kein-at", "a@b.example\r\nBcc: x@y.example", "ü@b..example"]
)
async def test_a_bad_address_is_told_and_kept(
    client: Client, app: App, letter: int, typed: str
) -> None:
    answer = await client.post("/subscribe/rundbrief", data={"email": typed})
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert await mails(app) == []


async def test_a_newsletter_for_members_has_no_public_form(
    client: Client, app: App, letter: int
) -> None:
    async with app.db.tx() as tx:
        await tx.execute("update newsletter set visibility = 'members'")
    assert (await client.get("/subscribe/rundbrief")).status_code == 404
    answer = await client.post("/subscribe/rundbrief", data={"email": "a@b.example"})
    assert answer.status_code == 404


async def test_a_forged_or_expired_confirmation_says_so(
    client: Client, app: App, letter: int
) -> None:
    assert (await client.get("/confirm/erfunden")).status_code == 404
    old = app.signer.sign("confirm", 1, clock.now() - timedelta(seconds=1))
    assert (await client.post(f"/confirm/{old}")).status_code == 403
    other = app.signer.sign("contact", 1)
    assert (await client.get(f"/confirm/{other}")).status_code == 404


async def member(app: App, cast: Any, letter: int) -> tuple[int, str]:
    async with app.db.tx() as tx:
        one = await cast.contact(tx, None, "Kanzlei", topics=["asyl"])
        await cast.subscribed(tx, one, letter)
        await cast.word(tx, "topic", "kesb")
    return one, f"/p/{app.signer.sign('contact', one)}"


async def test_preferences_show_by_get_and_change_by_post(
    client: Client, app: App, cast: Any, letter: int
) -> None:
    one, link = await member(app, cast, letter)
    shown = await client.get(link)
    assert shown.status_code == 200
    assert "kanzlei@gemeinde.example" in shown.text
    async with app.db.read() as tx:
        kesb = await tx.fetchval("select id from topic where slug = 'kesb'")
    answer = await client.post(
        link,
        data={
            "newsletters": letter,
            "topics": kesb,
            "language": "fr",
            "paused_until": "2099-01-01",
        },
    )
    assert answer.status_code == 303
    async with app.db.read() as tx:
        row = await tx.fetchrow("select language, paused_until from contact where id = $1", one)
        topics = await tx.fetch("select topic_id from contact_topic where contact_id = $1", one)
    assert row["language"] == "fr"
    assert row["paused_until"] is not None
    assert [t[0] for t in topics] == [kesb]
    assert await states(app) == ["active"]


async def test_a_newsletter_without_its_tick_is_left_and_the_rest_stays(
    client: Client, app: App, cast: Any, letter: int
) -> None:
    one, link = await member(app, cast, letter)
    async with app.db.tx() as tx:
        second = await cast.newsletter(tx, "zweiter")
        await cast.subscribed(tx, one, second)
    shown = re.findall(r'name="shown" value="(\d+)"', (await client.get(link)).text)
    assert shown == [str(letter), str(second)]
    async with app.db.tx() as tx:
        unseen = await cast.newsletter(tx, "dritter")
        await cast.subscribed(tx, one, unseen)
    await client.post(link, data={"shown": shown, "newsletters": second, "language": "de"})
    async with app.db.read() as tx:
        rows = await tx.fetch("select newsletter_id, state::text, ended_how from subscription")
    assert {r[0]: (r[1], r[2]) for r in rows} == {
        letter: ("ended", "preferences"),
        second: ("active", ""),
        unseen: ("active", ""),
    }


async def test_a_fault_in_the_preferences_changes_nothing_at_all(
    client: Client, app: App, cast: Any, letter: int, now: datetime
) -> None:
    _, link = await member(app, cast, letter)
    answer = await client.post(link, data={"language": "de", "paused_until": "2001-01-01"})
    assert answer.status_code == 422
    assert "2001-01-01" in answer.text
    assert await states(app) == ["active"]


async def test_the_link_of_somebody_who_was_erased_leads_nowhere(
    client: Client, app: App, cast: Any, letter: int, now: datetime
) -> None:
    one, link = await member(app, cast, letter)
    async with app.db.tx() as tx:
        await tx.execute("update contact set email = null, erased_at = $2 where id = $1", one, now)
    assert (await client.get(link)).status_code == 404
    assert (await client.get("/p/erfunden")).status_code == 404


async def test_who_never_confirmed_is_forgotten_whatever_still_names_the_contact(
    client: Client, app: App, letter: int
) -> None:
    await client.post("/subscribe/rundbrief", data={"email": "nie@gemeinde.example"})
    later = clock.now() + timedelta(days=31)
    async with app.db.tx() as tx:
        assert await tx.fetchval("select contact_id from notice") is not None
        assert await audience.forget(tx, later) == 1
        assert await audience.forget(tx, later) == 0
        [left] = await tx.fetch("select email, label, sort_key from contact")
        assert tuple(left) == (None, "", "")
    assert await states(app) == []
