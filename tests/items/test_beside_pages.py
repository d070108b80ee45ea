"""From a picked item to the edition: its picture from our own host, its documents as links."""

from datetime import date

import msgspec
from litestar import Litestar
from lxml import html
from lxml.html import HtmlElement

from service.app import App
from service.editions import actions as editions
from service.editions import checks, compose
from service.editions.model import Content, ItemBody, ItemPicture
from service.items import gleaning, lists, pictures
from service.kit import clock
from service.kit.http import Http
from service.sources.model import Document, Picture, PublishedPrecision
from tests.browser_like import Client
from tests.items import make
from tests.items.test_beside import png
from tests.sources.site import Site, opened

PUBLIC = "https://rundbrief.example"
TODAY = date(2026, 11, 22)


async def picked(app: App, client: Client, site: Site) -> tuple[int, int]:
    """Take in an item with everything beside it, pick it, copy its picture; return item, block."""
    me = await client.login("editor")
    site.put("/bild.png", png(900, 400))
    now = clock.now()
    entry = make.entry(
        "a", "Neues Haus", summary="Ab Montag offen.", published=now,
        precision=PublishedPrecision.MINUTE, picture=Picture(f"{site.base}/bild.png", "Das Haus"),
        documents=[Document("https://zh.example/m.pdf", "Merkblatt", "application/pdf", 340_000),
                   Document("", "Plan.pdf", "application/pdf", 8, b"%PDF-1.7")],
    )  # fmt: skip
    async with app.db.tx() as tx:
        await make.take_in(tx, await make.source(tx, now), [entry], now)
        item = (await lists.listing(tx, lists.Filter()))[0].id
        block = await editions.pick(tx, item, await make.draft(tx, me, now), me, now)
    http = Http("Rundbrief-Test/1", ["127.0.0.1"])
    assert await gleaning.copy_pictures(app.db, http, clock.now) == 1
    await http.close()
    return item, block


async def content(app: App, block: int) -> Content:
    async with app.db.read() as tx:
        return await editions.content(tx, (await editions.block(tx, block)).edition_id)


async def tree(client: Client, path: str) -> HtmlElement:
    answer = await client.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.text)


async def save(client: Client, block: int, seen: int, **fields: str) -> None:
    sent = {
        "title": "Neues Haus", "lead": "Ab Montag offen.", "source": "Kanton Zürich",
        "published": "", "url": "https://zh.example/a", "segment": "", "language": "de",
    }  # fmt: skip
    answer = await client.submit(f"/blocks/{block}", **sent, **fields, seen=str(seen))
    assert answer.status_code == 303


async def test_a_picked_item_s_picture_goes_out_from_our_own_host_with_words_for_it(
    app: App, client: Client, asgi: Litestar
) -> None:
    async with opened() as site:
        _, block = await picked(app, client, site)
    form = await tree(client, f"/blocks/{block}")
    (ticked,) = form.xpath("//input[@name='picture']/@value")
    assert form.xpath("//input[@name='picture_alt']/@value") == ["Das Haus"]
    await save(client, block, 1, picture=ticked, picture_alt="", picture_credit="Kanton")
    assert "picture" in _blocking(await content(app, block))
    await save(client, block, 2, picture=ticked, picture_alt="Das Haus", picture_credit="Kanton")
    held = await content(app, block)
    assert "picture" not in _blocking(held)
    mail = await compose.render(app.renderer, held, 0, public_url=PUBLIC, today=TODAY)
    name = ticked.partition(" ")[0]
    assert f'src="{PUBLIC}/pictures/{name}"' in mail.html
    assert 'alt="Das Haus"' in mail.html
    assert site.base not in mail.html, "nothing is loaded from the source"
    assert "Bild: Das Haus · Kanton" in mail.text
    async with Client.of(app, asgi) as stranger:
        shown = await stranger.get(f"/pictures/{name}")
        assert pictures.inspect(shown.content).width == 900
        assert shown.headers["content-type"] == "image/png"
        assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert (await stranger.get(f"/pictures/{name.replace('png', 'jpg')}")).status_code == 404


async def test_documents_become_links_once_and_a_mailed_file_stays_with_the_editors(
    app: App, client: Client
) -> None:
    async with opened() as site:
        item, block = await picked(app, client, site)
    await client.submit(f"/blocks/{block}/documents")
    await client.submit(f"/blocks/{block}/documents")
    held = await content(app, block)
    mail = await compose.render(app.renderer, held, 0, public_url=PUBLIC, today=TODAY)
    assert mail.html.count("Merkblatt (PDF, 340 kB)") == 1
    assert "Plan.pdf" not in mail.html
    reading = await tree(client, f"/items/{item}")
    assert "340 kB" in reading.xpath("string(//section[@aria-label='Dokumente'])")
    (address,) = reading.xpath("//section[@aria-label='Dokumente']//a[contains(., 'Plan')]/@href")
    kept = await client.get(address)
    assert kept.content == b"%PDF-1.7"
    assert kept.headers["content-disposition"].startswith("attachment;")
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-security-policy"] == "default-src 'none'; sandbox"


def _blocking(held: Content) -> set[str]:
    return {one.check for one in checks.find(held, checks.Facts(TODAY)) if one.blocking}


def test_a_block_without_a_picture_reads_as_it_did_before_there_were_any() -> None:
    assert b"picture" not in msgspec.json.encode(ItemBody("T"))
    shown = ItemBody("T", picture=ItemPicture("a" * 32 + ".png", "x", "", 10, 10))
    assert msgspec.json.decode(msgspec.json.encode(shown), type=ItemBody) == shown
