"""Every route names its role; each role reaches what it may; no form passes without its token."""

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler

from service.accounts.model import EditorRole
from service.app import App
from service.web import guards
from tests.browser_like import Client
from tests.web.walking import walk


def role_of(handler: HTTPRouteHandler) -> EditorRole | None:
    role: EditorRole | None = handler.opt["role"]
    return role


async def test_a_stranger_reaches_public_pages_and_is_asked_to_log_in_everywhere_else(
    client: Client, asgi: Litestar
) -> None:
    asgi.state.stopping.set()
    for method, address, handler in walk(asgi):
        answer = await client.request(method, address)
        asked = answer.headers.get("location", "").startswith("/login")
        if role_of(handler) is None:
            assert answer.status_code < 500, (method, address)
            assert not asked, (method, address)
        elif method == "GET":
            assert asked, (method, address, answer.status_code)
        else:
            assert asked or answer.status_code == 401, (method, address, answer.status_code)


@pytest.mark.parametrize("role", list(EditorRole))
async def test_each_role_reaches_its_pages_and_no_others(
    client: Client, asgi: Litestar, role: EditorRole
) -> None:
    asgi.state.stopping.set()
    await client.login(role)
    for method, address, handler in walk(asgi):
        needed = role_of(handler)
        if method != "GET" or needed is None:
            continue
        answer = await client.get(address)
        if role.covers(needed):
            assert answer.status_code in {200, 303, 404, 409, 422}, (address, answer.status_code)
        else:
            assert answer.status_code == 403, (address, answer.status_code)


async def test_no_form_passes_without_the_token_of_its_session(
    client: Client, asgi: Litestar
) -> None:
    await client.login("administrator")
    for method, address, handler in walk(asgi):
        if method == "GET" or role_of(handler) is None:
            continue
        for token in ("", "x", client.csrf[:-1]):
            answer = await client.request(method, address, data={"csrf": token})
            assert answer.status_code == 403, (method, address, answer.status_code)


async def test_the_token_is_taken_from_the_header_too(client: Client) -> None:
    await client.login()
    sent = {"name": "Lea", "language": "de"}
    answer = await client.post("/account", data=sent, headers={"x-csrf-token": client.csrf})
    assert answer.status_code == 303


async def test_the_token_of_another_session_is_refused(
    client: Client, asgi: Litestar, app: App
) -> None:
    await client.login()
    async with Client.of(app, asgi) as other:
        await other.login("administrator")
        answer = await client.post("/account", data={"name": "Lea", "csrf": other.csrf})
    assert answer.status_code == 403


def test_a_route_without_a_role_keeps_the_application_from_starting() -> None:
    @get("/forgotten")
    async def forgotten() -> str:
        return ""

    with pytest.raises(ValueError, match="/forgotten"):
        guards.check_roles(Litestar([forgotten], openapi_config=None))


async def test_a_number_that_is_no_id_is_not_found(client: Client) -> None:
    await client.login("administrator")
    for number in (2**63, 2**63 - 1, 0, -1, -(2**63) - 1, "9" * 5000):
        assert (await client.get(f"/editors/{number}")).status_code == 404, number


async def test_no_page_about_the_interface_of_the_program_is_public(client: Client) -> None:
    for address in ("/schema", "/schema/openapi.json", "/docs", "/openapi.json"):
        assert (await client.get(address)).status_code == 404
