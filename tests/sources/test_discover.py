"""From any address to its sources, in the shapes of the systems that public bodies use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.app import App
from service.kit import clock
from service.sources import actions as sources
from service.sources import finding
from service.sources.model import SourceKind
from service.sources.readers import discover
from tests.browser_like import Client
from tests.sources.reader import DATA
from tests.sources.site import Site, opened
from tests.sources.test_command import run

FEED, JSON_FEED, JSON_LIST, HTML_LIST, SITEMAP, _ = SourceKind
BASE = "https://www.gemeinde.example/aktuell"
HEAD = "<html lang='de'><head><title>Gemeinde</title>{}</head><body>{}</body></html>"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with opened() as made:
        yield made


def found(text: str, base: str = BASE) -> list[tuple[SourceKind, str]]:
    return [(one.draft.kind, one.draft.url) for one in discover.candidates(text, base)]


@pytest.mark.parametrize(
    ("head", "body", "kind", "url"),
    [
        ("<link rel='alternate' type='application/rss+xml' href='/rss'>", "", FEED, "/rss"),
        ("<link rel=alternate type='application/atom+xml;charset=utf-8' href=/a.xml>", "", FEED,
         "/a.xml"),
        ("<link rel='alternate' type='application/feed+json' href='/f.json'>", "", JSON_FEED,
         "/f.json"),
        ("", "<a href='/news/rss.xml'>RSS</a>", FEED, "/news/rss.xml"),
        ("<meta name='generator' content='WordPress 6.9'>", "", FEED, "/feed/"),
        ("<meta name='generator' content='Plone - http://plone.com'>", "", JSON_LIST,
         "/aktuell/@search?portal_type=News%20Item&sort_on=effective&sort_order=descending"
         "&metadata_fields=effective"),
        ("", "<table data-entities='{}'></table>", HTML_LIST, "/aktuell"),
    ],
)  # fmt: skip
def test_a_page_betrays_where_its_news_can_be_read(
    head: str, body: str, kind: SourceKind, url: str
) -> None:
    best = found(HEAD.format(head, body))[0]
    assert best == (kind, f"https://www.gemeinde.example{url}")


def test_a_feed_of_comments_is_not_offered_and_no_address_twice() -> None:
    link = "<link rel='alternate' type='application/rss+xml' title='{}' href='{}'>"
    head = link.format("Meldungen", "/feed/") + link.format("Kommentar-Feed", "/comments/feed/")
    assert found(HEAD.format(head, "<a href='/feed/'>RSS</a>")) == [
        (FEED, "https://www.gemeinde.example/feed/")
    ]


def test_a_page_of_the_canton_of_zurich_leads_to_its_list() -> None:
    page = HEAD.format("", "<div class='mdl-news'></div>")
    address = "https://www.zh.ch/de/soziales/news.html?x=1"
    assert found(page, address)[0] == (
        JSON_LIST, "https://www.zh.ch/de/soziales/news/_jcr_content.zhweb-news.zhweb-cache.json",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("release.rss.xml", FEED), ("fachverband.atom.xml", FEED), ("kanton.rdf.xml", FEED),
        ("netz.feed.json", JSON_FEED), ("kanton-liste.json", JSON_LIST),
        ("gemeinde-icms.html", HTML_LIST), ("kanton-karten.html", HTML_LIST),
        ("nachrichten.sitemap.xml", SITEMAP),
    ],
)  # fmt: skip
def test_a_saved_page_is_searched_by_the_command(name: str, kind: SourceKind) -> None:
    code, lines, _ = run("discover", DATA / name, "--base", BASE, "--json")
    assert (code, lines[0]["found"][0]["kind"]) == (0, kind.value)  # type: ignore[index]


async def test_a_page_s_feed_is_found_read_and_added_at_a_click(
    app: App, client: Client, site: Site
) -> None:
    await client.login("administrator")
    site.put("/feed", (DATA / "release.rss.xml").read_bytes())
    head = "<link rel='alternate' type='application/rss+xml' href='/feed'>"
    start = site.put("/", HEAD.format(head, "<p>Willkommen</p>"))
    answer = await client.submit("/sources/find", url=start)
    assert "Neue Richtlinien &amp; Merkblätter zur Sozialhilfe" in answer.text
    assert "Die Seite nennt diesen Feed." in answer.text
    added = await client.submit("/sources", kind="feed", title="Amt", url=f"{site.base}/feed")
    assert added.status_code == 303


async def test_a_silent_page_is_tried_at_the_usual_places(app: App, site: Site) -> None:
    site.put("/rss.xml", (DATA / "release.rss.xml").read_bytes())
    start = site.put("/", HEAD.format("", "<p>Willkommen</p>"))
    doors, trouble = await finding.discover(app.http, app.readers, start, clock.now())
    assert trouble is None
    assert [(one.draft.kind, one.draft.url) for one in doors] == [(FEED, f"{site.base}/rss.xml")]
    assert site.most_at_once == 1


async def test_behind_a_page_that_is_gone_the_front_page_of_its_site_is_searched(
    client: Client, site: Site
) -> None:
    await client.login("administrator")
    site.put("/feed", (DATA / "release.rss.xml").read_bytes())
    head = "<link rel='alternate' type='application/rss+xml' href='/feed'>"
    site.put("/", HEAD.format(head, "<p>Willkommen</p>"))
    told = (await client.submit("/sources/find", url=f"{site.base}/medien/2019/")).text
    assert "(404)" in told
    assert "Auf der Startseite gefunden" in told
    assert f"{site.base}/feed" in told


async def test_what_has_no_news_or_cannot_be_reached_is_one_sentence(
    client: Client, site: Site
) -> None:
    await client.login("administrator")
    empty = site.put("/", HEAD.format("", "<p>Willkommen</p>"))
    assert "keine Meldungen gefunden" in (await client.submit("/sources/find", url=empty)).text
    for address in ("http://169.254.169.254/", "http://127.0.0.2:1/", "http://[::1]/"):
        assert "nicht im öffentlichen Internet" in (
            await client.submit("/sources/find", url=address)
        ).text  # fmt: skip
    assert (await client.submit("/sources/find", url="ftp://x")).status_code == 422


async def test_a_bookmarklet_hands_the_page_one_looks_at_to_the_form(client: Client) -> None:
    await client.login("administrator")
    page = await client.get("/sources/find?url=https://www.uster.ch/")
    assert 'value="https://www.uster.ch/"' in page.text
    assert "/sources/find?url=&#39;+encodeURIComponent(location.href)" in page.text


async def test_a_list_of_sources_goes_out_and_comes_back_as_it_was(
    app: App, client: Client, tmp_path: Path
) -> None:
    await client.login("administrator")
    drafts = [offer.draft for offer in sources.offers()]
    async with app.db.tx() as tx:
        for draft in drafts:
            await sources.add(tx, draft, clock.now())
    sent = (await client.get("/sources/list.opml")).content
    async with app.db.tx() as tx:
        again = await sources.take_list(tx, sent, clock.now())
        assert (len(again.added), len(again.known)) == (0, len(drafts))
        await tx.execute("delete from source")
        fresh = await sources.take_list(tx, sent, clock.now())
        assert (len(fresh.added), fresh.refused) == (len(drafts), [])
        kept = {one.url: (one.kind, one.config) for one in await sources.everything(tx)}
    assert kept == {draft.url: (draft.kind, draft.config) for draft in drafts}


async def test_a_list_of_another_reader_is_taken_in_without_what_cannot_be_used(app: App) -> None:
    body = """<opml version="1.0"><body><outline text="Kantone"><outline text="ZG"
      xmlUrl="https://zg.example/feed" title=""/><outline xmlUrl="file:///etc/passwd" text="x"/>
      <outline xmlUrl="https://zg.example/feed" text="doppelt"/>
      <outline xmlUrl="https://sh.example/feed" text="SH" rundbriefKind="mail"/></outline>
      </body></opml>"""
    async with app.db.tx() as tx:
        taken = await sources.take_list(tx, body.encode(), clock.now(), dry=True)
        assert [(one.title, one.url, one.kind) for one in taken.added] == [
            ("ZG", "https://zg.example/feed", SourceKind.FEED),
            ("SH", "https://sh.example/feed", SourceKind.FEED),
        ]
        assert len(taken.refused) == 1
        assert await sources.everything(tx) == []


@pytest.mark.parametrize("body", ["", "<html/>", "{}", "<opml><body/></opml>", "\x00"])
async def test_what_is_no_opml_is_told_so(client: Client, body: str) -> None:
    await client.login("administrator")
    answer = await client.post(
        "/sources/list", data={"csrf": client.csrf}, files={"file": ("a.opml", body.encode())}
    )
    assert answer.status_code == 422
