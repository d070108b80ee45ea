"""What a host's robots.txt asks of us (RFC 9309): pauses between requests, and places to leave out.

It is honoured wherever we scrape: lists on web pages, sitemaps, pages behind entries. A feed is
published to be fetched by programs; for it only the pause counts.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit

import msgspec

_OURS = "rundbrief"
_LONGEST = 600
_MOST_RULES, _LONGEST_RULE = 500, 300
_LINE = re.compile(r"^[ \t]*([A-Za-z-]+)[ \t]*:([^#\r\n]*)", re.MULTILINE)


class Wishes(msgspec.Struct, frozen=True):
    """The pause in whole seconds (at most ten minutes), and rules: + or − and a path."""

    delay: int = 0
    rules: list[str] = []


def read(body: bytes) -> Wishes:
    """Return what is asked of us by name, else of everybody."""
    delays: dict[str, float] = {}
    rules: dict[str, list[str]] = {}
    group: set[str] = set()
    naming = False
    for key, value in _LINE.findall(body.decode("utf-8", "replace").removeprefix("\ufeff")):
        name, said = key.lower(), value.strip()
        if name == "user-agent":
            group = (group if naming else set()) | {said.lower()}
            rules |= {agent: rules.get(agent, []) for agent in group}
            naming = True
            continue
        naming = False
        if name == "crawl-delay" and re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", said):
            delays |= {agent: float(said) for agent in group}
        elif name in {"allow", "disallow"} and said.startswith(("/", "*")):
            for agent in group:
                rules[agent].append(("+" if name == "allow" else "-") + said[:_LONGEST_RULE])
    asked = delays.get(_OURS, delays.get("*", 0))
    kept = rules.get(_OURS, rules.get("*", []))
    return Wishes(min(int(-(-asked // 1)), _LONGEST), kept[:_MOST_RULES])


def allows(rules: Sequence[str], url: str) -> bool:
    """Tell whether an address may be fetched: the longest rule decides, of two the kinder."""
    parts = urlsplit(url)
    place = _plain(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")
    fitting = [(len(rule), rule[0] == "+") for rule in rules if _fits(_plain(rule[1:]), place)]
    return max(fitting, default=(0, True))[1]


def _fits(rule: str, place: str) -> bool:
    """Match a path with wildcards from its beginning, piece by piece: nothing is tried twice."""
    exact = rule.endswith("$")
    first, *others = rule.removesuffix("$").split("*")
    if not place.startswith(first):
        return False
    at = len(first)
    for piece in others[:-1] if exact else others:
        found = place.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if not exact:
        return True
    last = others[-1] if others else None
    return at == len(place) if last is None else place[at:].endswith(last)


def _plain(path: str) -> str:
    return quote(unquote(path), safe="/?*$&=+,;:@!~'()%[]#-._")
