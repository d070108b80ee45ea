"""The secret addresses of sources that write to us by mail: how one looks, and is found again."""

import base64
import re
import secrets

PREFIX = "in+"
# 130 bits in letters that survive every mail server, whatever it does to their case.
_ADDRESS = re.compile(r"(?<![\w.+-])in\+([a-z2-7]{26})@", re.IGNORECASE)
_ADDRESSED = re.compile(
    rb"^(?:to|cc|delivered-to|x-original-to|envelope-to|x-envelope-to)[ \t]*:((?:[^\n]|\n[ \t])*)",
    re.IGNORECASE | re.MULTILINE,
)


def new_token() -> str:
    """Return a new secret."""
    return base64.b32encode(secrets.token_bytes(17)).decode().lower()[:26]


def is_token(text: str) -> bool:
    """Tell whether this may be such a secret."""
    return bool(re.fullmatch(r"[a-z2-7]{26}", text))


def url(token: str) -> str:
    """Return what stands as such a source's address in the database."""
    return f"mail:{token}"


def address(source_url: str, domain: str) -> str:
    """Return the mail address of a source."""
    return f"{PREFIX}{source_url.removeprefix('mail:')}@{domain}"


def token(mail: bytes, envelope_to: str) -> str:
    """Return the secret that a mail was sent to, by its envelope, else its headers; "" for none."""
    found = _ADDRESS.search(envelope_to)
    if found is None and not envelope_to:
        head = mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        lines = b" ".join(line[1] for line in _ADDRESSED.finditer(head))
        found = _ADDRESS.search(lines.decode("ascii", "replace"))
    return found.group(1).lower() if found else ""
