"""The ready-made sources end to end: servers that answer as the publishers do, to the inbox."""

from datetime import date
from urllib.parse import urlsplit

import msgspec

from service.items import actions as items
from service.items import beside, deadlines, lists, stories
from service.items.lists import Filter
from service.items.model import Item
from service.sources import actions as sources
from service.sources.model import Draft, FetchOutcome, PublishedPrecision
from tests.items.conftest import Desk
from tests.sources.site import Site
from tests.sources.test_catalogue import FIXTURES

OFFERS = {offer.slug: offer.draft for offer in sources.offers()}


async def switch_on(desk: Desk, site: Site, slug: str, body: str | bytes, at: str = "") -> int:
    """Add an offered source whose server is ours, and poll it."""
    draft = OFFERS[slug]
    parts = urlsplit(draft.url)
    place = at or f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    moved = msgspec.structs.replace(draft, url=site.put(place, body), crawl_delay=0)
    async with desk.db.tx() as tx:
        added = await sources.add(tx, moved, desk.now)
    polled = await desk.poll(added)
    assert polled.outcome is FetchOutcome.READ, f"{slug}: {polled.trouble}"
    return added


async def inbox(desk: Desk, source_id: int) -> list[Item]:
    async with desk.db.read() as tx:
        rows = await lists.listing(tx, Filter(source_id=source_id))
        return [await items.item(tx, row.id) for row in rows]


async def test_every_ready_made_source_fills_the_inbox(desk: Desk, site: Site) -> None:
    for slug in sorted(OFFERS.keys() - {"kanton-basel-landschaft"}):
        found = await inbox(desk, await switch_on(desk, site, slug, FIXTURES[slug].read_bytes()))
        assert len(found) >= 2, slug
        assert all(one.title and one.url.startswith(("https://", site.base)) for one in found), slug
        asked = site.headers[-1]
        assert asked["accept-language"].startswith(OFFERS[slug].language), slug
        if "headers" in OFFERS[slug].config:
            wanted = OFFERS[slug].config["headers"]
            assert isinstance(wanted, dict)
            assert all(asked[name.lower()] == value for name, value in wanted.items()), slug


async def test_plone_s_list_leads_to_its_pages_whose_text_stands_in_their_layout(
    desk: Desk, site: Site
) -> None:
    path = "/politik/sid/medienmitteilungen/asyl"
    listing = {"items_total": 1, "items": [{
        "@id": f"{site.base}{path}", "@type": "ftw.news.News", "title": "Asylunterkunft geht auf",
        "description": "Ab Dezember.", "effective": "1969-12-31T00:00:00+00:00",
    }]}  # fmt: skip
    text = "<p>{}, siehe <a href='/merkblatt.pdf'>Merkblatt (PDF, 200 kB)</a>.</p>"
    page = {
        "@id": f"{site.base}{path}", "title": "Asylunterkunft geht auf", "news_date": "2026-10-05",
        "slblocks": {"b": {"text": {"data": text.format("Zweitens")}},
                     "a": {"text": {"data": "<p>Erstens.</p>"}}},
        "slblocks_layout": {"items": ["a", "b"]},
    }  # fmt: skip
    site.put(path, msgspec.json.encode(page))
    slug = "kanton-basel-landschaft"
    (one,) = await inbox(desk, await switch_on(desk, site, slug, msgspec.json.encode(listing)))
    assert one.text == "Erstens.\nZweitens, siehe Merkblatt (PDF, 200 kB)."
    assert (one.published_precision, one.published_at and one.published_at.day) == (
        PublishedPrecision.DAY, 4,
    )  # fmt: skip
    assert all(headers["accept"].startswith("application/json") for headers in site.headers[-2:])
    async with desk.db.read() as tx:
        documents = (await beside.of(tx, one.id)).documents
    assert [(d.url, d.title, d.size) for d in documents] == [
        (f"{site.base}/merkblatt.pdf", "Merkblatt", 200_000)
    ]


async def test_one_federal_release_in_three_languages_is_one_story(desk: Desk, site: Site) -> None:
    titles = {"de": "Renten steigen", "fr": "Les rentes augmentent", "it": "Aumentano le rendite"}
    for language, title in titles.items():
        found = {"results": [{
            "id": f"{language}-7", "langGroupId": "g-7", "language": language, "title": title,
            "lead": title, "publishDate": "2026-10-06T13:30:00+02:00", "url": f"/{language}/7",
        }]}  # fmt: skip
        at = f"/v1/search?languages={language}&publisherIDs=23"
        last = await switch_on(desk, site, "bsv", msgspec.json.encode(found), at)
    (one,) = await inbox(desk, last)
    async with desk.db.read() as tx:
        around = await stories.around(tx, one.id)
    assert {other.title for other in around.others} == {"Renten steigen", "Les rentes augmentent"}
    assert {other.reason for other in around.others if other.folded} == {"translation"}


async def test_a_federal_consultation_comes_with_its_deadline(desk: Desk, site: Site) -> None:
    body = FIXTURES["vernehmlassungen"].read_bytes()
    found = await inbox(desk, await switch_on(desk, site, "vernehmlassungen", body))
    due = {one.title: [deadline.day for deadline in deadlines.of(one)] for one in found}
    assert due["Änderung des Asylgesetzes"] == [date(2027, 1, 31)]
    assert due["Verordnung über die Familienzulagen"] == [date(2026, 12, 15)]


async def test_a_source_whose_host_was_renamed_says_so_and_where_to_look(
    desk: Desk, site: Site
) -> None:
    """Its old address answers with a page: nothing is lost, and the page's own feed is named."""
    feed = (
        "<rss version='2.0'><channel><title>A</title><item><title>T</title></item></channel></rss>"
    )
    draft = Draft(OFFERS["bund"].kind, "Bund", site.put("/feed", feed))
    async with desk.db.tx() as tx:
        added = await sources.add(tx, draft, desk.now)
    await desk.poll(added)
    moved = "<!doctype html><link rel=alternate type='application/rss+xml' href='https://neu.example/rss'>"
    site.put("/feed", moved)
    polled = await desk.poll(added)
    assert polled.outcome is FetchOutcome.FAILED
    assert "https://neu.example/rss" in str(polled.trouble)
    assert len(await inbox(desk, added)) == 1
