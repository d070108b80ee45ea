"""Finding sources: any address is searched for news; lists of sources come and go as OPML."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post

from service.kit.errors import Invalid
from service.kit.text import msg
from service.sources import actions as sources
from service.sources import finding, opml
from service.web.editor.sources import KINDS
from service.web.forms import Form
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

_FIND = "editor/sources/find.html"


@get("/sources/find", opt=ADMINISTRATOR, name="source_find")
async def ask(page: Page) -> Response[str]:
    """Offer a field for an address; a bookmarklet fills it."""
    form = Form.of(url=page.query("url"))
    return page.show(_FIND, **_shown(page, form))


@post("/sources/find", opt=ADMINISTRATOR, status_code=200)
async def find(page: Page) -> Response[str]:
    """Search an address for news, and store nothing."""
    form = await page.form()
    shown = _shown(page, form)
    try:
        url = form.text("url", required=True, limit=2000)
        form.check()
        found, trouble = await finding.discover(page.app.http, page.app.readers, url, page.now)
    except Invalid as problem:
        return page.show(_FIND, 422, **shown, faults=problem.faults)
    return page.show(_FIND, **shown | {"found": found, "trouble": trouble})


@get("/sources/list.opml", opt=EDITOR)
async def hand_on(page: Page) -> Response[bytes]:
    """Hand on all sources as a list that feed readers understand."""
    async with page.db.read() as tx:
        listed = opml.write(await sources.everything(tx))
    return page.download(listed, "rundbrief-quellen.opml", "text/x-opml; charset=utf-8")


@post("/sources/list", opt=ADMINISTRATOR)
async def take_list(page: Page) -> Response[str]:
    """Take in the sources of a list that another reader wrote."""
    form = await page.form()
    try:
        sent = form.file("file", limit=opml.MOST_BYTES)
        form.check()
        async with page.db.tx() as tx:
            taken = await sources.take_list(tx, sent.data if sent else b"", page.now)
    except Invalid as problem:
        return page.show(_FIND, 422, **_shown(page, Form.of(url="")), faults=problem.faults)
    told = msg(
        "%(added)s sources added, %(known)s were known, %(refused)s could not be used.",
        added=len(taken.added),
        known=len(taken.known),
        refused=len(taken.refused),
    )
    return page.go("/sources", said=told)


def _shown(page: Page, form: Form) -> dict[str, Any]:
    blank = {"found": None, "trouble": None, "kinds": KINDS, "written": written}
    return blank | {"form": form, "bookmarklet": bookmarklet(page.app.settings.public_url)}


def bookmarklet(public_url: str) -> str:
    """Return an address for a browser's bookmarks that hands on the page one is looking at.

    On our own page the browser refuses to run it, as it shall: it is there to be dragged.
    """
    place = f"{public_url.rstrip('/')}/sources/find?url="
    return (
        f"javascript:location.href='{quote(place, safe=':/?=')}'+encodeURIComponent(location.href)"
    )


def written(config: dict[str, object]) -> str:
    """Return a description as the form for a source takes it."""
    return msgspec.json.encode(config).decode() if config else ""


routes = [ask, find, hand_on, take_list]
