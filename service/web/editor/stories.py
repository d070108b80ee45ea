"""One item among others: split a story, join what tells the same, put off, note a deadline."""

from datetime import date, datetime, time, timedelta

from litestar import Response, post
from litestar.params import FromPath

from service.editions import actions as editions
from service.items import actions as items
from service.items import stories
from service.kit import localtime
from service.kit.errors import Invalid
from service.kit.text import msg
from service.web.editor import reading
from service.web.guards import EDITOR
from service.web.pages import Page

_MORNING = time(7)


@post("/items/{item_id:int}/split", opt=EDITOR)
async def split(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Take an item out of its story, for good."""
    form = await page.form()
    async with page.db.tx() as tx:
        await stories.split(tx, item_id, page.me.id, page.now)
    return page.go(reading.back(form), said=msg("Split off. It will not be folded in again."))


@post("/items/{item_id:int}/join", opt=EDITOR)
async def join(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Say that another item tells the same."""
    form = await page.form()
    other = form.number("other")
    form.check()
    async with page.db.tx() as tx:
        await stories.join(tx, item_id, other, page.now)
    return page.go(reading.back(form), said=msg("Folded into one story."))


@post("/items/{item_id:int}/part", opt=EDITOR)
async def part(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Say that another item that looked alike tells something else."""
    form = await page.form()
    other = form.number("other")
    form.check()
    async with page.db.tx() as tx:
        await stories.part(tx, item_id, other, page.me.id, page.now)
    return page.go(reading.back(form), said=msg("Noted: they tell different things."))


@post("/items/{item_id:int}/snooze", opt=EDITOR)
async def snooze(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Put an item off until a day; without one, until the next workday."""
    form = await page.form()
    day = form.date("day") or reading.next_workday(page.now)
    form.check()
    until = _morning(day)
    if until <= page.now:
        raise Invalid.of("day", msg("Choose a day that is still to come."))
    async with page.db.tx() as tx:
        await items.snooze(tx, item_id, until)
    return await reading.moved(page, form, item_id, msg("Put off."))


@post("/items/{item_id:int}/wake", opt=EDITOR)
async def wake(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Bring a put off item back to the top of the inbox."""
    async with page.db.tx() as tx:
        await items.snooze(tx, item_id, page.now)
    form = await page.form()
    return await reading.moved(page, form, item_id, msg("Put back into the inbox."))


@post("/items/{item_id:int}/deadline", opt=EDITOR)
async def note_deadline(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Make a deadline block of a date in the text; the editor goes on to its words."""
    form = await page.form()
    due, edition_id = form.date("due", required=True), form.number("edition")
    form.check()
    async with page.db.tx() as tx:
        block_id = await editions.pick_deadline(
            tx, item_id, edition_id, due or date.min, page.me.id, page.now
        )
    if page.is_htmx:
        return page.show("editor/inbox/_noted.html", block_id=block_id, edition_id=edition_id)
    return page.go(f"/blocks/{block_id}", said=msg("Check the words of the deadline."))


def _morning(day: date) -> datetime:
    if not timedelta() <= day - date(2000, 1, 1) < timedelta(days=36500):
        raise Invalid.of("day", msg("Choose a day that is still to come."))
    return localtime.at(day, _MORNING)


routes = [split, join, part, snooze, wake, note_deadline]
