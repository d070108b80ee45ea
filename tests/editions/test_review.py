"""Handing in while somebody else still writes: what is judged is what is handed in."""

import asyncio

from msgspec import structs

from service.app import App
from service.editions import actions
from service.editions.model import EditionState
from tests.browser_like import Client
from tests.editions import make


async def test_a_fault_that_is_saved_while_an_edition_is_handed_in_stops_it(
    app: App, client: Client
) -> None:
    await client.login("editor")
    async with app.db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx))
    async with asyncio.TaskGroup() as group, app.db.tx() as tx:
        empty = structs.replace(make.WORDS, subject="")
        await actions.change_words(tx, edition_id, 1, empty, None, make.NOW)
        handing = group.create_task(client.submit(f"/editions/{edition_id}/hand-in"))
        while not await tx.fetchval("select exists (select from pg_locks where not granted)"):
            pass  # until handing in waits for what is being saved
    assert handing.result().status_code == 409
    async with app.db.read() as tx:
        assert (await actions.edition(tx, edition_id)).state is EditionState.DRAFT
