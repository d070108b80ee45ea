"""Finds by which tokens a returned mail may name its message. Pure; a signer has the last word.

The address that it came to is asked first. A complaint and a report that somebody passed on come
to another address; there, the message that they carry still has our addresses and links in it.
"""

import re

from service.outbox import links

_ADDRESSES = re.compile(
    rb"(?<![\w.+-])((?:[bu]|control)\+[a-z2-7]{45})(?==?@|=40|%40)", re.IGNORECASE
)
_LINKS = re.compile(rb"/u/([\w-]{38})(?![\w-])")
_ADDRESSED = re.compile(
    rb"^(?:to|delivered-to|x-original-to|envelope-to)[ \t]*:((?:[^\n]|\n[ \t])*)",
    re.IGNORECASE | re.MULTILINE,
)
_WAY_OUT = re.compile(
    rb"^list-unsubscribe[ \t]*:(?:[^\n]|\n[ \t])*?/u/([\w-]{38})(?![\w-])",
    re.IGNORECASE | re.MULTILINE,
)
_MOST = 20


def addressed_to(mail: bytes, envelope_to: str) -> list[str]:
    """Return our addresses that a mail came to, by its envelope or else by its own headers."""
    if links.token_of(envelope_to):
        return [envelope_to]
    head = mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    lines = b" ".join(found[1] for found in _ADDRESSED.finditer(head))
    return [found[1].decode() + "@" for found in _ADDRESSES.finditer(lines)]


def tokens(mail: bytes, addressed: list[str]) -> list[str]:
    """Return every token that a mail holds, those that it was sent to first."""
    whole = _unwrapped(mail)
    found = [*addressed, *(f"{m[1].decode()}@" for m in _ADDRESSES.finditer(whole))]
    named = [token for address in found if (token := links.token_of(address))]
    linked = [m[1].decode() for m in _LINKS.finditer(whole)]
    return list(dict.fromkeys([*named, *linked]))[:_MOST]


def own_token(mail: bytes) -> str | None:
    """Return the token of a mail that is itself one of ours, as it left; a copy that came back."""
    head = mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = _WAY_OUT.search(head)
    return found[1].decode() if found else None


def _unwrapped(mail: bytes) -> bytes:
    """Return a mail without the soft line ends of quoted-printable, which cut tokens in two."""
    return re.sub(rb"=\r?\n", b"", mail)
