"""What publishers and their servers do to us, each over a real socket: the answer is a sentence.

The rest of the list lies with the part that meets it: dates, charsets and entity bombs with the
readers, changed and reused ids with the inbox, names that change their address with kit.http.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from service.kit.confine import Confined
from service.kit.http import Http, Limits
from service.sources import actions as sources
from service.sources import fetch, robots, schedule
from service.sources.model import (
    Answer,
    Entry,
    FetchOutcome,
    Gain,
    Source,
    SourceKind,
    SourceState,
)  # fmt: skip
from service.sources.readers import reading
from tests.sources.site import Site, opened

NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
ENTRY = "<item><title>T</title><link>https://a.example/1</link></item>"
FEED = f"<rss version='2.0'><channel><title>A</title>{ENTRY}</channel></rss>"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with opened() as made:
        yield made


@pytest.fixture
async def doors() -> AsyncIterator[tuple[Http, Confined]]:
    http, readers = Http("Rundbrief-Test/1", ["127.0.0.1"]), Confined(reading.FUNCTION, size=1)
    yield http, readers
    await readers.close()
    await http.close()


def source(url: str, kind: SourceKind = SourceKind.FEED, **more: object) -> Source:
    made = Source(
        id=1, kind=kind, title="Amt", url=url, site_url="", config={}, language="de",
        crawl_delay=0, state=SourceState.ACTIVE, version=1, created_at=NOW, next_fetch_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


async def ask(doors: tuple[Http, Confined], url: str, **more: object) -> Answer:
    return await sources.ask(*doors, source(url, **more), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("http://[::ffff:10.0.0.1]/", "not on the public internet"),
        ("file:///etc/passwd", "is not a web address"),
        ("gopher://127.0.0.1/", "is not a web address"),
        ("/feed", "redirects in a circle"),
        ("http://user:geheim@127.0.0.1/", "user name or password"),
    ],
)
async def test_a_redirect_to_where_nobody_should_look_is_not_followed(
    doors: tuple[Http, Confined], site: Site, target: str, said: str
) -> None:
    url = site.put("/feed", b"", status=302, headers={"Location": target})
    answer = await ask(doors, url)
    assert (answer.outcome, answer.status) == (FetchOutcome.FAILED, None)
    assert said in str(answer.trouble)
    assert site.asked == ["/feed"]


async def test_a_page_where_a_feed_was_names_the_feed_that_it_offers(
    doors: tuple[Http, Confined], site: Site
) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/neu.xml">'
    url = site.put("/feed", f"<!doctype html><html><head>{head}</head><body>Weg</body></html>")
    answer = await ask(doors, url)
    assert (answer.outcome, answer.status) == (FetchOutcome.FAILED, 200)
    assert "/neu.xml" in str(answer.trouble)


async def test_a_server_that_drips_a_byte_a_second_is_left_after_its_time(
    doors: tuple[Http, Confined],
) -> None:
    dripping = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<")
        dripping.set()
        await reader.read()  # until we hang up
        writer.close()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/feed"
        with pytest.raises(Exception, match="did not answer within"):
            await doors[0].get(url, limits=Limits(total=0.3))
    assert dripping.is_set()


async def test_a_wait_of_a_year_is_a_week_and_concerns_only_the_one_source(
    doors: tuple[Http, Confined], site: Site
) -> None:
    year = str(365 * 86_400)
    url = site.put("/feed", b"", status=429, headers={"Retry-After": year})
    answer = await ask(doors, url)
    assert answer.wait == timedelta(days=365)
    after = schedule.after(source(url), answer, Gain(), NOW, 0)
    assert after.next_fetch_at == NOW + timedelta(days=7)
    assert str(after.because) == "The server asked us to wait until then."


async def test_a_name_that_leads_to_a_private_address_is_never_asked() -> None:
    """A rebinding name server has no chance: what counts is the address of the very socket."""
    http, readers = Http("Rundbrief-Test/1"), Confined(reading.FUNCTION, size=1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        port = listening.getsockname()[1]
        answer = await ask((http, readers), f"http://localhost:{port}/feed")
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert "not on the public internet" in str(answer.trouble)
    await readers.close()
    await http.close()


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
async def test_utf_16_under_any_wrong_header_is_read_as_what_it_is(
    doors: tuple[Http, Confined], site: Site, charset: str
) -> None:
    kind = f"application/rss+xml; charset={charset}"
    body = FEED.replace("<title>T", "<title>Zürich").encode("utf-16")
    answer = await ask(doors, site.put("/feed", body, headers={"Content-Type": kind}))
    assert [one.title for one in answer.reading.entries] == ["Zürich"]


async def test_a_scraped_list_keeps_to_robots_txt_and_a_feed_is_there_to_be_fetched(
    doors: tuple[Http, Confined], site: Site
) -> None:
    rules = robots.read(b"User-agent: *\nDisallow: /").rules
    url = site.put("/feed", FEED)
    listed = await ask(doors, url, kind=SourceKind.HTML_LIST, robots_rules=rules)
    assert "robots.txt" in str(listed.trouble)
    assert site.asked == []
    assert (await ask(doors, url, robots_rules=rules)).outcome is FetchOutcome.READ
    behind = source(url, SourceKind.HTML_LIST, robots_rules=rules,
                    config={"item": "li", "detail": {"content": "main"}})  # fmt: skip
    entry = Entry("", f"{site.base}/1", "T")
    assert (await fetch.page(*doors, behind, entry, NOW)).entries == [entry]
    assert site.asked == ["/feed"]


async def test_what_robots_txt_asked_for_holds_while_the_server_has_a_fault(site: Site) -> None:
    http = Http("Rundbrief-Test/1", ["127.0.0.1"])
    known = source(f"{site.base}/feed", host_delay=7, robots_rules=["-/x"])
    site.put("/robots.txt", b"", status=500)
    kept = await sources.robots(http, known, NOW)
    assert (kept.host_delay, kept.robots_rules, kept.robots_at) == (7, ["-/x"], NOW)
    del site.pages["/robots.txt"]
    gone = await sources.robots(http, known, NOW)
    assert (gone.host_delay, gone.robots_rules) == (0, [])
    await http.close()
