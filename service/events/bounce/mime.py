"""Splits any bytes into headers and parts. Never fails: what cannot be read is read as text.

Not a general parser: it keeps what the classifier asks for, and it is quick on a body of many
megabytes because it looks for boundaries only.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from msgspec import Struct

DEEPEST = 6
_MOST_PARTS = 200
_LONGEST_TEXT = 20_000
_LONGEST_VALUE = 2_000  # of a header: what is longer is meant to hold us up
_HEADER = re.compile(r"^([!-9;-~]+)[ \t]*:[ \t]*(.*)$")
_PARAM = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))")
_UNSEEN = re.compile(r"<(style|script|head)(?=[\s>])", re.I)
_BREAKS = re.compile(r"</?(?:p|div|br|tr|li|h\d|table|pre)\b[^<>]*>", re.I)
_CITING = re.compile(r"<blockquote\b|<div\b[^<>]{0,200}\bgmail_quote\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z!][^<>@]*>")
_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?\s]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " ", "&amp;": "&"}


class Part(Struct, frozen=True):
    """One part: its headers by lower-case name, its media type, its bytes, the parts inside.

    `cut`: where the bytes end, the part may not have ended.
    """

    headers: dict[str, list[str]]
    kind: str
    charset: str
    body: bytes
    parts: tuple["Part", ...] = ()
    cut: bool = False

    def header(self, name: str) -> str:
        """Return the first header of that name, decoded, or an empty text."""
        values = self.headers.get(name)
        return decoded(values[0][:_LONGEST_VALUE]) if values else ""

    @property
    def text(self) -> str:
        """Return the words of a text part; HTML without its tags."""
        words = unbytes(self.body[:_LONGEST_TEXT], self.charset)
        return bare(words) if self.kind == "text/html" else words

    @property
    def answer(self) -> str:
        """Return the words of a text part, with ">" where HTML begins to cite."""
        if self.kind != "text/html":
            return self.text
        markup = unbytes(self.body[:_LONGEST_TEXT], self.charset)
        return bare(_CITING.sub(r"<br>&gt; \g<0>", markup))

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all inside it, in order, but nothing inside a carried message."""
        yield self
        if self.kind.startswith("multipart/"):
            for part in self.parts:
                yield from part.walk()


def read(data: bytes) -> Part:
    """Return the part that `data` holds, with either kind of line end."""
    data = _lines(data).lstrip(b"\n")
    # A mail ends with a line end (RFC 5321 §4.1.1.4); one that does not was cut off on its way.
    return _part(data, 0, last=True, unfinished=not data.endswith(b"\n"))


def _part(data: bytes, depth: int, *, last: bool, unfinished: bool) -> Part:
    """Return one part; `last` when nothing follows it, `unfinished` when its text breaks off."""
    head, body = _divide(data)
    headers = fields(unbytes(head, "utf-8"))
    media, params = _media(headers)
    if media.startswith("multipart/") and depth < DEEPEST:
        pieces, closed = _split(body, params.get("boundary", ""))
        ends = [last and not closed and n == len(pieces) - 1 for n in range(len(pieces))]
        parts = tuple(
            _part(piece, depth + 1, last=end, unfinished=end)
            for piece, end in zip(pieces, ends, strict=True)
        )
        if parts:
            return Part(headers, media, "", body, parts, cut=last and not closed)
        media = "text/plain"
    body = _transferred(body, headers)
    if media in {"message/rfc822", "message/global"} and depth < DEEPEST:
        inner = _part(body.lstrip(b"\n"), depth + 1, last=last, unfinished=unfinished)
        return Part(headers, media, "", body, (inner,), cut=inner.cut)
    return Part(headers, media, params.get("charset", ""), body, cut=unfinished)


def fields(head: str) -> dict[str, list[str]]:
    """Return header fields by lower-case name, unfolded; lines that are none are passed over."""
    found: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in head.split("\n"):
        if line[:1] in {" ", "\t"} and last is not None:
            last[-1] += " " + line.strip()
            continue
        match = _HEADER.match(line)
        last = found.setdefault(match[1].lower(), []) if match else None
        if match and last is not None:
            last.append(match[2].strip())
    return found


def decoded(value: str) -> str:
    """Return a header value with its encoded words (RFC 2047) resolved; broken ones stay."""
    if "=?" not in value:
        return value
    return _WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1", value))


def _decoded_word(found: re.Match[str]) -> str:
    charset, way, text = found[1], found[2].lower(), found[3].encode("latin-1", "replace")
    try:
        if way == "b":
            return unbytes(base64.b64decode(text + b"=="), charset)
        return unbytes(quopri.decodestring(text, header=True), charset)
    except (binascii.Error, ValueError):
        return found[0]


def unbytes(data: bytes, charset: str) -> str:
    """Return text in its charset; in UTF-8 or Latin-1 where that one is unknown or wrong."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError, TypeError):
            continue
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError, TypeError):
        return data.decode("latin-1")


def bare(markup: str) -> str:
    """Return the words of HTML; an address in angle brackets is no tag."""
    words = _ANY_TAG.sub(" ", _BREAKS.sub("\n", _seen(markup)))
    for entity, character in _ENTITIES.items():
        words = words.replace(entity, character)
    return words


def _seen(markup: str) -> str:
    """Return HTML without its styles, scripts and head; one that never ends stays."""
    low, kept, at = markup.lower(), [], 0
    while found := _UNSEEN.search(markup, at):
        end = low.find(f"</{found[1].lower()}", found.end())
        if end < 0:
            break
        kept.append(markup[at : found.start()])
        at = low.find(">", end) + 1 or len(markup)
    return "".join([*kept, markup[at:]])


def _divide(data: bytes) -> tuple[bytes, bytes]:
    end = data.find(b"\n\n")
    return (data, b"") if end < 0 else (data[:end], data[end + 2 :])


def _media(headers: dict[str, list[str]]) -> tuple[str, dict[str, str]]:
    value = (headers.get("content-type") or ["text/plain"])[0]
    params = {m[1].lower().rstrip("*"): m[2] or m[3] or "" for m in _PARAM.finditer(value)}
    return (value.replace(";", " ").split() or ["text/plain"])[0].lower(), params


def _split(body: bytes, boundary: str) -> tuple[list[bytes], bool]:
    """Return the contents between the boundaries, and whether the last boundary is there."""
    mark = b"--" + boundary.strip().encode("latin-1", "replace")
    if not boundary.strip():
        found = re.search(rb"^(--\S{4,})[ \t]*\nContent-", body, re.M | re.I)
        if not found:
            return [], True
        mark = found[1]
    pieces = (b"\n" + body).split(b"\n" + mark)
    closed = any(p.startswith(b"--") for p in pieces[1:])
    return [_content(p) for p in pieces[1 : _MOST_PARTS + 1] if not p.startswith(b"--")], closed


def _content(piece: bytes) -> bytes:
    # What stands on the boundary's own line (white space) is not content; no header may follow it.
    _, _, content = piece.partition(b"\n")
    return content


def _transferred(body: bytes, headers: dict[str, list[str]]) -> bytes:
    way = (headers.get("content-transfer-encoding") or [""])[0].strip().lower()
    try:
        if way == "base64":
            return _lines(base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", body) + b"=="))
        if way == "quoted-printable":
            return _lines(quopri.decodestring(body))
    except (binascii.Error, ValueError):
        return body
    return body


def _lines(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
