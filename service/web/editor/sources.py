"""Quellen: which there are, how each does, the last fetches; pausing, resuming, asking now."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.kit.db import Tx
from service.kit.text import msg
from service.sources import actions as sources
from service.sources import inbound, mailing, schedule
from service.sources.actions import Listed
from service.sources.model import Source, SourceKind, SourceState
from service.web import keyset
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

_TABS = ("", "active", "troubled", "paused")
_INDEX = "editor/sources/index.html"
KINDS = {
    SourceKind.FEED: msg("Feed (RSS, Atom)"),
    SourceKind.JSON_FEED: msg("JSON Feed"),
    SourceKind.JSON_LIST: msg("List in JSON"),
    SourceKind.HTML_LIST: msg("List on a web page"),
    SourceKind.SITEMAP: msg("Sitemap with news"),
    SourceKind.MAIL: msg("By mail"),
}


@get("/sources", opt=EDITOR, name="sources")
async def index(page: Page) -> Response[str]:
    """List the sources by name, each with a sentence on how it does."""
    search, state = page.query("q")[:200], page.query("state")
    async with page.db.read() as tx:
        counts = await sources.counts(tx, page.now)
        rows = await _rows(page, tx, search, state)
    state = state if state in _TABS else ""
    about: dict[str, Any] = {"counts": counts, "state": state, "q": search, "kinds": KINDS}
    more = keyset.further("/sources", rows, sources.PAGE, _place, state=state, q=search)
    return page.show(_INDEX, rows=rows[: sources.PAGE], next_href=more, **about)


@get("/sources/{source_id:int}", opt=EDITOR, name="source")
async def show(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Show a source with its last 20 fetches."""
    async with page.db.read() as tx:
        source = await sources.source(tx, source_id)
        fetches = await sources.log(tx, source_id)
    return page.show(
        "editor/sources/show.html",
        source=source,
        kinds=KINDS,
        health=schedule.health(source, page.now),
        fetches=fetches,
        conditional=schedule.conditional(source),
        pause=int(schedule.pause(source).total_seconds()),
        described=sources.described(source),
        forbidden=[rule[1:] for rule in source.robots_rules if rule.startswith("-")],
        mail_address=_mail_address(page, source),
    )


@post("/sources/{source_id:int}/address", opt=ADMINISTRATOR)
async def renew(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Give a source that writes by mail a new secret address."""
    async with page.db.tx() as tx:
        await inbound.renew(tx, source_id)
    said = msg("The source has a new address. Mail to the old one is not taken any more.")
    return page.go(f"/sources/{source_id}", said=said)


@post("/sources/{source_id:int}/now", opt=EDITOR)
async def ask_now(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Make a source due at once; the worker asks it within seconds."""
    async with page.db.tx() as tx:
        await sources.ask_now(tx, source_id, page.now)
    return page.go(f"/sources/{source_id}", said=msg("It is fetched within the next seconds."))


@post("/sources/{source_id:int}/pause", opt=ADMINISTRATOR)
async def pause(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Stop asking a source."""
    async with page.db.tx() as tx:
        await sources.pause(tx, source_id, page.now)
    return page.go(f"/sources/{source_id}", said=msg("The source is paused."))


@post("/sources/{source_id:int}/resume", opt=ADMINISTRATOR)
async def resume(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Ask a source again."""
    async with page.db.tx() as tx:
        await sources.resume(tx, source_id, page.now)
    return page.go(f"/sources/{source_id}", said=msg("The source is fetched again."))


def _mail_address(page: Page, source: Source) -> str:
    """Return where a source writes to, "" where it does not, or where mail cannot come in."""
    domain = page.app.settings.bounce_domain
    mailed = source.kind is SourceKind.MAIL and domain
    return mailing.address(source.url, domain) if mailed else ""


async def _rows(page: Page, tx: Tx, search: str, state: str) -> list[Listed]:
    wanted = SourceState(state) if state in list(SourceState) else None
    asked: dict[str, Any] = {"search": search, "state": wanted, "troubled": state == "troubled"}
    after = (page.query("after"), page.number("after_id"))
    return await sources.listing(tx, page.now, **asked, after=after)


def _place(row: Listed) -> dict[str, object]:
    return {"after": row.source.title.lower(), "after_id": row.source.id}


routes = [index, show, renew, ask_now, pause, resume]
