"""Stories as an editor meets them: folded, picked as one, split for good, joined by hand."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from lxml import html

from service.app import App
from service.editions import actions as editions
from service.editions import approval, checks
from service.editions.model import ItemBody
from service.items import actions as items
from service.items import lists, stories, together
from service.items.model import ItemRow, ItemState, StoryReason
from service.items.states import Move
from service.kit import clock, localtime
from service.kit.db import Database, Tx
from tests.browser_like import Client
from tests.items import make, releases

TEXT = releases.release(Random(3), "r", clock.now()).text
OTHER = releases.release(Random(4), "r", clock.now()).text


async def published(
    tx: Tx, name: str, text: str, at: datetime, *, title: str = "", lead: str = ""
) -> int:
    """Take one release in from a source of its own; return the item's id."""
    source = await make.source(tx, at, title=f"Amt {name}", path=name)
    told = make.dated(name, title or f"Titel {name}", at, summary=lead, content=f"<p>{text}</p>")
    await make.take_in(
        tx, source, [msgspec.structs.replace(told, url=f"https://{name}.example")], at
    )
    return max(row.id for row in await lists.listing(tx, lists.Filter(source_id=source)))


async def three_copies(tx: Tx, now: datetime) -> list[int]:
    """A release at noon, its teaser an hour later, and a longer copy the next day."""
    whole = await published(tx, "zh", TEXT, now - timedelta(hours=26))
    teaser = await published(
        tx, "ag", "", now - timedelta(hours=25), lead=" ".join(TEXT.split()[:20])
    )
    copy = await published(tx, "bs", f"{TEXT} Auskunft erteilt der Rechtsdienst.", now)
    return [whole, teaser, copy]


async def inbox(tx: Tx, **wanted: object) -> list[ItemRow]:
    return await lists.listing(tx, lists.Filter(**wanted))  # type: ignore[arg-type]


async def test_copies_of_three_sources_stand_as_one_row_led_by_the_first_whole_one(
    db: Database,
) -> None:
    now = clock.now()
    async with db.tx() as tx:
        whole, teaser, copy = await three_copies(tx, now)
        other = await published(tx, "be", OTHER, now)
        rows = await inbox(tx, state=ItemState.NEW)
        around = await stories.around(tx, whole)
        counts = await lists.state_counts(tx, now)
    assert [row.id for row in rows] == [other, whole]
    assert rows[1].also == ["Amt ag", "Amt bs"]
    assert {one.id for one in around.others} == {teaser, copy}
    assert {one.reason for one in around.others} == {StoryReason.TEXT}
    assert counts.new == 2


async def test_the_same_text_months_later_is_no_copy(db: Database) -> None:
    now = clock.now()
    async with db.tx() as tx:
        for days in (10, 5, 0):
            await published(tx, f"d{days}", TEXT, now - timedelta(days=days))
        assert [row.also for row in await inbox(tx)] == [[], [], []]


async def test_a_story_is_picked_and_put_back_as_one_and_credits_every_source(
    app: App, client: Client
) -> None:
    now = clock.now()
    editor = await client.login()
    async with app.db.tx() as tx:
        ids = await three_copies(tx, now)
        edition = await make.draft(tx, editor, now)
    await client.submit(f"/items/{ids[0]}/pick", edition=edition)
    async with app.db.tx() as tx:
        [block] = (await editions.content(tx, edition)).blocks
        body = block.content
        assert isinstance(body, ItemBody)
        assert body.source == "Amt zh, Amt ag, Amt bs"
        assert [(await items.item(tx, one)).state for one in ids] == [ItemState.PICKED] * 3
        deed = await together.last(tx, editor, clock.now())
    assert deed
    await client.submit("/inbox/undo", deed=deed.id)
    async with app.db.tx() as tx:
        assert [(await items.item(tx, one)).state for one in ids] == [ItemState.NEW] * 3


async def test_a_copy_that_comes_later_shares_the_fate_of_its_story(db: Database) -> None:
    now = clock.now()
    async with db.tx() as tx:
        first = await published(tx, "zh", TEXT, now - timedelta(hours=5))
        await items.move(tx, [first], Move.DISCARD, None, now)
        late = await published(tx, "ag", TEXT, now)
        assert (await items.item(tx, late)).state is ItemState.DISCARDED
        await items.restore(tx, first, None, now)
        assert (await items.item(tx, late)).state is ItemState.NEW


async def test_what_an_edition_has_by_itself_stays_picked_when_its_story_is_put_back(
    db: Database,
) -> None:
    now = clock.now()
    async with db.tx() as tx:
        whole, teaser, copy = await three_copies(tx, now)
        for one in (whole, copy):
            await items.mark_picked(tx, one, None, now)
        await items.restore(tx, whole, None, now)
        stand = [(await items.item(tx, one)).state for one in (whole, teaser, copy)]
    assert stand == [ItemState.NEW, ItemState.NEW, ItemState.PICKED]


async def test_a_split_is_remembered_when_further_copies_come(db: Database) -> None:
    now = clock.now()
    async with db.tx() as tx:
        whole, _, copy = await three_copies(tx, now)
        await stories.split(tx, copy, None, now)
        assert {row.id for row in await inbox(tx)} == {whole, copy}
        fourth = await published(tx, "sg", TEXT, now)
        told = [{one.id for one in (await stories.around(tx, x)).others} for x in (whole, copy)]
    assert sorted(map(len, told)) in ([0, 2], [1, 1])
    assert copy not in told[0]
    assert fourth in told[0] | told[1]


async def test_what_may_be_the_same_is_offered_and_decided_by_an_editor(db: Database) -> None:
    now = clock.now()
    one, two = releases.twins(Random(5), "t", now)
    async with db.tx() as tx:
        first = await published(tx, "zh", one.text, now, title=one.title)
        second = await published(tx, "ag", two.text, now, title=two.title)
        [hint] = (await stories.around(tx, first)).possible
        assert (hint.id, len(await inbox(tx))) == (second, 2)
        await stories.part(tx, second, first, None, now)
        assert (await stories.around(tx, first)).possible == []
        await stories.join(tx, first, second, now)
        [joined] = (await stories.around(tx, first)).others
        assert (joined.id, joined.reason) == (second, StoryReason.EDITOR)
        assert len(await inbox(tx)) == 1


async def test_an_edition_with_two_items_of_one_story_is_told_so(app: App, client: Client) -> None:
    now = clock.now()
    editor = await client.login()
    async with app.db.tx() as tx:
        ids = await three_copies(tx, now)
        edition = await make.draft(tx, editor, now)
        for one in ids[:2]:
            await editions.pick(tx, one, edition, editor, now)
        content = await editions.content(tx, edition)
        facts = await approval.facts(
            tx, content, segments=frozenset(), html_size=0, today=localtime.local(now).date()
        )
    found = [finding for finding in checks.find(content, facts) if finding.check == "doubled"]
    assert len(found) == 2


@pytest.mark.parametrize(("state", "told"), [("scheduled", 1), ("cancelled", 0)])
async def test_a_copy_of_what_another_edition_carries_is_told_so(
    app: App, client: Client, state: str, told: int
) -> None:
    now = clock.now()
    editor = await client.login()
    async with app.db.tx() as tx:
        ids = await three_copies(tx, now)
        first = await make.draft(tx, editor, now)
        newsletter = (await editions.content(tx, first)).newsletter.id
        second = await editions.begin(tx, newsletter, make.WORDS, editor, now)
        await editions.pick(tx, ids[0], first, editor, now)
        await editions.pick(tx, ids[2], second, editor, now)
        await tx.execute("update edition set state = $2::edition_state where id = $1", first, state)
        content = await editions.content(tx, second)
        facts = await approval.facts(
            tx, content, segments=frozenset(), html_size=0, today=localtime.local(now).date()
        )
    assert [f.check for f in checks.find(content, facts)].count("repeated") == told


async def test_the_page_splits_a_story_with_one_button(app: App, client: Client) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        whole, _, copy = await three_copies(tx, now)
    await client.login()
    page = html.fromstring((await client.get("/inbox")).text)
    [row] = page.xpath("//li[@data-row]")
    assert "Amt ag" in row.text_content()
    action = page.xpath(f"//form[contains(@action, '/items/{copy}/split')]/@action")[0]
    await client.submit(action)
    async with app.db.read() as tx:
        assert {row.id for row in await inbox(tx)} == {whole, copy}
