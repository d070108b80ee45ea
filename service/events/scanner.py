"""Tells a person's click from a security gateway's visit by one request. Remembers nobody.

A score from a table of signs: no single rule is safe, and a gateway that drives a real browser
cannot be told apart at all. The verdict only sorts counters; nobody is refused a link's page.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

THRESHOLD = 2
TOO_SOON = timedelta(seconds=5)

_ROBOT = re.compile(
    r"bot\b|crawl|spider|scan|preview|monitor|headless|phantom|python|curl|wget|libwww|httpclient"
    r"|go-http|okhttp|java/|axios|node-fetch|ruby|perl|safelinks|proofpoint|mimecast|barracuda"
    r"|zscaler|trend ?micro|fortinet|sophos|ironport|urldefense|bitdefender|kaspersky|virustotal",
    re.IGNORECASE,
)
# Browsers that send Sec-Fetch-Site with every request to a trustworthy origin (W3C Fetch Metadata).
_SENDS_METADATA = (
    (re.compile(r"Firefox/(\d+)"), 90),
    (re.compile(r"Chrom(?:e|ium)/(\d+)"), 76),
    (re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/"), 17),
)


class Visit(Struct, frozen=True):
    """What a request for a link shows; `secure` where browsers send fetch metadata at all."""

    method: str
    user_agent: str
    fetch_site: str | None
    fetch_mode: str | None
    purpose: str
    secure: bool
    since_opening: timedelta | None


_SIGNS: tuple[tuple[int, Callable[[Visit], bool]], ...] = (
    (2, lambda v: v.method != "GET"),
    (2, lambda v: "prefetch" in v.purpose.lower() or "preview" in v.purpose.lower()),
    (2, lambda v: _ROBOT.search(v.user_agent) is not None),
    (2, lambda v: not v.user_agent.startswith(("Mozilla/", "Opera/"))),
    (2, lambda v: _lacks_metadata(v) and _claims_modern(v.user_agent)),
    (1, lambda v: _lacks_metadata(v) and not _claims_modern(v.user_agent)),
    (1, lambda v: v.fetch_mode not in (None, "navigate")),
    (1, lambda v: v.since_opening is not None and v.since_opening < TOO_SOON),
)


def score(visit: Visit) -> int:
    """Return the sum of the signs that this request shows."""
    return sum(weight for weight, shows in _SIGNS if shows(visit))


def is_scanner(visit: Visit) -> bool:
    """Tell whether a visit is counted apart from people's clicks."""
    return score(visit) >= THRESHOLD


def _lacks_metadata(visit: Visit) -> bool:
    return visit.secure and visit.fetch_site is None


def _claims_modern(user_agent: str) -> bool:
    for pattern, since in _SENDS_METADATA:
        found = pattern.search(user_agent)
        if found:
            return int(found[1]) >= since
    return False
