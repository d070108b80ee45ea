"""The text of pages that nobody has described."""

import pytest

from deploy.benchmarks import extraction
from service.kit import html
from service.sources.model import Entry, SourceKind
from service.sources.readers import reading
from tests.sources.reader import NOW

ENTRY = Entry(id="1", url="https://www.example.ch/n/1", title="Neue Verordnung")
TEXT = "Der Regierungsrat hat die Verordnung über die Sozialhilfe verabschiedet. " * 5


def article(page: str, entry: Entry = ENTRY) -> reading.Reading:
    return reading.read(reading.Request(SourceKind.FEED, page.encode(), NOW, entry=entry))


def test_pages_in_the_shapes_of_authorities_sites_give_their_text_and_little_else() -> None:
    figures = extraction.measure(rounds=1)
    assert figures["pages"] >= 30
    assert figures["f1"] >= extraction.ENOUGH
    assert figures["f1"] > figures["yardstick"]["f1_of_trafilatura_alone"]
    assert figures["empty"] == []


def test_the_date_stays_that_of_the_list_and_the_title_is_not_said_twice() -> None:
    page = (
        f"<html><head><meta property='article:published_time' content='2020-01-02'></head><body>"
        f"<main><h1>Neue Verordnung</h1><time datetime='2020-01-02'>2. Januar 2020</time>"
        f"<p>{TEXT}</p></main></body></html>"
    )
    [entry] = article(page).entries
    assert (entry.published, entry.precision) == (ENTRY.published, ENTRY.precision)
    assert html.to_text(entry.content).startswith("Der Regierungsrat")


@pytest.mark.parametrize(
    "wrap",
    [
        "<form method=post>{}</form>",
        "<div class='cookie-aware'>{}</div>",
        "<div id='kontakt'><h2>Kontakt</h2>{}</div>",
        "<div>{}<p>© 2026 Alle Rechte vorbehalten</p></div>",
        "<table><tr><td>{}</td></tr></table>",
    ],
)
def test_what_holds_the_whole_text_is_never_taken_for_a_box(wrap: str) -> None:
    paragraphs = f"<p>{TEXT}</p><p>{TEXT.replace('Regierungsrat', 'Kantonsrat')}</p>"
    [entry] = article(f"<html><body>{wrap.format(paragraphs)}</body></html>").entries
    assert "Regierungsrat" in entry.content
    assert "Kantonsrat" in entry.content
    assert "Rechte vorbehalten" not in entry.content


def test_a_table_keeps_its_cells_apart() -> None:
    rows = "<tr><td>Türkei</td><td>512</td></tr><tr><td>Eritrea</td><td>166</td></tr>"
    [entry] = article(f"<html><body><p>{TEXT}</p><table>{rows}</table></body></html>").entries
    assert "Türkei 512" in html.to_text(entry.content)


def test_a_page_without_text_says_so() -> None:
    assert article("<html><body><nav><a href='/'>x</a></nav></body></html>").trouble is not None


def test_a_page_without_text_still_gives_its_documents() -> None:
    page = "<html><body><main><a href='/bericht.pdf'>Bericht</a></main></body></html>"
    [entry] = article(page).entries
    assert entry.content == ""
    assert [one.url for one in entry.documents] == ["https://www.example.ch/bericht.pdf"]
