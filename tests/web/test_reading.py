"""GET never changes anything: every page of a planted association, walked by an administrator."""

from litestar import Litestar

from service.app import App
from service.kit.db import Tx
from tests.browser_like import Client
from tests.web import walking

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
    await walking.plant(app)
    await client.login("administrator", "lesend@verband.example")
    asgi.state.stopping.set()
    async with app.db.read() as tx:
        before = await contents(tx)
        known = await walking.crawl(client, asgi)
        seen = {}
        for method, address, _ in walking.walk(asgi, known):
            if method == "GET":
                seen[address] = (await client.get(address)).status_code
        after = await contents(tx)
    assert {t for t in before if before[t] != after[t]} == set()
    assert all(status < 500 for status in seen.values()), seen
    found = sum(status == 200 for status in seen.values())
    assert found > 0.8 * len(seen), {a: status for a, status in seen.items() if status != 200}
