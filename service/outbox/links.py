"""Return paths that carry a message's token, so that a bounce names its message. Pure.

Mail servers may fold the case of a local part, so the token travels there as base32 (RFC 4648 §6).
"""

import base64
import binascii

_PREFIX = "b+"


def return_path(token: str, domain: str) -> str:
    """Return the envelope sender of one message: `b+TOKEN@domain`."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return f"{_PREFIX}{base64.b32encode(raw).decode().rstrip('=').lower()}@{domain}"


def token_of(address: str) -> str | None:
    """Return the token in a return path of ours, None for any other address.

    It proves nothing until a signer has verified it.
    """
    local = address.partition("@")[0].lower()
    if not local.startswith(_PREFIX):
        return None
    folded = local.removeprefix(_PREFIX).upper()
    try:
        raw = base64.b32decode(folded + "=" * (-len(folded) % 8))
    except (binascii.Error, ValueError):
        return None
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
