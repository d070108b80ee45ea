"""Logging in and out: a new token each time, nothing told to guessers, nothing typed is lost."""

import re

import httpx
import pytest
from litestar import Litestar

from service.accounts import actions as accounts
from service.app import App
from service.kit import clock
from tests.browser_like import PASSWORD, Client, hidden

LEA = "lea@verband.example"


@pytest.fixture
async def lea(app: App, client: Client) -> int:
    """An editor with a password; the client is a stranger again."""
    editor_id = await client.login("editor", LEA)
    async with app.db.tx() as tx:
        await accounts.set_password(tx, editor_id, PASSWORD, clock.now())
    client.cookies.clear()
    return editor_id


async def enter(client: Client, password: str = PASSWORD, **more: str) -> httpx.Response:
    return await client.post("/login", data={"email": LEA, "password": password, **more})


async def test_the_login_page_speaks_the_language_that_the_browser_asks_for(
    client: Client,
) -> None:
    german = await client.get("/login", headers={"accept-language": "de-CH"})
    wish = "fr;q=0.9, en;q=0.8, de;q=0.1"
    english = await client.get("/login", headers={"accept-language": wish})
    assert '<html lang="de"' in german.text
    assert "Anmelden" in german.text
    assert '<html lang="en"' in english.text


async def test_a_login_leads_to_today_and_sets_a_cookie_that_scripts_and_other_sites_do_not_get(
    lea: int, client: Client
) -> None:
    answer = await enter(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("rundbrief="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie, "the test speaks http"


async def test_every_login_gets_a_new_token_and_a_token_of_a_stranger_is_never_taken_over(
    lea: int, client: Client, asgi: Litestar, app: App
) -> None:
    planted = "chosen-by-somebody-else-0123456789abcdefghijk"
    client.cookies.set("rundbrief", planted)
    first = (await enter(client)).cookies["rundbrief"]
    assert first != planted
    async with Client.of(app, asgi) as other:
        other.cookies.set("rundbrief", planted)
        assert (await other.get("/account")).status_code == 303, "the planted token opens nothing"
        second = (await enter(other)).cookies["rundbrief"]
    assert second != first


async def test_two_logins_of_one_editor_stand_side_by_side_and_end_apart(
    lea: int, client: Client, asgi: Litestar, app: App
) -> None:
    await enter(client)
    async with Client.of(app, asgi) as phone:
        await enter(phone)
        page = await phone.get("/account")
        await phone.post("/logout", data={"csrf": hidden(page, "csrf")})
        assert (await phone.get("/account")).status_code == 303
    assert (await client.get("/account")).status_code == 200


async def test_a_token_is_worthless_after_logging_out(lea: int, client: Client) -> None:
    token = (await enter(client)).cookies["rundbrief"]
    page = await client.get("/account")
    answer = await client.post("/logout", data={"csrf": hidden(page, "csrf")})
    assert answer.headers["location"] == "/login"
    client.cookies.set("rundbrief", token)
    assert (await client.get("/account")).headers["location"] == "/login?next=/account"


async def test_a_wrong_login_keeps_the_address_and_never_shows_the_password(
    lea: int, client: Client
) -> None:
    answer = await enter(client, "falsch falsch falsch")
    assert answer.status_code == 422
    assert f'value="{LEA}"' in answer.text
    assert "falsch falsch" not in answer.text
    assert "gehören nicht zusammen" in answer.text


async def test_an_empty_login_says_so_at_both_fields(client: Client) -> None:
    answer = await client.post("/login", data={"email": " ", "password": ""})
    assert answer.status_code == 422
    assert len(re.findall(r'class="fault" id="(email|password)-fault"', answer.text)) == 2


async def test_the_ninth_attempt_is_refused_and_told_when_to_come_back(
    lea: int, client: Client
) -> None:
    for _ in range(8):
        assert (await enter(client, "falsch falsch falsch")).status_code == 422
    answer = await enter(client)
    assert answer.status_code == 429
    assert re.search(r"um \d\d:\d\d Uhr", answer.text)


async def test_a_login_from_another_site_is_refused(lea: int, client: Client) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        answer = await client.post(
            "/login", data={"email": LEA, "password": PASSWORD}, headers=headers
        )
        assert answer.status_code == 403
        assert "rundbrief" not in answer.cookies


async def test_a_stranger_is_sent_to_the_login_and_back_to_where_they_were_going(
    lea: int, client: Client
) -> None:
    answer = await client.get("/account?tab=1")
    assert answer.headers["location"] == "/login?next=/account%3Ftab%3D1"
    page = await client.get(answer.headers["location"])
    entered = await enter(client, next=hidden(page, "next"))
    assert entered.headers["location"] == "/account?tab=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:1",
        "",
    ],
)
async def test_the_login_never_leads_to_another_site(lea: int, client: Client, target: str) -> None:
    assert (await enter(client, next=target)).headers["location"] == "/today"


async def test_the_login_leads_back_to_an_address_in_any_language(lea: int, client: Client) -> None:
    answer = await enter(client, next="/segments/žena")
    assert answer.headers["location"] == "/segments/%C5%BEena"


async def test_what_was_typed_when_the_session_ended_is_kept_and_sent_by_a_press_of_the_button(
    lea: int, client: Client, app: App
) -> None:
    sent = await client.post("/account", data={"name": "Lea <b>&", "language": "en", "csrf": "old"})
    assert sent.status_code == 401
    assert "aufgehoben" in sent.text
    entered = await enter(client, keep=hidden(sent, "keep"))
    assert entered.status_code == 200
    assert 'action="/account"' in entered.text
    assert "Lea &lt;b&gt;&amp;" in entered.text
    async with app.db.read() as tx:
        assert (await accounts.account(tx, lea)).name == "Redaktion (editor)", "nothing is sent yet"
    fields = {"name": "Lea <b>&", "language": "en", "csrf": hidden(entered, "csrf")}
    assert (await client.post("/account", data=fields)).status_code == 303
    async with app.db.read() as tx:
        assert (await accounts.account(tx, lea)).name == "Lea <b>&"


async def test_a_password_is_not_kept_through_a_login(lea: int, client: Client) -> None:
    fields = {"current": "geheim-eins", "password": "geheim-zwei"}
    sent = await client.post("/account/password", data=fields)
    entered = await enter(client, keep=hidden(sent, "keep"))
    assert "geheim" not in entered.text


async def test_nothing_is_kept_of_a_form_that_another_site_sent(lea: int, client: Client) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    sent = await client.post("/account", data={"name": "Untergeschoben"}, headers=headers)
    assert 'name="keep"' not in sent.text
    assert sent.headers["location"] == "/login"


async def test_a_kept_form_that_was_tampered_with_leads_to_today(lea: int, client: Client) -> None:
    for keep in ("xx", "eyJwYXRoIjoiaHR0cHM6Ly9lbHNld2hlcmUuZXhhbXBsZS8iLCJmaWVsZHMiOnt9fQ=="):
        assert (await enter(client, keep=keep)).headers["location"] == "/today"


async def test_htmx_is_told_to_open_the_login_as_a_whole_page(client: Client) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://rundbrief.test/inbox?q=a"}
    answer = await client.get("/account", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=/inbox%3Fq%3Da"
    answer = await client.get("/account", headers=headers | {"hx-current-url": "http://[x"})
    assert answer.headers["hx-redirect"] == "/login"


async def test_htmx_that_saves_without_a_session_keeps_the_page_and_says_what_to_do(
    client: Client,
) -> None:
    answer = await client.post("/account", data={"name": "x"}, headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert "hx-redirect" not in answer.headers
    assert "Bitte anmelden" in answer.headers["hx-trigger"]


async def test_a_logged_in_editor_does_not_see_the_login_again(client: Client) -> None:
    await client.login()
    assert (await client.get("/login")).headers["location"] == "/today"


async def test_changing_the_password_keeps_this_login_with_a_new_token_and_ends_the_others(
    lea: int, client: Client, asgi: Litestar, app: App
) -> None:
    before = (await enter(client)).cookies["rundbrief"]
    async with Client.of(app, asgi) as phone:
        await enter(phone)
        page = await client.get("/account")
        fields = {"current": PASSWORD, "password": "ganz andere Worte hier"}
        answer = await client.post(
            "/account/password", data={"csrf": hidden(page, "csrf"), **fields}
        )
        assert answer.status_code == 303
        assert client.cookies["rundbrief"] != before
        assert (await client.get("/account")).status_code == 200
        assert (await phone.get("/account")).status_code == 303
