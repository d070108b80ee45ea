"""Quellen as an administrator and an editor use them, against a real publisher's server."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from lxml import html

from service.app import App
from service.items import polling
from service.kit import clock
from service.sources import actions as sources
from service.sources.model import Draft, SourceKind, SourceState
from tests.browser_like import Client, hidden
from tests.sources.site import Site, opened

FEED = (
    "<rss version='2.0'><channel><title>Amt</title><item><title>Erste Meldung</title>"
    "<link>https://amt.example/1</link></item></channel></rss>"
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with opened() as made:
        yield made


async def add(app: App, url: str) -> int:
    async with app.db.tx() as tx:
        return await sources.add(tx, Draft(SourceKind.FEED, "Amt", url), clock.now())


async def test_a_source_is_added_by_its_form_once_and_polled(
    app: App, client: Client, site: Site
) -> None:
    await client.login("administrator")
    form = {
        "kind": "feed", "title": "Amt für Soziales", "url": site.put("/feed", FEED),
        "once": hidden(await client.get("/sources/new"), "once"),
    }  # fmt: skip
    first = await client.submit("/sources", **form)
    second = await client.submit("/sources", **form)
    assert first.status_code == 303
    assert second.status_code in {303, 409}
    await polling.poll_due(app.db, app.http, app.readers, clock.now)
    page = await client.get(first.headers["location"])
    assert "Funktioniert." in page.text or "Works." in page.text


async def test_every_fault_of_the_form_is_shown_and_what_was_typed_stays(client: Client) -> None:
    await client.login("administrator")
    answer = await client.submit(
        "/sources", kind="html_list", title="", url="ftp://x", config='{"item": "li[", "foo": 1}'
    )
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("string(//textarea[@name='config'])").strip() == '{"item": "li[", "foo": 1}'
    assert {a.lstrip("#") for a in page.xpath("//*[@role='alert']//a/@href")} == {
        "title", "url", "config",
    }  # fmt: skip


async def test_trying_a_source_out_shows_what_comes_and_stores_nothing(
    app: App, client: Client, site: Site
) -> None:
    await client.login("administrator")
    answer = await client.submit("/sources/try", kind="feed", url=site.put("/feed", FEED))
    assert "Erste Meldung" in answer.text
    async with app.db.read() as tx:
        assert (await sources.counts(tx)).all == 0


async def test_a_list_is_guessed_when_it_is_tried_out(client: Client, site: Site) -> None:
    await client.login("administrator")
    page = (
        "<html><body><nav><a href='/lang'>Ein langer Eintrag im Menu</a></nav>"
        + "".join(
            f"<article><time>{n}. Oktober 2026</time><h3><a href='/m/{n}'>Medienmitteilung {n} des "
            "Amtes</a></h3><p>Worum es geht.</p></article>"
            for n in range(1, 4)
        )
        + "</body></html>"
    )
    answer = await client.submit("/sources/try", kind="html_list", url=site.put("/liste", page))
    assert "Medienmitteilung 2 des Amtes" in answer.text
    assert "Ein langer Eintrag im Menu" not in answer.text


async def test_a_trouble_is_told_in_german(app: App, client: Client, site: Site) -> None:
    await client.login()
    source = await add(app, site.put("/feed", "<!doctype html><html><body>Weg</body></html>"))
    await polling.poll_due(app.db, app.http, app.readers, clock.now)
    assert "Das ist eine Webseite, kein Feed." in (await client.get(f"/sources/{source}")).text
    assert "Das ist eine Webseite" in (await client.get("/sources?state=troubled")).text


async def test_pausing_and_resuming(app: App, client: Client) -> None:
    await client.login("administrator")
    source = await add(app, "https://amt.example/feed")
    await client.submit(f"/sources/{source}/pause")
    async with app.db.read() as tx:
        assert (await sources.source(tx, source)).state is SourceState.PAUSED
    assert (await client.submit(f"/sources/{source}/now")).status_code == 409
    await client.submit(f"/sources/{source}/resume")
    async with app.db.read() as tx:
        assert (await sources.source(tx, source)).state is SourceState.ACTIVE


async def test_the_second_saver_of_a_source_is_told(app: App, client: Client) -> None:
    await client.login("administrator")
    source = await add(app, "https://amt.example/feed")
    form = {"kind": "feed", "title": "Neu", "url": "https://amt.example/feed", "version": "1"}
    assert (await client.submit(f"/sources/{source}", **form)).status_code == 303
    assert (await client.submit(f"/sources/{source}", **form)).status_code == 409


async def test_an_address_is_taken_in_once(app: App, client: Client) -> None:
    await client.login("administrator")
    await add(app, "https://amt.example/feed")
    form = {"kind": "feed", "title": "Doppelt", "url": "https://amt.example/feed"}
    assert (await client.submit("/sources", **form)).status_code in {409, 422}


async def test_an_offer_is_switched_on_and_then_offered_no_more(app: App, client: Client) -> None:
    await client.login("administrator")
    offer = sources.offers()[0]
    answer = await client.submit(f"/sources/offers/{offer.slug}")
    assert answer.status_code == 303
    page = await client.get("/sources/new")
    assert f"/sources/offers/{offer.slug}" not in page.text
    assert (await client.submit("/sources/offers/gibt-es-nicht")).status_code == 404


async def test_an_editor_sees_sources_but_does_not_change_them(app: App, client: Client) -> None:
    source = await add(app, "https://amt.example/feed")
    await client.login("editor")
    assert (await client.get("/sources")).status_code == 200
    assert (await client.get(f"/sources/{source}")).status_code == 200
    for path in ("/sources", f"/sources/{source}", f"/sources/{source}/pause", "/sources/try"):
        assert (await client.submit(path)).status_code == 403


LIST = "<html lang='de'><body>" + "".join(
    f"<article class='karte'><time>{n}. Oktober 2026</time><h3><a href='/m/{n}'>"
    f"Medienmitteilung {n} des Amtes</a></h3><p>Worum es bei {n} geht.</p>"
    f"<div class='mehr'>Alles zu {n}</div></article>"
    for n in range(1, 4)
)


async def test_what_was_guessed_of_a_list_stands_in_fields_to_be_corrected_and_kept(
    app: App, client: Client, site: Site
) -> None:
    await client.login("administrator")
    url = site.put("/liste", LIST)
    tried = html.fromstring((await client.submit("/sources/try", kind="html_list", url=url)).text)
    fields = {f.get("name"): f.get("value", "") for f in tried.xpath("//input[@id]")}
    assert (fields["part_items"], fields["part_title"]) == ("article.karte", "h3")
    form = fields | {"kind": "html_list", "title": "Amt", "part_content": ".mehr", "config": ""}
    added = await client.submit("/sources", **form)
    assert added.status_code == 303, added.text
    source_id = int(added.headers["location"].rsplit("/", 1)[1])
    async with app.db.read() as tx:
        kept = (await sources.source(tx, source_id)).config
    assert kept == {
        "item": "article.karte", "title": "h3", "date": "time", "summary": "p", "content": ".mehr",
    }  # fmt: skip
    edit = html.fromstring((await client.get(f"/sources/{source_id}/edit")).text)
    assert edit.xpath("string(//input[@name='part_content']/@value)") == ".mehr"
    assert edit.xpath("string(//textarea[@name='config'])").strip() == ""


async def test_a_field_goes_before_the_json_and_an_empty_one_is_gone_when_saved(
    app: App, client: Client
) -> None:
    await client.login("administrator")
    form = {"kind": "json_list", "title": "Amt", "url": "https://amt.example/liste.json"}
    added = await client.submit(
        "/sources", **form, part_title="titel", config='{"title": "x", "base_url": "https://a.ch/"}'
    )
    place = added.headers["location"]
    source_id = int(place.rsplit("/", 1)[1])
    await client.submit(place, **form, version="1", part_title="", config='{"id": "uid"}')
    async with app.db.read() as tx:
        assert (await sources.source(tx, source_id)).config == {"id": "uid"}


async def test_a_source_says_when_it_is_asked_next_and_why(
    app: App, client: Client, site: Site
) -> None:
    await client.login()
    source = await add(app, site.put("/feed", FEED))
    await polling.poll_due(app.db, app.http, app.readers, clock.now)
    assert "Es erscheinen etwa" in (await client.get(f"/sources/{source}")).text
    site.put("/feed", b"", status=429, headers={"Retry-After": "7200"})
    async with app.db.tx() as tx:
        await sources.ask_now(tx, source, clock.now())
    assert "in wenigen Sekunden" in (await client.get(f"/sources/{source}")).text
    await polling.poll_due(app.db, app.http, app.readers, clock.now)
    page = (await client.get(f"/sources/{source}")).text
    assert "Der Server bat uns, bis dahin zu warten." in page


async def test_a_silent_source_is_listed_among_those_in_trouble(app: App, client: Client) -> None:
    await client.login()
    source = await add(app, "https://amt.example/feed")
    async with app.db.tx() as tx:
        await tx.execute(
            "update source set last_success_at = $2, last_new_at = $3, per_week = 7 where id = $1",
            source, clock.now(), clock.now() - timedelta(days=9),
        )  # fmt: skip
    page = (await client.get("/sources?state=troubled")).text
    assert "Still: seit 9 Tagen nichts Neues" in page


async def test_while_a_list_is_described_its_server_is_asked_once_and_faults_are_told(
    client: Client, site: Site
) -> None:
    await client.login("administrator")
    rows = "".join(f"<li class='n'><a href='/m/{n}'>Mitteilung {n}</a></li>" for n in range(3))
    form = {"kind": "html_list", "url": site.put("/liste", f"<html lang=de><ul>{rows}</ul></html>")}
    live = {"HX-Request": "true"}

    async def type_in(selector: str) -> str:
        data = {"csrf": client.csrf, **form, "part_items": selector}
        answer = await client.post("/sources/try", data=data, headers=live)
        assert answer.status_code == 200
        assert "<form" not in answer.text, "only what came, so that nothing typed is touched"
        return answer.text

    assert "Mitteilung 2" in await type_in("li")
    assert "Mitteilung 2" in await type_in("li.n")
    assert "li.x" in await type_in("li.x")
    assert "CSS" in await type_in("li[")
    assert site.asked == ["/liste"]
