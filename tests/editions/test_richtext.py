"""Rich text: strict on the way in, faithful on the way round."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.editions import markdown, markup, plain, richtext
from service.editions.model import (
    Bold,
    BulletList,
    Doc,
    HardBreak,
    Italic,
    Link,
    LinkTarget,
    ListItem,
    OrderedList,
    Paragraph,
    SubHeading,
    Text,
)
from service.kit.errors import Invalid

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Mn"]),
    min_size=1,
    max_size=12,
)
MARKS = st.sampled_from(
    [
        (),
        (Bold(),),
        (Italic(),),
        (Link(LinkTarget("https://a.example/x_y?q=1&r=(2)*")),),
        (Bold(), Link(LinkTarget("mailto:info@a.example"))),
    ]
)


def doc(*nodes: object) -> str:
    return json.dumps({"type": "doc", "content": list(nodes)})


def paragraph(*runs: object) -> dict[str, object]:
    return {"type": "paragraph", "content": list(runs)}


def test_what_the_editor_sends_is_read_as_it_is() -> None:
    packed = doc(
        {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Kurz"}]},
        paragraph(
            {"type": "text", "text": "Die "},
            {"type": "text", "text": "Frist", "marks": [{"type": "bold"}]},
            {"type": "hardBreak"},
            {
                "type": "text",
                "text": "läuft",
                "marks": [{"type": "link", "attrs": {"href": "https://a.example", "rel": "x"}}],
            },
        ),
        {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph()]}]},
    )
    read = richtext.decode(packed)
    assert read.content[0] == SubHeading((Text("Kurz"),))
    assert richtext.words(read) == "Kurz\nDie Frist\nläuft\n"
    assert richtext.links(read) == ["https://a.example"]


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "[]",
        '{"type":"doc","content":[{"type":"image","attrs":{"src":"https://x.example"}}]}',
        '{"type":"doc","content":[{"type":"text","text":"bare"}]}',
        '{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":1}]}]}',
        '{"type":"paragraph"}',
        "[" * 100_000,
        doc(paragraph({"type": "text", "text": "x" * 20_001})),
    ],
)
def test_anything_else_is_refused_with_a_sentence(packed: str) -> None:
    with pytest.raises(Invalid):
        richtext.decode(packed)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://a b.example",
        "vbscript:x",
        "relative/page",
        "https://a.example/\n",
        "http://[::1",
    ],
)
def test_only_complete_addresses_of_four_schemes_may_be_linked(href: str) -> None:
    if href.strip() == href:
        assert not richtext.safe_url(href)
    link = {"type": "text", "text": "x", "marks": [{"type": "link", "attrs": {"href": href}}]}
    if href == "https://a.example/\n":  # blanks around an address are a slip, not an attack
        assert richtext.links(richtext.decode(doc(paragraph(link)))) == ["https://a.example/"]
        return
    with pytest.raises(Invalid):
        richtext.decode(doc(paragraph(link)))


def test_lists_may_be_nested_to_the_depth_that_a_mail_can_show() -> None:
    def nested(levels: int) -> dict[str, object]:
        inner = [paragraph({"type": "text", "text": "tief"})]
        for _ in range(levels):
            inner = [{"type": "bulletList", "content": [{"type": "listItem", "content": inner}]}]
        return inner[0]

    assert richtext.words(richtext.decode(doc(nested(4)))) == "tief"
    with pytest.raises(Invalid):
        richtext.decode(doc(nested(12)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, MARKS), min_size=1, max_size=4))
def test_markdown_written_for_people_without_a_script_reads_back_the_same(
    runs: list[tuple[str, tuple[Bold | Italic | Link, ...]]],
) -> None:
    pieces: list[Text] = []
    for word, marks in runs:
        pieces += [Text(word, marks), Text(" ")]
    text = richtext.tidy(Doc((Paragraph((*pieces, Text("Ende"))),)))
    assert markdown.parse(markdown.write(text)) == text


def test_lists_headings_and_breaks_survive_the_way_through_markdown() -> None:
    text = Doc(
        (
            SubHeading((Text("# kein Titel"),)),
            Paragraph((Text("1. keine Liste"), HardBreak(), Text("- auch nicht"))),
            BulletList(
                (
                    ListItem((Paragraph((Text("eins"),)),)),
                    ListItem(
                        (
                            Paragraph((Text("zwei"),)),
                            OrderedList((ListItem((Paragraph((Text("tiefer"),)),)),)),
                        )
                    ),
                )
            ),
            Paragraph((Text("<b>kein HTML</b> & *kein* _Zeichen_"),)),
        )
    )
    assert markdown.parse(markdown.write(text)) == text


def test_a_heading_over_two_lines_stays_one_heading_in_markdown() -> None:
    text = Doc((SubHeading((Text("eins"), HardBreak(), Text("zwei"))),))
    assert markdown.parse(markdown.write(text)) == Doc((SubHeading((Text("eins zwei"),)),))


def test_html_in_a_text_field_stays_letters() -> None:
    read = markdown.parse("<img src=x onerror=alert(1)> <script>x</script>")
    assert richtext.words(read) == "<img src=x onerror=alert(1)> <script>x</script>"
    assert markup.render(read) == (
        "<p>&lt;img src=x onerror=alert(1)&gt; &lt;script&gt;x&lt;/script&gt;</p>"
    )


def test_markup_closes_what_it_opens_and_styles_only_when_asked() -> None:
    read = markdown.parse("**Wichtig:** [Entwurf](https://a.example/?a=1&b=2)\n\n- eins\n- zwei")
    assert markup.render(read) == (
        '<p><strong>Wichtig:</strong> <a href="https://a.example/?a=1&amp;b=2">Entwurf</a></p>'
        "<ul><li>eins</li><li>zwei</li></ul>"
    )
    styled = markup.render(read, lambda _: "#", {"a": "color:#000000", "p": "margin:0"})
    assert styled.startswith('<p style="margin:0"><strong>')
    assert '<a href="#" style="color:#000000">' in styled


def test_plain_text_wraps_at_72_columns_and_counts_links_below() -> None:
    seen: list[str] = []

    def note(url: str) -> int:
        if url not in seen:
            seen.append(url)
        return seen.index(url) + 1

    long = "Sozialhilfebehördenmitglieder lesen " * 6
    read = markdown.parse(
        f"{long}[Entwurf](https://a.example) und [noch einmal](https://a.example)"
    )
    text = plain.render(read, note)
    assert max(map(len, text.splitlines())) <= 72
    assert text.endswith("Entwurf [1] und noch einmal [1]") or "Entwurf [1]" in text.replace(
        "\n", " "
    )
    assert seen == ["https://a.example"]
