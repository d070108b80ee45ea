"""Judging an edition: what is judged is what is handed in, and what changed since is told."""

import asyncio

from msgspec import structs

from service.app import App
from service.editions import actions, blocks
from service.editions.model import EditionState, Prose
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


async def test_an_approver_reads_which_words_of_a_long_text_changed_and_not_only_how_it_begins(
    app: App, client: Client
) -> None:
    await client.login("administrator")
    start = (
        "Der Regierungsrat will die Sozialhilfeverordnung anpassen, und zwar bald und gründlich."
    )
    body = Prose(blocks.read_text(f"{start}\n\nStellungnahmen bis Ende Januar."))
    async with app.db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx), [body])
        block_id = (await actions.content(tx, edition_id)).blocks[0].id
        await tx.execute("update association set four_eyes = false")
    await client.submit(f"/editions/{edition_id}/hand-in")
    await client.submit(f"/editions/{edition_id}/return", remark="Das Datum stimmt nicht")
    text = f"{start}\n\nStellungnahmen bis Ende Februar."
    await client.submit(f"/blocks/{block_id}", text=text, segment="behoerdenmitglieder", seen=1)
    page = (await client.get(f"/editions/{edition_id}/review")).text
    assert "<del>Januar</del>" in page
    assert "<ins>Februar</ins>" in page
    assert "<ins>Behördenmitglieder</ins>" in page
    assert start not in page  # what stayed is read in the mail beside
