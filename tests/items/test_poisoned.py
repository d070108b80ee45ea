"""What a publisher sends by mistake or malice never keeps its own source from being stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from service.sources import actions as sources
from service.sources.model import FetchOutcome
from tests.items.conftest import Desk
from tests.items.test_polling import feed, inbox
from tests.sources.site import Site

BODY = feed(("a", "Eins", "x")).encode()


@asynccontextmanager
async def saying(*lines: bytes, status: bytes = b"200 OK") -> AsyncIterator[str]:
    """Serve a feed with header lines that no well-bred server writes; yield its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = (b"HTTP/1.1 " + status, b"Connection: close", b"Content-Length: %d" % len(BODY))
        writer.write(b"\r\n".join((*head, *lines, b"", BODY)))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"


@pytest.mark.parametrize(
    "line",
    [
        b"Last-Modified: mer., 7 ao\xfbt 2026 08:00:00 GMT",
        b'ETag: "\xff"',
        b"Content-Type: text/xml; charset=\xff",
    ],
)
async def test_a_header_in_latin_1_is_no_reason_to_lose_the_news(desk: Desk, line: bytes) -> None:
    async with saying(line) as address:
        source = await desk.add(address)
        assert (await desk.poll(source)).new == 1
        assert (await desk.poll(source)).outcome is FetchOutcome.UNCHANGED


async def test_a_redirect_to_what_is_no_name_is_told_in_a_sentence(desk: Desk) -> None:
    async with saying(b"Location: http://\xff/", status=b"301 Moved") as address:
        assert (await desk.poll(await desk.add(address))).trouble is not None


def strange(count: int) -> str:
    """Return letters that no compression makes shorter, each of four octets."""
    dice = Random(count)
    return "".join(chr(dice.randint(0x20000, 0x2A6DF)) for _ in range(count))


@pytest.mark.parametrize(
    ("name", "title"), [("", "Eins"), (strange(600), "Eins"), ("", strange(290))]
)
async def test_a_piece_with_the_longest_of_names_comes_in_beside_the_others(
    desk: Desk, site: Site, name: str, title: str
) -> None:
    link = f"https://a.example/{strange(1900 if title == 'Eins' else 430)}"
    one = f"<guid isPermaLink='false'>{name}</guid><title>{title}</title><link>{link}</link>"
    items = "".join(f"<item>{part}</item>" for part in (one, one.replace(title, title[::-1])))
    source = await desk.add(
        site.put("/feed", feed(("a", "Alltag", "x")).replace("<item>", f"{items}<item>", 1))
    )
    assert (await desk.poll(source)).outcome is FetchOutcome.READ
    assert "Alltag" in {row.title for row in await inbox(desk.db)}


async def test_a_fault_of_ours_is_said_at_the_source_and_costs_no_other_its_turn(
    desk: Desk, site: Site
) -> None:
    bad = await desk.add(site.put("/a", feed(("a", "Unmöglich", "x"))))
    good = await desk.add(site.put("/b", feed(("b", "Alltag", "x"))))
    async with desk.db.tx() as tx:
        await tx.execute("alter table item add constraint never check (title <> 'Unmöglich')")
    try:
        for _ in range(2):
            await desk.poll_due()
    finally:
        async with desk.db.tx() as tx:
            await tx.execute("alter table item drop constraint never")
    async with desk.db.read() as tx:
        told, well = await sources.source(tx, bad), await sources.source(tx, good)
    assert (told.failures, str(told.trouble)[:8]) == (1, "We could")
    assert told.next_fetch_at > desk.now
    assert well.trouble is None
    assert [row.title for row in await inbox(desk.db)] == ["Alltag"]
