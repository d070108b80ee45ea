"""Rich text as data: tiptap's JSON read strictly, and its words and links read out. Pure.

HTML is never accepted. How rich text looks in a mail or on a page is decided by templates.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from service.editions.model import (
    Bold,
    BulletList,
    Doc,
    HardBreak,
    HeadingLevel,
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
from service.kit.text import Text as Message
from service.kit.text import msg, normalise

DEEPEST = 12
LARGEST = 20_000
LONGEST_URL = 2000
ALLOWED_SCHEMES = frozenset({"https", "http", "mailto", "tel"})

Node = Doc | Paragraph | SubHeading | BulletList | OrderedList | ListItem | Text | HardBreak

_DECODER = msgspec.json.Decoder(Doc)
_OPENER = re.compile(rb"[\[{]|[\]}]")


def decode(packed: str) -> Doc:
    """Read tiptap's JSON; an unknown node, a bad link or too much of anything is Invalid."""
    raw = packed.encode("utf-8", "replace")
    if len(raw) > LARGEST * 4 or _depth(raw) > DEEPEST * 4:
        raise Invalid.of("", too_long())
    try:
        doc = _DECODER.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid.of(
            "", msg("This text contains something that a newsletter cannot show.")
        ) from error
    return checked(tidy(doc))


def checked(doc: Doc) -> Doc:
    """Return the text as it is; Invalid where it is too long, too deep or links to nowhere."""
    if len(words(doc)) > LARGEST or depth(doc) > DEEPEST:
        raise Invalid.of("", too_long())
    for href in links(doc):
        if not safe_url(href):
            raise Invalid.of(
                "",
                msg(
                    "The link «%(href)s» must start with https://, mailto: or tel:.", href=href[:80]
                ),
            )
    return doc


def too_long() -> Message:
    return msg("This text is too long or too deeply nested. Please split it.")


def safe_url(url: str) -> bool:
    """Tell whether an address may stand in a mail: https, http, mailto or tel, and complete."""
    if not url or len(url) > LONGEST_URL or any(c.isspace() or ord(c) < 33 for c in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme in {"https", "http"}:
        return bool(parts.hostname)
    return parts.scheme in ALLOWED_SCHEMES and bool(parts.path)


def walk(node: Node) -> Iterator[Node]:
    """Return a node and everything below it, in reading order."""
    yield node
    for child in getattr(node, "content", ()):
        yield from walk(child)


def depth(node: Node) -> int:
    return 1 + max((depth(child) for child in getattr(node, "content", ())), default=0)


def href(text: Text) -> str:
    """Return where a run of text links to, or ""."""
    return next((m.attrs.href for m in text.marks if isinstance(m, Link)), "")


def links(doc: Doc) -> list[str]:
    """Return the addresses of all links, in reading order, each once."""
    found = (href(node) for node in walk(doc) if isinstance(node, Text))
    return list(dict.fromkeys(address for address in found if address))


def words(node: Node) -> str:
    """Return the text without any marks; one line per paragraph, heading, or entry of a list."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, HardBreak):
        return "\n"
    parts = [words(child) for child in node.content]
    joint = "" if isinstance(node, (Paragraph, SubHeading)) else "\n"
    return joint.join(parts)


def filled(doc: Doc) -> bool:
    """Tell whether there is anything to read."""
    return bool(words(doc).strip())


def first_words(doc: Doc, most: int) -> str:
    """Return the beginning of a text on one line, cut at a word."""
    line = " ".join(words(doc).split())
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0] + " …"


def tidy(node: Doc) -> Doc:
    """Return the text normalised: clean characters, joined runs, ordered marks, no empty ends."""
    blocks = [_tidy(child) for child in node.content]
    while blocks and blocks[-1] == Paragraph():
        blocks.pop()
    while blocks and blocks[0] == Paragraph():
        blocks.pop(0)
    return Doc(tuple(blocks))


def _tidy(
    node: Paragraph | SubHeading | BulletList | OrderedList,
) -> Paragraph | SubHeading | BulletList | OrderedList:
    if isinstance(node, Paragraph):
        return Paragraph(_joined(node.content))
    if isinstance(node, SubHeading):
        return SubHeading(_joined(node.content), HeadingLevel())
    entries = tuple(
        ListItem(tuple(_tidy_entry(c) for c in entry.content)) for entry in node.content
    )
    return BulletList(entries) if isinstance(node, BulletList) else OrderedList(entries)


def _tidy_entry(node: Paragraph | BulletList | OrderedList) -> Paragraph | BulletList | OrderedList:
    tidied = _tidy(node)
    return tidied if not isinstance(tidied, SubHeading) else Paragraph(tidied.content)


def _joined(runs: tuple[Text | HardBreak, ...]) -> tuple[Text | HardBreak, ...]:
    """Return runs with clean text, neighbours of equal marks as one, no breaks at the end."""
    result: list[Text | HardBreak] = []
    for run in runs:
        if isinstance(run, HardBreak):
            result.append(run)
            continue
        text, marks = normalise(run.text).replace("\n", " ").replace("\t", " "), _ordered(run.marks)
        last = result[-1] if result else None
        if isinstance(last, Text) and last.marks == marks:
            result[-1] = Text(last.text + text, marks)
        elif text:
            result.append(Text(text, marks))
    while result and isinstance(result[-1], HardBreak):
        result.pop()
    return tuple(result)


def _ordered(marks: tuple[Bold | Italic | Link, ...]) -> tuple[Bold | Italic | Link, ...]:
    kinds: dict[type, Bold | Italic | Link] = {}
    for mark in marks:
        kinds[type(mark)] = (
            Link(LinkTarget(mark.attrs.href.strip())) if isinstance(mark, Link) else mark
        )
    return tuple(kinds[kind] for kind in (Bold, Italic, Link) if kind in kinds)


def _depth(raw: bytes) -> int:
    """Return the deepest nesting of brackets; strings may fool it upwards only by little."""
    deepest = level = 0
    for match in _OPENER.finditer(raw):
        level += 1 if match.group() in b"[{" else -1
        deepest = max(deepest, level)
    return deepest
