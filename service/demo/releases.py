"""The press releases that the demo's publishers have out at a given moment, as pure functions.

The catalogue repeats every ten workdays, so that there is fresh news on any day the demo is
started; an identity carries its day, so that a repeated release is a new one. It serves nothing.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec

from service.kit import localtime, wording

CYCLE = 10
WINDOW_DAYS = 14


class Copy(msgspec.Struct, frozen=True):
    """The same news as another publisher words it; the body is shared."""

    source: str
    title: str
    lead: str


class Draft(msgspec.Struct, frozen=True):
    """A release of the catalogue, with places for dates and figures."""

    slot: int
    time: str
    source: str
    key: str
    title: str
    lead: str
    body: tuple[str, ...]
    copies: tuple[Copy, ...] = msgspec.field(name="copy", default=())
    daily: bool = False


class Release(msgspec.Struct, frozen=True):
    """One release as one publisher has it out."""

    source: str
    key: str
    slug: str
    published_at: datetime
    title: str
    lead: str
    body: tuple[str, ...]

    @property
    def day(self) -> date:
        return localtime.local(self.published_at).date()


def load() -> tuple[Draft, ...]:
    """Read the catalogue that lies in this folder."""
    path = Path(__file__).with_name("data") / "releases.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(raw["release"], tuple[Draft, ...])


def published(
    drafts: tuple[Draft, ...], now: datetime, days_back: int = WINDOW_DAYS
) -> list[Release]:
    """Return what is out at `now`, newest first."""
    today = localtime.local(now).date()
    days = [today - timedelta(days=back) for back in range(days_back)]
    out = [release for day in days for release in on(drafts, day, now)]
    return sorted(out, key=lambda release: (release.published_at, release.slug), reverse=True)


def on(drafts: tuple[Draft, ...], day: date, now: datetime) -> list[Release]:
    """Return what was published on one day, as it reads at `now`."""
    if day.weekday() > 4:
        return []
    today = localtime.local(now).date()
    return [
        release
        for draft in drafts
        if draft.slot == _workday(day) % CYCLE
        for release in _written(draft, day, today)
        if release.published_at <= now
    ]


def _workday(day: date) -> int:
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    return weeks * 5 + weekday


def _written(draft: Draft, day: date, today: date) -> list[Release]:
    hour, minute = map(int, draft.time.split(":"))
    places = _places(day, today if draft.daily else day)

    def release(copy: Copy, minutes_later: int) -> Release:
        at = localtime.at(day, time(hour, minute)) + timedelta(minutes=minutes_later)
        return Release(
            copy.source,
            draft.key,
            f"{day.isoformat()}-{draft.key}",
            at,
            copy.title.format_map(places),
            copy.lead.format_map(places),
            tuple(paragraph.format_map(places) for paragraph in draft.body),
        )

    original = Copy(draft.source, draft.title, draft.lead)
    return [release(copy, 35 * n) for n, copy in enumerate((original, *draft.copies))]


def _in_words(day: date) -> str:
    return wording.short_day(day, "de")


def deadline(day: date) -> date:
    """Return the Friday until which a consultation opened on a day lasts; never over Christmas."""
    due = day + timedelta(weeks=10)
    due += timedelta(days=(4 - due.weekday()) % 7)
    between_years = (due.month, due.day) >= (12, 20) or (due.month, due.day) <= (1, 6)
    return due + timedelta(weeks=3) if between_years else due


def _places(day: date, as_of: date) -> dict[str, str]:
    four_weeks = day + timedelta(weeks=4)
    places = 4000 + as_of.toordinal() * 37 % 400
    return {
        "deadline": _in_words(deadline(day)),
        "event": _in_words(four_weeks + timedelta(days=(3 - four_weeks.weekday()) % 7)),
        "day": _in_words(as_of),
        "year": str(day.year),
        "next_year": str(day.year + 1),
        "count": f"{places // 1000}’{places % 1000:03d}",
    }
