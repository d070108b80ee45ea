"""GET never changes anything: every page of a planted association, walked by an administrator."""

from litestar import Litestar

from service.app import App
from service.demo import seeds
from service.demo.past import Doors
from service.demo.site import Site
from service.kit import clock
from service.kit.db import Tx
from tests.browser_like import Client
from tests.web.test_guard import walk

# Being seen is a session's own book-keeping, and a link in a mail exists to be counted when opened.
ASIDE = {"editor_session", "click_count", "migration"}


async def contents(tx: Tx) -> dict[str, str]:
    """A digest of every row of every table."""
    tables = await tx.fetch("select tablename from pg_tables where schemaname = 'public'")
    return {
        name: await tx.fetchval(
            f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from \"{name}\" t"
        )
        for name in sorted({t[0] for t in tables} - ASIDE)
    }


async def test_reading_every_page_changes_no_row(app: App, client: Client, asgi: Litestar) -> None:
    doors = Doors(app.renderer, app.segments, app.settings.public_url)
    async with app.db.tx() as tx:
        site = Site("http://127.0.0.1:9")
        await seeds.prepare(tx, site, app.settings.data_dir, doors, clock.now())
    await client.login("administrator", "lesend@verband.example")
    asgi.state.stopping.set()
    async with app.db.read() as tx:
        before = await contents(tx)
        seen = {}
        for method, address, _ in walk(asgi):
            if method == "GET":
                seen[address] = (await client.get(address)).status_code
        after = await contents(tx)
    assert {t for t in before if before[t] != after[t]} == set()
    assert all(status < 500 for status in seen.values()), seen
    assert sum(status == 200 for status in seen.values()) > len(seen) / 2, seen
