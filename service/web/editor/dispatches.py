"""Versand: the dispatches, how each stands while it runs, the acts that stop or continue one."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import Struct

from service.delivery import actions as delivery
from service.delivery import destinations
from service.editions import actions as editions
from service.editions.model import Edition, Newsletter
from service.kit import clock
from service.kit.db import Tx
from service.kit.errors import Conflict
from service.kit.text import Text, msg
from service.outbox import actions as outbox
from service.outbox import control, states, timing, warm_up
from service.outbox.model import Dispatch, DispatchLine, DispatchState, Progress
from service.outbox.states import Move
from service.outbox.times import ControlCopy, SendHours
from service.web import keyset
from service.web.editor import foresight
from service.web.editor.foresight import Ask, Foresight
from service.web.guards import APPROVER, EDITOR
from service.web.pages import Page
from service.workers import actions as workers

PAGE = 40
ENDED = (DispatchState.FINISHED, DispatchState.CANCELLED)
TABS = (
    ("", msg("All")),
    (DispatchState.SCHEDULED, msg("Scheduled")),
    (DispatchState.RUNNING, msg("Running")),
    (DispatchState.WAITING, msg("Waiting")),
    (DispatchState.PAUSED, msg("Paused")),
    (DispatchState.FINISHED, msg("Finished")),
    (DispatchState.CANCELLED, msg("Cancelled")),
)


class About(Struct, frozen=True):
    """A dispatch with the edition and the newsletter that it sends."""

    dispatch: Dispatch
    edition: Edition
    newsletter: Newsletter


class Standing(Struct, frozen=True):
    """How a dispatch stands: in numbers, by its hours and its plan, and by its control copies.

    It is `attended` while any worker is alive.
    """

    progress: Progress
    done_by: datetime | None
    hours: SendHours | None
    outlook: warm_up.Outlook | None
    copies: list[ControlCopy]
    late: int
    attended: bool

    def missing(self, now: datetime) -> int:
        """Return how many control copies should have arrived by now, and nobody has seen it."""
        return sum(control.is_missing(copy, now) for copy in self.copies)


@get("/dispatches", opt=EDITOR, name="dispatches")
async def index(page: Page) -> Response[str]:
    """List the dispatches, the latest first."""
    state = page.query("state")
    wanted = DispatchState(state) if state in list(DispatchState) else None
    async with page.db.read() as tx:
        lines = await outbox.listing(tx, state=wanted, before=keyset.before(page), limit=PAGE + 1)
        total = await outbox.count(tx, state=wanted)
    return page.show(
        "editor/dispatches/index.html",
        lines=lines[:PAGE],
        total=total,
        state=wanted or "",
        tabs=TABS,
        next_href=keyset.further("/dispatches", lines, PAGE, _place, state=state),
    )


@get("/dispatches/{dispatch_id:int}", opt=EDITOR, name="dispatch")
async def show(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """Show how one dispatch stands, with what can be done about it."""
    async with page.db.read() as tx:
        standing = await _standing(tx, dispatch_id, page.now)
        reasons = await outbox.left_out_reasons(tx, dispatch_id)
        over_us = await _count_over_us(tx, standing.progress)
        subject = await about(tx, standing.progress.dispatch)
    return page.show(
        "editor/dispatches/show.html",
        about=subject,
        standing=standing,
        reasons=reasons,
        over_us=over_us,
        foresight=await _in_time(page, subject, standing.progress),
        **_acts(subject.dispatch.state),
    )


@get("/dispatches/{dispatch_id:int}/live", opt=EDITOR)
async def live(page: Page, dispatch_id: FromPath[int]) -> Stream:
    """Stream the part of the page that changes; it ends when the acts on the page would change."""
    async with page.db.read() as tx:
        before = (await outbox.dispatch(tx, dispatch_id)).state
    return page.stream(_look(page, dispatch_id, before))


@post("/dispatches/{dispatch_id:int}/pause", opt=EDITOR)
async def pause(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    async with page.db.tx() as tx:
        await outbox.pause(tx, dispatch_id, page.now)
    await outbox.until_no_dot_starts(page.db, dispatch_id=dispatch_id)
    return page.go(f"/dispatches/{dispatch_id}", said=msg("The dispatch is paused."))


@post("/dispatches/{dispatch_id:int}/resume", opt=EDITOR)
async def resume(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    async with page.db.tx() as tx:
        await outbox.resume(tx, dispatch_id, page.now)
    return page.go(f"/dispatches/{dispatch_id}", said=msg("The dispatch goes on."))


@post("/dispatches/{dispatch_id:int}/cancel", opt=EDITOR)
async def cancel(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    async with page.db.tx() as tx:
        await outbox.cancel(tx, dispatch_id, page.now)
    await outbox.until_no_dot_starts(page.db, dispatch_id=dispatch_id)
    return page.go(f"/dispatches/{dispatch_id}", said=msg("The dispatch is cancelled."))


@post("/dispatches/{dispatch_id:int}/control/seen", opt=EDITOR)
async def see_missing(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """Note that somebody has seen which control copies did not arrive; Heute stops reminding."""
    async with page.db.tx() as tx:
        await outbox.dispatch(tx, dispatch_id)
        await control.see_missing(tx, dispatch_id, page.now)
    return page.go(f"/dispatches/{dispatch_id}", said=msg("Noted."))


@post("/dispatches/{dispatch_id:int}/send-again", opt=APPROVER)
async def send_again(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """Send again to whom nobody knows whether they got it: the chosen ones, or all."""
    form = await page.form()
    chosen = form.numbers("message", limit=10_000)
    every = form.flag("all")
    form.check()
    if not chosen and not every:
        raise Conflict(msg("Nobody was chosen."))
    async with page.db.tx() as tx:
        again = await outbox.send_again(tx, dispatch_id, None if every else chosen, page.now)
    return page.go(f"/dispatches/{dispatch_id}", said=sent_again(again))


def sent_again(count: int) -> Text:
    """Say how many messages are sent again."""
    if count == 1:
        return msg("The message is sent again.")
    return msg("%(count)s messages are sent again.", count=count)


async def about(tx: Tx, dispatch: Dispatch) -> About:
    """Return what a dispatch sends."""
    return About(
        dispatch,
        await editions.edition(tx, dispatch.edition_id),
        await editions.newsletter(tx, dispatch.newsletter_id),
    )


async def _count_over_us(tx: Tx, progress: Progress) -> int:
    """Count who was refused because of us, where anybody was refused at all."""
    if not progress.standing.refused:
        return 0
    return len(await delivery.refused_over_us(tx, progress.dispatch.id))


def _acts(state: DispatchState) -> dict[str, Any]:
    """Return what can be done in a state, and whether the page changes by itself."""
    moves = [move.value for move in Move if states.allows(state, move)]
    return {"moves": moves, "live": state not in ENDED}


async def _in_time(page: Page, subject: About, progress: Progress) -> Foresight | None:
    """Return whether a dispatch that has an end will reach everybody before it."""
    known, now = subject.dispatch, page.now
    if known.not_after is None or known.state in ENDED:
        return None
    # In a transaction, because whom it reaches is worked out in a temporary table.
    async with page.db.tx() as tx:
        if known.opened_at is None:
            reach = await outbox.audience(tx, known.edition_id, page.app.segments, now)
            owed, opened = reach.recipients, None
            slow = await destinations.slow(tx, reach.domains, now)
        else:
            owed, opened = progress.owed, known.id
            slow = await foresight.slow(tx, known.id, now)
        begins = max(known.scheduled_at, now)
        asked = Ask(subject.newsletter, owed, slow, begins, known.not_after, opened)
        return await foresight.foresee(page, tx, asked)


async def _standing(tx: Tx, dispatch_id: int, now: datetime) -> Standing:
    progress = await outbox.progress(tx, dispatch_id, now)
    known = progress.dispatch
    return Standing(
        progress,
        await foresight.done_by(tx, progress, now),
        await timing.hours(tx, known.newsletter_id),
        await warm_up.outlook(tx, known, now),
        await control.copies(tx, dispatch_id),
        await timing.count_too_late(tx, dispatch_id) if known.not_after else 0,
        await workers.is_any_alive(tx, now),
    )


def _look(
    page: Page, dispatch_id: int, before: DispatchState
) -> Callable[[], Awaitable[str | None]]:
    async def look() -> str | None:
        async with page.db.read() as tx:
            now = clock.now()
            standing = await _standing(tx, dispatch_id, now)
        state = standing.progress.dispatch.state
        if state is not before or state in ENDED:
            return None
        return page.render("editor/dispatches/_standing.html", standing=standing, now=now)

    return look


def _place(line: DispatchLine) -> dict[str, object]:
    return keyset.place(line.scheduled_at, line.id)


routes = [index, show, live, pause, resume, cancel, see_missing, send_again]
