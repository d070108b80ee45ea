"""Where mail goes and how it is taken there: each destination with its speed, and what it said."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Stream

from service.delivery import actions as delivery
from service.delivery import destinations, plain, receivers
from service.delivery.destinations import PAGE, Wanted
from service.delivery.model import DestinationKind
from service.delivery.sight import Sight
from service.kit import clock
from service.kit.db import Tx
from service.kit.text import msg
from service.outbox import actions as outbox
from service.web import keyset
from service.web.editor.dispatches import About, about
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

_HERE = "/dispatches/destinations"
_EVERY = 2.0  # seconds


@get(_HERE, opt=EDITOR, name="destinations")
async def index(page: Page) -> Response[str]:
    """List the destinations, those that slow us down or all, of one dispatch or all."""
    wanted = _wanted(page)
    async with page.db.read() as tx:
        of = await _about(tx, wanted)
        context = await _context(page, tx, wanted)
        slowed = await destinations.count_slowed(tx, page.now)
    return page.show(
        "editor/dispatches/destinations.html",
        of=of,
        wanted=wanted,
        slowed=slowed,
        href=_href(wanted),
        tabs=[(flag, _href(wanted, slowed=flag)) for flag in (True, False)],
        live=_href(wanted, after=wanted.after, path=f"{_HERE}/live"),
        **context,
    )


@get(f"{_HERE}/live", opt=EDITOR)
async def live(page: Page) -> Stream:
    """Stream the part of the page that changes."""
    return page.stream(_look(page, _wanted(page)), every=_EVERY)


@post(f"{_HERE}/retry", opt=ADMINISTRATOR)
async def retry(page: Page) -> Response[str]:
    """Forget that a destination slows us down, and try it at once."""
    form = await page.form()
    kind, name = form.enum("kind", DestinationKind), form.text("name", required=True)
    dispatch_id, slowed = form.integer("dispatch", high=2**63 - 1), form.flag("slowed")
    form.check()
    async with page.db.tx() as tx:
        await destinations.try_again(tx, kind, name, page.now)
    back = _href(Wanted(dispatch_id or None, slowed))
    return page.go(back, said=msg("%(name)s is tried again at once.", name=name))


def _look(page: Page, wanted: Wanted) -> Callable[[], Awaitable[str | None]]:
    async def look() -> str | None:
        async with page.db.read() as tx:
            context = await _context(page, tx, wanted)
        return page.render("editor/dispatches/_destinations.html", wanted=wanted, **context)

    return look


async def _context(page: Page, tx: Tx, wanted: Wanted) -> dict[str, Any]:
    now = clock.now()
    found = await destinations.overview(tx, wanted, now)
    names = [relay.name for relay in page.app.mailer.relays] if page.app.settings.smtp_url else []
    return {
        "now": now,
        "rows": found[:PAGE],
        "relays": names,
        "states": {s.relay: s for s in await delivery.relay_states(tx, page.app.mailer)},
        "paces": {one.name: one for one in await destinations.relays(tx, names)},
        "meaning": plain.meaning,
        "title": receivers.title,
        "next_href": keyset.further(_HERE, found, PAGE, _place, **_asked(wanted)),
    }


async def _about(tx: Tx, wanted: Wanted) -> About | None:
    if wanted.dispatch_id is None:
        return None
    return await about(tx, await outbox.dispatch(tx, wanted.dispatch_id))


def _wanted(page: Page) -> Wanted:
    name, kind, calm = page.query("after"), page.query("kind"), page.query("calm") == "1"
    known = kind in list(DestinationKind)
    return Wanted(
        page.number("dispatch") or None,
        page.query("slowed") == "1",
        page.query("q"),
        (calm, name, DestinationKind(kind)) if name and known else None,
    )


def _asked(wanted: Wanted, *, slowed: bool | None = None) -> dict[str, object]:
    flag = wanted.slowed if slowed is None else slowed
    return {"dispatch": wanted.dispatch_id, "q": wanted.q, "slowed": "1" if flag else ""}


def _href(
    wanted: Wanted,
    *,
    slowed: bool | None = None,
    after: tuple[bool, str, DestinationKind] | None = None,
    path: str = _HERE,
) -> str:
    asked = _asked(wanted, slowed=slowed) | (_after(*after) if after else {})
    asked = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path


def _after(calm: bool, name: str, kind: DestinationKind) -> dict[str, object]:
    return {"calm": int(calm), "after": name, "kind": kind.value}


def _place(one: Sight) -> dict[str, object]:
    return _after(one.calm, one.name, one.kind)


routes = [index, live, retry]
