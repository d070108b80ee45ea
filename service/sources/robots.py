"""What a host's robots.txt asks of us: how long to wait between two requests (RFC 9309's groups).

It reads nothing else into it: an administrator decides which pages are sources.
"""

import re

_OURS = "rundbrief"
_LONGEST = 600
_LINE = re.compile(r"^[ \t]*([A-Za-z-]+)[ \t]*:([^#\r\n]*)", re.MULTILINE)


def crawl_delay(body: bytes) -> int:
    """Return the whole seconds that are asked of us, else of everybody, at most ten minutes."""
    delays: dict[str, float] = {}
    group: set[str] = set()
    naming = False
    for key, value in _LINE.findall(body.decode("utf-8", "replace")):
        name, said = key.lower(), value.strip()
        if name == "user-agent":
            group = (group if naming else set()) | {said.lower()}
            naming = True
            continue
        naming = False
        if name == "crawl-delay" and re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", said):
            delays |= {agent: float(said) for agent in group}
    asked = delays.get(_OURS, delays.get("*", 0))
    return min(int(-(-asked // 1)), _LONGEST)
