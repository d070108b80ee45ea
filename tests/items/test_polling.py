"""From a publisher's server to the inbox, over real HTTP and a real database."""

from service.items import actions as items
from service.items import lists
from service.items.lists import Filter
from service.items.model import ItemRow, ItemState
from service.kit.confine import Confined
from service.kit.db import Database
from service.kit.http import Http
from service.sources import actions as sources
from service.sources import schedule
from service.sources.model import FetchOutcome, SourceKind, SourceState
from service.sources.readers import reading
from tests.items.conftest import Desk
from tests.sources.site import Site, opened

LINE = '<a href="/n/1">Sozialhilfestrategie verabschiedet</a> 6.10.2026'


def feed(*entries: tuple[str, str, str]) -> str:
    """Return an RSS feed of (guid, title, description)."""
    parts = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>https://www.example.ch/{guid}</link><description>{text}</description>"
        "<pubDate>Tue, 06 Oct 2026 09:30:00 +0200</pubDate></item>"
        for guid, title, text in entries
    )
    return f"<rss version='2.0'><channel><title>Amt</title>{parts}</channel></rss>"


async def inbox(db: Database, **wanted: object) -> list[ItemRow]:
    async with db.read() as tx:
        return await lists.listing(tx, Filter(**wanted))  # type: ignore[arg-type]


async def test_entries_of_a_due_source_stand_in_the_inbox(desk: Desk, site: Site) -> None:
    await desk.add(site.put("/feed", feed(("a", "Asylzahlen", "Kurz"), ("b", "KESB", "Lang"))))
    done = await desk.poll_due()
    assert [(p.outcome, p.new) for p in done] == [(FetchOutcome.READ, 2)]
    assert {row.title for row in await inbox(desk.db)} == {"Asylzahlen", "KESB"}
    assert await desk.poll_due() == []


async def test_a_second_fetch_keeps_each_piece_once(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "Asylzahlen", "Kurz"))))
    await desk.poll(source)
    site.put("/feed", feed(("a", "Asylzahlen", "Kurz"), ("b", "Neu", "Text")))
    desk.pass_time(hours=3)
    polled = await desk.poll(source)
    assert (polled.entries, polled.new, polled.changed) == (2, 1, 0)
    assert len(await inbox(desk.db)) == 2


async def test_changed_words_make_a_revision_and_white_space_makes_none(
    desk: Desk, site: Site
) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "Frist bis 31. Januar", "Alt"))))
    await desk.poll(source)
    site.put("/feed", feed(("a", "Frist  bis\n31. Januar", " &lt;b&gt;Alt&lt;/b&gt; ")))
    assert (await desk.poll(source)).changed == 0
    site.put("/feed", feed(("a", "Frist bis 28. Februar", "Alt")))
    assert (await desk.poll(source)).changed == 1
    row = (await inbox(desk.db))[0]
    async with desk.db.read() as tx:
        item = await items.item(tx, row.id)
        before = await items.revisions(tx, row.id)
    assert (item.title, item.revision, len(before)) == ("Frist bis 28. Februar", 2, 1)
    assert before[0].title == "Frist bis 31. Januar"


async def test_an_item_changed_after_it_was_picked_says_so(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "Erster Titel", "Text"))))
    await desk.poll(source)
    row = (await inbox(desk.db))[0]
    async with desk.db.tx() as tx:
        await items.mark_picked(tx, row.id, None, desk.now)
    assert await inbox(desk.db, changed=True) == []
    site.put("/feed", feed(("a", "Zweiter Titel", "Text")))
    await desk.poll(source)
    assert [r.title for r in await inbox(desk.db, changed=True)] == ["Zweiter Titel"]
    async with desk.db.tx() as tx:
        assert (await items.item(tx, row.id)).changed_after_pick
        await items.acknowledge(tx, row.id)
    assert await inbox(desk.db, changed=True) == []


async def test_an_unchanged_answer_is_not_read_again(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "T", "x")), etag='"1"'))
    await desk.poll(source)
    polled = await desk.poll(source)
    assert polled.outcome is FetchOutcome.UNCHANGED
    assert site.headers[-1]["if-none-match"] == '"1"'


async def test_every_twentieth_fetch_asks_without_validators(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "T", "x")), etag='"1"'))
    for _ in range(21):
        await desk.poll(source)
    without = [n for n, h in enumerate(site.headers, 1) if "if-none-match" not in h]
    assert without == [1, 20]


async def test_a_failing_source_is_asked_less_and_less_but_never_dropped(
    desk: Desk, site: Site
) -> None:
    source = await desk.add(site.put("/feed", b"", status=500))
    for _ in range(12):
        await desk.poll(source)
    async with desk.db.read() as tx:
        found = await sources.source(tx, source)
        last = await sources.log(tx, source)
    assert (found.state, found.failures, len(last)) == (SourceState.ACTIVE, 12, 12)
    assert found.next_fetch_at > desk.now
    assert str(found.trouble) == "The server has a fault of its own (500)."


async def test_the_log_keeps_the_last_twenty_fetches(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "T", "x"))))
    for _ in range(23):
        desk.pass_time(minutes=1)
        await desk.poll(source)
    async with desk.db.read() as tx:
        fetches = await sources.log(tx, source)
    assert len(fetches) == 20
    assert fetches[0].at == desk.now


async def test_one_host_is_asked_by_one_worker_at_a_time(desk: Desk, site: Site) -> None:
    await desk.add(site.put("/one", feed(("a", "Eins", "x"))))
    await desk.add(site.put("/two", feed(("b", "Zwei", "x"))))
    async with desk.db.tx() as tx:
        first = await sources.claim(tx, desk.now, 10)
    async with desk.db.tx() as tx:
        second = await sources.claim(tx, desk.now, 10)
    assert (len(first), second) == (1, [])
    desk.pass_time(minutes=26)
    async with desk.db.tx() as tx:
        assert len(await sources.claim(tx, desk.now, 10)) == 1


async def test_pages_behind_a_listing_are_read_once(desk: Desk, site: Site) -> None:
    site.put("/n/1", "<html><main><p>Der ganze Text der Mitteilung.</p></main></html>")
    listing = f'<ul><li class="n">{LINE}</li></ul>'
    source = await desk.add(
        site.put("/liste", f"<html lang=de><body>{listing}</body></html>"),
        SourceKind.HTML_LIST, item="li.n", detail={"content": "main"},
    )  # fmt: skip
    await desk.poll(source)
    site.put("/liste", f"<html lang=de><body>{listing}<p>Stand heute</p></body></html>")
    await desk.poll(source)
    assert site.asked.count("/n/1") == 1
    row = (await inbox(desk.db))[0]
    async with desk.db.read() as tx:
        assert "ganze Text" in (await items.item(tx, row.id)).content_html


async def test_a_page_that_fails_is_looked_at_again_without_a_revision(
    desk: Desk, site: Site
) -> None:
    listing = f"<html lang=de><ul><li>{LINE}</li></ul>"
    source = await desk.add(
        site.put("/liste", listing), SourceKind.HTML_LIST, item="li", detail={"content": "main"}
    )
    await desk.poll(source)
    site.put("/n/1", "<html><main><p>Nun ist der Text da.</p></main></html>")
    polled = await desk.poll(source)
    row = (await inbox(desk.db))[0]
    async with desk.db.read() as tx:
        item = await items.item(tx, row.id)
    assert (item.text, item.revision, polled.changed) == ("Nun ist der Text da.", 1, 0)


async def test_more_new_entries_than_pages_are_finished_at_the_next_fetch(
    desk: Desk, site: Site
) -> None:
    lines = "".join(
        f'<li><a href="/n/{n}">Mitteilung Nummer {n} des Amtes</a></li>' for n in range(25)
    )
    for n in range(25):
        site.put(f"/n/{n}", f"<html><main><p>Text {n}</p></main></html>")
    source = await desk.add(
        site.put("/liste", f"<html lang=de><ul>{lines}</ul></html>", etag='"x"'),
        SourceKind.HTML_LIST, item="li", detail={"content": "main"},
    )  # fmt: skip
    assert (await desk.poll(source)).new == 20
    assert (await desk.poll(source)).new == 5
    assert len(await inbox(desk.db)) == 25


async def test_a_site_that_moves_to_another_host_brings_no_piece_twice(
    desk: Desk, site: Site
) -> None:
    def listing(host: str) -> str:
        title = "Vernehmlassung zur Sozialhilfe eröffnet"
        entry = f"<item><title>{title}</title><link>{host}/n/7</link></item>"
        return f"<rss version='2.0'><channel><title>A</title>{entry}</channel></rss>"

    source = await desk.add(site.put("/feed", listing("http://alt.example.ch")))
    await desk.poll(source)
    site.put("/feed", listing("https://neu.example.ch"))
    assert (await desk.poll(source)).new == 0
    assert len(await inbox(desk.db)) == 1


async def test_a_reused_guid_with_another_address_and_title_is_a_new_piece(
    desk: Desk, site: Site
) -> None:
    def with_guid(link: str, title: str) -> str:
        entry = f"<item><guid>1</guid><title>{title}</title><link>https://a.ch/{link}</link></item>"
        return f"<rss version='2.0'><channel><title>A</title>{entry}</channel></rss>"

    source = await desk.add(site.put("/feed", with_guid("x", "Neue Leitung im Sozialamt")))
    await desk.poll(source)
    site.put("/feed", with_guid("y", "Kurse für Freiwillige beginnen"))
    assert (await desk.poll(source)).new == 1
    assert (await desk.poll(source)).new == 0
    assert len(await inbox(desk.db)) == 2


async def test_a_feed_that_changes_its_ids_brings_no_piece_twice(desk: Desk, site: Site) -> None:
    def named(prefix: str) -> str:
        parts = "".join(
            f"<item><guid>{prefix}{n}</guid><title>Mitteilung {n} zum Asylwesen</title>"
            f"<link>https://a.example/n/{n}</link></item>"
            for n in range(5)
        )
        return f"<rss version='2.0'><channel><title>A</title>{parts}</channel></rss>"

    source = await desk.add(site.put("/feed", named("alt-")))
    await desk.poll(source)
    site.put("/feed", named("https://a.example/?p="))
    assert (await desk.poll(source)).new == 0
    assert len(await inbox(desk.db)) == 5


async def test_a_ticker_that_reuses_one_address_for_different_stories_keeps_each(
    desk: Desk, site: Site
) -> None:
    def ticker(*titles: str) -> str:
        parts = "".join(
            f"<item><title>{title}</title><link>https://a.example/ticker</link></item>"
            for title in titles
        )
        return f"<rss version='2.0'><channel><title>A</title>{parts}</channel></rss>"

    one, two, three = "Brand in Uster gelöscht", "Neue Leitung im Sozialamt", "Stau auf der A4"
    source = await desk.add(site.put("/feed", ticker(one)))
    await desk.poll(source)
    for shown in ((two,), (three, two), (three, "Brand in Uster ist gelöscht"), (two,)):
        site.put("/feed", ticker(*shown))
        await desk.poll(source)
    assert sorted(row.title for row in await inbox(desk.db)) == [
        "Brand in Uster ist gelöscht", two, three,
    ]  # fmt: skip


async def test_a_piece_without_an_id_that_only_its_title_changes_stays_one(
    desk: Desk, site: Site
) -> None:
    source = 0
    text = "<![CDATA[<p>Anna Muster übernimmt am 1. März die Leitung des Amtes.</p>]]>"
    for title in ("Neue Leitung im Sozialamt", "Wechsel an der Spitze"):
        told = feed(("a", title, text))
        url = site.put("/feed", told.replace("<guid isPermaLink='false'>a</guid>", ""))
        source = source or await desk.add(url)
        await desk.poll(source)
    [row] = await inbox(desk.db)
    assert (row.title, row.revision) == ("Wechsel an der Spitze", 2)


async def test_an_item_keeps_its_last_24_versions(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", feed(("a", "Fassung 0", "x"))))
    for n in range(30):
        site.put("/feed", feed(("a", f"Fassung {n}", "x")))
        await desk.poll(source)
    async with desk.db.read() as tx:
        kept = await items.revisions(tx, (await inbox(desk.db))[0].id)
    assert [one.title for one in kept] == [f"Fassung {n}" for n in range(28, 4, -1)]


async def test_topics_are_suggested_with_the_word_that_suggests_them(
    desk: Desk, site: Site
) -> None:
    async with desk.db.tx() as tx:
        topic = await items.add_topic(tx, "Sozialhilfe", ["sozialhilfe", "SKOS"])
    await desk.add(
        site.put("/feed", feed(("a", "Neues Sozialhilfegesetz", "x"), ("b", "Andere", "skosig")))
    )
    await desk.poll_due()
    rows = await inbox(desk.db, topic_id=topic)
    async with desk.db.read() as tx:
        assert [f.because for f in await items.filed(tx, rows[0].id)] == ["sozialhilfe"]
    assert [row.title for row in rows] == ["Neues Sozialhilfegesetz"]


async def test_two_sources_of_one_publisher_told_to_wait_make_the_host_wait(
    desk: Desk, site: Site
) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "3600"}}
    one = await desk.add(site.put("/one", b"", **busy))
    two = await desk.add(site.put("/two", b"", **busy))
    await desk.add(site.put("/three", feed(("a", "Drei", "x"))))
    await desk.poll(one)
    await desk.poll(two)
    assert await desk.poll_due() == []
    desk.pass_time(minutes=61)
    assert {p.source_id for p in await desk.poll_due()} >= {two}


async def test_a_moved_feed_is_followed_only_after_days_of_the_same_redirect(
    desk: Desk, site: Site
) -> None:
    new = site.put("/neu", feed(("a", "T", "x")), etag='"1"')  # so that it also answers 304
    old = site.put("/alt", b"", status=301, headers={"Location": "/neu"})
    source = await desk.add(old)
    addresses = []
    for _ in range(4):
        await desk.poll(source)
        desk.pass_time(hours=24)
        async with desk.db.read() as tx:
            addresses.append((await sources.source(tx, source)).url)
    assert addresses == [old, old, new, new]


async def test_a_feed_removed_for_good_is_gone_after_a_day(desk: Desk, site: Site) -> None:
    source = await desk.add(site.put("/feed", b"", status=410))
    await desk.poll(source)
    async with desk.db.read() as tx:
        assert (await sources.source(tx, source)).state is SourceState.ACTIVE
    desk.pass_time(hours=25)
    await desk.poll(source)
    async with desk.db.read() as tx:
        assert (await sources.source(tx, source)).state is SourceState.GONE


async def test_states_of_items(desk: Desk, site: Site) -> None:
    await desk.add(site.put("/feed", feed(("a", "T", "x"))))
    await desk.poll_due()
    row = (await inbox(desk.db, state=ItemState.NEW))[0]
    async with desk.db.tx() as tx:
        await items.discard(tx, row.id, None, desk.now)
        assert (await lists.state_counts(tx, desk.now)).discarded == 1
        await items.restore(tx, row.id, None, desk.now)
        assert (await lists.state_counts(tx, desk.now)).new == 1


async def test_a_host_is_first_asked_for_its_robots_txt_and_the_pause_it_wants_is_kept(
    db: Database,
) -> None:
    http, readers = Http("Rundbrief-Test/1", ["127.0.0.0/8"]), Confined(reading.FUNCTION, size=1)
    async with opened("127.0.0.9") as site:
        desk = Desk(db, http, readers)
        site.put("/robots.txt", "User-agent: *\nCrawl-delay: 1\n\nUser-agent: rundbrief\n")
        first = await desk.add(site.put("/feed", feed(("a", "Asylzahlen", "Kurz"))))
        await desk.poll_due()
        desk.pass_time(hours=30)
        await desk.poll_due()
        assert site.asked == ["/robots.txt", "/feed", "/feed"]
        site.put("/robots.txt", "User-agent: rundbrief\nCrawl-delay: 3\nDisallow: /liste\n")
        second = await desk.add(site.put("/zweiter", feed(("b", "KESB", "Lang"))))
        desk.pass_time(days=8)
        await desk.poll_due()
        assert site.asked[3] == "/robots.txt"
        assert len(site.asked) == 5, "the pause has not passed, so the second one waits"
        async with db.read() as tx:
            known = [await sources.source(tx, one) for one in (first, second)]
        assert [schedule.pause(one).total_seconds() for one in known] == [3, 3]
        assert [one.robots_rules for one in known] == [["-/liste"], ["-/liste"]]
    await readers.close()
    await http.close()


async def test_one_sweep_asks_all_sources_of_a_host_one_after_the_other(
    desk: Desk, site: Site
) -> None:
    asked = [await desk.add(site.put(f"/{n}", feed((f"{n}", f"M {n}", "x")))) for n in range(40)]
    done = await desk.poll_due()
    assert sorted(one.source_id for one in done) == sorted(asked)
    assert all((one.outcome, one.new) == (FetchOutcome.READ, 1) for one in done)
    assert site.most_at_once == 1
