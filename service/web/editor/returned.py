"""Rückläufer: the mail that came back, what it says, what followed from it, and the mail itself."""

from litestar import Response, get, post
from litestar.params import FromPath

from service.events import actions as events
from service.events import reasons
from service.events.model import Returned, ReturnedEffect, ReturnedFilter, ReturnedKind
from service.kit.text import msg
from service.web import keyset
from service.web.guards import EDITOR
from service.web.pages import Page


@get("/returned", opt=EDITOR, name="returned")
async def index(page: Page) -> Response[str]:
    """List what came back, the latest first."""
    asked = _asked(page)
    async with page.db.read() as tx:
        rows = await events.returned_listing(tx, asked, keyset.before(page))
        fresh = await events.count_new(tx)
    return page.show(
        "editor/returned/index.html",
        rows=rows[: events.PAGE],
        asked=asked,
        fresh=fresh,
        reasons=reasons,
        next_href=_next(asked, rows),
    )


@get("/returned/{returned_id:int}", opt=EDITOR, name="returned.one")
async def show(page: Page, returned_id: FromPath[int]) -> Response[str]:
    """Show one returned mail: what followed from it, its words, and its beginning as it came."""
    async with page.db.read() as tx:
        one = await events.returned(tx, returned_id)
        data = await events.original(tx, returned_id)
    return page.show(
        "editor/returned/show.html",
        one=one,
        text=_text(data),
        wrote=await events.readable(page.app.readers, data),
        reasons=reasons,
    )


@get("/returned/{returned_id:int}/original", opt=EDITOR)
async def original(page: Page, returned_id: FromPath[int]) -> Response[bytes]:
    """Give the mail as it came, as a text file that no program takes for a mail or a page."""
    async with page.db.read() as tx:
        data = await events.original(tx, returned_id)
    return page.download(data, f"returned-{returned_id}.txt", "text/plain; charset=utf-8")


@post("/returned/seen", opt=EDITOR)
async def see(page: Page) -> Response[str]:
    """Note that everything up to the latest one on the page has been seen."""
    form = await page.form()
    last = form.number("last")
    form.check()
    async with page.db.tx() as tx:
        await events.see(tx, last, page.now)
    return page.go("/returned", said=msg("Marked as seen."))


_SHOWN = 20_000


def _text(data: bytes) -> str:
    return data[:_SHOWN].decode("utf-8", "replace").replace("\0", "")


def _asked(page: Page) -> ReturnedFilter:
    kind, effect = page.query("kind"), page.query("effect")
    return ReturnedFilter(
        ReturnedKind(kind) if kind in list(ReturnedKind) else None,
        ReturnedEffect(effect) if effect in list(ReturnedEffect) else None,
        bool(page.query("new")),
        page.number("dispatch") or None,
        page.query("q").strip()[:200],
    )


def _next(asked: ReturnedFilter, rows: list[Returned]) -> str:
    def place(row: Returned) -> dict[str, object]:
        return keyset.place(row.at, row.id)

    kept = {"kind": asked.kind, "effect": asked.effect, "new": "1" if asked.new else ""}
    kept |= {"dispatch": str(asked.dispatch_id or ""), "q": asked.q}
    return keyset.further("/returned", rows, events.PAGE, place, **kept)


routes = [index, show, original, see]
