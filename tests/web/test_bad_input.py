"""No form and no address breaks a page, whatever it holds: each answer tells what is wrong."""

import re
from pathlib import Path

import pytest
from litestar import Litestar

import service.web
from service.app import App
from tests.browser_like import Client
from tests.web import walking

FIELD = re.compile(r"form\.\w+\(\s*\"(\w+)\"")
ASKED = re.compile(r"page\.(?:query|number)\(\s*\"(\w+)\"")
SCRIPT = "<script>alert(1)"
BAD = [
    "",
    "a\0b",
    "9" * 5000,
    "-1",
    "x" * 30_000,
    "lea@verband.example\r\nBcc: alle@verband.example",
    "0001-01-01",
    f"{SCRIPT}</script>{{{{ 7 * 7 }}}}%(x)s %",
]
# Ends the session that the walk needs; its own test is in test_login.
ASIDE = {"/logout"}


def names(pattern: re.Pattern[str]) -> list[str]:
    """Every field that some handler reads."""
    folder = Path(service.web.__path__[0])
    texts = (
        path.read_text() for path in sorted(folder.rglob("*.py")) if "node_modules" not in str(path)
    )
    return sorted({name for text in texts for name in pattern.findall(text)} - {"csrf", "once"})


@pytest.fixture
async def known(app: App, client: Client, asgi: Litestar) -> dict[str, str]:
    """The ids of a planted association, read from its pages by an administrator."""
    await walking.plant(app)
    await client.login("administrator", "prüfend@verband.example")
    return await walking.crawl(client, asgi)


async def test_no_form_breaks_a_page(client: Client, asgi: Litestar, known: dict[str, str]) -> None:
    fields = names(FIELD)
    broken, told = [], 0
    for bad in (*BAD, ["1", "zwei", "\0"]):
        for method, address, _ in walking.walk(asgi, known):
            if method != "POST" or address in ASIDE:
                continue
            answer = await client.submit(address, **dict.fromkeys(fields, bad))
            told += answer.status_code == 422
            if answer.status_code >= 500 or SCRIPT in answer.text:
                broken.append((address, bad[:20], answer.status_code))
    assert broken == []
    assert told > 100, "most answers name the faults"


LISTS = ["/dispatches", "/editions", "/reports", "/returned", "/inbox"]


@pytest.mark.parametrize("address", LISTS)
async def test_a_list_that_is_to_go_on_at_no_instant_begins_anew(
    client: Client, address: str
) -> None:
    await client.login("administrator")
    for instant in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "x"):
        before = f"{instant}_1" if address == "/inbox" else instant
        answer = await client.get(address, params={"before": before, "last": "1"})
        assert answer.status_code == 200, instant


@pytest.mark.parametrize("place", ["1e300_1", "-1e39_1", "nan_1", "inf_1", "x", "0.5_"])
async def test_an_inbox_that_is_to_go_on_at_no_relevance_begins_anew(
    client: Client, place: str
) -> None:
    await client.login()
    answer = await client.get("/inbox", params={"sort": "relevance", "before": place})
    assert answer.status_code == 200


async def test_no_address_breaks_a_page(
    client: Client, asgi: Litestar, known: dict[str, str]
) -> None:
    asgi.state.stopping.set()
    broken = []
    for bad in BAD:
        query = dict.fromkeys(names(ASKED), bad[:500])
        for method, address, _ in walking.walk(asgi, known):
            if method == "GET":
                answer = await client.get(address, params=query)
                if answer.status_code >= 500 or SCRIPT in answer.text:
                    broken.append((address, bad[:20], answer.status_code))
    assert broken == []
