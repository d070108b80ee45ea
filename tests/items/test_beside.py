"""Documents and pictures beside items, over real HTTP: listed, weighed, copied when picked."""

import struct
import zlib

import pytest

from service.editions import actions as editions
from service.items import articles, beside, gleaning, lists, pictures, stories
from service.items.lists import Filter
from service.items.model import Beside
from service.kit.errors import Invalid
from service.kit.http import FetchFailed
from service.sources import actions as sources
from service.sources.model import SourceKind
from tests.editions.make import DRAFT, WORDS
from tests.items.conftest import Desk
from tests.sources.site import Site


def png(width: int = 600, height: int = 400) -> bytes:
    """Return a white picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = b"".join(b"\0" + b"\xff" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


JPEG = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 300, 450) + b"\x01"


def feed(base: str) -> str:
    text = (
        f"&lt;p&gt;Mehr im &lt;a href='{base}/merkblatt.pdf'&gt;Merkblatt&lt;/a&gt; (PDF, 1,2 MB)"
        f" und in der &lt;a href='{base}/vorlage.docx'&gt;Vorlage&lt;/a&gt;.&lt;/p&gt;"
        f"&lt;img src='{base}/bild.png' alt='Das neue Haus'&gt;"
    )
    enclosed = f"<enclosure url='{base}/bericht.pdf' length='0' type='application/pdf'/>"
    entry = f"<item><guid>a</guid><title>Neues Haus</title><link>{base}/a</link>{enclosed}"
    return (
        "<rss version='2.0'><channel><title>A</title>"
        f"{entry}<description>{text}</description></item></channel></rss>"
    )


async def only(desk: Desk) -> int:
    async with desk.db.read() as tx:
        return (await lists.listing(tx, Filter()))[0].id


async def around(desk: Desk, item_id: int) -> Beside:
    async with desk.db.read() as tx:
        return await beside.of(tx, item_id)


async def test_documents_are_listed_with_type_and_size_asked_for_where_nobody_says_it(
    desk: Desk, site: Site
) -> None:
    site.put("/bericht.pdf", b"x" * 1234)
    await desk.add(site.put("/feed", feed(site.base)))
    await desk.poll_due()
    item = await only(desk)
    before = (await around(desk, item)).documents
    assert [(d.title, d.type.rpartition(".")[2], d.size) for d in before] == [
        ("bericht.pdf", "application/pdf", None),
        ("Merkblatt", "application/pdf", 1_200_000),
        ("Vorlage", "document", None),
    ]
    assert "/bild.png" not in site.asked, "a picture stays where it is until somebody picks it"
    asked = len(site.asked)
    while await gleaning.weigh_documents(desk.db, desk.http, desk.clock):
        pass
    assert [d.size for d in (await around(desk, item)).documents] == [1234, 1_200_000, None]
    # One server is asked one thing at a time, what it knows nothing of once more, then never.
    assert site.asked[asked:] == ["/bericht.pdf", "/vorlage.docx", "/vorlage.docx"]
    desk.pass_time(hours=7)
    assert await gleaning.weigh_documents(desk.db, desk.http, desk.clock) == 0
    assert site.most_at_once == 1


async def test_a_host_that_is_being_asked_for_its_news_is_left_alone(
    desk: Desk, site: Site
) -> None:
    site.put("/bericht.pdf", b"x")
    source = await desk.add(site.put("/feed", feed(site.base)))
    await desk.poll_due()
    async with desk.db.tx() as tx:
        await sources.claim_one(tx, source, desk.now)
    assert await gleaning.weigh_documents(desk.db, desk.http, desk.clock) == 0


async def test_a_picture_is_copied_when_its_item_is_picked_and_served_by_us(
    desk: Desk, site: Site
) -> None:
    site.put("/bild.png", png())
    await desk.add(site.put("/feed", feed(site.base)))
    await desk.poll_due()
    item = await only(desk)
    assert await gleaning.copy_pictures(desk.db, desk.http, desk.clock) == 0
    async with desk.db.tx() as tx:
        newsletter = await editions.add_newsletter(tx, DRAFT, desk.now)
        edition = await editions.begin(tx, newsletter, WORDS, None, desk.now)
        await editions.pick(tx, item, edition, None, desk.now)
    assert await gleaning.copy_pictures(desk.db, desk.http, desk.clock) == 1
    shown = (await around(desk, item)).picture
    assert shown is not None
    assert (shown.alt, shown.type, shown.width, shown.height) == (
        "Das neue Haus", "image/png", 600, 400,
    )  # fmt: skip
    async with desk.db.read() as tx:
        assert (await beside.picture(tx, shown.token)).body == png()
    assert site.asked.count("/bild.png") == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Only pictures in JPEG, PNG and GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40, "WebP or AVIF"),
        (b"\0\0\0\x20ftypavif" + b"\0" * 40, "WebP or AVIF"),
        (b"<html>404</html>", "Only pictures"),
        (b"\x89PNG\r\n\x1a\n", "Only pictures"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "Only pictures"),
        (png(20, 20), "too small"),
        (b"GIF89a" + struct.pack("<HH", 9000, 50), "8000 pixels"),
        (b"\xff\xd8\xff" + b"\0" * 5_000_001, "larger than 5 MB"),
    ],
)
async def test_what_is_no_picture_for_a_mail_is_refused_with_the_reason(
    desk: Desk, site: Site, body: bytes, said: str
) -> None:
    site.put("/bild.png", body)
    await desk.add(site.put("/feed", feed(site.base)))
    await desk.poll_due()
    item = await only(desk)
    async with desk.db.tx() as tx:
        await beside.want_picture(tx, item, desk.now)
    await gleaning.copy_pictures(desk.db, desk.http, desk.clock)
    shown = (await around(desk, item)).picture
    assert shown is not None
    assert (shown.token, shown.waits) == ("", False)
    assert said in str(shown.trouble)


def test_the_sides_of_a_picture_are_read_from_its_own_bytes() -> None:
    assert pictures.inspect(JPEG) == pictures.Shape("image/jpeg", 450, 300)
    for cut in range(len(JPEG) - 1):
        with pytest.raises(Invalid):
            pictures.inspect(JPEG[:cut])


async def test_one_release_in_two_languages_is_one_story_by_its_publisher_s_mark(
    desk: Desk, site: Site
) -> None:
    def listing(language: str, title: str) -> str:
        return (
            f'{{"items": [{{"id": "{language}-1", "langGroupId": "g-77", "title": "{title}",'
            f' "link": "/{language}/1", "date": "2026-10-06T09:00:00Z", "lang": "{language}"}}]}}'
        )

    config = {"items": "items", "title": "title", "link": "link", "date": "date", "id": "id",
              "language": "lang", "group": "langGroupId"}  # fmt: skip
    for language, title in (("de", "Neue Zahlen"), ("fr", "Nouveaux chiffres"), ("it", "Cifre")):
        url = site.put(f"/{language}.json", listing(language, title))
        await desk.add(url, SourceKind.JSON_LIST, **config)
    await desk.poll_due()
    item = await only(desk)
    async with desk.db.read() as tx:
        found = await stories.around(tx, item)
    assert [one.reason for one in found.others if one.folded] == ["translation", "translation"]


async def test_a_document_is_never_asked_for_inside(desk: Desk) -> None:
    with pytest.raises(FetchFailed):
        await desk.http.look("http://169.254.169.254/merkblatt.pdf")


async def test_the_page_behind_a_teaser_brings_its_documents_and_its_picture_too(
    desk: Desk, site: Site
) -> None:
    text = "Die Gemeinden erhalten neue Merkblätter zur Sozialhilfe und zur Nothilfe. " * 12
    head = f"<link rel=canonical href='{site.base}/wahr'><meta property=og:image content=/bild.png>"
    site.put(
        "/a", f"<html lang=de><head>{head}</head><body><main><h1>Neue Merkblätter</h1><p>{text}</p>"
        "<h2>Dokumente</h2><ul><li><a href='/m.pdf'>Merkblatt (PDF, 90 kB)</a></li></ul></main>",
        headers={"Content-Type": "text/html; charset=utf-8"},
    )  # fmt: skip
    entry = f"<item><guid>a</guid><title>Neue Merkblätter</title><link>{site.base}/a</link>"
    enclosed = f"<enclosure url='{site.base}/alt.pdf' type='application/pdf' length='5000'/></item>"
    await desk.add(
        site.put("/feed", f"<rss version='2.0'><channel>{entry}{enclosed}</channel></rss>")
    )
    await desk.poll_due()
    assert await articles.read_pages(desk.db, desk.http, desk.readers, desk.clock) == 1
    found = await around(desk, await only(desk))
    assert {(d.title, d.size) for d in found.documents} == {("alt.pdf", 5000), ("Merkblatt", 90000)}
    assert found.picture is not None
    assert found.picture.url == f"{site.base}/bild.png"
