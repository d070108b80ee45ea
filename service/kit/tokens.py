"""Signed links: a purpose, a number and perhaps an expiry, under HMAC-SHA-256 cut to 16 bytes.

Opaque to whoever holds one, and useless for any other purpose. Nothing is stored.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import UTC, datetime

from service.kit.errors import Forbidden, NotFound
from service.kit.text import msg

_BODY = struct.Struct(">QI")  # id, expiry in seconds since 1970 (0: never)
_TAG = 16
NOT_VALID = msg(
    "This link is not valid. Perhaps it was cut off when copied."
    " Please open it in the mail once more."
)


class Signer:
    """Signs with the first key and verifies with any, so that keys can be changed over."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) < 16 for key in keys):
            raise ValueError("a signing key has at least 16 bytes")
        self._keys = keys

    def sign(self, purpose: str, number: int, expires: datetime | None = None) -> str:
        """Return a URL-safe token (38 characters) for a number of one purpose."""
        body = _BODY.pack(number, int(expires.timestamp()) if expires else 0)
        tag = _tag(self._keys[0], purpose, body)
        return _encoded(body + tag)

    def verify(self, purpose: str, token: str, now: datetime) -> int:
        """Return the number; raises NotFound for a forged token, Forbidden for an expired one."""
        body, tag = _open(token)
        if not any(hmac.compare_digest(tag, _tag(k, purpose, body)) for k in self._keys):
            raise NotFound(NOT_VALID)
        number, expiry = _BODY.unpack(body)
        if expiry and datetime.fromtimestamp(expiry, UTC) < now:
            raise Forbidden(msg("This link has expired. Please ask for a new one."))
        return int(number)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _tag(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + body, hashlib.sha256)[:_TAG]


def _open(token: str) -> tuple[bytes, bytes]:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _BODY.size + _TAG or _encoded(raw) != token:  # one number, one spelling
        raise NotFound(NOT_VALID)
    return raw[: _BODY.size], raw[_BODY.size :]
