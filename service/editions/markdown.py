"""Rich text for fields without a script: a small Markdown in, the same Markdown out. Pure.

Known: paragraphs, line breaks, ### headings, - and 1. lists, **strong**, *emphasis*,
[text](address), <address>. Everything else is taken as the letters that it is; HTML is text.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from service.editions import richtext
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

_PARSER = MarkdownIt("zero", {"html": False}).enable(
    ["list", "heading", "emphasis", "link", "autolink", "escape", "newline", "entity"]
)
# Links are judged by richtext.checked, which names the bad one instead of showing it as text.
setattr(_PARSER, "validateLink", bool)  # noqa: B010 (mypy forbids assigning to a method)
_SPECIAL = re.compile(r"([\\*_\[\]<&])")
_LINE_START = re.compile(r"^(\s*\d*)([-+#.)])(?=[\s#]|$)")


def parse(source: str) -> Doc:
    """Return the rich text that `source` describes; Invalid for bad links or too much text."""
    if len(source) > richtext.LARGEST * 2:
        raise Invalid.of("", richtext.too_long())
    tokens = _PARSER.parse(source)
    return richtext.checked(richtext.tidy(Doc(tuple(_blocks(tokens)))))


def _blocks(tokens: Sequence[Token]) -> list[Paragraph | SubHeading | BulletList | OrderedList]:
    result: list[Paragraph | SubHeading | BulletList | OrderedList] = []
    place = 0
    while place < len(tokens):
        end = _closing(tokens, place)
        inner = tokens[place + 1 : end]
        match tokens[place].type:
            case "heading_open":
                result.append(SubHeading(_runs(inner[0].children or [])))
            case "bullet_list_open":
                result.append(BulletList(_entries(inner)))
            case "ordered_list_open":
                result.append(OrderedList(_entries(inner)))
            case "paragraph_open":
                result.append(Paragraph(_runs(inner[0].children or [])))
        place = end + 1
    return result


def _entries(tokens: Sequence[Token]) -> tuple[ListItem, ...]:
    entries: list[ListItem] = []
    place = 0
    while place < len(tokens):
        end = _closing(tokens, place)
        inner = _blocks(tokens[place + 1 : end])
        entries.append(
            ListItem(tuple(Paragraph(n.content) if isinstance(n, SubHeading) else n for n in inner))
        )
        place = end + 1
    return tuple(entries)


def _closing(tokens: Sequence[Token], place: int) -> int:
    """Return where the element that opens at `place` closes (itself, where it has no inside)."""
    level = 0
    for index in range(place, len(tokens)):
        level += tokens[index].nesting
        if level == 0:
            return index
    return len(tokens) - 1


def _runs(children: Sequence[Token]) -> tuple[Text | HardBreak, ...]:
    runs: list[Text | HardBreak] = []
    marks: list[Bold | Italic | Link] = []
    for token in children:
        match token.type:
            case "strong_open":
                marks.append(Bold())
            case "em_open":
                marks.append(Italic())
            case "link_open":
                marks.append(Link(LinkTarget(str(token.attrs["href"]))))
            case "strong_close" | "em_close" | "link_close":
                marks.pop()
            case "hardbreak" | "softbreak":
                runs.append(HardBreak())
            case _:
                runs.append(Text(token.content, tuple(marks)))
    return tuple(runs)


def write(doc: Doc) -> str:
    """Return Markdown that `parse` reads as the same text."""
    return "\n\n".join(_written(node) for node in doc.content)


def _written(node: Paragraph | SubHeading | BulletList | OrderedList) -> str:
    if isinstance(node, Paragraph):
        return _line(node.content)
    if isinstance(node, SubHeading):
        return "### " + _line(node.content).replace("\n", " ")
    numbered = isinstance(node, OrderedList)
    return "\n".join(
        _entry(entry, f"{place}. " if numbered else "- ")
        for place, entry in enumerate(node.content, 1)
    )


def _entry(entry: ListItem, sign: str) -> str:
    inner = "\n\n".join(_written(node) for node in entry.content)
    return sign + inner.replace("\n", "\n" + " " * len(sign))


def _line(runs: Sequence[Text | HardBreak]) -> str:
    written = "".join("\n" if isinstance(r, HardBreak) else _run(r) for r in runs)
    return "\n".join(_LINE_START.sub(r"\1\\\2", line) for line in written.split("\n"))


def _run(run: Text) -> str:
    bare = run.text.strip()
    before = run.text[: len(run.text) - len(run.text.lstrip())] if bare else run.text
    after = run.text[len(run.text.rstrip()) :] if bare else ""
    text = _SPECIAL.sub(r"\\\1", bare)
    for mark in run.marks:
        if not bare:
            break
        if isinstance(mark, Italic):
            text = f"*{text}*"
        elif isinstance(mark, Bold):
            text = f"**{text}**"
        else:
            text = (
                f"[{text}](<{mark.attrs.href}>)"
                if "(" in mark.attrs.href or ")" in mark.attrs.href
                else f"[{text}]({mark.attrs.href})"
            )
    return before + text + after
