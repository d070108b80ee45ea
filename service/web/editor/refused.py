"""To whom a dispatch did not go because something was wrong with us: by name, and once more."""

from litestar import Response, get, post
from litestar.params import FromPath

from service.delivery import actions as delivery
from service.delivery import plain
from service.kit.errors import Conflict
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox import states
from service.outbox.states import Move
from service.web.editor.dispatches import about, sent_again
from service.web.guards import APPROVER, EDITOR
from service.web.pages import Page


@get("/dispatches/{dispatch_id:int}/refused", opt=EDITOR)
async def index(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """Show who was refused because of us, with what the mail server said."""
    async with page.db.read() as tx:
        subject = await about(tx, await outbox.dispatch(tx, dispatch_id))
        messages = await delivery.refused_over_us(tx, dispatch_id)
    return page.show(
        "editor/dispatches/refused.html",
        about=subject,
        messages=messages,
        meaning=plain.meaning,
        can_send_again=states.allows(subject.dispatch.state, Move.SEND_AGAIN),
    )


@post("/dispatches/{dispatch_id:int}/refused", opt=APPROVER)
async def send_again(page: Page, dispatch_id: FromPath[int]) -> Response[str]:
    """Send again to the chosen ones; whoever is not of these people stays as they are."""
    form = await page.form()
    chosen = set(form.numbers("message", limit=10_000))
    form.check()
    async with page.db.tx() as tx:
        known = await delivery.refused_over_us(tx, dispatch_id)
        ids = [m.id for m in known if m.id in chosen]
        if not ids:
            raise Conflict(msg("Nobody was chosen."))
        again = await outbox.send_again(tx, dispatch_id, ids, page.now, refused=True)
    return page.go(f"/dispatches/{dispatch_id}", said=sent_again(again))


routes = [index, send_again]
