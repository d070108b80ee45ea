"""When a source is asked again, and how it does: policies as pure functions of values and `now`."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from service.kit import localtime
from service.kit.text import Text, msg
from service.sources.model import (
    After,
    Answer,
    Entry,
    FetchOutcome,
    Gain,
    Health,
    HeldHost,
    Source,
    SourceKind,
    SourceState,
)  # fmt: skip

# When a source is asked that writes to us by mail.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
OFFICE_HOURS_MOST = timedelta(hours=2)
WEEK = timedelta(days=7)
LEAST_GAP = 2
# Longer than one turn can take: robots.txt, the list and a page behind it, ten minutes apart.
LEASE = timedelta(minutes=25)
ROBOTS_HOLD = timedelta(days=7)
# Every so many fetches we ask without validators, to heal a server that answers 304 for ever.
UNCONDITIONAL_EVERY = 20
_MOVE_SIGHTINGS, _MOVE_AFTER = 3, timedelta(hours=48)
_GONE_AFTER = timedelta(hours=24)
_LONG_FAILING = timedelta(days=30)
_UNKNOWN_RATE = 7.0
# Public suffixes of two labels that are common; Swiss names need none of them.
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu"}


def gap(source_host: str, crawl_delay: int) -> timedelta:
    """Return the pause between two requests to a host; our own machine needs none."""
    name = source_host.rpartition(":")[0] or source_host
    if name.strip("[]") in {"127.0.0.1", "localhost", "::1"}:
        return timedelta()
    return timedelta(seconds=max(LEAST_GAP, crawl_delay))


def pause(source: Source) -> timedelta:
    """Return the pause between two requests to a source's host: ours, or what robots.txt asks."""
    return gap(host(source.url), max(source.crawl_delay, source.host_delay))


def robots_due(source: Source, now: datetime) -> bool:
    """Tell whether the host's robots.txt is to be read (again); our own machine has none."""
    return wishes_due(host(source.url), source.robots_at, now)


def wishes_due(name: str, read_at: datetime | None, now: datetime) -> bool:
    """Tell whether the robots.txt of a host is to be read (again)."""
    if gap(name, 0) == timedelta():
        return False
    return read_at is None or now - read_at >= ROBOTS_HOLD


def free_in(held: HeldHost, wait: timedelta | None) -> timedelta:
    """Return how long a held host is left alone: its pause, or what it asked for, at most a day."""
    return max(gap(held.name, held.crawl_delay), min(wait or timedelta(), LONGEST))


def host(url: str) -> str:
    """Return the host, with a port that is not the usual one, that politeness is counted for."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def conditional(source: Source) -> bool:
    """Tell whether the coming fetch may be answered by "not modified"."""
    return (source.fetches + 1) % UNCONDITIONAL_EVERY != 0


def rate(entries: list[Entry], before: float, now: datetime) -> float:
    """Return how many entries a week appear, by the dates of those that the source shows."""
    dated = [e.published for e in entries if e.published is not None and e.published <= now]
    if len(dated) < 2:
        return before or _UNKNOWN_RATE
    month = [at for at in dated if now - at <= 4 * WEEK]
    if len(month) < len(dated):
        return len(month) / 4
    return len(dated) / max((now - min(dated)) / WEEK, 1 / 7)


def interval(per_week: float, now: datetime) -> timedelta:
    """Return the usual pause: by the source's rate, shorter while public bodies publish."""
    usual = min(max(WEEK / (per_week + 0.5), SHORTEST), LONGEST)
    clock = localtime.local(now)
    if clock.weekday() < 5 and 8 <= clock.hour < 17:
        return min(usual, OFFICE_HOURS_MOST)
    return min(2 * usual, LONGEST)


def backoff(failures: int, failing_for: timedelta, jitter: float) -> timedelta:
    """Return the pause after the n-th failure in a row; it grows, and never becomes "never"."""
    most = WEEK if failing_for >= _LONG_FAILING else LONGEST
    step: timedelta = min(SHORTEST * int(2 ** min(failures, 12)), most)
    return max(step * (jitter + 1) / 2, timedelta(minutes=1))


def after(source: Source, answer: Answer, gain: Gain, now: datetime, jitter: float) -> After:
    """Return how a source stands after an answer; `jitter` is a random number in −1 … 1."""
    if source.kind is SourceKind.MAIL:
        return _after_mail(source, answer, gain, now)
    if answer.outcome is FetchOutcome.FAILED:
        return _after_failure(source, answer, now, jitter)
    url, moved_to, since, sightings = _moved(source, answer.moved_to, now)
    per_week = source.per_week
    if answer.outcome is FetchOutcome.READ:
        per_week = rate(answer.reading.entries, source.per_week, now)
    ttl = answer.reading.ttl if answer.outcome is FetchOutcome.READ else source.ttl
    asked = min(max(answer.fresh_for, timedelta(minutes=ttl)), LONGEST)
    usual = interval(per_week, now)
    # What is asked for is never undercut; requests are spread behind it.
    next_in = max(usual * (1 + jitter / 10), asked * (1 + abs(jitter) / 10))
    read = answer.outcome is FetchOutcome.READ and not gain.unfinished
    kept = answer.outcome is FetchOutcome.UNCHANGED
    return After(
        url=url,
        state=source.state,
        next_fetch_at=now + (SHORTEST if gain.unfinished else next_in),
        last_success_at=now,
        last_new_at=now if gain.new else source.last_new_at,
        failures=0,
        failing_since=None,
        trouble=None,
        per_week=per_week,
        # Unfinished work must not be answered "not modified" the next time.
        etag=answer.etag if read else source.etag if kept else "",
        last_modified=answer.last_modified if read else source.last_modified if kept else "",
        body_hash=answer.body_hash if read else source.body_hash if kept else b"",
        moved_to=moved_to,
        moved_since=since,
        moved_sightings=sightings,
        gone_since=None,
        told_to_wait_until=None,
        because=_because(usual, asked, per_week, gain),
        ttl=ttl,
    )


def _after_mail(source: Source, answer: Answer, gain: Gain, now: datetime) -> After:
    """Return how a source stands after a mail came from it: its rate follows the gaps between."""
    read = answer.outcome is FetchOutcome.READ
    gap_now = now - source.last_new_at if source.last_new_at else WEEK
    per_week = min(WEEK / max(gap_now, timedelta(hours=1)), 100.0)
    return After(
        url=source.url, state=source.state, next_fetch_at=NEVER,
        last_success_at=now if read else source.last_success_at,
        last_new_at=now if gain.new else source.last_new_at,
        failures=0 if read else source.failures + 1,
        failing_since=None if read else source.failing_since or now,
        trouble=answer.trouble,
        per_week=(3 * (source.per_week or per_week) + per_week) / 4
        if gain.new
        else source.per_week,
        etag="", last_modified="", body_hash=b"", moved_to="", moved_since=None,
        moved_sightings=0, gone_since=None, told_to_wait_until=None,
        because=msg("Its news comes by mail."),
    )  # fmt: skip


def first_fetch(kind: SourceKind, now: datetime) -> datetime:
    """Return when a source is asked for the first time: at once, unless it writes by itself."""
    return NEVER if kind is SourceKind.MAIL else now


def _because(usual: timedelta, asked: timedelta, per_week: float, gain: Gain) -> Text:
    if gain.unfinished:
        return msg("Pages behind its entries are still to be read.")
    if asked > usual:
        return msg("The publisher says that its answer holds until then.")
    rate_now, minutes = max(round(per_week), 1), round(usual.total_seconds() / 60)
    if minutes < 120:
        return msg(
            "About %(count)s entries a week appear: it is asked every %(minutes)s minutes.",
            count=rate_now,
            minutes=minutes,
        )
    return msg(
        "About %(count)s entries a week appear: at this time of day it is asked every %(hours)s"
        " hours.",
        count=rate_now,
        hours=round(minutes / 60),
    )


def _after_failure(source: Source, answer: Answer, now: datetime, jitter: float) -> After:
    since = source.failing_since or now
    gone = (source.gone_since or now) if answer.status == 410 else None
    ended = gone is not None and now - gone >= _GONE_AFTER
    wait = min(answer.wait, WEEK)
    grown = backoff(source.failures, now - since, jitter)
    because = msg("After %(count)s failures in a row the pauses grow.", count=source.failures + 1)
    return After(
        url=source.url,
        state=SourceState.GONE if ended else source.state,
        next_fetch_at=now + max(grown, wait),
        last_success_at=source.last_success_at,
        last_new_at=source.last_new_at,
        failures=source.failures + 1,
        failing_since=since,
        trouble=answer.trouble,
        per_week=source.per_week,
        etag="",
        last_modified="",
        body_hash=b"",
        moved_to=source.moved_to,
        moved_since=source.moved_since,
        moved_sightings=source.moved_sightings,
        gone_since=gone,
        told_to_wait_until=now + wait if wait else None,
        because=because if wait <= grown else msg("The server asked us to wait until then."),
        ttl=source.ttl,
    )


def _moved(source: Source, moved_to: str, now: datetime) -> tuple[str, str, datetime | None, int]:
    """Follow a move only once it was seen several times over days, within the same domain."""
    if not moved_to or moved_to == source.url or domain(moved_to) != domain(source.url):
        return source.url, "", None, 0
    if moved_to != source.moved_to or source.moved_since is None:
        return source.url, moved_to, now, 1
    sightings = source.moved_sightings + 1
    if sightings >= _MOVE_SIGHTINGS and now - source.moved_since >= _MOVE_AFTER:
        return moved_to, "", None, 0
    return source.url, moved_to, source.moved_since, sightings


def domain(url: str) -> str:
    """Return the registrable domain of an address, near enough: the last two or three labels."""
    name = (urlsplit(url).hostname or "").lower()
    labels = name.split(".")
    if name.replace(".", "").isdigit() or ":" in name or len(labels) < 3:
        return name
    count = 3 if labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-count:])


def fresh_for(headers: dict[str, str], now: datetime) -> timedelta:
    """Return for how long a server says its answer holds (RFC 9111, section 4.2.1)."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return timedelta()
    if found := re.search(r"max-age=(\d{1,9})", control):
        age = headers.get("age", "")
        passed = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
        return timedelta(seconds=max(int(found.group(1)) - passed, 0))
    expires = _http_date(headers.get("expires", ""))
    return max(expires - now, timedelta()) if expires else timedelta()


def retry_after(headers: dict[str, str], now: datetime) -> timedelta:
    """Return how long a server asks us to wait (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return timedelta(seconds=int(value))
    until = _http_date(value)
    return max(until - now, timedelta()) if until else timedelta()


def _http_date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


_BY_STATUS = {
    401: msg("The server asks for a password (401)."),
    403: msg("The server refuses us (403). Perhaps it does not want to be read by machines."),
    404: msg("There is nothing at this address (404). Perhaps the page has moved."),
    410: msg("The publisher has removed this for good (410)."),
    429: msg("The server says that we ask too often (429)."),
    503: msg("The server is overloaded or under maintenance (503)."),
}


def status_trouble(status: int) -> Text:
    """Return the sentence for an answer that is not a success."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return msg("The server has a fault of its own (%(status)s).", status=status)
    return msg("The server answered with status %(status)s.", status=status)


def health(source: Source, now: datetime) -> Health:
    """Say how a source does, in the words of a person."""
    if source.state is SourceState.PAUSED:
        return Health("neutral", msg("Paused. Nothing is fetched."))
    if source.state is SourceState.GONE:
        return Health("bad", msg("The publisher has removed it. Look for its new address."))
    if source.trouble is not None:
        tone = "bad" if source.failures >= 3 else "warn"
        return Health(tone, source.trouble)
    if source.last_success_at is None:
        writes = source.kind is SourceKind.MAIL
        waits = msg("No mail has come yet.") if writes else msg("Not fetched yet.")
        return Health("neutral", waits)
    heard = source.last_new_at or source.created_at
    usual = WEEK / max(source.per_week, 0.1)
    if now - heard > max(3 * usual, WEEK):
        days = (now - heard).days
        return Health("warn", msg("Silent: nothing new for %(days)s days.", days=days))
    return Health("good", msg("Works."))
