"""The headers of every answer: what a browser may load, frame, keep and tell others. Pure.

Pages run no inline script and have no inline style; mails shown as pages have inline styles and
nothing else.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

_PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'"
)

MAIL: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": f"{_MAIL_POLICY}; form-action 'self'; frame-ancestors 'none'",
    }
)
FRAMED_MAIL: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": f"{_MAIL_POLICY}; form-action 'none'; frame-ancestors 'self';"
        # Same origin, so that a preview keeps its scroll position; scripts stay forbidden.
        " sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        "x-frame-options": "SAMEORIGIN",
    }
)

_ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("content-security-policy", _PAGE_POLICY),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
)
_HTTPS = (("strict-transport-security", "max-age=31536000"),)
# What an address is written with, escapes included (RFC 3986, 2); all else is escaped.
_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]"


def missing(present: Mapping[str, str], *, secure: bool) -> list[tuple[str, str]]:
    """Return the headers to add to an answer: each that the handler has not set itself."""
    given = {name.lower() for name in present}
    wanted = _ALWAYS + (_HTTPS if secure else ())
    return [(name, value) for name, value in wanted if name not in given]


def address(url: str) -> str:
    """Return an address as a header can carry it: without line ends, umlauts percent-encoded."""
    return quote(url, safe=_IN_ADDRESSES)
