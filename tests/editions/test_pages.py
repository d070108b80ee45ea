"""The editors' pages of this stage, as a browser meets them."""

import re

from aiohttp import web

from service.app import App
from service.editions import actions
from service.editions.model import Heading, ItemBody
from tests.browser_like import Client, hidden
from tests.editions import make


async def begun(app: App, *titles: str) -> int:
    async with app.db.tx() as tx:
        newsletter_id = await make.newsletter(tx)
        return await make.edition(tx, newsletter_id, [Heading(t) for t in titles])


async def full(app: App) -> int:
    async with app.db.tx() as tx:
        return await make.edition(tx, await make.newsletter(tx))


async def block_ids(app: App, edition_id: int) -> list[int]:
    async with app.db.read() as tx:
        return [b.id for b in (await actions.content(tx, edition_id)).blocks]


async def test_a_new_edition_is_a_form_and_then_a_composer(app: App, client: Client) -> None:
    await client.login("editor")
    assert "Newsletter anlegen" in (await client.get("/editions/new")).text
    async with app.db.tx() as tx:
        newsletter_id = await make.newsletter(tx)
    refused = await client.submit("/editions", newsletter=newsletter_id, subject="Bleibt stehen")
    assert refused.status_code == 422
    assert "Bleibt stehen" in refused.text
    made = await client.submit("/editions", newsletter=newsletter_id, title="Frühling")
    assert made.status_code == 303
    page = await client.get(made.headers["location"])
    assert "Frühling" in page.text
    assert "Noch nichts da." in page.text
    assert "Frühling" in (await client.get("/editions?q=früh")).text
    assert "Nichts gefunden" in (await client.get("/editions?q=herbst")).text


async def test_every_kind_of_block_has_a_form_that_keeps_what_was_typed(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await full(app)
    for block_id in await block_ids(app, edition_id):
        page = await client.get(f"/blocks/{block_id}")
        assert page.status_code == 200
        fields = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page.text))
        assert fields["seen"] == "1"
    event = (await block_ids(app, edition_id))[4]
    text = (await client.get(f"/blocks/{event}")).text
    assert 'value="2026-03-12"' in text
    assert 'value="08:30"' in text


async def test_a_block_is_added_by_its_form_and_all_faults_come_at_once(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await begun(app)
    url = f"/editions/{edition_id}/blocks"
    assert (await client.get(f"{url}/new?kind=deadline")).status_code == 200
    refused = await client.submit(url, kind="deadline", title="", due="31.13.2026", url="x")
    assert refused.status_code == 422
    assert "31.13.2026" in refused.text
    assert refused.text.index('href="#title"') < refused.text.index('href="#due"')
    refused = await client.submit(url, kind="deadline", title="", due="2026-03-31", url="x")
    assert refused.text.count('class="fault"') == 2
    typed = {"kind": "deadline", "title": "Gesuch", "due": "31.3.2026", "text": "**Bald**"}
    added = await client.submit(url, **typed)
    assert added.status_code == 303
    page = await client.get(f"/editions/{edition_id}/preview")
    assert "<strong>Bald</strong>" in page.text
    assert "31. März 2026" in page.text


async def test_an_automatic_save_answers_with_the_new_version_and_moves_the_preview(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await begun(app, "alt")
    [block_id] = await block_ids(app, edition_id)
    htmx = {"hx-request": "true", "x-csrf-token": client.csrf}
    data = {"text": "neu", "seen": "1", "auto": "1"}
    saved = await client.post(f"/blocks/{block_id}", data=data, headers=htmx)
    assert saved.headers["hx-trigger"] == "preview"
    assert hidden(saved, "seen") == "2"
    assert "neu" in (await client.get(f"/editions/{edition_id}/preview")).text
    late = await client.post(f"/blocks/{block_id}", data=data, headers=htmx)
    assert "hx-trigger" not in late.headers
    assert "Jemand anderes" in late.text
    assert f'id="saved-{block_id}"' in late.text, (
        "the warning stands at the block that was not saved"
    )


async def test_the_second_saver_sees_both_versions_and_chooses(app: App, client: Client) -> None:
    await client.login("editor")
    edition_id = await begun(app, "Anfang")
    [block_id] = await block_ids(app, edition_id)
    await client.submit(f"/blocks/{block_id}", text="Fassung der einen Person", seen=1)
    clash = await client.submit(f"/blocks/{block_id}", text="Fassung der andern Person", seen=1)
    assert clash.status_code == 409
    assert "Fassung der <mark>einen </mark>Person" in clash.text
    assert "Fassung der <mark>andern </mark>Person" in clash.text
    mine = hidden(clash, "seen")
    chosen = await client.submit(f"/blocks/{block_id}", text="Fassung der andern Person", seen=mine)
    assert chosen.status_code == 303
    assert "Fassung der andern Person" in (await client.get(f"/editions/{edition_id}")).text


async def test_blocks_move_by_buttons_by_dragging_and_come_back_after_removal(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await begun(app, "eins", "zwei", "drei")
    one, two, three = await block_ids(app, edition_id)
    await client.submit(f"/blocks/{one}/shift", by=1)
    assert await block_ids(app, edition_id) == [two, one, three]
    htmx = {"hx-request": "true", "x-csrf-token": client.csrf}
    dragged = await client.post(
        f"/editions/{edition_id}/order", data={"order": f"{three},{one},{two}"}, headers=htmx
    )
    assert dragged.text.index("drei") < dragged.text.index("eins")
    endless = ",".join([str(one)] * 2000)
    refused = await client.submit(f"/editions/{edition_id}/order", order=endless)
    assert refused.status_code == 422
    await client.submit(f"/blocks/{one}/remove")
    assert await block_ids(app, edition_id) == [three, two]
    assert "Zurückholen" in (await client.get(f"/editions/{edition_id}")).text
    await client.submit(f"/blocks/{one}/restore")
    assert await block_ids(app, edition_id) == [three, one, two]


async def test_the_preview_has_no_rights_and_shows_what_was_chosen(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await full(app)
    mail = await client.get(f"/editions/{edition_id}/preview?shade=dark")
    policy = mail.headers["content-security-policy"]
    assert "; sandbox " in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "@media all" in mail.text
    light = await client.get(f"/editions/{edition_id}/preview")
    assert "@media not all" in light.text
    assert "@@" not in light.text
    text = await client.get(f"/editions/{edition_id}/preview?part=text")
    assert "<pre>" in text.text


async def test_the_way_from_draft_to_approval_runs_over_one_page(app: App, client: Client) -> None:
    edition_id = await full(app)
    await client.login("editor")
    review = f"/editions/{edition_id}/review"
    assert "Zur Freigabe einreichen" in (await client.get(review)).text
    async with app.db.tx() as tx:
        await make.editor(tx, "unbeteiligt@verband.example")
        await tx.execute("update editor set role = 'approver' where email like 'unbeteiligt%'")
    handed = await client.submit(f"/editions/{edition_id}/hand-in")
    assert handed.headers["location"] == review
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from notice where kind = 'approval'") == 1
    assert (await client.submit(f"/editions/{edition_id}/approve", seen="x")).status_code == 403

    await client.login("approver")
    assert "Eingereicht von " in (await client.get(f"/editions/{edition_id}")).text
    page = await client.get(review)
    assert "Eingereicht von " in page.text
    assert "Noch nie" in page.text or "noch nie beurteilt" in page.text
    stale = await client.submit(f"/editions/{edition_id}/approve", seen="0" * 64)
    assert stale.status_code == 409
    assert (await client.submit(f"/editions/{edition_id}/return", remark="")).status_code == 422
    seen = hidden(page, "seen")
    assert (await client.submit(f"/editions/{edition_id}/approve", seen=seen)).status_code == 303
    page = await client.get(review)
    assert f"/dispatches/new?edition={edition_id}" in page.text
    assert "genau so" in page.text


async def test_a_returned_edition_shows_the_remark_and_what_changed_since(
    app: App, client: Client
) -> None:
    edition_id = await full(app)
    await client.login("editor")
    await client.submit(f"/editions/{edition_id}/hand-in")
    approver = Client.of(app, client._transport.app)  # type: ignore[attr-defined]
    await approver.login("approver")
    await approver.submit(f"/editions/{edition_id}/return", remark="Bitte den Titel kürzen")
    composer = await client.get(f"/editions/{edition_id}")
    assert "Bitte den Titel kürzen" in composer.text
    blocks = await block_ids(app, edition_id)
    await client.submit(f"/blocks/{blocks[1]}", text="Kurz", seen=1)
    await client.submit(f"/blocks/{blocks[0]}/remove")
    page = (await client.get(f"/editions/{edition_id}/review")).text
    assert "<del>Aus dem Kanton</del>" in page
    assert "<ins>Kurz</ins>" in page
    assert "entfernt" in page


async def test_what_must_be_put_right_stops_handing_in(app: App, client: Client) -> None:
    await client.login("editor")
    edition_id = await full(app)
    async with app.db.tx() as tx:
        await tx.execute("update edition set subject = ''")
    page = await client.get(f"/editions/{edition_id}/review")
    assert "Der Betreff ist leer." in page.text
    assert (await client.submit(f"/editions/{edition_id}/hand-in")).status_code == 409


async def test_words_are_saved_once_and_the_second_saver_sees_the_first_ones(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await begun(app)
    words = {"title": "Titel", "preheader": "", "segment": ""}
    first = await client.submit(f"/editions/{edition_id}", subject="Erster", seen=1, **words)
    assert first.status_code == 303
    second = await client.submit(f"/editions/{edition_id}", subject="Zweiter", seen=1, **words)
    assert second.status_code == 409
    assert "Erster" in second.text
    assert "Zweiter" in second.text


async def test_an_edition_on_its_way_shows_no_form(app: App, client: Client) -> None:
    await client.login("editor")
    edition_id = await full(app)
    async with app.db.tx() as tx:
        await tx.execute("update edition set state = 'scheduled'")
    page = await client.get(f"/editions/{edition_id}")
    assert page.status_code == 200
    assert "data-sortable" not in page.text
    [first, *_] = await block_ids(app, edition_id)
    assert (await client.submit(f"/blocks/{first}/remove")).status_code == 409


async def test_only_administrators_change_newsletters_and_pale_colours_are_refused(
    app: App, client: Client
) -> None:
    typed = {
        "slug": "soko-aktuell",
        "title": "SoKo aktuell",
        "sender_name": "SoKo",
        "sender_address": "news@soko.example",
        "reply_to": "info@soko.example",
        "language": "de",
        "visibility": "public",
        "accent": "#ffee00",
        "ink": "#1c2429",
        "paper": "#ffffff",
        "canvas": "red;}",
    }
    await client.login("editor")
    assert (await client.submit("/newsletters", **typed)).status_code == 403
    await client.login("administrator")
    assert (await client.get("/newsletters/new")).status_code == 200
    refused = await client.submit("/newsletters", **typed)
    assert refused.status_code == 422
    assert "#0b5563" in refused.text
    refused = await client.submit("/newsletters", **(typed | {"canvas": "#eeeeee"}))
    assert "Kontrast" in refused.text
    good = typed | {"canvas": "#eeeeee", "accent": "#7a1f3d"}
    made = await client.submit("/newsletters", **good)
    assert made.status_code == 303
    again = await client.submit("/newsletters", **good)
    assert again.status_code == 409
    page = await client.get(made.headers["location"])
    assert "#7a1f3d" in page.text
    assert "SoKo aktuell" in (await client.get("/newsletters")).text
    specimen = await client.get("/newsletters/look?accent=%237a1f3d&canvas=red;}body{x:y")
    assert "#7a1f3d" in specimen.text
    assert "red;}" not in specimen.text


async def test_a_strange_number_is_a_missing_page_not_a_failure(client: Client) -> None:
    await client.login("editor")
    for path in (
        "/editions/0",
        "/editions/99999999999999999999",
        "/blocks/99999",
        "/newsletters/7",
    ):
        assert (await client.get(path)).status_code == 404


async def test_an_item_of_the_inbox_becomes_a_block_with_its_source(app: App) -> None:
    async with app.db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx), [])
        item_id = await make.item(tx)
        block_id = await actions.pick(tx, item_id, edition_id, None, make.NOW)
        block = await actions.block(tx, block_id)
    assert isinstance(block.content, ItemBody)
    assert (block.content.source, block.content.title) == ("Kanton Zürich", "Neue Ansätze")
    assert block.content.url == "https://zh.example/ansaetze"
    assert str(block.content.published) == "2026-02-01"
    assert (block.item_id, block.item_revision) == (item_id, 1)


async def test_dead_and_moved_links_are_named_with_their_block(app: App, client: Client) -> None:
    async def gone(_: web.Request) -> web.Response:
        return web.Response(status=404)

    async def moved(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"location": "/fine"})

    async def fine(_: web.Request) -> web.Response:
        return web.Response(text="da")

    async def members_only(_: web.Request) -> web.Response:
        return web.Response(status=403)

    site = web.Application()
    site.router.add_get("/gone", gone)
    site.router.add_get("/moved", moved)
    site.router.add_get("/fine", fine)
    site.router.add_get("/members", members_only)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with app.db.tx() as tx:
        bodies = [ItemBody(p, url=f"{base}/{p}") for p in ("gone", "moved", "fine", "members")]
        edition_id = await make.edition(tx, await make.newsletter(tx), bodies)
    await client.login("editor")
    before = (await client.get(f"/editions/{edition_id}/review")).text
    assert "die Links sind noch nicht geprüft" in before
    page = (await client.submit(f"/editions/{edition_id}/links")).text
    await runner.cleanup()
    assert "noch nicht geprüft" not in page
    assert f"Der Link {base}/gone ist tot (404)." in page
    assert f"{base}/moved ist umgezogen nach {base}/fine" in page
    assert f"Der Link {base}/fine" not in page
    assert f"{base}/members" not in page
    lost = (await client.submit(f"/editions/{edition_id}/links")).text
    assert lost.count("geht nicht") == 4


async def test_a_test_mail_goes_to_the_editor_who_asks_and_to_nobody_else(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await full(app)
    await client.submit(f"/editions/{edition_id}/test")
    async with app.db.read() as tx:
        [notice] = await tx.fetch("select address, subject, text, html from notice")
    assert notice["address"] == "editor@verband.example"
    assert notice["subject"] == "Test: SoKo aktuell 1"
    assert "@@" not in notice["html"] + notice["text"]


async def test_a_form_that_was_refused_can_be_put_right_and_sent_again(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await begun(app, *["x"] * 40)
    [first, *_] = await block_ids(app, edition_id)
    url = f"/editions/{edition_id}/blocks"
    once = hidden(await client.get(f"{url}/new?kind=heading"), "once")
    full_house = await client.submit(url, kind="heading", text="Neu", once=once)
    assert full_house.status_code == 422
    assert "höchstens 40" in full_house.text
    await client.submit(f"/blocks/{first}/remove")
    assert (await client.submit(url, kind="heading", text="Neu", once=once)).status_code == 303
    assert (await client.submit(url, kind="heading", text="Neu", once=once)).status_code == 303
    assert len(await block_ids(app, edition_id)) == 40


async def test_the_buttons_of_a_page_carry_the_token_of_the_session(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await full(app)
    [first, *_] = await block_ids(app, edition_id)
    await client.submit(f"/blocks/{first}/remove")
    for path in (f"/editions/{edition_id}", f"/editions/{edition_id}/review"):
        tokens = re.findall(r'name="csrf" value="([^"]*)"', (await client.get(path)).text)
        assert set(tokens) == {client.csrf}


async def test_an_automatic_save_of_the_words_never_says_saved_when_it_was_not(
    app: App, client: Client
) -> None:
    await client.login("editor")
    edition_id = await begun(app)
    htmx = {"hx-request": "true", "x-csrf-token": client.csrf}
    words = {"title": "Titel", "preheader": "", "segment": "", "auto": "1", "seen": "1"}
    url = f"/editions/{edition_id}"
    first = await client.post(url, data={"subject": "Erster", **words}, headers=htmx)
    assert "Gespeichert." in first.text
    assert hidden(first, "seen") == "2"
    for late in ({"subject": "Zweiter"}, {"subject": "x", "title": "", "seen": "2"}):
        answer = await client.post(url, data={**words, **late}, headers=htmx)
        assert "Gespeichert." not in answer.text
        assert "hx-trigger" not in answer.headers
        assert 'class="fault"' in answer.text
