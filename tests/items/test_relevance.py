"""Topics by words, what is learned from editors, and the association's own words."""

import asyncio
from random import Random

import pytest

from service.app import App
from service.items import actions as items
from service.items import learning, lists, relevance, store, tagging
from service.items.learning import RELEVANCE, Example
from service.items.model import ItemRow, ItemState, Topic
from service.items.states import Move
from service.kit import clock
from service.kit.db import Database
from tests.browser_like import Client, hidden
from tests.items import make

_SUBJECTS = {
    "asyl": ["Asylsuchende", "Unterkunft", "Schutzstatus", "Unterbringung", "Zuweisung"],
    "strasse": ["Strasse", "Sperrung", "Belag", "Umleitung", "Verkehr", "Kreisel", "Baustelle"],
}
_FILL = ["der", "Kanton", "informiert", "über", "die", "Arbeiten", "im", "neuen", "Jahr", "und"]


def written(dice: Random, subject: str) -> str:
    return " ".join(dice.choice(_SUBJECTS[subject] + _FILL) for _ in range(40))


def topic(*words: str) -> Topic:
    return Topic(1, "t", "T", 1, list(words))


def test_a_word_finds_its_continuations_capitals_only_themselves_and_a_minus_forbids() -> None:
    told = tagging.said("Neues Sozialhilfegesetz", "Die Kesb-Präsidien begrüssen es.")
    assert tagging.suggest([topic("sozialhilfe")], told)[0].because == "sozialhilfe"
    assert tagging.suggest([topic("KESB")], told) == []
    assert tagging.suggest([topic("kesb", "-Präsidien")], told) == []
    assert tagging.suggest([topic("hilfe")], told) == []


async def test_the_longest_title_of_a_topic_makes_a_name_wherever_its_words_end(
    db: Database,
) -> None:
    async with db.tx() as tx:
        for length in range(60, 73):
            title = f"{'x' * (length - 4)} und mehr"
            made = await items.add_topic(tx, title)
            assert (await items.topic(tx, made)).slug == title.replace(" ", "-")


def test_what_was_learned_is_the_same_every_time_and_says_its_words() -> None:
    dice = Random(1)
    examples = [
        Example(n, "Mitteilung", written(dice, subject), [RELEVANCE] if subject == "asyl" else [])
        for n in range(60)
        for subject in [dice.choice(["asyl", "strasse"])]
    ]
    model = learning.train(examples, [RELEVANCE, "9"])
    assert learning.train(examples[::-1], [RELEVANCE, "9"]) == model
    assert set(model.classes) == {RELEVANCE}
    told = [
        learning.judge(model, "Mitteilung", written(dice, subject))[RELEVANCE]
        for subject in ["asyl", "strasse"] * 20
    ]
    assert all(one.score > 0.6 for one in told[::2])
    assert all(one.score < 0.4 for one in told[1::2])
    assert set(told[0].because) <= set(_SUBJECTS["asyl"])


def test_no_reason_names_a_month_a_number_or_an_empty_word() -> None:
    dice = Random(4)
    telling = "Dezember dreissig Millionen gemäss selon perché Woche"
    examples = [
        Example(
            n, "M", f"{written(dice, 'strasse')} {telling if n % 2 else ''}", [RELEVANCE] * (n % 2)
        )
        for n in range(60)
    ]
    model = learning.train(examples, [RELEVANCE])
    told = learning.judge(model, "Im Dezember", f"Asylsuchende {telling}")
    assert told[RELEVANCE].because == []


async def new_items(db: Database) -> list[ItemRow]:
    async with db.read() as tx:
        return await lists.most_relevant(
            tx, lists.Filter(state=ItemState.NEW), clock.now(), None, 500
        )


async def test_editors_teach_what_matters_and_what_a_topic_is(db: Database) -> None:
    dice, now = Random(2), clock.now()
    async with db.tx() as tx:
        source = await make.source(tx, now)
        asyl = await items.add_topic(tx, "Asyl")
        entries = [
            make.entry(f"{subject}{n}", f"{subject} {n}", summary=written(dice, subject))
            for n in range(24)
            for subject in _SUBJECTS
        ]
        await make.take_in(tx, source, entries, now)
        for row in await lists.listing(tx, lists.Filter(), most=100):
            if int(row.title.split()[1]) >= 20:
                continue
            picked = row.title.startswith("asyl")
            if picked:
                await items.file_under(tx, row.id, [asyl])
            await items.move(tx, [row.id], Move.PICK if picked else Move.DISCARD, None, now)
    assert await relevance.learn(db, now)
    assert not await relevance.learn(db, now)
    await relevance.weigh(db)
    rows = await new_items(db)
    assert [row.title.split()[0] for row in rows] == ["asyl"] * 4 + ["strasse"] * 4
    async with db.read() as tx:
        [filed] = await items.filed(tx, rows[0].id)
        assert filed.topic_id == asyl
        assert filed.because
        assert (await items.item(tx, rows[0].id)).relevant_because
        assert await items.filed(tx, rows[-1].id) == []


async def test_own_words_raise_an_item_or_keep_it_out_of_sight(app: App, client: Client) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        titles = ["Fussballturnier der Verwaltung", "Jahresbericht", "Richtlinien der Konferenz"]
        await make.take_in(tx, source, [make.entry(one, one) for one in titles], now)
    await client.login("administrator")
    seen = hidden(await client.get("/topics"), "seen")
    answer = await client.submit("/topics/words", boost="richtlinien", mute="Fussball", seen=seen)
    assert answer.status_code == 303
    rows = await new_items(app.db)
    assert [row.title for row in rows] == ["Richtlinien der Konferenz", "Jahresbericht"]
    muted = await client.get("/inbox", params={"state": "muted"})
    assert "Fussballturnier" in muted.text
    assert "Fussballturnier" not in (await client.get("/inbox")).text
    late = await client.submit("/topics/words", boost="Jahresbericht", mute="", seen=seen)
    assert late.status_code == 409
    assert "inzwischen gespeichert</strong><p>Hervorheben: richtlinien</p>" in late.text
    assert "\nJahresbericht</textarea>" in late.text
    seen = hidden(late, "seen")
    assert (await client.submit("/topics/words", boost="", seen=seen)).status_code == 303
    assert "Fussballturnier" in (await client.get("/inbox")).text


async def test_a_piece_that_its_publisher_rewrites_is_weighed_by_its_new_words(
    db: Database,
) -> None:
    now = clock.now()
    async with db.tx() as tx:
        source = await make.source(tx, now)
        await relevance.change_words(tx, [], ["Fussball"])
        await make.take_in(tx, source, [make.entry("1", "Fussballturnier abgesagt")], now)
    await relevance.weigh(db)
    assert await new_items(db) == []
    async with db.tx() as tx:
        await make.take_in(tx, source, [make.entry("1", "Neue Richtlinien")], now)
    await relevance.weigh(db)
    assert [row.title for row in await new_items(db)] == ["Neue Richtlinien"]


async def test_a_word_of_an_item_that_is_read_mutes_or_raises_without_touching_the_others(
    app: App, client: Client
) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        await make.take_in(
            tx, source, [make.entry(one, one) for one in ("Turnier", "Bericht")], now
        )
        await relevance.change_words(tx, ["Bericht"], ["Strasse"])
        item_id = await tx.fetchval("select id from item where title = 'Turnier'")
    await client.login("administrator")
    page = f"/items/{item_id}"
    answer = await client.submit("/topics/words/add", word="turnier", act="mute", back=page)
    assert answer.headers["location"] == page
    assert "stumm wegen «turnier»" in (await client.get(page)).text
    assert [row.title for row in await new_items(app.db)] == ["Bericht"]
    await client.submit("/topics/words/add", word="Turnier", act="boost", back=page)
    async with app.db.read() as tx:
        known = await relevance.words(tx)
    assert (known.boost, known.mute) == (["Bericht", "Turnier"], ["Strasse"])
    assert (await client.submit("/topics/words/add", word="x", act="mute")).status_code == 409


async def test_the_topics_page_says_what_the_words_would_have_found(
    app: App, client: Client
) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        entries = [make.entry(f"n{n}", f"Asylzahlen {n}" if n < 3 else f"N {n}") for n in range(9)]
        await make.take_in(tx, source, entries, now)
        topic_id = await items.add_topic(tx, "Asyl", ["asyl"])
    await client.login()
    assert "3 von 9" in (await client.get("/topics")).text
    tried = await client.get(f"/topics/{topic_id}/try", params={"keywords": "Zahlen\nN"})
    assert "6 der letzten 9" in tried.text


async def test_a_put_off_item_comes_back_in_the_morning_of_its_day(
    app: App, client: Client
) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        await make.take_in(tx, source, [make.entry("a", "Sondernummer")], now)
        [row] = await lists.listing(tx, lists.Filter())
    await client.login()
    await client.submit(f"/items/{row.id}/snooze", day="2099-03-02")
    assert f'id="item-{row.id}"' not in (await client.get("/inbox")).text
    assert "2. März 2099" in (await client.get("/inbox", params={"state": "later"})).text
    refused = await client.submit(f"/items/{row.id}/snooze", day="2020-01-01")
    assert refused.status_code == 422
    await client.submit(f"/items/{row.id}/wake")
    assert "Sondernummer" in (await client.get("/inbox")).text


@pytest.mark.parametrize("meanwhile", ["words", "page"])
async def test_what_comes_while_an_item_is_weighed_has_it_weighed_again(
    db: Database, meanwhile: str
) -> None:
    now = clock.now()
    async with db.tx() as tx:
        source = await make.source(tx, now)
        await make.take_in(tx, source, [make.entry("1", "Jahresbericht")], now)
        item_id = await tx.fetchval("select id from item")

    async def change() -> None:
        async with db.tx() as tx:
            if meanwhile == "words":
                await relevance.change_words(tx, [], ["Jahresbericht"])
            else:
                page = ([item_id], [1], ["<p>Fussball</p>"], ["Fussball"], [""])
                assert await store.keep_pages(tx, *page) == [item_id]

    async def waiting(most: int) -> bool:
        held = "select count(*) >= $1 from pg_locks where not granted"
        return bool(await stop.fetchval(held, most))

    async with asyncio.TaskGroup() as group, db.tx() as stop:
        await stop.execute("lock table item_model")  # read last, so that weighing stops there
        weighing = group.create_task(relevance.weigh(db))
        while not await waiting(1):
            pass
        changing = group.create_task(change())
        while not changing.done() and not await waiting(2):
            pass
    assert weighing.result() + await relevance.weigh(db) == 2
