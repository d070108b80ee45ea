"""The page that handlers get: words, answers, flashes, forms that count once, headers, streams."""

import asyncio
import socket
from collections.abc import AsyncIterator

import anyio
import httpx
import msgspec
import pytest
from litestar import Litestar, Response, get, post
from litestar.params import FromPath

from service.app import App, opened
from service.cli import house
from service.kit.settings import Settings
from service.web import application as web
from service.web import headers
from service.web.guards import PUBLIC
from service.web.language import preferred
from service.web.pages import Page
from tests.browser_like import Client


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "de"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("en-GB", "en"),
        ("fr-CH, en;q=0.5, de;q=0.4", "en"),
        ("fr", "de"),
        ("en;q=0, de", "de"),
        ("en;q=x", "de"),
        (",;,;;q=,", "de"),
        ("*", "de"),
    ],
)
def test_a_stranger_is_answered_in_the_first_of_our_languages_that_they_ask_for(
    wish: str, language: str
) -> None:
    assert preferred(wish) == language


async def test_an_editors_own_language_outweighs_the_browsers(client: Client) -> None:
    await client.login()
    await client.submit("/account", name="Lea", language="en")
    page = await client.get("/account", headers={"accept-language": "de-CH"})
    assert "My account" in page.text


async def test_what_an_act_did_is_said_once_and_then_gone(client: Client) -> None:
    await client.login()
    await client.submit("/account", name="Lea", language="de")
    assert "Ihr Konto ist gespeichert." in (await client.get("/account")).text
    assert "Ihr Konto ist gespeichert." not in (await client.get("/account")).text


@pytest.mark.parametrize(
    "value",
    ["xx", "bnVsbA==", "eyJpZCI6MX0=", "\\", "eyJpZCI6IiUoeClzIiwicGFyYW1zIjp7InkiOjF9fQ=="],
)
async def test_a_flash_that_is_not_ours_is_ignored(client: Client, value: str) -> None:
    client.cookies.set("said", value)
    assert (await client.get("/login")).status_code == 200


async def test_a_flash_cannot_bring_markup_into_a_page(client: Client) -> None:
    client.cookies.set("said", "eyJpZCI6Ijxzb21lPngifQ==")
    page = await client.get("/login")
    assert "&lt;some&gt;x" in page.text
    assert "<some>" not in page.text


async def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(
    client: Client,
) -> None:
    for path in ("/login", "/no/such/page", "/account", "/healthz"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy, "nothing is loaded from elsewhere"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers


def test_a_header_that_a_handler_set_itself_is_left_alone() -> None:
    added = dict(headers.missing({"Cache-Control": "max-age=60"}, secure=True))
    assert "cache-control" not in added
    assert added["strict-transport-security"] == "max-age=31536000"


async def test_under_https_cookies_are_bound_to_this_host(settings: Settings) -> None:
    secure = msgspec.structs.replace(settings, public_url="https://rundbrief.test")
    async with opened(secure) as app, Client.of(app, web.create(app)) as client:
        client.base_url = httpx.URL("https://rundbrief.test")
        client.cookies.set("said", "x")
        await client.login()
        client.cookies.set("__Host-rundbrief", client.cookies["rundbrief"])
        answer = await client.submit("/account", name="Lea", language="de")
        said = answer.headers["set-cookie"]
        assert said.startswith("__Host-said=")
        assert "Secure" in said
        assert "Path=/" in said
        assert "Domain" not in said
        assert answer.headers["strict-transport-security"]


async def test_a_mail_shown_as_a_page_has_its_styles_and_a_framed_one_no_rights(
    client: Client, asgi: Litestar
) -> None:
    @get("/shown/{how:str}", opt=PUBLIC)
    async def shown(page: Page, how: FromPath[str]) -> Response[str]:
        return page.mail("<p style='color:red'>Guten Tag</p>", framed=how == "framed")

    asgi.register(shown)
    alone, framed = await client.get("/shown/alone"), await client.get("/shown/framed")
    for answer in (alone, framed):
        policy = answer.headers["content-security-policy"]
        assert "style-src 'unsafe-inline'" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in alone.headers["content-security-policy"]
    assert alone.headers["x-frame-options"] == "DENY"
    assert "; sandbox " in framed.headers["content-security-policy"]
    assert "allow-scripts" not in framed.headers["content-security-policy"]
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.fixture
async def creation(asgi: Litestar) -> list[str]:
    """A route that creates something and counts how often it began to."""
    begun: list[str] = []

    @post("/things", opt=PUBLIC)
    async def create(page: Page) -> Response[str]:
        name = (await page.form()).text("name")
        begun.append(name)
        location = f"/things/{len(begun)}"
        async with page.db.tx() as tx:
            await tx.execute("insert into topic (slug, title, position) values ($1, 'x', 1)", name)
            await page.once(tx, location)
        return page.go(location)

    asgi.register(create)
    return begun


async def test_a_form_sent_twice_creates_once_and_is_answered_twice_alike(
    creation: list[str], client: Client, app: App
) -> None:
    fields = {"name": "alter", "once": "a" * 24}
    first = await client.post("/things", data=fields)
    second = await client.post("/things", data=fields)
    assert first.headers["location"] == second.headers["location"] == "/things/1"
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from topic where slug = 'alter'") == 1


async def test_a_form_sent_five_times_at_the_same_moment_creates_once(
    creation: list[str], client: Client, app: App
) -> None:
    answers: list[httpx.Response] = []

    async def send(number: int) -> None:
        fields = {"name": f"thema-{number}", "once": "b" * 24}
        answers.append(await client.post("/things", data=fields))

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(send, number)
    assert {a.status_code for a in answers} == {303}
    assert len({a.headers["location"] for a in answers}) == 1
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from topic where slug like 'thema-%'") == 1


async def test_two_forms_create_twice_and_an_invented_token_protects_nothing_else(
    creation: list[str], client: Client, app: App
) -> None:
    for name, once in (("eins", "c" * 24), ("zwei", "d" * 24), ("drei", ""), ("vier", "x" * 99)):
        await client.post("/things", data={"name": name, "once": once})
    async with app.db.read() as tx:
        names = ["eins", "zwei", "drei", "vier"]
        assert await tx.fetchval("select count(*) from topic where slug = any($1)", names) == 4


async def test_a_double_click_that_meets_a_unique_constraint_is_answered_like_the_first(
    creation: list[str], client: Client, app: App
) -> None:
    answers: list[httpx.Response] = []

    async def send() -> None:
        answers.append(await client.post("/things", data={"name": "kesb", "once": "e" * 24}))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(send)
    assert {a.status_code for a in answers} == {303}, "a conflict with itself is no conflict"


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[str]:
    """The application behind the real server, on a free port, with one live page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop = asyncio.Event()
    settings = msgspec.structs.replace(settings, port=port)
    async with opened(settings) as app, asyncio.TaskGroup() as group:
        group.create_task(house.web_until(app, house.listen(settings), stop))
        yield f"http://127.0.0.1:{port}"
        stop.set()


async def reached(client: httpx.AsyncClient, path: str) -> httpx.Response:
    while True:
        try:
            return await client.get(path)
        except httpx.ConnectError:
            await asyncio.sleep(0.01)


async def test_head_answers_like_get_without_a_body(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        whole = await reached(client, "/login")
        head = await client.head("/login")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


async def events_of(app: App, asgi: Litestar, seen: list[str | None]) -> str:
    @get("/live", opt=PUBLIC)
    async def live(page: Page) -> Response[str]:
        async def look() -> str | None:
            return seen.pop(0)

        return page.stream(look, every=0.001)

    asgi.register(live)
    async with Client.of(app, asgi) as client:
        return (await client.get("/live")).text


async def test_a_stream_sends_what_changed_and_ends_when_there_is_no_more(
    app: App, asgi: Litestar
) -> None:
    text = await events_of(
        app, asgi, ["<p>1</p>\n<p>x</p>", "<p>1</p>\n<p>x</p>", "<p>2</p>", None]
    )
    assert text.count("data: <p>1</p>\ndata: <p>x</p>\n\n") == 1
    assert text.count("data: <p>2</p>\n\n") == 1
    assert text.endswith("event: end\ndata:\n\n")


async def test_an_open_stream_ends_when_the_program_stops(app: App, asgi: Litestar) -> None:
    asgi.state.stopping.set()
    assert await events_of(app, asgi, ["<p>1</p>"] * 3) == "retry: 2000\n\n"


async def test_health_is_ok_while_the_database_answers_and_503_without_it(
    client: Client, settings: Settings
) -> None:
    assert (await client.get("/healthz")).text == "ok\n"
    async with opened(settings) as app, Client.of(app, web.create(app)) as other:
        await app.db.close()
        answer = await other.get("/healthz")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "30"


async def test_robots_may_read_what_is_published_only(client: Client) -> None:
    rules = (await client.get("/robots.txt")).text
    assert "Disallow: /\n" in rules
    assert "Allow: /archive" in rules
