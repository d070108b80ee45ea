"""A lint for mails as bytes, of our own: it shares no code with what writes them.

RFC 5322 (lines, headers once), RFC 2045–2047 (parts, quoted-printable, encoded words), RFC 5321
(nothing that a server on the way would have to change).
"""

import base64
import quopri
import re
from collections import Counter
from collections.abc import Iterator

NEEDED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
SEVERAL = {"dkim-signature"}
_HEADER = re.compile(rb"([!-9;-~]+): ?(\S.*(?:\r\n[ \t]+\S.*)*)", re.DOTALL)
_WORD = re.compile(rb"=\?([^?\s]+)\?([^?\s]+)\?([^?\s]*)\?=")
_MESSAGE_ID = re.compile(rb"<[!#-'*+\-/-9=?A-Z^-~.]+@[A-Za-z0-9.-]+>")
_DATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
_BOUNDARY = re.compile(rb'multipart/alternative;\s+boundary="([0-9A-Za-z\'()+_,./:=?-]{1,70})"')
_PART = re.compile(
    rb"Content-Type: text/(plain|html); charset=utf-8\r\n"
    rb"Content-Transfer-Encoding: quoted-printable\r\n\r\n(.*)",
    re.DOTALL,
)
_OWN_ADDRESS = re.compile(rb"^To: <[^<>\r\n]*>\r\n", re.MULTILINE)  # UTF-8 may, RFC 6532
_ESCAPE = re.compile(rb"=(?![0-9A-F]{2}|\r\n)")


def faults(content: bytes) -> list[str]:
    """Return everything that is wrong with a mail, in words."""
    head, gap, body = content.partition(b"\r\n\r\n")
    if not gap:
        return ["no empty line ends the headers"]
    return [*_of_lines(content), *_of_headers(head), *_of_body(head, body)]


def _of_lines(content: bytes) -> Iterator[str]:
    lines = content.split(b"\r\n")
    if not content.endswith(b"\r\n"):
        yield "the last line has no end"
    if any(b"\r" in line or b"\n" in line for line in lines):
        yield "a line ends with something else than CRLF"
    if any(len(line) > 998 for line in lines):
        yield "a line has more than 998 octets"
    if any(octet > 0x7F or octet == 0 for octet in _OWN_ADDRESS.sub(b"", content, count=1)):
        yield "an octet is beyond ASCII, or NUL"
    if any(line.startswith(b".") for line in lines):
        yield "a line starts with a dot"
    if any(line.startswith(b"From ") for line in lines):
        yield "a line starts with From and a blank"


def _of_headers(head: bytes) -> Iterator[str]:
    found: dict[str, bytes] = {}
    times: Counter[str] = Counter()
    for field in re.split(rb"\r\n(?![ \t])", head):
        matched = _HEADER.fullmatch(field)
        if matched is None:
            yield f"not a header: {field[:60]!r}"
            continue
        name, value = matched[1].decode().lower(), matched[2]
        times[name] += 1
        found[name] = value
        yield from _of_words(name, value)
    yield from (
        f"{name} stands {n} times" for name, n in times.items() if n > 1 and name not in SEVERAL
    )
    yield from (f"there is no {name}" for name in NEEDED if name not in found)
    if not _MESSAGE_ID.fullmatch(found.get("message-id", b"")):
        yield "the Message-ID is not one"
    if not _DATE.fullmatch(found.get("date", b"")):
        yield "the Date is not one"
    if found.get("mime-version") != b"1.0":
        yield "the MIME-Version is not 1.0"


def _of_words(name: str, value: bytes) -> Iterator[str]:
    for word in re.split(rb"[ \t\r\n]+", value):
        encoded = _WORD.fullmatch(word)
        if encoded is None:
            if b"=?" in word and name in {"subject", "from", "to"}:
                yield f"{name} has an encoded word in the middle of another: {word!r}"
            continue
        if len(word) > 75:
            yield f"{name} has an encoded word of {len(word)} characters"
        try:
            base64.b64decode(encoded[3], validate=True).decode(encoded[1].decode())
        except ValueError:
            yield f"{name} has an encoded word that cannot be read by itself"


def _of_body(head: bytes, body: bytes) -> Iterator[str]:
    announced = _BOUNDARY.search(head)
    if announced is None:
        yield "no boundary is announced"
        return
    limit = b"--" + announced[1]
    if body.count(limit) != 3 or not body.endswith(b"\r\n" + limit + b"--\r\n"):
        yield "the boundary does not stand before each of two parts and at the end"
        return
    kinds = []
    for part in body.removeprefix(limit).split(b"\r\n" + limit)[:2]:
        matched = _PART.fullmatch(part.removeprefix(b"\r\n"))
        if matched is None:
            yield f"not a part: {part[:80]!r}"
            return
        kinds.append(matched[1])
        yield from _of_quoted(matched[2])
    if kinds != [b"plain", b"html"]:
        yield "the parts are not text, then HTML"


def _of_quoted(text: bytes) -> Iterator[str]:
    lines = text.split(b"\r\n")
    if any(len(line) > 76 for line in lines):
        yield "a quoted line has more than 76 characters"
    if any(line.endswith((b" ", b"\t")) for line in lines):
        yield "a quoted line ends with a blank"
    if _ESCAPE.search(text):
        yield "a part is not quoted-printable"
    try:
        quopri.decodestring(text).decode()
    except UnicodeDecodeError:
        yield "a part is not UTF-8"
