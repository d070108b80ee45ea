"""Plants the newsletters and their editions, through the same actions that editors use."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import msgspec

from service.demo import editions as content
from service.demo import past, people
from service.demo.editions import BlockDraft, EditionDraft
from service.demo.past import Doors
from service.demo.site import Site
from service.editions import actions as editions
from service.editions import approval, snapshot
from service.editions.model import Body, EditionWords, ItemBody
from service.items import actions as items
from service.items.model import ItemRow
from service.kit import localtime
from service.kit.db import Tx

READERS: Mapping[str, Sequence[str]] = {
    "rundbrief": (
        *("sozialvorstand", "leitung", "fallfuehrung", "sachbearbeitung", "fachperson"),
        *("sekretariat", "behoerdenmitglied"),
    ),
    "behoerden": ("sozialvorstand", "behoerdenmitglied"),
}


class Newsroom(msgspec.Struct, frozen=True):
    """Where releases stand, and the items that they have become, by title."""

    site: Site
    items: Mapping[str, ItemRow]


class Desk(msgspec.Struct, frozen=True):
    """Who writes and who approves, by their ids."""

    editor_id: int
    approver_id: int


async def plant(tx: Tx, newsroom: Newsroom, desk: Desk, doors: Doors, now: datetime) -> None:
    """Plant everything of `editions.toml`; the members stand already."""
    planned = content.load()
    newsletters: dict[str, int] = {}
    for draft in planned.newsletter:
        created = await editions.add_newsletter(tx, draft, now - timedelta(days=720))
        await people.subscribe(tx, created, READERS[draft.slug], now)
        newsletters[draft.slug] = created
    for edition in planned.edition:
        at = _sent_at(edition, now) if edition.state == "sent" else _lately(now)
        edition_id = await _write(
            tx, newsletters[edition.newsletter], edition, at, (newsroom, desk)
        )
        await _carry_on(tx, edition_id, edition.state, at, (desk, doors))


def _sent_at(edition: EditionDraft, now: datetime) -> datetime:
    """Return a Tuesday at seven, as many whole weeks ago."""
    day = localtime.local(now).date() - timedelta(days=1)
    tuesday = day - timedelta(days=(day.weekday() - 1) % 7)
    return localtime.at(tuesday - timedelta(weeks=edition.weeks_ago - 1), time(7))


def _lately(now: datetime) -> datetime:
    """Return the morning after the last workday, for what was worked on then."""
    day = localtime.local(now).date() - timedelta(days=1)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return localtime.at(day + timedelta(days=1), time(7))


async def _write(
    tx: Tx, newsletter_id: int, draft: EditionDraft, at: datetime, by: tuple[Newsroom, Desk]
) -> int:
    newsroom, desk = by
    written = at - timedelta(hours=20)
    words = EditionWords(draft.title, draft.subject, draft.preheader, "")
    edition_id = await editions.begin(tx, newsletter_id, words, desk.editor_id, written)
    for block in draft.block:
        body = _body(block, newsroom.site, at, newsroom.site.day_before_news(at))
        item = newsroom.items.get(body.title) if isinstance(body, ItemBody) else None
        if item:
            await items.mark_picked(tx, item.id, desk.editor_id, written)
        await editions.add_block(
            tx,
            edition_id,
            body,
            desk.editor_id,
            written,
            segment=block.segment,
            origin=(item.id, item.revision) if item else None,
        )
    return edition_id


def _body(block: BlockDraft, site: Site, at: datetime, read: datetime) -> Body:
    release = site.newest(block.release, read) if block.release else None
    link = site.link(release) if release else ""
    own = block.url.replace("https://konferenz.example", f"{site.base}/konferenz")
    told = msgspec.structs.replace(block, url=own)
    return content.body(told, localtime.local(at).date(), release, link)


async def _carry_on(
    tx: Tx, edition_id: int, state: str, at: datetime, by: tuple[Desk, Doors]
) -> None:
    """Take an edition from its draft to where the data file wants it."""
    desk, doors = by
    if state == "draft":
        return
    await approval.hand_in(tx, edition_id, desk.editor_id, at - timedelta(hours=18))
    if state == "in_review":
        return
    seen = snapshot.fingerprint(await editions.content(tx, edition_id))
    await approval.approve(tx, edition_id, seen, desk.approver_id, at - timedelta(hours=16))
    await past.send(tx, edition_id, at, desk.editor_id, doors)
