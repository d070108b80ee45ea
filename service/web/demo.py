"""The demo's mail catcher as pages: what was sent, to whom, how it looks. Mounted in a demo only.

Whoever sits at the machine may look; from elsewhere an editor's session is asked for, because a
mail carries its recipient's own links.
"""

import asyncio
import ipaddress

from litestar import Response, get, post
from litestar.params import FromPath

from service.demo import doors
from service.demo.mailbox import Contents, Mailbox
from service.kit import wording
from service.kit.errors import NotFound
from service.kit.text import msg
from service.web import session
from service.web.guards import PUBLIC, LoginNeeded
from service.web.pages import Page

PAGE = 50
VIEWS = ("html", "text", "headers", "source")


@get("/demo/mail", opt=PUBLIC, name="caught")
async def index(page: Page) -> Response[str]:
    """List the caught mails, the newest first."""
    box = _mailbox(page)
    to, before = page.query("q"), page.query("before")
    letters = await asyncio.to_thread(box.listing, to, before, PAGE + 1)
    count = await asyncio.to_thread(box.count, to)
    more = letters[PAGE - 1].name if len(letters) > PAGE else ""
    return page.show(
        "demo/index.html", letters=letters[:PAGE], count=count, q=to, before=before, more=more
    )


@get("/demo/mail/{name:str}", opt=PUBLIC)
async def read(page: Page, name: FromPath[str]) -> Response[str]:
    """Show one mail: as HTML, as text, its headers, or every byte of it."""
    contents = await _opened(page, name)
    wanted = page.query("view")
    view = wanted if wanted in VIEWS else ("html" if contents.html else "text")
    return page.show("demo/letter.html", letter=contents.letter, contents=contents, view=view)


@get("/demo/mail/{name:str}/html", opt=PUBLIC)
async def framed(page: Page, name: FromPath[str]) -> Response[str]:
    """Give the HTML part for the frame of the page above; its links open in a page of their own."""
    contents = await _opened(page, name)
    return page.mail(
        contents.html.replace("<head>", '<head><base target="_blank">', 1), framed=True
    )


@post("/demo/mail/clear", opt=PUBLIC)
async def clear(page: Page) -> Response[str]:
    """Throw all caught mails away."""
    session.check_origin(page.request)
    count = await asyncio.to_thread(_mailbox(page).clear)
    said = msg("%(count)s mails were thrown away.", count=wording.number(count))
    return page.go("/demo/mail", said=said)


def _mailbox(page: Page) -> Mailbox:
    if not page.editor and not _at_this_machine(page.host):
        raise LoginNeeded
    return doors.mailbox(page.app.settings.data_dir)


async def _opened(page: Page, name: FromPath[str]) -> Contents:
    contents = await asyncio.to_thread(_mailbox(page).open, name)
    if contents is None:
        raise NotFound(msg("This mail has been thrown away."))
    return contents


def _at_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


routes = [index, read, framed, clear]
