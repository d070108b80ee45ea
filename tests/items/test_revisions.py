"""Every change of words is one revision, and noise in the markup is none: for any text."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from service.items import dedupe, intake
from service.items.dedupe import Known
from service.kit import html
from service.sources.model import Entry, SourceKind
from service.sources.readers import reading

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WORDS = ["Gemeinde", "Zürich", "prüft", "Äpfel", "–", "«Hilfe»", "für", "160", "Orte", "&", "mehr,",
         "l’État", "città", "1’842", "e-mail"]  # fmt: skip
paragraphs = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=12), min_size=1, max_size=5
)


def feed(title: str, content: str) -> bytes:
    item = (
        f"<item><guid>1</guid><title>{title}</title><link>https://a.ch/1</link>"
        f"<description>Kurz</description><content:encoded><![CDATA[{content}]]></content:encoded>"
        "</item>"
    )
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    return f"<rss version='2.0' {space}><channel>{item}</channel></rss>".encode()


def entry(title: str, content: str) -> Entry:
    [found] = reading.read(reading.Request(SourceKind.FEED, feed(title, content), NOW)).entries
    return found


def known(one: Entry) -> Known:
    """Return the item that an entry became when it came in."""
    [named] = dedupe.identify([one])
    return Known(
        1, 1, named.external_id, named.alternate_id, one.title, one.summary, named.text,
        named.listed, dedupe.text_print(one, named.text), 1, False,
    )  # fmt: skip


def plainly(said: list[list[str]]) -> str:
    return "".join(f"<p>{' '.join(words).replace('&', '&amp;')}</p>" for words in said)


def noisily(said: list[list[str]], dice: st.DataObject) -> str:
    """Write the same words with other markup, spaces, quotes and dashes."""
    opens = dice.draw(st.sampled_from(["<p>", "<p class='x1'>", "<div style='a:b'>"]))
    closes = "</div>" if opens.startswith("<div") else "</p>"
    gap = dice.draw(st.sampled_from([" ", "\n  ", "\u00a0", " \t "]))
    around = dice.draw(st.sampled_from(["{}", "<b>{}</b>", "<span>{}</span>", "{}<!-- x -->"]))
    swapped = {"–": "-", "«Hilfe»": '"Hilfe"', "l’État": "l'État", "1’842": "1'842"}
    quotes = dice.draw(st.booleans())
    out = []
    for words in said:
        told = [swapped.get(word, word) if quotes else word for word in words]
        marked = [around.format(word.replace("&", "&#38;")) for word in told]
        out.append(opens + gap.join(marked) + closes)
    return "\n".join(out) + "<img src='https://stat.example/p.gif'><script>x()</script>"


def revised(before: Entry, after: Entry) -> int:
    """Return how many revisions the second listing of a piece makes."""
    plan = dedupe.plan(dedupe.identify([after]), [known(before)])
    assert plan.new == []
    return sum(intake.rewrite(one, one.identified.entry).revise for one in plan.changed)


@settings(max_examples=120, deadline=None)
@given(paragraphs, st.data())
def test_other_markup_around_the_same_words_is_no_revision(
    said: list[list[str]], dice: st.DataObject
) -> None:
    before, after = entry("Titel", plainly(said)), entry(" Titel ", noisily(said, dice))
    assert revised(before, after) == 0


@settings(max_examples=120, deadline=None)
@given(paragraphs, st.data())
def test_another_word_anywhere_is_exactly_one_revision(
    said: list[list[str]], dice: st.DataObject
) -> None:
    at = dice.draw(st.integers(0, len(said) - 1))
    place = dice.draw(st.integers(0, len(said[at])))
    more = dice.draw(st.sampled_from(["nicht", "1’843", "Ü"]))
    after = [list(words) for words in said]
    after[at].insert(place, more)
    first, second = entry("Titel", plainly(said)), entry("Titel", noisily(after, dice))
    assert more in html.to_text(second.content) or "1'843" in html.to_text(second.content)
    assert revised(first, second) == 1
    assert revised(second, second) == 0
    assert revised(first, entry("Anderer Titel", plainly(said))) == 1
