"""One item among others: split a story, join what tells the same, note a deadline."""

from datetime import date

from litestar import Response, post
from litestar.params import FromPath

from service.editions import actions as editions
from service.items import stories
from service.kit.text import msg
from service.web.editor import reading
from service.web.guards import EDITOR
from service.web.pages import Page


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


routes = [split, join, part, note_deadline]
