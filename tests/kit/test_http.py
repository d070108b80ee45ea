"""The HTTP door: bounded, and never led to a private address, over real sockets."""

import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address

import pytest
from aiohttp import web

from service.kit.http import Failure, Fetched, FetchFailed, Http, Limits, Unpacker
from service.kit.reach import is_public

ANY = "0.0.0.0"  # noqa: S104 (an address to refuse, not to listen on)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    """Start servers on loopback; returns their address."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        application = web.Application()
        application.router.add_get("/{path:.*}", handler)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    door = Http("Rundbrief-Test/1", ["127.0.0.0/8"])
    yield door
    await door.close()


async def failure(door: Http, url: str, **limits: float) -> Failure:
    with pytest.raises(FetchFailed) as caught:
        await door.get(url, limits=Limits(**limits))  # type: ignore[arg-type]
    assert str(caught.value)
    return caught.value.kind


def reply(body: bytes = b"ok", **more: object) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, **more)  # type: ignore[arg-type]

    return handler


Serve = Callable[[Handler], Awaitable[str]]


async def test_an_answer_of_any_status_is_returned(http: Http, serve: Serve) -> None:
    base = await serve(reply(b"weg", status=410, headers={"ETag": '"x"'}))
    found = await http.get(f"{base}/feed")
    assert isinstance(found, Fetched)
    assert (found.status, found.body, found.headers["etag"]) == (410, b"weg", '"x"')


async def test_redirects_are_followed_and_told(http: Http, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path == "/alt":
            return web.Response(status=301, headers={"Location": "neu"})
        return web.Response(body=b"neu")

    base = await serve(handler)
    found = await http.get(f"{base}/alt")
    assert (found.url, found.body) == (f"{base}/neu", b"neu")
    assert [(hop.status, hop.url) for hop in found.hops] == [(301, f"{base}/alt")]


async def test_circles_and_long_chains_of_redirects_end(http: Http, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        n = int(request.query.get("n", "0"))
        target = "/kreis" if request.path == "/kreis" else f"/kette?n={n + 1}"
        return web.Response(status=302, headers={"Location": target})

    base = await serve(handler)
    assert await failure(http, f"{base}/kreis") is Failure.REDIRECTS
    assert await failure(http, f"{base}/kette") is Failure.REDIRECTS


async def test_a_redirect_leads_to_no_private_address(serve: Serve) -> None:
    inside = await serve(reply(b"geheim"))
    outside = await serve(reply(status=302, headers={"Location": inside}))
    port = int(outside.rpartition(":")[2])
    door = Http("Rundbrief-Test/1", [f"127.0.0.1:{port}"])
    assert await failure(door, outside) is Failure.PRIVATE
    await door.close()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", ANY],
)
async def test_no_way_of_writing_our_own_machine_reaches_it(serve: Serve, host: str) -> None:
    base = await serve(reply(b"geheim"))
    door = Http("Rundbrief-Test/1")
    with pytest.raises(FetchFailed):
        await door.get(f"http://{host}:{base.rpartition(':')[2]}/")
    await door.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:220:1::1", True), ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), (ANY, False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False),
        ("fe80::1", False), ("fc00::1", False), ("ff02::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("64:ff9b:1::1", False), ("2002:7f00:1::1", False),
        ("2001:0:1::1", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    "url",
    ["", "feed", "ftp://x.example/", "file:///etc/passwd", "http://", "http://[::1", "https://x:y",
     "https://name:geheim@x.example/", "javascript:alert(1)", "http://x.example:99999/"],
)  # fmt: skip
async def test_what_is_no_web_address_is_refused(http: Http, url: str) -> None:
    assert await failure(http, url) is Failure.ADDRESS


async def test_hosts_that_do_not_exist_or_do_not_answer_are_told(http: Http) -> None:
    assert await failure(http, "http://gibt-es-nicht.invalid/") is Failure.DNS
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await failure(http, f"http://127.0.0.1:{taken.getsockname()[1]}/") is Failure.CONNECT


async def test_a_server_that_never_ends_is_left(http: Http, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")

    base = await serve(handler)
    assert await failure(http, base, bytes=100_000) is Failure.TOO_BIG
    assert await failure(http, base, bytes=10**12, total=0.3) is Failure.TIMEOUT


async def test_a_body_is_bounded_after_it_is_unpacked(http: Http, serve: Serve) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    base = await serve(reply(bomb, headers={"Content-Encoding": "gzip"}))
    assert await failure(http, base) is Failure.TOO_BIG


@pytest.mark.parametrize(
    ("packed", "coding"),  # one member, two, padding, zlib, raw deflate, plain
    [
        (gzip.compress(b"Meldung"), "gzip"),
        (gzip.compress(b"Mel") + gzip.compress(b"dung"), "gzip"),
        (gzip.compress(b"Meldung") + b"\0\0\0", "gzip"),
        (zlib.compress(b"Meldung"), "deflate"),
        (zlib.compress(b"Meldung")[2:-4], "deflate"),
        (b"Meldung", "identity"),
    ],
    ids=["gzip", "members", "padding", "zlib", "raw", "plain"],
)
def test_a_packed_body_is_unpacked_piece_by_piece(packed: bytes, coding: str) -> None:
    for size in (1, 3, len(packed)):
        unpacker = Unpacker(coding, 100)
        for at in range(0, len(packed), size):
            unpacker.feed(packed[at : at + size])
        assert unpacker.finish() == b"Meldung"


@pytest.mark.parametrize(
    "body", [b"kein gzip", gzip.compress(b"Meldung" * 99)[:-20]], ids=["none", "cut"]
)
def test_a_damaged_body_is_told(body: bytes) -> None:
    unpacker = Unpacker("gzip", 10_000)
    with pytest.raises(FetchFailed):
        unpacker.feed(body)
        unpacker.finish()


async def test_an_unknown_packing_is_told(http: Http, serve: Serve) -> None:
    base = await serve(reply(b"x", headers={"Content-Encoding": "br"}))
    assert await failure(http, base) is Failure.PROTOCOL


async def test_cookies_are_neither_kept_nor_sent(http: Http, serve: Serve) -> None:
    seen: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "spur=1"})

    base = await serve(handler)
    await http.get(base)
    await http.get(base)
    assert seen == [None, None]
