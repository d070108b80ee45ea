"""The search: one spelling for all, words inside words, phrases, exclusions, copies shown once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from service.app import App
from service.items import actions as items
from service.items import lists, searching, stories
from service.items.lists import Filter
from service.kit import clock
from service.kit.db import Database
from tests.browser_like import Client
from tests.items import make

SAID = {
    "gesetz": "Das Sozialhilfegesetz wird revidiert",
    "bund": "Bundessozialhilfe gefordert",
    "not": "Nothilfe-Sozialhilfe im Vergleich",
    "schräg": "Asyl/Sozialhilfe: neue Zahlen",
    "gross": "SOZIALHILFE 2026",
    "rat": "Räte und Städte beraten über Gesuche",
    "fr": "L'aide aux réfugiés et l'intégration",
    "it": "I rifugiati e l’integrazione",
    "masse": "Weisse Strassen, große Massstäbe",
    "krank": "Krankenkassenprämien steigen",
    "none": "Der Belag wird erneuert",
}


async def filled(db: Database) -> dict[int, str]:
    now = clock.now()
    async with db.tx() as tx:
        source = await make.source(tx, now)
        entries = [
            make.dated(name, title, now - timedelta(hours=n), summary="Mitteilung des Amts")
            for n, (name, title) in enumerate(SAID.items())
        ]
        await make.take_in(tx, source, entries, now)
        rows = await lists.listing(tx, Filter(), most=100)
    named = {title: name for name, title in SAID.items()}
    return {row.id: named[row.title] for row in rows}


async def found(db: Database, typed: str, **wanted: object) -> list[int]:
    async with db.read() as tx:
        rows = await lists.listing(tx, Filter(search=typed, **wanted))  # type: ignore[arg-type]
    return [row.id for row in rows]


async def test_a_word_is_found_however_it_is_spelt_bent_or_built_into_others(db: Database) -> None:
    names = await filled(db)
    asked = {
        "sozialhilfe": ["gesetz", "bund", "not", "schräg", "gross"],
        "Sozialhilfe -bund -gesetz": ["not", "schräg", "gross"],
        "raete": ["rat"],
        "Stadt": ["rat"],
        "gesuch": ["rat"],
        "Gesuchen": ["rat"],
        "REFUGIES": ["fr"],
        "rifugiato": ["it"],
        "integra": ["fr", "it"],
        "weiße straßen": ["masse"],
        "grosse": ["masse"],
        "kassenprämie": ["krank"],
        "kassenpramie": ["krank"],
        '"neue Zahlen"': ["schräg"],
        '"Zahlen neue"': [],
        "zahlen neue": ["schräg"],
        "xylophon": [],
    }
    told = {typed: [names[one] for one in await found(db, typed)] for typed in asked}
    assert told == asked


async def test_a_search_keeps_to_its_source_its_topic_and_its_days(db: Database) -> None:
    names = await filled(db)
    today = clock.now().date()
    tomorrow = today + timedelta(days=2)
    assert await found(db, "sozialhilfe", since=tomorrow) == []
    assert await found(db, "sozialhilfe", until=today - timedelta(days=9)) == []
    assert len(await found(db, "sozialhilfe", since=today - timedelta(days=2), until=today)) == 5
    async with db.tx() as tx:
        topic = await items.add_topic(tx, "Bund")
        await items.file_under(tx, next(i for i, name in names.items() if name == "bund"), [topic])
    assert [names[one] for one in await found(db, "sozialhilfe", topic_id=topic)] == ["bund"]
    assert await found(db, "sozialhilfe", source_id=10**6) == []


async def test_a_story_is_found_once_and_its_copy_where_the_leading_item_is_left_out(
    db: Database,
) -> None:
    now = clock.now()
    async with db.tx() as tx:
        one, two = await make.source(tx, now), await make.source(tx, now, "Kanton Aargau", "ag")
        await make.take_in(tx, one, [make.dated("a", "Armutsbericht liegt vor", now)], now)
        again = [make.dated("b", "Bericht zur Armut", now), make.dated("c", "Armut: Bericht", now)]
        await make.take_in(tx, two, again, now)
        ids = {row.title[:7]: row.id for row in await lists.listing(tx, Filter())}
        await stories.join(tx, ids["Armutsb"], ids["Bericht"], now)
        await stories.join(tx, ids["Armutsb"], ids["Armut: "], now)
        rows = await lists.listing(tx, Filter(), most=9)
        assert len(rows) == 1
        assert len(rows[0].also) == 2
        # A source's own list shows what it told itself, once.
        own = await lists.listing(tx, Filter(source_id=two))
        counts = {each.id: each.waiting for each in await lists.source_counts(tx, now)}
    assert [row.source_id for row in own] == [two]
    assert counts == {one: 1, two: 1}
    assert await found(db, "bericht") == [rows[0].id]
    assert await found(db, "bericht", source_id=two) == [own[0].id]


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_sought_in_any_text_without_an_error(typed: str, text: str) -> None:
    terms = searching.read(typed)
    searching.query(terms, {word: [f"x{word}"] for word in searching.inside(terms)})
    sought = searching.pattern(terms)
    if sought is not None:
        assert "".join(part.text for part in searching.parts(text, sought)) == text
        searching.passage(text, sought)


async def test_the_database_spells_words_as_the_search_does(db: Database) -> None:
    texts = [
        *SAID.values(), "Œuvre sœur Zürich ZUERICH naïf Größe", "ﬁnanziert  Straße\u00adnbau",
        "Ça coûte 4’500 Franken; l’été", "È già più città", "Інформація для ЛЮДЕЙ", "ÄÖÜäöüß ẞ",
    ]  # fmt: skip
    async with db.read() as tx:
        for text in texts:
            spelt = await tx.fetchval("select search_words($1)", text)
            ours = [word for term in searching.read(f'"{text}"') for word in term.words]
            assert spelt.split() == ours, text


@pytest.mark.parametrize(
    ("typed", "text", "hits"),
    [
        ("sozialhilfe", "Die Bundessozialhilfe, nicht die Hilfe", ["Bundessozialhilfe"]),
        ("raete strasse", "Räte an der STRASSE, Straßenbau", ["Räte", "STRASSE", "Straßenbau"]),
        ('"neue zahlen"', "neue  Zahlen, neue alte Zahlen", ["neue  Zahlen"]),
        ("iv -ahv", "IV und AHV, Initiative", ["IV"]),
        ("gesuche", "Ein Gesuch, zwei Gesuche", ["Gesuch", "Gesuche"]),
    ],
)
def test_what_was_sought_is_marked_as_whole_words(typed: str, text: str, hits: list[str]) -> None:
    sought = searching.pattern(searching.read(typed))
    assert sought
    told = searching.parts(text, sought)
    assert [part.text for part in told if part.hit] == hits
    assert "".join(part.text for part in told) == text


async def test_results_mark_hits_quote_the_text_and_stay_safe(app: App, client: Client) -> None:
    now = clock.now()
    body = '<p>Vorher. <a href="https://zh.example/sozialhilfe">Asylsozialhilfe</a> &amp; mehr</p>'
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        entry = make.dated("x", "Mark <b>amp</b> b", now, summary="Kurz", content=body)
        await make.take_in(tx, source, [entry], now)
        [row] = await lists.listing(tx, Filter())
    await client.login()
    page = html.fromstring((await client.get("/inbox", params={"q": "sozialhilfe amp"})).text)
    assert page.xpath("//li[@data-row]//mark/text()") == ["amp", "Asylsozialhilfe"]
    assert page.xpath("//li[@data-row]//b") == []
    read = (await client.get(f"/items/{row.id}", params={"q": "sozialhilfe amp"})).text
    assert 'href="https://zh.example/sozialhilfe"' in read
    assert "<mark>Asylsozialhilfe</mark></a> &amp; mehr" in read


async def test_a_search_that_finds_nothing_says_what_to_try(app: App, client: Client) -> None:
    await filled(app.db)
    await client.login()
    filtered = await client.get("/inbox", params={"q": "sozialhilfe", "state": "picked"})
    assert "/inbox?q=sozialhilfe" in filtered.text
    words = await client.get("/inbox", params={"q": "sozialhilfe xylophon"})
    assert 'href="/inbox?q=xylophon"' in words.text
    assert "&lt;i&gt;" in (await client.get("/inbox", params={"q": "<i>xylophon"})).text
