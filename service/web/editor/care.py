"""Who looks after an item, and what colleagues noted on it: one part of the reading pane."""

from litestar import Response, post
from litestar.params import FromPath

from service.items import actions as items
from service.items import together
from service.items.model import ItemAct
from service.kit.text import Text, msg
from service.web.editor import reading
from service.web.guards import EDITOR
from service.web.pages import Page

_LONGEST = 2000


@post("/items/{item_id:int}/assign", opt=EDITOR)
async def assign(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Let a colleague look after an item, or nobody (0)."""
    form = await page.form()
    editor_id = form.integer("to", high=2**62) or None
    form.check()
    async with page.db.tx() as tx:
        await together.remember(tx, ItemAct.ASSIGN, [item_id], page.me.id, page.now)
        await together.assign(tx, [item_id], editor_id)
    return await _shown(page, item_id, msg("Assigned.") if editor_id else msg("Nobody's now."))


@post("/items/{item_id:int}/notes", opt=EDITOR)
async def note(page: Page, item_id: FromPath[int]) -> Response[str]:
    """Note something on an item for one's colleagues."""
    form = await page.form()
    text = form.text("note", required=True, limit=_LONGEST, lines=True)
    form.check()
    async with page.db.tx() as tx:
        await together.note(tx, item_id, text, page.me.id, page.now)
    return await _shown(page, item_id, msg("Noted."))


@post("/items/{item_id:int}/notes/{note_id:int}/remove", opt=EDITOR)
async def remove_note(page: Page, item_id: FromPath[int], note_id: FromPath[int]) -> Response[str]:
    """Remove a note of one's own."""
    async with page.db.tx() as tx:
        await together.remove_note(tx, item_id, note_id, page.me.id)
    return await _shown(page, item_id, msg("The note is removed."))


async def _shown(page: Page, item_id: int, said: Text) -> Response[str]:
    """Answer with the part as it is now, or send the browser back to the item."""
    if not page.is_htmx:
        return page.go(f"/items/{item_id}", said=said)
    async with page.db.read() as tx:
        item = await items.item(tx, item_id)
        around = await reading.care(tx, item_id) | await reading.desk(tx, page)
    # Beside the list its row says the same.
    listed = "/inbox" in page.request.headers.get("hx-current-url", "")
    return page.show("editor/inbox/_cared.html", item=item, done=said, listed=listed, **around)


routes = [assign, note, remove_note]
