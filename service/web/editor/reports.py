"""Auswertung: what became of each dispatch, as numbers that lead to the rows behind them."""

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from service.editions import actions as editions
from service.events import actions as events
from service.events import statistics
from service.events.model import Leaver, Reported
from service.kit.db import Tx
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox import timing
from service.outbox.model import Dispatch, LeftOutLine
from service.web import export, keyset
from service.web.editor.dispatches import About, about
from service.web.guards import EDITOR
from service.web.pages import Page

LATE = 200
_LINKS = (msg("Link"), msg("Address"), msg("Clicks"), msg("Of scanners"))
_FOLDED = msg("too few to tell")
_COVERAGE = (
    msg("Member"),
    msg("Kind"),
    msg("Canton"),
    msg("District"),
    msg("People in the audience"),
    msg("Accepted"),
    msg("Reached"),
)
_LEAVERS = (msg("When"), msg("Contact"), msg("Member"), msg("Address"), msg("How"))


@get("/reports", opt=EDITOR, name="reports")
async def index(page: Page) -> Response[str]:
    """List what was sent, the latest first, with its main numbers."""
    newsletter_id = page.number("newsletter") or None
    async with page.db.read() as tx:
        newsletters = await editions.newsletters(tx)
        rows = await events.reports(tx, newsletter_id, keyset.before(page))
    return page.show(
        "editor/reports/index.html",
        rows=rows[: events.PAGE],
        newsletters=newsletters,
        newsletter=newsletter_id or "",
        percent=statistics.percent,
        next_href=keyset.further("/reports", rows, events.PAGE, _place, newsletter=newsletter_id),
    )


@get("/reports/{dispatch_id:int}", opt=EDITOR, name="report")
async def show(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """Show the numbers of one dispatch."""
    async with page.db.read() as tx:
        subject = await _about(tx, dispatch_id)
        report = await events.report(tx, dispatch_id, subject.dispatch.candidates)
        late = await _late(tx, subject.dispatch)
    return page.show(
        "editor/reports/show.html",
        about=subject,
        report=report,
        late=late[:LATE],
        more_late=len(late) > LATE,
        clicks=statistics.fold(report.links),
        bars=statistics.bars(report.hours),
        districts=statistics.districts(report.reach),
        percent=statistics.percent,
    )


@get("/reports/{dispatch_id:int}/unsubscribed", opt=EDITOR, name="leavers")
async def leavers(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """List who unsubscribed by a mail of this dispatch."""
    after = page.number("after")
    async with page.db.read() as tx:
        subject = await _about(tx, dispatch_id)
        rows = await events.leavers(tx, dispatch_id, after, events.PAGE + 1)
    more = len(rows) > events.PAGE
    return page.show(
        "editor/reports/leavers.html",
        about=subject,
        rows=rows[: events.PAGE],
        next_href=f"{page.path}?after={rows[events.PAGE - 1].id}" if more else "",
        first_href=page.path if after else "",
    )


@get("/reports/{dispatch_id:int}/unsubscribed.csv", opt=EDITOR)
async def leavers_table(page: Page, dispatch_id: FromPath[int]) -> Stream:
    async def read(tx: Tx, last: Leaver | None) -> list[Leaver]:
        await outbox.dispatch(tx, dispatch_id)
        return await events.leavers(tx, dispatch_id, last.id if last else 0, export.STRETCH)

    return await export.stream(page, f"unsubscribed-{dispatch_id}.csv", _LEAVERS, read, _leaver)


def _leaver(row: Leaver) -> tuple[object, ...]:
    return (row.at, row.label, row.organisation, row.address, row.how)


@get("/reports/{dispatch_id:int}/links.csv", opt=EDITOR)
async def links_table(page: Page, dispatch_id: FromPath[int]) -> Response[bytes]:
    """Give the clicks per link, with small numbers folded as on the page."""
    async with page.db.read() as tx:
        subject = await _about(tx, dispatch_id)
        report = await events.report(tx, dispatch_id, subject.dispatch.candidates)
    folded = statistics.fold(report.links)
    rows: list[tuple[object, ...]] = [
        (link.number, link.url, link.clicks, link.scanner_clicks) for link in folded.shown
    ]
    rows += [(link.number, link.url, page._(_FOLDED), "") for link in folded.folded]
    return await export.answer(page, f"links-{dispatch_id}.csv", _LINKS, rows)


@get("/reports/{dispatch_id:int}/coverage.csv", opt=EDITOR)
async def coverage_table(page: Page, dispatch_id: FromPath[int]) -> Response[bytes]:
    async with page.db.read() as tx:
        subject = await _about(tx, dispatch_id)
        report = await events.report(tx, dispatch_id, subject.dispatch.candidates)
    yes, no = page._(msg("yes")), page._(msg("no"))
    rows = [
        (m.name, m.kind, m.canton, m.district, m.concerned, m.accepted, yes if m.accepted else no)
        for m in report.reach
    ]
    return await export.answer(page, f"coverage-{dispatch_id}.csv", _COVERAGE, rows)


async def _late(tx: Tx, dispatch: Dispatch) -> list[LeftOutLine]:
    """Return who did not get it in time, and one row more than is shown if there are more."""
    if dispatch.not_after is None:
        return []
    return await timing.too_late(tx, dispatch.id, limit=LATE + 1)


async def _about(tx: Tx, dispatch_id: int) -> About:
    return await about(tx, await outbox.dispatch(tx, dispatch_id))


def _place(row: Reported) -> dict[str, object]:
    return keyset.place(row.opened_at, row.dispatch_id)


routes = [index, show, leavers, leavers_table, links_table, coverage_table]
