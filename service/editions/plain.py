"""Rich text as plain text: 72 columns, lists with signs, links as footnotes. Pure."""

import textwrap
from collections.abc import Callable

from service.editions import richtext
from service.editions.model import (
    BulletList,
    Doc,
    HardBreak,
    ListItem,
    OrderedList,
    Paragraph,
    SubHeading,
    Text,
)

WIDTH = 72

Note = Callable[[str], int]  # an address in, the number of its footnote out


def render(doc: Doc, note: Note) -> str:
    """Return the text with a blank line between paragraphs."""
    return "\n\n".join(_node(node, note, WIDTH) for node in doc.content)


def wrap(text: str, width: int = WIDTH) -> str:
    """Return every line of a text broken at blanks; an address is never broken."""
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    return "\n".join(
        textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
    )


def _node(node: Paragraph | SubHeading | BulletList | OrderedList, note: Note, width: int) -> str:
    if isinstance(node, SubHeading):
        line = wrap(_runs(node.content, note), width)
        return f"{line}\n{'-' * min(max(map(len, line.split(chr(10)))), width)}"
    if isinstance(node, Paragraph):
        return wrap(_runs(node.content, note), width)
    numbered = isinstance(node, OrderedList)
    entries = (
        _entry(entry, f"{place}. " if numbered else "- ", note, width)
        for place, entry in enumerate(node.content, 1)
    )
    return "\n".join(entries)


def _entry(entry: ListItem, sign: str, note: Note, width: int) -> str:
    narrower = max(width - len(sign), 20)
    inner = "\n".join(_node(child, note, narrower) for child in entry.content)
    return sign + inner.replace("\n", "\n" + " " * len(sign))


def _runs(runs: tuple[Text | HardBreak, ...], note: Note) -> str:
    """Return the words of a line; a link's footnote stands after its last run."""
    parts: list[str] = []
    for place, run in enumerate(runs):
        if isinstance(run, HardBreak):
            parts.append("\n")
            continue
        parts.append(run.text)
        target = richtext.href(run)
        following = runs[place + 1] if place + 1 < len(runs) else None
        goes_on = isinstance(following, Text) and richtext.href(following) == target
        if target and not goes_on:
            parts.append(f" [{note(target)}]")
    return "".join(parts)
