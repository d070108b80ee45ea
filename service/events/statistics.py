"""Numbers made fit to be shown: folded cells, shares, periods, pace. Takes values, fetches nothing.

Cells between 1 and 4 are folded, because a link that only one small segment saw would otherwise
tell what a person read; where a folded cell could be computed from the total, the next one is
folded too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from service.events.model import HourClicks, LinkClicks, Reach

SMALLEST = 5
MUNICIPALITY = "municipality"
_PERIODS = (1, 3, 6, 12, 24, 168)
_MOST_BARS = 48


class FoldedLinks(Struct, frozen=True):
    """Links with their clicks as they may be shown, and what was folded out of sight."""

    shown: tuple[LinkClicks, ...]
    folded: tuple[LinkClicks, ...]
    total: int
    scanner_total: int

    @property
    def folded_clicks(self) -> int | None:
        """The clicks of the folded links together; None where even these are too few to tell."""
        clicks = sum(link.clicks for link in self.folded)
        return clicks if clicks == 0 or clicks >= SMALLEST else None

    @property
    def shown_total(self) -> int | None:
        """All clicks; None where the total would give a folded cell away."""
        return None if self.folded and self.folded_clicks is None else self.total


def fold(links: Sequence[LinkClicks]) -> FoldedLinks:
    """Fold links with 1 to 4 clicks into one cell, and larger ones while that cell is too small."""
    by_clicks = sorted(links, key=lambda link: (link.clicks, link.number))
    small = [link for link in by_clicks if 0 < link.clicks < SMALLEST]
    rest = [link for link in by_clicks if link.clicks >= SMALLEST]
    while small and rest and (len(small) < 2 or sum(link.clicks for link in small) < SMALLEST):
        small.append(rest.pop(0))
    folded = {link.number for link in small}
    shown = [link for link in links if link.number not in folded]
    return FoldedLinks(
        tuple(sorted(shown, key=lambda link: (-link.clicks, link.number))),
        tuple(sorted(small, key=lambda link: link.number)),
        sum(link.clicks for link in links),
        sum(link.scanner_clicks for link in links),
    )


class Bar(Struct, frozen=True):
    """The clicks of one period; `clicks` is None where there were 1 to 4."""

    start: datetime
    hours: int
    clicks: int | None


def bars(hours: Sequence[HourClicks]) -> list[Bar]:
    """Return periods without gaps, from the first clicked hour to the last, few enough to draw."""
    if not hours:
        return []
    first, last = min(h.hour for h in hours), max(h.hour for h in hours)
    span = int((last - first) / timedelta(hours=1)) + 1
    width = next((p for p in _PERIODS if span <= p * _MOST_BARS), -(-span // _MOST_BARS))
    sums = [0] * (-(-span // width))
    for hour in hours:
        sums[int((hour.hour - first) / timedelta(hours=width))] += hour.clicks
    return [
        Bar(first + timedelta(hours=i * width), width, _folded(clicks))
        for i, clicks in enumerate(sums)
    ]


class District(Struct, frozen=True):
    """The municipalities of one district, or the members of another kind, in an audience."""

    canton: str
    name: str
    kind: str
    members: int
    reached: int
    waiting: int
    unreached: tuple[Reach, ...]


def districts(members: Sequence[Reach]) -> list[District]:
    """Group municipalities by district, others by kind; one accepted mail makes one reached."""
    groups: dict[tuple[str, str, str], list[Reach]] = {}
    for member in members:
        local = member.kind == MUNICIPALITY and member.district
        key = (member.canton, member.district, MUNICIPALITY) if local else ("", "", member.kind)
        groups.setdefault(key, []).append(member)
    return [
        District(
            *key,
            members=len(group),
            reached=sum(m.accepted > 0 for m in group),
            waiting=sum(not m.accepted and m.under_way > 0 for m in group),
            unreached=tuple(m for m in group if not m.accepted and not m.under_way),
        )
        for key, group in sorted(groups.items(), key=lambda g: (not g[0][1], g[0]))
    ]


def share(part: int, whole: int) -> float:
    """Return `part` of `whole` as a number from 0 to 1; nothing of nothing is 0."""
    return part / whole if whole else 0.0


def percent(part: int, whole: int) -> str:
    """Return a share for people: whole percents, but never 0 or 100 for what is not exactly so."""
    if not whole or not part:
        return "0 %"
    if part == whole:
        return "100 %"
    value = 100 * part / whole
    if value < 1:
        return "< 1 %"
    return f"{min(99, round(value))} %"


def _folded(clicks: int) -> int | None:
    return None if 0 < clicks < SMALLEST else clicks
