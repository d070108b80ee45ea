"""Eingang and Themen as an editor uses them."""

from datetime import timedelta

import msgspec
from lxml import html

from service.app import App
from service.editions import actions as editions
from service.items import actions as items
from service.items import lists
from service.items.model import ItemState
from service.kit import clock
from service.sources.model import SourceKind
from service.sources.readers import reading
from tests.browser_like import Client, hidden
from tests.items import make

HOSTILE = '<script>alert(1)</script><p onclick="x()">Gut <img src="https://böse.example/x"></p>'


async def filled(app: App, count: int = 3) -> list[int]:
    """Put items into the inbox, the last one newest; return their ids, oldest first."""
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        entries = [
            make.dated(f"n{n}", f"Meldung {n}", now - timedelta(hours=count - n), summary="Lead")
            for n in range(count)
        ]
        await make.take_in(tx, source, entries, now)
        rows = await lists.listing(tx, lists.Filter(), most=count)
    return [row.id for row in reversed(rows)]


async def state(app: App, item_id: int) -> ItemState:
    async with app.db.read() as tx:
        return (await items.item(tx, item_id)).state


async def test_the_inbox_lists_the_newest_item_first_and_opens_it(app: App, client: Client) -> None:
    await filled(app)
    await client.login()
    page = html.fromstring((await client.get("/inbox")).text)
    assert page.xpath("//li[@data-row]//a[contains(@class,'title')]/text()") == [
        "Meldung 2", "Meldung 1", "Meldung 0",
    ]  # fmt: skip
    assert page.xpath("//aside//h2/text()") == ["Meldung 2"]


async def test_an_empty_inbox_says_what_to_do_next(client: Client) -> None:
    await client.login()
    answer = await client.get("/inbox")
    assert answer.status_code == 200
    assert "/sources/new" in answer.text


async def test_every_item_is_reached_once_page_by_page(app: App, client: Client) -> None:
    ids = await filled(app, 120)
    await client.login()
    seen: list[str] = []
    url = "/inbox"
    while url:
        page = html.fromstring((await client.get(url)).text)
        seen += page.xpath("//li[@data-row]//input[@name='id']/@value")
        url = "".join(page.xpath("//a[@rel='next']/@href"))
    assert [int(one) for one in reversed(seen)] == ids


async def test_discarding_without_script_comes_back_to_the_same_view(
    app: App, client: Client
) -> None:
    ids = await filled(app)
    await client.login()
    answer = await client.submit(f"/items/{ids[0]}/discard", back="/inbox?q=meldung")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?q=meldung")
    assert await state(app, ids[0]) is ItemState.DISCARDED


async def test_a_form_never_leads_to_a_foreign_address(app: App, client: Client) -> None:
    ids = await filled(app)
    await client.login()
    answer = await client.submit(f"/items/{ids[0]}/discard", back="https://boese.example/")
    assert answer.headers["location"] == "/inbox"


async def test_discarding_with_script_answers_with_the_row_and_an_undo(
    app: App, client: Client
) -> None:
    ids = await filled(app)
    await client.login()
    answer = await client.post(
        f"/items/{ids[0]}/discard", data={"csrf": client.csrf}, headers={"HX-Request": "true"}
    )
    row = html.fromstring(answer.text)
    row = row if row.get("id") else row.xpath("//li")[0]
    assert row.get("id") == f"item-{ids[0]}"
    assert row.xpath(".//button/@formaction") == ["/inbox/undo"]


async def test_picking_puts_the_item_into_the_draft_and_undo_takes_it_out(
    app: App, client: Client
) -> None:
    ids = await filled(app)
    editor = await client.login()
    async with app.db.tx() as tx:
        edition = await make.draft(tx, editor, clock.now())
    answer = await client.post(
        f"/items/{ids[0]}/pick",
        data={"csrf": client.csrf, "edition": edition},
        headers={"HX-Request": "true"},
    )
    deed = html.fromstring(answer.text).xpath(".//li//button[@name='deed']/@value")[0]
    assert await state(app, ids[0]) is ItemState.PICKED
    async with app.db.read() as tx:
        blocks = (await editions.content(tx, edition)).blocks
    assert [b.item_id for b in blocks] == [ids[0]]
    await client.submit("/inbox/undo", deed=deed)
    assert await state(app, ids[0]) is ItemState.NEW
    async with app.db.read() as tx:
        assert (await editions.content(tx, edition)).blocks == []


async def test_many_items_are_discarded_at_once(app: App, client: Client) -> None:
    ids = await filled(app)
    await client.login()
    answer = await client.submit("/inbox/act", act="discard", id=ids[:2], back="/inbox")
    assert answer.status_code == 303
    assert [await state(app, one) for one in ids] == [
        ItemState.DISCARDED, ItemState.DISCARDED, ItemState.NEW,
    ]  # fmt: skip


async def test_a_search_finds_the_continuations_of_a_word(app: App, client: Client) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        titles = ["Sozialhilfegesetz revidiert", "Kurse im Winter"]
        await make.take_in(tx, source, [make.entry(t[:4], t) for t in titles], now)
    await client.login()
    answer = await client.get("/inbox", params={"q": "sozialhilfe"})
    assert "Sozialhilfegesetz revidiert" in answer.text
    assert "Kurse im Winter" not in answer.text


async def test_odd_searches_and_addresses_are_answered_not_broken(app: App, client: Client) -> None:
    await filled(app)
    await client.login()
    for query in ("'", '"', "a & | ! ( ) :*", "-", "\\", "<->", "и́", "x" * 500, "%00", "der die"):
        assert (await client.get("/inbox", params={"q": query})).status_code == 200
    for params in (
        {"before": "gestern_1"}, {"before": "2026-10-10T10:00:00_99999999999999999999"},
        {"source": "abc"}, {"topic": "-1"}, {"state": "weg"}, {"source": "9" * 30},
    ):  # fmt: skip
        assert (await client.get("/inbox", params=params)).status_code == 200


async def test_no_foreign_markup_and_no_foreign_picture_reaches_the_page(
    app: App, client: Client
) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        feed = {"items": [{"id": "x", "title": "a < b", "content_html": HOSTILE}]}
        body = msgspec.json.encode(feed)
        read = reading.read(reading.Request(SourceKind.JSON_FEED, body, now))
        await make.take_in(tx, source, read.entries, now)
        row = (await lists.listing(tx, lists.Filter()))[0]
    await client.login()
    page = html.fromstring((await client.get(f"/items/{row.id}")).text)
    assert page.xpath("//article//script | //article//*[@onclick] | //article//img") == []
    assert page.xpath("//article//h1/text()") == ["a < b"]


async def test_an_item_that_is_not_there_is_a_404(client: Client) -> None:
    await client.login()
    assert (await client.get("/items/999999")).status_code == 404


async def test_topics_are_added_ordered_and_filed_under(app: App, client: Client) -> None:
    ids = await filled(app)
    await client.login("administrator")
    for title in ("Asyl", "Alter"):
        await client.submit("/topics", title=title, keywords="asyl, flucht")
    async with app.db.read() as tx:
        first, second = await items.topics(tx)
    assert (first.title, first.keywords) == ("Asyl", ["asyl", "flucht"])
    await client.submit(f"/topics/{second.id}/up")
    async with app.db.read() as tx:
        assert [t.title for t in await items.topics(tx)] == ["Alter", "Asyl"]
    await client.submit(f"/items/{ids[0]}/topics", topic=[first.id])
    listed = await client.get("/inbox", params={"topic": first.id})
    assert "Meldung 0" in listed.text
    assert "Meldung 1" not in html.fromstring(listed.text).xpath("string(//form[@id='inbox'])")


async def test_a_topic_of_the_same_name_is_refused_and_what_was_typed_stays(
    client: Client,
) -> None:
    await client.login("administrator")
    await client.submit("/topics", title="Asyl")
    answer = await client.submit("/topics", title="Asyl", keywords="flucht")
    assert answer.status_code == 422
    assert 'href="#title"' in answer.text
    assert "flucht" in answer.text
    empty = await client.submit("/topics", title="", keywords="flucht")
    assert empty.status_code == 422
    assert "flucht" in empty.text


async def test_the_second_of_two_who_change_a_topic_sees_what_the_first_one_saved(
    app: App, client: Client
) -> None:
    await client.login("administrator")
    await client.submit("/topics", title="Asyl", keywords="asyl, flucht")
    async with app.db.read() as tx:
        path = f"/topics/{(await items.topics(tx))[0].id}"
    seen = hidden(await client.get(path), "seen")
    empty = await client.submit(path, title="", keywords="flucht", seen=seen)
    assert (empty.status_code, hidden(empty, "seen")) == (422, seen)
    first = {"title": "Asyl und Flucht", "keywords": "asyl", "seen": seen}
    assert (await client.submit(path, **first)).status_code == 303
    late = {"title": "Flucht", "keywords": "asylwesen"}
    clash = await client.submit(path, seen=seen, **late)
    assert clash.status_code == 409
    assert "Asyl und Flucht: asyl" in clash.text
    assert "asylwesen</textarea>" in clash.text
    assert (await client.submit(path, seen=hidden(clash, "seen"), **late)).status_code == 303
    async with app.db.read() as tx:
        assert [(t.title, t.keywords) for t in await items.topics(tx)] == [
            ("Flucht", ["asylwesen"])
        ]


async def test_an_editor_may_not_change_topics(client: Client) -> None:
    await client.login("editor")
    assert "<textarea" not in (await client.get("/topics")).text  # nothing that cannot be saved
    assert (await client.submit("/topics", title="Asyl")).status_code == 403
