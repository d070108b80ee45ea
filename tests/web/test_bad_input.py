"""No form and no address breaks a page, whatever it holds: each answer tells what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar

import service.web
from service.app import App
from service.demo import seeds
from service.demo.past import Doors
from service.demo.site import Site
from service.kit import clock
from tests.browser_like import Client
from tests.web.test_guard import walk

FIELD = re.compile(r"form\.\w+\(\s*\"(\w+)\"")
ASKED = re.compile(r"page\.(?:query|number)\(\s*\"(\w+)\"")
SCRIPT = "<script>alert(1)"
BAD = [
    "",
    "a\0b",
    "9" * 40,
    "-1",
    "x" * 30_000,
    "lea@verband.example\r\nBcc: alle@verband.example",
    "2026-02-30",
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
async def planted(app: App, client: Client) -> Client:
    doors = Doors(app.renderer, app.segments, app.settings.public_url)
    async with app.db.tx() as tx:
        site = Site("http://127.0.0.1:9")
        await seeds.prepare(tx, site, app.settings.data_dir, doors, clock.now())
    await client.login("administrator", "prüfend@verband.example")
    return client


def forms(asgi: Litestar) -> Iterator[str]:
    return (
        address for method, address, _ in walk(asgi) if method == "POST" and address not in ASIDE
    )


async def test_no_form_breaks_a_page(planted: Client, asgi: Litestar) -> None:
    fields = names(FIELD)
    broken, told = [], 0
    for bad in (*BAD, ["1", "zwei", "\0"]):
        for address in forms(asgi):
            answer = await planted.submit(address, **dict.fromkeys(fields, bad))
            told += answer.status_code == 422
            if answer.status_code >= 500 or SCRIPT in answer.text:
                broken.append((address, bad[:20], answer.status_code))
    assert broken == []
    assert told > 100, "most answers name the faults"


async def test_no_address_breaks_a_page(planted: Client, asgi: Litestar) -> None:
    asgi.state.stopping.set()
    broken = []
    for bad in BAD:
        query = dict.fromkeys(names(ASKED), bad[:500])
        for method, address, _ in walk(asgi):
            if method == "GET":
                answer = await planted.get(address, params=query)
                if answer.status_code >= 500 or SCRIPT in answer.text:
                    broken.append((address, bad[:20], answer.status_code))
    assert broken == []
