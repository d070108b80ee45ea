"""Mail in bytes: headers, canonical quoted-printable, multipart/alternative. Pure.

Everything it returns is ASCII, but for a recipient's address that is not, with CRLF line ends.
Bodies are their own canonical form under DKIM's "relaxed" rule (no trailing blank, no run of
blanks, RFC 6376 §3.4.4) and no line starts with a dot, so that neither signing nor SMTP has to
touch them again.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

import idna

from service.kit.errors import Invalid
from service.kit.text import msg, one_line

_WIDTH = 75  # RFC 2045 §6.7: 76 with the "=" of a soft line break
_WORD_BYTES = 39  # 52 characters of base64 and 12 around them: RFC 2047 §2 allows 75
_CHANGED_AT_START = {ord("."), ord("F"), ord("-")}  # SMTP's dot, mbox's "From ", a boundary
# What stands for itself in a line: no "=", no two blanks, nothing that is changed at its start.
_PLAIN = re.compile(r"(?![.F-])[!-<>-~]+(?: [!-<>-~]+)*")
# An address that needs no second look; the longest parts are those of RFC 5321 §4.5.3.1.
_ORDINARY = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,189}")

_TOKENS = [bytes((b,)) if 33 <= b <= 126 and b != ord("=") else b"=%02X" % b for b in range(256)]


def quoted(text: str) -> bytes:
    """Return `text` as canonical quoted-printable; line feeds become CRLF."""
    return b"\r\n".join(_quoted_line(line.encode()) for line in text.split("\n"))


def inline(text: str) -> bytes:
    """Return a value for the middle of a line: encoded, ended by a soft line break."""
    if len(text) <= _WIDTH and _PLAIN.fullmatch(text):  # most names, addresses and tokens
        return text.encode() + b"=\r\n"
    return quoted(text) + b"=\r\n" if text else b""


def _quoted_line(line: bytes) -> bytes:
    rows: list[bytes] = []
    row = bytearray()
    last = len(line) - 1
    after_blank = False
    for index, byte in enumerate(line):
        blank = byte == 0x20 and not after_blank and index != last
        token = b" " if blank else _TOKENS[byte]
        after_blank = blank
        if len(row) + len(token) > _WIDTH:
            rows.append(bytes(row) + b"=")
            row.clear()
        if not row and byte in _CHANGED_AT_START:
            token = b"=%02X" % byte
        row += token
    rows.append(bytes(row))
    return b"\r\n".join(rows)


def unstructured(name: str, value: str) -> bytes:
    """Return a header of free text, folded, with encoded words where it is not plain ASCII."""
    return _folded(name, _words(one_line(value)))


def mailbox(name: str, display: str, address: str) -> bytes:
    """Return a header with one address and its display name."""
    return named(name, display, checked_address(address))


def recipient(address: str) -> bytes:
    """Return the To header; a local part beyond ASCII stands in it as UTF-8 (RFC 6532 §3.2)."""
    return _folded("To", [f"<{international_address(address)}>"])


def named(name: str, display: str, identity: str) -> bytes:
    """Return a header with something in angle brackets and its display name (List-Id, From)."""
    shown = one_line(display)
    angle = f"<{identity}>"
    if not shown:
        return _folded(name, [angle])
    if shown.isascii() and len(shown) <= 60 and "=?" not in shown:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return _folded(name, [f'"{escaped}"', angle])
    return _folded(name, [*_encoded_words(shown), angle])


def structured(name: str, *values: str) -> bytes:
    """Return a header from ASCII values that are already valid; they may be folded between."""
    return _folded(name, [ascii_only(name, value) for value in values])


def ascii_only(name: str, value: str) -> str:
    """Return a value that a header can hold as it is; raises Invalid."""
    if not value.isascii() or not value.isprintable():
        raise Invalid.of(name, msg("A mail header holds a character that is not allowed."))
    return value


def _words(value: str) -> list[str]:
    words = value.split(" ")
    plain = value.isascii() and "=?" not in value and all(len(w) <= 60 for w in words)
    return words if plain else _encoded_words(value)


def _encoded_words(value: str) -> list[str]:
    chunks: list[bytes] = [b""]
    for character in value:
        encoded = character.encode()
        if len(chunks[-1]) + len(encoded) > _WORD_BYTES:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?B?{base64.b64encode(chunk).decode()}?=" for chunk in chunks]


def _folded(name: str, words: Iterable[str]) -> bytes:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > 78 and lines[-1] not in {f"{name}:", ""}:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode() + b"\r\n"


def checked_address(address: str) -> str:
    """Return an address fit for an envelope and a header; raises Invalid.

    An internationalised domain is given in its ASCII form (RFC 5891). A local part beyond ASCII is
    refused: who writes from such an address is understood by few mail servers.
    """
    whole = international_address(address)
    if not whole.isascii():
        raise _unusable()
    return whole


def international_address(address: str) -> str:
    """Return a recipient's address as `checked_address`, its local part in UTF-8 (RFC 6531), NFC.

    Only a mail server that offers SMTPUTF8 takes one whose local part is not ASCII.
    """
    if _ORDINARY.fullmatch(address):
        return address
    local, at, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        domain = ""
    whole = f"{unicodedata.normalize('NFC', local)}@{domain}"
    bad = any(not c.isprintable() or c in ' <>()[]\\,;:"' for c in whole)
    if not (local and at and domain) or bad or whole.count("@") != 1 or len(whole.encode()) > 254:
        raise _unusable()
    return whole


def _unusable() -> Invalid:
    return Invalid.of("address", msg("This is not an address that mail can be sent to."))


def date(at: datetime) -> bytes:
    """Return the Date header of an instant."""
    return structured("Date", written(at))


@lru_cache(maxsize=16)
def written(at: datetime) -> str:
    """Return an instant as a Date header has it."""
    return format_datetime(at.astimezone(UTC))


def message_id(seed: str, sender_address: str) -> str:
    """Return the same Message-ID for the same seed, in the sender's domain."""
    domain = checked_address(sender_address).rpartition("@")[2]
    return f"<{unique(seed)}@{domain}>"


def boundary(seed: str) -> str:
    """Return a boundary that cannot occur in quoted-printable text."""
    return f"=_{unique(seed)}"


def unique(seed: str) -> str:
    """Return 32 hexadecimal digits, the same for the same seed only."""
    return hashlib.sha256(seed.encode()).hexdigest()[:32]


def multipart(limit: str) -> bytes:
    """Return the headers that announce text and HTML as alternatives, and the empty line."""
    return (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n"
        + f' boundary="{limit}"\r\n\r\n'.encode()
    )


def part_start(limit: str, subtype: str) -> bytes:
    """Return what stands before a part's body."""
    return (
        f"--{limit}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def part_end(limit: str, *, last: bool) -> bytes:
    """Return what follows a part's body."""
    return f"\r\n--{limit}--\r\n".encode() if last else b"\r\n"
