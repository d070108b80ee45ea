"""Readers: every kind of source in the shapes that Swiss public bodies publish."""

from datetime import UTC, datetime

import pytest

from service.sources.model import Entry, PublishedPrecision, SourceKind
from tests.sources.reader import DATA, file, read

MINUTE, DAY, UNKNOWN = PublishedPrecision
FEED, JSON_FEED, JSON_LIST, HTML_LIST, SITEMAP, _ = SourceKind


def test_an_rss_entry_has_its_words_clean_and_its_link_absolute_and_untracked() -> None:
    first, undated, old = file(FEED, "release.rss.xml")
    assert first.id == "amt-2026-41"
    assert first.url == "https://amt.example/aktuell/richtlinien.html?seite=2"
    assert first.title == "Neue Richtlinien & Merkblätter zur Sozialhilfe"
    assert first.summary == "Die Gemeinden erhalten neue Merkblätter."
    assert 'href="https://amt.example/merkblatt.pdf"' in first.content
    assert not any(bad in first.content for bad in ("script", "onclick", "<img", "fbclid"))
    assert (first.published, first.precision) == (datetime(2026, 10, 6, 7, 30, tzinfo=UTC), MINUTE)
    assert first.language == "de"
    assert (undated.published, undated.precision) == (None, UNKNOWN)
    assert (old.published, old.url) == (None, "https://amt.example/aktuell/alt.html")


def test_a_feed_tells_its_name_its_site_and_how_long_it_holds() -> None:
    found = read(FEED, (DATA / "release.rss.xml").read_bytes())
    assert (found.title, found.site_url, found.ttl) == (
        "Medienmitteilungen des Sozialamts", "https://amt.example/aktuell/", 120,
    )  # fmt: skip


def test_atom_and_rdf_are_read_by_the_same_reader() -> None:
    (atom,) = file(FEED, "fachverband.atom.xml")
    assert (atom.id, atom.url) == ("urn:uuid:1c2d", "https://association.example/actualites/normes")
    assert atom.title == "Aide sociale : les nouvelles normes"
    assert (atom.language, atom.published) == ("fr", datetime(2026, 10, 5, 12, 30, tzinfo=UTC))
    (rdf,) = file(FEED, "kanton.rdf.xml")
    assert (rdf.title, rdf.precision) == ("Vernehmlassung eröffnet", DAY)


def test_latin_1_named_only_in_the_prolog_is_understood_and_redirectors_are_unwrapped() -> None:
    (entry,) = file(FEED, "statistik-latin1.rss.xml")
    assert entry.title == "L'économie a bénéficié de l'été"
    assert entry.url == "https://stat.example/publications/2026/etude.pdf"


def test_a_json_feed_is_read_with_and_without_titles() -> None:
    table, short = file(JSON_FEED, "netz.feed.json")
    assert (table.id, table.content) == ("7", "<p>Einladung an die <b>Gemeinden</b>.</p>")
    assert (short.id, short.title) == ("8", "Kurzmeldung ohne Titel.")
    assert short.url == "https://anderswo.example/8"


@pytest.mark.parametrize(
    "config",
    [{}, {"items": "news", "title": "title", "link": "link", "date": "date",
          "summary": "teaserText", "date_format": "%d.%m.%Y"}],
)  # fmt: skip
def test_a_json_list_is_read_as_described_and_guessed_alike(config: dict[str, object]) -> None:
    first, _ = file(JSON_LIST, "kanton-liste.json", **config)
    assert first == Entry(
        id="",
        url="https://www.beispiel.example/de/news/2026/10/strategie.html",
        title="Regierungsrat verabschiedet Strategie",
        summary="Neunzehn Massnahmen für vier Jahre.",
        language=first.language,
        published=datetime(2026, 10, 4, 22, 0, tzinfo=UTC),
        precision=DAY,
    )


def test_a_json_page_behind_an_entry_is_read_in_the_order_of_its_layout() -> None:
    config: dict[str, object] = {
        "items": "items", "title": "title",
        "detail": {"format": "json", "date": "news_date",
                   "content": "slblocks.{slblocks_layout.items}.text.data"},
    }  # fmt: skip
    entry = Entry("1", "https://api.example/mm/1", "Strategie")
    body = (DATA / "plone-detail.json").read_bytes()
    (full,) = read(JSON_LIST, body, config, entry=entry).entries
    assert full.content.index("Erstens") < full.content.index("Zweitens")
    assert (full.precision, full.title) == (DAY, "Strategie")


def test_json_inside_a_table_attribute_is_found() -> None:
    first, second = file(HTML_LIST, "gemeinde-icms.html")
    assert first.title == "Sprechstunde für Angehörige"
    assert first.url == "https://www.beispiel.example/_rte/information/137686"
    assert (second.published, second.precision) == (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), MINUTE)


@pytest.mark.parametrize(
    "config", [{}, {"item": "article.card", "title": "h3", "date": "time", "summary": "p"}]
)
def test_cards_on_a_page_are_read_as_described_and_guessed_alike(
    config: dict[str, object],
) -> None:
    first, second = file(HTML_LIST, "kanton-karten.html", **config)
    assert (first.title, first.summary) == ("Beratungsstelle zieht um", "Am neuen Ort ab Montag.")
    # The year 2626 of the attribute cannot be true; the words beside it can.
    assert first.published == datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
    assert second.url == "https://www.beispiel.example/_rte/information/138700"


def test_the_page_behind_an_entry_gives_its_text_without_what_is_to_be_removed() -> None:
    config: dict[str, object] = {
        "item": "li", "detail": {"content": ".text", "date": ".date", "remove": [".share"]},
    }  # fmt: skip
    entry = Entry("", "https://amt.example/1", "Strategie", precision=UNKNOWN)
    body = (DATA / "mitteilung.html").read_bytes()
    (full,) = read(HTML_LIST, body, config, entry=entry).entries
    assert full.content == (
        "<p>Die Gemeinden wurden einbezogen.</p><p>Frist ist der 31. Januar 2027.</p>"
    )
    assert full.published == datetime(2026, 10, 2, 8, 30, tzinfo=UTC)
    assert full.summary.startswith("Die Gemeinden")


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (FEED, b"", "empty"),
        (FEED, b" \n\t", "empty"),
        (FEED, b"<!doctype html><html><head></head></html>", "web page, not a feed"),
        (FEED, b"Guten Tag", "not an RSS or Atom feed"),
        (FEED, b"\x1f\x8bkaputt", "damaged gzip"),
        (FEED, b"<rss>" + b" " * 10_000_001, "larger than 10 MB"),
        (JSON_FEED, b"{", "not valid JSON"),
        (JSON_FEED, b'{"posts": []}', "no list named"),
        (JSON_FEED, b"[" * 100_000, "nested too deeply"),
        (JSON_LIST, b'{"a": 1}', "no list of entries that have a title"),
        (HTML_LIST, b'{"a": 1}', "JSON, not a web page"),
        (HTML_LIST, b"<html><body><p>Nichts</p></body></html>", "Nothing on the page"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(
    kind: SourceKind, body: bytes, said: str
) -> None:
    found = read(kind, body)
    assert found.entries == []
    assert said in str(found.trouble)


def test_a_page_served_as_a_feed_names_the_feed_that_it_offers() -> None:
    page = (
        b'<html><head><link href="/rss.xml" rel=alternate type="application/rss+xml"></head></html>'
    )
    assert "/rss.xml" in str(read(FEED, page).trouble)


def test_exploding_entities_are_refused() -> None:
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]><rss><channel><item/></channel></rss>'
    )
    assert "entities" in str(read(FEED, bomb).trouble)


def test_a_reference_to_a_character_that_does_not_exist_is_left_out() -> None:
    body = b"<item><title>A&#x110000;&#0;B&#8217;s</title></item>"
    body = b"<rss version='2.0'><channel>" + body + b"</channel></rss>"
    assert [e.title for e in read(FEED, body).entries] == ["AB’s"]


def test_no_more_than_500_entries_are_read() -> None:
    items = b"".join(b"<item><title>T %d</title></item>" % n for n in range(700))
    body = b"<rss version='2.0'><channel><title>x</title>" + items + b"</channel></rss>"
    entries = read(FEED, body).entries
    assert (len(entries), entries[-1].title) == (500, "T 499")


def test_an_empty_list_is_not_a_failure() -> None:
    assert read(JSON_LIST, b'{"news": []}', {"items": "news", "title": "title"}).trouble is None
    assert read(FEED, b"<rss version='2.0'><channel></channel></rss>").trouble is None


@pytest.mark.parametrize(
    "config",
    [{"item": "li["}, {"unknown": "x"}, {"item": 3}, {"item": "li", "detail": {"content": ""}},
     {"item": "li", "headers": {"Cookie": "x"}}],
)  # fmt: skip
def test_a_description_that_cannot_mean_anything_is_refused(config: dict[str, object]) -> None:
    assert read(HTML_LIST, b"<html><li>x</li></html>", config).trouble is not None


def test_a_sitemap_gives_its_news_newest_first_and_leaves_out_other_pages() -> None:
    first, second = file(SITEMAP, "nachrichten.sitemap.xml")
    assert (first.title, first.precision) == ("KESB: Kanton & Gemeinden einig", DAY)
    assert (second.url, second.language) == ("https://zeitung.example/region/altersheim", "de")
    assert second.published == datetime(2026, 10, 5, 4, 15, tzinfo=UTC)


def test_an_entry_without_any_words_is_read_as_it_is_and_left_to_the_inbox_to_drop() -> None:
    bare = "<item><guid isPermaLink='false'>a</guid></item><item/>"
    feed = f"<rss version='2.0'><channel>{bare}</channel></rss>".encode()
    assert [(one.id, one.title) for one in read(FEED, feed).entries] == [("a", ""), ("", "")]
