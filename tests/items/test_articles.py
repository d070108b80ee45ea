"""From a teaser to the whole text: the pages behind entries, read politely, once per revision."""

import pytest

from service.items import actions as items
from service.items import articles
from service.items.model import Item
from service.kit.confine import Confined
from service.kit.db import Database
from service.kit.errors import Conflict
from service.kit.http import Http
from service.sources import actions as sources
from service.sources.model import Draft
from service.sources.readers import reading
from tests.items.conftest import Desk
from tests.sources.site import Site, opened

LONG = "Der Regierungsrat hat die Verordnung über die Sozialhilfe verabschiedet. " * 4


def page(text: str) -> str:
    return (
        "<html><body><nav><a href='/'>Start</a></nav><main><h1>Verordnung</h1>"
        f"<time datetime='2020-01-01'>1.1.2020</time><p>{text}</p><p>{text[::-1]}</p></main>"
        "<footer>© 2026 Alle Rechte vorbehalten</footer></body></html>"
    )


def feed(site: Site, title: str = "Verordnung", teaser: str = "Kurz gesagt …", n: int = 1) -> str:
    entries = "".join(
        f"<item><guid>{k}</guid><title>{title}</title><link>{site.base}/n/{k}</link>"
        f"<description>{teaser}</description><pubDate>Tue, 06 Oct 2026 09:30:00 +0200</pubDate>"
        "</item>"
        for k in range(n)
    )
    return f"<rss version='2.0'><channel><title>Amt</title>{entries}</channel></rss>"


async def visit(desk: Desk) -> int:
    return await articles.read_pages(desk.db, desk.http, desk.readers, desk.clock)


async def item(desk: Desk) -> Item:
    async with desk.db.read() as tx:
        newest = await tx.fetchval("select max(id) from item")
        return await items.item(tx, newest)


async def test_a_teaser_becomes_the_text_of_its_page_with_the_date_of_the_list(
    desk: Desk, site: Site
) -> None:
    site.put("/n/0", page(LONG), headers={"Content-Type": "text/html; charset=utf-8"})
    source = await desk.add(site.put("/feed", feed(site)))
    await desk.poll(source)
    before = await item(desk)
    assert await visit(desk) == 1
    after = await item(desk)
    assert after.text.startswith("Der Regierungsrat")
    assert "Rechte vorbehalten" not in after.text
    assert (after.published_at, after.revision, after.lead) == (
        before.published_at, 1, "Kurz gesagt …",
    )  # fmt: skip
    assert (before.from_page, after.from_page) == (False, True)
    assert await visit(desk) == 0


async def test_of_a_source_that_is_read_as_listed_no_page_is_asked_for_even_if_it_waits(
    desk: Desk, site: Site
) -> None:
    site.put("/n/0", page(LONG), headers={"Content-Type": "text/html"})
    address = site.put("/feed", feed(site))
    source = await desk.add(address)
    await desk.poll(source)
    async with desk.db.tx() as tx:
        known = await sources.source(tx, source)
        as_listed = Draft(known.kind, known.title, address, reads_pages=False)
        await sources.change(tx, source, known.version, as_listed, desk.clock())
    assert await visit(desk) == 0
    site.put("/feed", feed(site, n=2))
    assert (await desk.poll(source)).new == 1
    assert await visit(desk) == 0
    assert not (await item(desk)).from_page


async def test_a_page_is_read_again_for_a_new_revision_and_for_nothing_else(
    desk: Desk, site: Site
) -> None:
    html = {"Content-Type": "text/html"}
    site.put("/n/0", page(LONG), headers=html)
    source = await desk.add(site.put("/feed", feed(site)))
    await desk.poll(source)
    await visit(desk)
    site.put("/feed", feed(site, teaser=" Kurz  gesagt\n… "))
    assert (await desk.poll(source)).changed == 0
    assert await visit(desk) == 0
    site.put("/n/0", page("Nun gilt sie ab dem ersten März. " * 4), headers=html)
    site.put("/feed", feed(site, title="Verordnung verschoben"))
    assert (await desk.poll(source)).changed == 1
    assert (await item(desk)).text.startswith("Der Regierungsrat")
    assert await visit(desk) == 1
    told = await item(desk)
    assert (told.revision, "Nun gilt" in told.text) == (2, True)
    assert site.asked.count("/n/0") == 2


async def test_a_full_text_or_an_old_piece_asks_for_no_page(desk: Desk, site: Site) -> None:
    await desk.poll(await desk.add(site.put("/feed", feed(site, teaser=LONG * 4))))
    desk.pass_time(days=20)
    await desk.poll(await desk.add(site.put("/alt", feed(site))))
    assert await visit(desk) == 0


async def test_a_server_that_fails_is_asked_again_later_and_less_and_less(
    desk: Desk, site: Site
) -> None:
    site.put("/n/0", b"", status=503, headers={"Retry-After": "7200"})
    await desk.poll(await desk.add(site.put("/feed", feed(site))))
    assert await visit(desk) == 1
    desk.pass_time(hours=1)
    assert await visit(desk) == 0
    for _ in range(6):
        desk.pass_time(days=1)
        await visit(desk)
    assert site.asked.count("/n/0") == 4


async def test_what_is_gone_no_page_or_no_text_is_let_be(desk: Desk, site: Site) -> None:
    site.put("/n/1", b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    site.put("/n/2", "<html><body><nav>x</nav></body></html>")
    await desk.poll(await desk.add(site.put("/feed", feed(site, n=3))))
    while await visit(desk):
        desk.pass_time(minutes=1)
    desk.pass_time(days=1)
    assert await visit(desk) == 0
    assert {path: site.asked.count(path) for path in ("/n/0", "/n/1", "/n/2")} == {
        "/n/0": 1, "/n/1": 1, "/n/2": 1,
    }  # fmt: skip


async def test_one_page_of_a_host_at_a_time_with_its_pause_and_only_where_robots_may(
    db: Database,
) -> None:
    http, readers = Http("Rundbrief-Test/1", ["127.0.0.0/8"]), Confined(reading.FUNCTION, size=1)
    async with opened("127.0.0.8") as pages, opened() as site:
        desk = Desk(db, http, readers)
        pages.put("/robots.txt", "User-agent: *\nDisallow: /n/1\nCrawl-delay: 1\n")
        for n in range(3):
            pages.put(f"/n/{n}", page(f"{n}. {LONG}"), headers={"Content-Type": "text/html"})
        source = await desk.add(site.put("/feed", feed(pages, n=3)))
        await desk.poll(source)
        asked = []
        for _ in range(4):
            await visit(desk)
            asked.append(pages.asked[1:])
            assert await visit(desk) == 0, "its pause has not passed"
            desk.pass_time(seconds=3)
        assert [len(one) for one in asked] == [1, 1, 2, 2]
        assert pages.asked == ["/robots.txt", "/n/0", "/n/2"]
    await readers.close()
    await http.close()


async def test_a_host_that_is_held_for_a_page_is_asked_by_nobody_else(
    desk: Desk, site: Site
) -> None:
    source = await desk.add(site.put("/feed", feed(site)))
    await desk.poll(source)
    async with desk.db.tx() as tx:
        held = await articles.sources.hold(tx, [site.base.removeprefix("http://")], desk.now)
        assert len(held) == 1
        with pytest.raises(Conflict):
            await articles.sources.claim_one(tx, source, desk.now)
        await articles.sources.let_go(tx, held, desk.now)
        await articles.sources.claim_one(tx, source, desk.now)
