"""Walks every route there is, with made-up ids or with those that links on real pages lead to."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from lxml import html

from service.app import App
from service.demo import seeds
from service.demo.past import Doors
from service.demo.site import Site
from service.kit import clock
from service.web import guards
from tests.browser_like import Client

PLACE = re.compile(r"\{(\w+):(\w+)\}")
# It says 503 on purpose where no worker lives; tests/workers asks it.
ALARM = "/healthz/work"
MADE_UP = {"int": "1", "str": "x", "path": "x"}
SHAPES = {"int": r"(\d+)", "str": r"([^/]+)", "path": r"(.+)"}


async def plant(app: App) -> None:
    """Plant the demo association."""
    doors = Doors(app.renderer, app.segments, app.settings.public_url)
    async with app.db.tx() as tx:
        site = Site("http://127.0.0.1:9")
        await seeds.prepare(tx, site, app.settings.data_dir, doors, clock.now())


def walk(
    asgi: Litestar, known: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every method and address; places are filled by `known`, else with something made up."""
    known = known or {}
    for path, handler in guards.handlers(asgi):
        if path == ALARM:
            continue
        address = PLACE.sub(lambda place: known.get(place[1], MADE_UP[place[2]]), path)
        for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
            yield str(method), address, handler


async def crawl(client: Client, asgi: Litestar) -> dict[str, str]:
    """Follow links from the plain pages on; return what each place of an address may be.

    Event streams end at once for the rest of the test: they would otherwise not end at all.
    """
    asgi.state.stopping.set()
    paths = {path for path, handler in guards.handlers(asgi) if "GET" in handler.http_methods}
    shapes = {p: re.compile(PLACE.sub(lambda place: SHAPES[place[2]], p)) for p in paths}
    known: dict[str, str] = {}
    todo, reached = sorted(p for p in paths if "{" not in p), set[str]()
    while todo:
        page = await client.get(todo.pop(0))
        if not page.headers.get("content-type", "").startswith("text/html") or not page.text:
            continue
        for link in html.fromstring(page.text).xpath("//@href | //form/@action | //@data-live"):
            address = urlsplit(str(link)).path
            for path, shape in shapes.items():
                if "{" in path and path not in reached and (match := shape.fullmatch(address)):
                    reached.add(path)
                    names = [name for name, _ in PLACE.findall(path)]
                    known |= dict(zip(names, match.groups(), strict=True))
                    todo.append(address)
    return known
