"""Addresses that carry a message's token, so that what comes to them names its message. Pure.

`b+TOKEN@domain` is the envelope sender, to which bounces return; `u+TOKEN@domain` stands in
List-Unsubscribe, and whoever writes to it wants no more; `control+TOKEN@domain` is our own address
that a copy of a dispatch is sent to, to prove that it arrives.

Mail servers may fold the case of a local part, so the token travels there as base32 (RFC 4648 §6).
"""

import base64
import binascii
from functools import lru_cache

_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648 §6, in small letters
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_BOUNCE, _UNSUBSCRIBE, _CONTROL = "b+", "u+", "control+"


def return_path(token: str, domain: str) -> str:
    """Return the envelope sender of one message: `b+TOKEN@domain`."""
    return f"{_BOUNCE}{_folded(token)}@{domain}"


def unsubscribe_address(token: str, domain: str) -> str:
    """Return the address to which one recipient writes to leave: `u+TOKEN@domain`."""
    return f"{_UNSUBSCRIBE}{_folded(token)}@{domain}"


def control_address(token: str, domain: str) -> str:
    """Return our own address for one control copy: `control+TOKEN@domain`."""
    return f"{_CONTROL}{_folded(token)}@{domain}"


def asks_to_leave(address: str) -> bool:
    """Tell whether an address is one of those that List-Unsubscribe names."""
    return address.lower().startswith(_UNSUBSCRIBE)


@lru_cache(maxsize=16)  # a mail names its token twice
def _folded(token: str) -> str:
    """Return a token as base32; two digits at a time, as the library takes twice as long."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    pairs, length = -(-len(raw) * 8 // 10), -(-len(raw) * 8 // 5)
    number = int.from_bytes(raw, "big") << pairs * 10 - len(raw) * 8
    shifts = range(pairs * 10 - 10, -1, -10)
    return "".join([_PAIRS[number >> shift & 1023] for shift in shifts])[:length]


def token_of(address: str) -> str | None:
    """Return the token in an address of ours, None for any other address.

    It proves nothing until a signer has verified it.
    """
    local = address.partition("@")[0].lower()
    if not local.startswith((_BOUNCE, _UNSUBSCRIBE, _CONTROL)):
        return None
    folded = local.partition("+")[2].upper()
    try:
        raw = base64.b32decode(folded + "=" * (-len(folded) % 8))
    except (binascii.Error, ValueError):
        return None
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
