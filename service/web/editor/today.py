"""Heute: what waits for a person, what is going out, what came in. It only reads."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import Response, get

from service.audience import members
from service.audience.model import MemberFilter
from service.editions import actions as editions
from service.editions.model import EditionRow, EditionState
from service.events import actions as events
from service.events.model import Reported
from service.items import lists
from service.items.model import ItemRow, ItemState
from service.kit.db import Tx
from service.outbox import actions as outbox
from service.outbox import control
from service.outbox.model import DispatchLine, DispatchState
from service.outbox.times import Missing
from service.sources import actions as sources
from service.web.guards import EDITOR
from service.web.pages import Page
from service.workers import actions as workers

_NEWEST = 6
_LATELY = 3
_OPEN = (EditionState.IN_REVIEW, EditionState.APPROVED, EditionState.DRAFT)
_HALTED = (DispatchState.WAITING, DispatchState.PAUSED)


class Agenda(msgspec.Struct, frozen=True):
    """Everything the page shows, each list in the order in which it is shown."""

    halted: list[DispatchLine]
    moving: list[DispatchLine]
    uncertain: list[Reported]
    missing: list[Missing]
    in_review: list[EditionRow]
    approved: list[EditionRow]
    drafts: list[EditionRow]
    failing: Sequence[sources.Listed]
    changed_items: int
    mine: int
    new_items: int
    newest: list[ItemRow]
    sent: list[Reported]
    sources: int
    newsletters: int
    members: bool
    signed: bool
    returned: int
    attended: bool

    @property
    def tasks(self) -> int:
        """Return how many things wait for a person, the inbox not counted."""
        editions = len(self.in_review) + len(self.approved)
        dispatches = len(self.halted) + len(self.uncertain) + len(self.missing)
        piles = bool(self.changed_items) + bool(self.returned) + bool(self.mine)
        return dispatches + editions + len(self.failing) + piles


@get("/today", opt=EDITOR, name="today")
async def index(page: Page) -> Response[str]:
    """Show what needs attention today."""
    async with page.db.read() as tx:
        agenda = await _agenda(tx, page.now, page.me.id)
    return page.show("editor/today.html", agenda=agenda)


async def _agenda(tx: Tx, now: datetime, editor_id: int) -> Agenda:
    dispatches = await outbox.under_way(tx)
    written = await editions.listing(tx, states_in=_OPEN)
    begun = await events.reports(tx)
    counts = await lists.state_counts(tx, now, editor_id)
    return Agenda(
        halted=[one for one in dispatches if one.state in _HALTED],
        moving=[one for one in dispatches if one.state not in _HALTED],
        uncertain=[one for one in begun if one.unknown],
        missing=await control.missing(tx, now),
        in_review=[one for one in written if one.state is EditionState.IN_REVIEW],
        approved=[one for one in written if one.state is EditionState.APPROVED],
        drafts=[one for one in written if one.state is EditionState.DRAFT],
        failing=await sources.listing(tx, now, troubled=True),
        changed_items=counts.changed,
        mine=counts.mine,
        new_items=counts.new,
        newest=await lists.listing(tx, lists.Filter(state=ItemState.NEW), most=_NEWEST, now=now),
        sent=begun[:_LATELY],
        sources=(await sources.counts(tx)).all,
        newsletters=len(await editions.newsletters(tx)),
        members=bool(await members.by_name(tx, MemberFilter(), limit=1)),
        signed=bool((await editions.association(tx)).name),
        returned=await events.count_new(tx),
        attended=await workers.is_any_alive(tx, now),
    )


routes = [index]
