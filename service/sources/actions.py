"""What people and the worker do with sources: describe, pause, look after, ask, settle."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from service.kit.confine import Confined
from service.kit.db import Tx
from service.kit.errors import Conflict, Fault, Invalid, NotFound
from service.kit.http import FetchFailed, Http, parse
from service.kit.text import Text, msg
from service.sources import fetch as fetching
from service.sources import mailing, opml, schedule, store
from service.sources.model import (
    After,
    Answer,
    Draft,
    Entry,
    Fetch,
    Health,
    HeldHost,
    Page,
    Reading,
    Settled,
    Source,
    SourceKind,
    SourceState,
)  # fmt: skip
from service.sources.readers import config, reading

PAGE = 100
_OFFERS = Path(__file__).with_name("offers.toml")


class Listed(msgspec.Struct, frozen=True):
    """A source with the sentence on how it does."""

    source: Source
    health: Health


class Offer(msgspec.Struct, frozen=True):
    """A public source that is described already and waits to be switched on."""

    slug: str
    publisher: str
    note: str
    draft: Draft


class Taken(msgspec.Struct, frozen=True):
    """What became of a list of sources."""

    added: list[Draft]
    known: list[Draft]
    refused: list[tuple[Draft, Text]]


async def listing(
    tx: Tx,
    now: datetime,
    *,
    search: str = "",
    state: SourceState | None = None,
    troubled: bool = False,
    after: tuple[str, int] = ("", 0),
) -> list[Listed]:
    """Return sources by title, following `after` (lower-case title, id).

    Up to PAGE of them, and one more if there are more.
    """
    found = await store.listing(tx, *after, search.strip(), state, troubled, now, PAGE + 1)
    return [Listed(source, schedule.health(source, now)) for source in found]


async def counts(tx: Tx, now: datetime | None = None) -> store.Counts:
    """Return how many sources there are, and how many are in trouble or, by `now`, silent."""
    return await store.counts(tx, now) or store.Counts(0, 0, 0, 0)


async def source(tx: Tx, source_id: int) -> Source:
    """Return one source; raises NotFound."""
    found = await store.by_ids(tx, [source_id])
    if not found:
        raise NotFound(msg("There is no such source."))
    return found[0]


async def named(tx: Tx, name: str) -> Source:
    """Return the source of a number or an address, as typed on a command line."""
    by_url = await store.id_of_url(tx, name)
    if by_url is None and not (name.isascii() and name.isdigit() and len(name) < 18):
        raise NotFound(msg("There is no source «%(name)s».", name=name[:200]))
    return await source(tx, by_url if by_url is not None else int(name))


async def log(tx: Tx, source_id: int) -> list[Fetch]:
    """Return the last 20 fetches of a source, newest first."""
    return await store.log_of(tx, source_id)


async def add(tx: Tx, draft: Draft, now: datetime) -> int:
    """Take in a source, to be fetched at once; raises Invalid naming every fault."""
    if draft.kind is SourceKind.MAIL:
        draft = msgspec.structs.replace(draft, url=mailing.url(mailing.new_token()))
    checked = _checked(draft)
    await _refuse_twin(tx, checked.url, 0)
    [added] = await _add(tx, [checked], now)
    return added


async def change(tx: Tx, source_id: int, version: int, draft: Draft, now: datetime) -> None:
    """Describe a source anew; raises Conflict if somebody else did so meanwhile."""
    if draft.kind is SourceKind.MAIL:
        draft = msgspec.structs.replace(draft, url=(await source(tx, source_id)).url)
    checked = _checked(draft)
    await _refuse_twin(tx, checked.url, source_id)
    host = schedule.host(checked.url)
    await store.keep_hosts(tx, [host], now)
    changed = await store.change(
        tx, source_id, version, checked.title, checked.url, checked.site_url, checked.config,
        checked.language, checked.crawl_delay, host, schedule.first_fetch(draft.kind, now),
        checked.reads_pages,
    )  # fmt: skip
    if not changed:
        await source(tx, source_id)
        raise Conflict(
            msg("Somebody else has changed this source meanwhile. Look at it again before saving.")
        )


async def pause(tx: Tx, source_id: int, now: datetime) -> None:
    """Stop asking a source; pausing twice changes nothing."""
    await source(tx, source_id)
    await store.set_state(tx, source_id, SourceState.PAUSED, now)


async def resume(tx: Tx, source_id: int, now: datetime) -> None:
    """Ask a paused or vanished source again, beginning at once."""
    known = await source(tx, source_id)
    first = schedule.first_fetch(known.kind, now)
    await store.set_state(tx, source_id, SourceState.ACTIVE, first)


async def ask_now(tx: Tx, source_id: int, now: datetime) -> None:
    """Make an active source due; raises Conflict for one that is paused or gone."""
    if (await source(tx, source_id)).kind is SourceKind.MAIL:
        raise Conflict(msg("A source that writes by mail is not fetched."))
    if not await store.ask_now(tx, source_id, now):
        raise Conflict(msg("A paused source is not fetched. Resume it first."))


async def everything(tx: Tx) -> list[Source]:
    """Return all sources by title, for a list to hand on; a secret address is not handed on."""
    return [one for one in await store.everything(tx) if one.kind is not SourceKind.MAIL]


async def take_list(tx: Tx, body: bytes, now: datetime, *, dry: bool = False) -> Taken:
    """Add the sources of an OPML file that are not there yet; `dry` only says which."""
    known = set(await store.urls(tx))
    taken = Taken([], [], [])
    for draft in opml.read(body):
        try:
            checked = _checked(draft)
        except Invalid as problem:
            taken.refused.append((draft, problem.faults[0].what))
            continue
        (taken.known if checked.url in known else taken.added).append(checked)
        known.add(checked.url)
    if not dry:
        await _add(tx, taken.added, now)
    return taken


async def _add(tx: Tx, drafts: Sequence[Draft], now: datetime) -> list[int]:
    lines = [
        msgspec.structs.asdict(draft)
        | {
            "host": schedule.host(draft.url),
            "next_fetch_at": schedule.first_fetch(draft.kind, now),
        }
        for draft in drafts
    ]
    await store.keep_hosts(tx, [str(line["host"]) for line in lines], now)
    return await store.add(tx, now, lines)


async def claim(tx: Tx, now: datetime, most: int) -> list[Source]:
    """Take up to `most` due sources, one of each host, so that nobody else asks them."""
    return await store.by_ids(tx, await store.claim(tx, now, now + schedule.LEASE, most))


async def claim_one(tx: Tx, source_id: int, now: datetime) -> Source:
    """Take one source, due or not; raises Conflict while somebody is asking its host."""
    if (await source(tx, source_id)).kind is SourceKind.MAIL:
        raise Conflict(msg("A source that writes by mail is not fetched."))
    if not await store.claim_one(tx, source_id, now, now + schedule.LEASE):
        raise Conflict(msg("This source's server is being asked right now. Try again in a minute."))
    return await source(tx, source_id)


async def ask(http: Http, readers: Confined, asked: Source, now: datetime) -> Answer:
    """Fetch and read a claimed source."""
    return await fetching.ask(http, readers, asked, now)


async def page(
    http: Http, readers: Confined, asked: Source, entry: Entry, now: datetime
) -> Reading:
    """Fetch and read the page behind an entry."""
    return await fetching.page(http, readers, asked, entry, now)


async def robots(http: Http, asked: Source, now: datetime) -> Source:
    """Return a claimed source with the pause that its host's robots.txt asks for."""
    return await fetching.robots(http, asked, now)


async def hold(tx: Tx, hosts: Sequence[str], now: datetime) -> list[HeldHost]:
    """Keep others from asking these hosts; return those that were free to be held."""
    await store.keep_hosts(tx, list(hosts), now)
    return await store.hold(tx, list(hosts), now, now + schedule.LEASE)


async def let_go(
    tx: Tx, held: Sequence[HeldHost], now: datetime, waits: Mapping[str, timedelta] | None = None
) -> None:
    """Free hosts that were held, after the pause that each of them wants, or `waits` by name."""
    lines = [
        msgspec.structs.asdict(host)
        | {"free_at": now + schedule.free_in(host, (waits or {}).get(host.name))}
        for host in held
    ]
    await store.let_go(tx, lines)


async def wishes(http: Http, held: HeldHost, url: str, now: datetime) -> HeldHost:
    """Return a held host with what its robots.txt asks for now."""
    asked = await fetching.wishes(http, url)
    if asked is None:
        return msgspec.structs.replace(held, robots_at=now)
    return msgspec.structs.replace(
        held, crawl_delay=asked.delay, robots_at=now, robots_rules=asked.rules
    )


async def article(http: Http, readers: Confined, entry: Entry, now: datetime) -> Page:
    """Fetch the page behind an entry and return the entry with the text that is found there."""
    return await fetching.article(http, readers, entry, now)


async def settle(tx: Tx, settled: Sequence[Settled], now: datetime) -> None:
    """Note answers in the log, plan the next fetches and free the hosts."""
    standing = [(one, _after(one, now)) for one in settled]
    moved = [after.url for one, after in standing if after.url != one.source.url]
    taken = set(await store.taken(tx, moved)) if moved else set()
    lines = [_line(one, after, taken, now) for one, after in standing]
    if moved:
        await store.keep_hosts(tx, [str(line["host"]) for line in lines], now)
    await store.settle(tx, now, lines)
    await store.free_hosts(tx, lines)
    await store.log(tx, lines)
    await store.trim_log(tx, [one.source.id for one in settled])


def _after(one: Settled, now: datetime) -> After:
    jitter = random.uniform(-1, 1)  # noqa: S311 - spreads requests, keeps no secret
    return schedule.after(one.source, one.answer, one.gain, now, jitter)


def _line(one: Settled, after: After, taken: set[str], now: datetime) -> dict[str, object]:
    """Return what the statements of `settle` read of one answer."""
    asked, answer = one.source, one.answer
    url = asked.url if after.url in taken else after.url
    return msgspec.structs.asdict(after) | {
        "source_id": asked.id,
        "version": asked.version,
        "url": url,
        "host": schedule.host(url),
        "asked_host": schedule.host(asked.url),
        "host_delay": asked.host_delay,
        "robots_at": asked.robots_at,
        "robots_rules": asked.robots_rules,
        "free_at": now + schedule.pause(asked),
        "at": one.started,
        "milliseconds": max(int((now - one.started).total_seconds() * 1000), 0),
        "outcome": answer.outcome,
        "status": answer.status,
        "size": answer.size,
        "entries": len(answer.reading.entries),
        "new_items": one.gain.new,
        "changed_items": one.gain.changed,
    }


async def try_out(http: Http, readers: Confined, draft: Draft, now: datetime) -> Answer:
    """Ask a source as described, storing nothing, so that an administrator sees what it gives."""
    if draft.kind is SourceKind.MAIL:
        raise Invalid.of("kind", msg("A source that writes by mail is not fetched."))
    checked = _checked(msgspec.structs.replace(draft, title=draft.title or draft.url))
    return await fetching.ask(http, readers, _imagined(checked, now), now)


async def read_file(
    readers: Confined, kind: SourceKind, body: bytes, given: dict[str, object], base: str,
    now: datetime,
) -> Reading:  # fmt: skip
    """Read bytes that somebody has at hand, as if a source had sent them."""
    request = reading.Request(kind=kind, body=body, now=now, config=given, base=base)
    return await fetching.read(readers, request)


def check(kind: SourceKind, given: dict[str, object]) -> None:
    """Raise Invalid, naming every fault, if a description does not fit its kind of source."""
    config.check(kind, given)


def described(asked: Source) -> str:
    """Return how a source's list is built, as JSON for a person; "" where nothing is said."""
    return config.written(asked.kind, asked.config)


def offers() -> list[Offer]:
    """Return the public sources that are ready to be switched on."""
    with _OFFERS.open("rb") as file:
        return msgspec.convert(tomllib.load(file)["offer"], list[Offer])


async def open_offers(tx: Tx) -> list[Offer]:
    """Return the offers that are not among the sources yet."""
    known = set(await store.urls(tx))
    return [offer for offer in offers() if offer.draft.url not in known]


async def take_offer(tx: Tx, slug: str, now: datetime) -> int:
    """Switch on an offered source; raises NotFound for one that is not offered."""
    offer = next((offer for offer in offers() if offer.slug == slug), None)
    if offer is None:
        raise NotFound(msg("There is no such offer."))
    return await add(tx, offer.draft, now)


async def _refuse_twin(tx: Tx, url: str, own: int) -> None:
    if await store.id_of_url(tx, url) not in {None, own}:
        raise Invalid.of("url", msg("This address is already one of the sources."))


def _checked(draft: Draft) -> Draft:
    faults = [*_faults(draft)]
    try:
        mailed = draft.kind is SourceKind.MAIL
        url = draft.url if mailed else str(parse(draft.url.strip()))
    except FetchFailed as problem:
        faults.append(Fault("url", problem.text))
        url = draft.url
    try:
        config.check(draft.kind, draft.config)
    except Invalid as problem:
        faults += problem.faults
    if faults:
        raise Invalid(faults)
    return msgspec.structs.replace(draft, title=draft.title.strip(), url=url)


def _faults(draft: Draft) -> Sequence[Fault]:
    said: list[tuple[str, bool, Text]] = [
        ("title", not draft.title.strip(), msg("Give the source a name.")),
        ("title", len(draft.title) > 200, msg("At most 200 characters.")),
        ("url", len(draft.url) > 2000, msg("At most 2000 characters.")),
        (
            "crawl_delay",
            not 0 <= draft.crawl_delay <= 600,
            msg("The pause is a number of seconds from 0 to 600."),
        ),
    ]
    return [Fault(where, text) for where, wrong, text in said if wrong]


def _imagined(draft: Draft, now: datetime) -> Source:
    """Return a source that is not stored, as it would stand before its first fetch."""
    described = msgspec.structs.asdict(draft)
    return Source(
        id=0, state=SourceState.ACTIVE, version=1, created_at=now, next_fetch_at=now, **described
    )
