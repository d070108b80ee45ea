"""The archive and the feeds: what is public can be read by anyone, what is not cannot be found."""

import json
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from litestar import Litestar
from lxml import etree
from msgspec import structs

from service.app import App
from service.editions import actions, feed, markdown
from service.editions.model import Heading, NewsletterVisibility, Prose
from service.editions.states import Move
from tests.browser_like import Client
from tests.editions import make


async def sent(
    app: App,
    slug: str = "soko-aktuell",
    visibility: NewsletterVisibility = NewsletterVisibility.PUBLIC,
    days: int = 0,
    segment: str = "",
) -> None:
    """Send one edition with a block for everyone and one for a segment; reuse the newsletter."""
    async with app.db.tx() as tx:
        known = {n.slug: n.id for n in await actions.newsletters(tx)}
        draft = structs.replace(make.DRAFT, slug=slug, title=slug, visibility=visibility)
        newsletter_id = known.get(slug) or await make.newsletter(tx, draft)
        edition_id = await make.edition(tx, newsletter_id, [Heading("Für alle"), *make.BODIES])
        secret = Prose(markdown.parse("Nur für Gemeinden"))
        await actions.add_block(tx, edition_id, secret, None, make.NOW, segment="gemeinden")
        sending = "update edition set state = 'sending', segment = $2 where id = $1"
        await tx.execute(sending, edition_id, segment)
        await actions.move(tx, edition_id, Move.FINISH, make.NOW + timedelta(days=days))


async def test_a_sent_edition_stands_in_the_archive_without_its_segments_blocks(
    app: App, client: Client
) -> None:
    await sent(app)
    assert "Frühling im Sozialamt" in (await client.get("/archive")).text
    assert "Frühling im Sozialamt" in (await client.get("/archive/soko-aktuell")).text
    page = await client.get("/archive/soko-aktuell/1-fruehling-im-sozialamt")
    assert page.status_code == 200
    assert "Für alle" in page.text
    assert "Nur für Gemeinden" not in page.text
    assert "noindex" not in page.text
    assert (
        '<link rel="canonical" href="http://rundbrief.test/archive/soko-aktuell/1-fruehling'
        in page.text
    )
    assert "style=" not in page.text


async def test_an_edition_for_a_segment_is_nowhere_to_be_found(app: App, client: Client) -> None:
    await sent(app)
    await sent(app, days=1, segment="gemeinden")
    open_, narrowed = (f"/archive/soko-aktuell/{n}-fruehling-im-sozialamt" for n in (1, 2))
    assert (await client.get(open_)).status_code == 200
    assert (await client.get(narrowed)).status_code == 404
    for path in ("/archive", "/archive/soko-aktuell", "/sitemap.xml", "/feeds/soko-aktuell.atom"):
        page = await client.get(path)
        assert (open_ in page.text, narrowed in page.text) == (True, False), path


async def test_a_newsletter_for_members_is_nowhere_to_be_found(app: App, client: Client) -> None:
    await sent(app, "intern", NewsletterVisibility.MEMBERS)
    for path in (
        "/archive/intern",
        "/archive/intern/1-fruehling-im-sozialamt",
        "/feeds/intern.rss",
        "/feeds/intern.atom",
        "/feeds/intern.json",
    ):
        assert (await client.get(path)).status_code == 404, path
    for path in ("/archive", "/sitemap.xml"):
        assert "intern" not in (await client.get(path)).text


async def test_a_draft_is_nowhere_to_be_found(app: App, client: Client) -> None:
    async with app.db.tx() as tx:
        await make.edition(tx, await make.newsletter(tx))
    for path in ("/archive", "/archive/soko-aktuell", "/feeds/soko-aktuell.json", "/sitemap.xml"):
        page = await client.get(path)
        assert page.status_code == 200
        assert "Frühling" not in page.text
        assert "fruehling" not in page.text


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_feeds_are_valid_and_carry_the_whole_edition(
    app: App, client: Client, form: str
) -> None:
    await sent(app)
    await sent(app, days=1)
    answer = await client.get(f"/feeds/soko-aktuell.{form}")
    etree.fromstring(answer.content)
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.feed.title == "soko-aktuell"
    assert [e.title for e in read.entries] == ["Frühling im Sozialamt"] * 2
    first = read.entries[0]
    assert first.link == "http://rundbrief.test/archive/soko-aktuell/2-fruehling-im-sozialamt"
    assert first.published_parsed[:3] == (2026, 2, 4)
    assert "Vernehmlassung zum Sozialhilfegesetz" in first.content[0].value
    assert "Nur für Gemeinden" not in answer.text


async def test_the_json_feed_says_the_same(app: App, client: Client) -> None:
    await sent(app)
    answer = await client.get("/feeds/soko-aktuell.json")
    read = json.loads(answer.content)
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    [item] = read["items"]
    assert item["id"].endswith("/archive/soko-aktuell/1-fruehling-im-sozialamt")
    assert "Grundkurs" in item["content_html"]


async def test_a_feed_that_did_not_change_costs_nothing(app: App, client: Client) -> None:
    await sent(app)
    first = await client.get("/feeds/soko-aktuell.rss")
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    for ask in ({"if-none-match": f'"x", W/{tag}'}, {"if-modified-since": modified}):
        again = await client.get("/feeds/soko-aktuell.rss", headers=ask)
        assert (again.status_code, again.content) == (304, b"")
    await sent(app, days=2)
    for ask in (
        {"if-none-match": tag},
        {"if-modified-since": modified},
        {"if-modified-since": "x"},
    ):
        changed = await client.get("/feeds/soko-aktuell.rss", headers=ask)
        assert changed.status_code == 200


async def test_a_feed_is_written_once_until_what_it_says_changes(
    app: App, asgi: Litestar, client: Client
) -> None:
    await sent(app)
    first = await client.get("/feeds/soko-aktuell.atom")
    [written] = asgi.state.feeds.values()
    tag = first.headers["etag"]
    again = await client.get("/feeds/soko-aktuell.atom", headers={"if-none-match": tag})
    assert (first.content, again.status_code) == (written.body, 304)
    [known] = asgi.state.feeds.values()
    assert known is written
    for change in (
        "update newsletter set title = 'Aktuelles', version = version + 1",
        "update association set name = 'Verband', version = version + 1",
        "update edition set state = 'cancelled'",
    ):
        async with app.db.tx() as tx:
            await tx.execute(change)
        answer = await client.get("/feeds/soko-aktuell.atom", headers={"if-none-match": tag})
        assert answer.status_code == 200, change
        tag = answer.headers["etag"]


async def test_the_archive_goes_on_where_it_stopped(app: App, client: Client) -> None:
    for day in range(32):
        await sent(app, days=day)
    first = await client.get("/archive/soko-aktuell")
    assert "/32-fruehling" in first.text
    assert "/2-fruehling" not in first.text
    where = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = await client.get(where)
    assert "/2-fruehling" in second.text
    assert "/3-fruehling" not in second.text


async def test_a_feed_of_an_unknown_kind_or_newsletter_is_a_missing_page(client: Client) -> None:
    for name in ("soko-aktuell.xml", "nichts.rss", "rss", ".rss"):
        assert (await client.get(f"/feeds/{name}")).status_code == 404


def test_characters_that_xml_cannot_hold_do_not_break_a_feed() -> None:
    moment = datetime(2026, 2, 3, tzinfo=UTC)
    channel = feed.Channel("T\x00\ufffe", "", "P", "de", "https://a", "https://a/f", moment)
    entry = feed.Entry("A & B <c>\x0b", "https://a/1", moment, "", "<p>]]></p>")
    for write in (feed.rss, feed.atom):
        read = feedparser.parse(write(channel, [entry]))
        assert not read.bozo
        assert read.entries[0].title in {"A & B <c>", "A &amp; B &lt;c&gt;", "A & B"}
