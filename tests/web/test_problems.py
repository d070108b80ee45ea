"""What a person meets when something goes wrong: the right status, plain words, and no leak."""

import asyncpg
import pytest
from litestar import Litestar, get
from litestar.params import FromPath

from service.app import App
from service.kit.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Unavailable
from service.kit.text import msg
from service.web import errors
from service.web.guards import PUBLIC
from tests.browser_like import Client

GONE = msg("There is nothing with this number.")
PROBLEMS = {
    "not-found": (NotFound(GONE), 404, "Hier ist nichts"),
    "conflict": (Conflict(GONE), 409, "Das geht jetzt nicht"),
    "forbidden": (Forbidden(GONE), 403, "Das ist nicht erlaubt"),
    "unavailable": (Unavailable(GONE), 503, "antwortet nicht"),
    "invalid": (
        Invalid([Fault("name", msg("Please fill this in.")), Fault("url", GONE)]),
        422,
        "Etwas stimmt noch nicht",
    ),
}


@pytest.fixture
async def broken(asgi: Litestar) -> None:
    """Routes that raise what their address says."""

    @get("/broken/{kind:str}", opt=PUBLIC, sync_to_thread=False)
    def raise_problem(kind: FromPath[str]) -> str:
        raise PROBLEMS[kind][0]

    @get("/broken-inside", opt=PUBLIC, sync_to_thread=False)
    def raise_fault_of_ours() -> str:
        try:
            return str(int("lea@verband.example"))
        except ValueError as error:
            raise asyncpg.DataError("Key (email)=(lea@verband.example)") from error

    for handler in (raise_problem, raise_fault_of_ours):
        asgi.register(handler)


@pytest.mark.parametrize("kind", PROBLEMS)
async def test_each_family_of_error_has_its_status_and_its_page(
    broken: None, client: Client, kind: str
) -> None:
    _, status, title = PROBLEMS[kind]
    answer = await client.get(f"/broken/{kind}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert title in answer.text
    assert "Mit dieser Nummer gibt es nichts." in answer.text


async def test_a_page_that_reports_faults_names_all_of_them(broken: None, client: Client) -> None:
    answer = await client.get("/broken/invalid")
    assert "Bitte füllen Sie das aus." in answer.text
    assert "Mit dieser Nummer gibt es nichts." in answer.text


async def test_machines_get_problem_json_in_their_language(broken: None, client: Client) -> None:
    headers = {"accept": "application/json", "accept-language": "en"}
    answer = await client.get("/broken/invalid", headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Something is not right yet",
        "status": 422,
        "detail": "Please fill this in.",
        "faults": [
            {"where": "name", "what": "Please fill this in."},
            {"where": "url", "what": "There is nothing with this number."},
        ],
    }


async def test_htmx_gets_a_part_of_a_page_and_an_event_in_ascii(
    broken: None, client: Client
) -> None:
    answer = await client.get("/broken/conflict", headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert "Das geht jetzt nicht" in answer.text
    assert answer.headers["hx-trigger"].isascii()
    assert '"detail":"Mit dieser Nummer gibt es nichts."' in answer.headers["hx-trigger"]


def test_umlauts_and_signs_beyond_them_survive_a_header() -> None:
    assert errors._ascii('"für 👍"') == '"f\\u00fcr \\ud83d\\udc4d"'


async def test_a_fault_of_ours_shows_a_number_that_the_log_has_and_neither_shows_the_data(
    broken: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/broken-inside")
    assert answer.status_code == 500
    [logged] = [r.getMessage() for r in caplog.records if r.name == "web"]
    assert logged.split()[0] in answer.text
    assert "raise_fault_of_ours" in logged
    assert "DataError" in logged
    assert "ValueError" in logged
    for told in (answer.text, logged):
        assert "lea@" not in told


async def test_the_log_of_an_outage_names_the_route_and_not_the_token_in_its_path(
    broken: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await client.get("/broken/unavailable")
    [logged] = [r.getMessage() for r in caplog.records if r.name == "web"]
    assert logged == "unavailable at GET /broken/{kind:str}"


async def test_an_unknown_address_is_told_while_the_database_is_away(
    client: Client, app: App
) -> None:
    await client.login()
    await app.db.close()
    assert (await client.get("/no/such/page")).status_code == 404


async def test_an_unknown_address_is_a_page_in_our_design(client: Client) -> None:
    answer = await client.get("/no/such/page")
    assert answer.status_code == 404
    assert "Hier ist nichts" in answer.text


async def test_an_editor_meets_problems_on_the_desk_with_its_navigation(client: Client) -> None:
    await client.login("administrator")
    answer = await client.get("/editors/999")
    assert answer.status_code == 404
    assert 'href="/today"' in answer.text
    assert "Abmelden" in answer.text


async def test_a_method_that_an_address_does_not_know_is_told_so(client: Client) -> None:
    answer = await client.get("/logout")
    assert answer.status_code == 405
    assert "nimmt das nicht an" in answer.text


async def test_a_form_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    await client.login()
    answer = await client.post("/account", data={"name": "x" * 21_000_000, "csrf": client.csrf})
    assert answer.status_code == 413
    assert "höchstens 20 MB" in answer.text


async def test_typed_text_has_a_bound_of_its_own_for_it_is_read_while_others_wait(
    client: Client,
) -> None:
    await client.login()
    answer = await client.post("/account", data={"name": "ä" * 1_000_000, "csrf": client.csrf})
    assert answer.status_code == 422
    assert "höchstens 4 MB" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"name=%ff%fe"),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n'
            b"Content-Type: text/plain; charset=none\r\n\r\nLea\r\n--x--\r\n",
        ),
    ],
)
async def test_a_broken_form_is_told_so(client: Client, kind: str, body: bytes) -> None:
    await client.login()
    headers = {"content-type": kind, "x-csrf-token": client.csrf}
    answer = await client.post("/account", content=body, headers=headers)
    assert answer.status_code == 422
    assert "nicht lesbar" in answer.text


async def test_a_form_of_another_kind_than_forms_is_an_empty_one(client: Client) -> None:
    await client.login()
    headers = {"content-type": "text/xml", "x-csrf-token": client.csrf}
    answer = await client.post("/account", content=b"<a/>", headers=headers)
    assert answer.status_code == 422
    assert "Bitte füllen Sie das aus." in answer.text


async def test_an_editor_who_mistypes_an_address_stays_on_the_desk(client: Client) -> None:
    await client.login()
    answer = await client.get("/no/such/page")
    assert answer.status_code == 404
    assert "Abmelden" in answer.text
