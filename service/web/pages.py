"""One page being asked for: who asks, in which language, at what time, and the ways to answer.

It is handed to every handler as `page`. It decides nothing about the product.
"""

import asyncio
import base64
import binascii
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.response import Stream

from service.accounts import actions as accounts
from service.accounts.model import Editor, EditorRole, Session
from service.app import App
from service.kit import clock
from service.kit.db import Database, Tx
from service.kit.text import Text
from service.web import headers, language, session
from service.web.forms import Form
from service.web.session import AlreadySent, Call

_SAID = "said"
_STREAM_LASTS = 600.0


class Visit:
    """The request as handlers see it. `now` was read once, when it came in."""

    def __init__(self, request: Call) -> None:
        self.request = request
        self.app: App = session.app_of(request)
        self.db: Database = self.app.db
        self.now = clock.now()
        self.session = session.known_of(request).session
        self.editor: Editor | None = self.session.editor if self.session else None
        self.language = (
            self.editor.language
            if self.editor
            else language.preferred(request.headers.get("accept-language", ""))
        )

    # What was asked

    @property
    def path(self) -> str:
        return str(self.request.scope["path"])

    @property
    def is_htmx(self) -> bool:
        """Whether a part of a page is asked for, rather than a whole one."""
        asked = self.request.headers
        return asked.get("hx-request") == "true" and asked.get("hx-boosted") != "true"

    def query(self, name: str, default: str = "") -> str:
        """Return a text of the query string, on one line; `default` where it is not given."""
        given = self.request.query_params.get(name)
        return (
            default if given is None else Form({name: [str(given)[:2000]]}).text(name, limit=2000)
        )

    def number(self, name: str, default: int = 0) -> int:
        """Return a whole number of the query string; `default` where it is none."""
        given = Form({name: [self.query(name)]}).integer(name, high=2**63 - 1)
        return default if given is None else given

    @property
    def own_session(self) -> Session:
        """The session of the caller, on routes that admit no stranger."""
        if self.session is None:
            raise RuntimeError("a route that reads its editor must not be public")
        return self.session

    @property
    def me(self) -> Editor:
        """The editor who asks, on routes that admit no stranger."""
        return self.own_session.editor

    @property
    def host(self) -> str:
        """The address of the caller's network, for counting attempts; never stored as it is."""
        return self.request.client.host if self.request.client else ""

    @property
    def agent(self) -> str:
        """What the browser calls itself."""
        return self.request.headers.get("user-agent", "")

    def adopt(self, fresh: Session) -> None:
        """Go on as the editor of a session that was opened by this very request."""
        self.session, self.editor = fresh, fresh.editor
        self.language = fresh.editor.language

    def may(self, role: str) -> bool:
        """Tell whether the editor's role covers `role`: to show acts, not to allow them."""
        return self.editor is not None and self.editor.role.covers(EditorRole(role))

    async def form(self) -> Form:
        """Return the submitted form; raises Invalid where it cannot be read.

        A form with `c.once()` that was sent before is answered here, as it was the first time.
        """
        sent = await session.form(self.request)
        await session.check_once(self.request, sent)
        return sent

    async def once(self, tx: Tx, location: str) -> None:
        """Make a form with `c.once()` count once; call it in the transaction that does its work.

        When the same form was sent before, even a moment ago, this rolls the transaction back and
        answers as the first time.
        """
        token = (await session.form(self.request)).first("once")
        if not 16 <= len(token) <= 64:
            return
        if not await accounts.submit_once(tx, token, location, self.now):
            raise AlreadySent(await accounts.submitted(tx, token) or location)

    # Words

    def _(self, text: Text | str, **params: object) -> str:
        """Return a text in the language of the page."""
        asked = Text(text, params) if isinstance(text, str) else text
        return self.app.catalogue.translate(asked, self.language)

    # Answers

    def render(self, template: str, /, **context: Any) -> str:
        """Return a template's HTML in this page's language."""
        return self.app.renderer.html(template, **(self._context() | context))

    def show(self, template: str, /, status: int = 200, **context: Any) -> Response[str]:
        """Answer with a page (or, for htmx, a part of one)."""
        said = self._said()
        response = Response(
            self.render(template, said=said, **context), status_code=status, media_type="text/html"
        )
        if said is not None:
            self._set_said(response, None)
        return response

    def go(self, url: str, said: Text | None = None) -> Response[str]:
        """Answer by sending the browser elsewhere; `said` is shown there once."""
        where = headers.address(url)
        if self.is_htmx:
            response = Response("", status_code=200, headers={"hx-redirect": where})
        else:
            response = Response("", status_code=303, headers={"location": where})
        if said is not None:
            self._set_said(response, said)
        return response

    def mail(self, html: str, *, framed: bool = False) -> Response[str]:
        """Answer with a rendered mail, whose inline styles our own pages may not have.

        `framed`: shown inside a page of ours (a preview), without any rights of its own.
        """
        policy = headers.FRAMED_MAIL if framed else headers.MAIL
        return Response(html, media_type="text/html", headers=dict(policy))

    def download(self, data: bytes, name: str, media_type: str) -> Response[bytes]:
        """Answer with a file to keep; `name` is ours, in ASCII."""
        disposition = f'attachment; filename="{name}"'
        return Response(data, media_type=media_type, headers={"content-disposition": disposition})

    def stream(self, look: Callable[[], Awaitable[str | None]], *, every: float = 1.0) -> Stream:
        """Answer with server-sent events: the HTML that `look` returns, whenever it has changed.

        Ends, with an event `end`, when `look` returns None; also at shutdown and after ten minutes,
        and then the browser connects again by itself.
        """
        stopping: asyncio.Event = self.request.app.state.stopping
        return Stream(
            _events(look, every, stopping),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    # Inside

    def _context(self) -> dict[str, Any]:
        texts = self.app.catalogue.of(self.language)
        return {
            "page": self,
            "editor": self.editor,
            "language": self.language,
            "now": self.now,
            "path": self.path,
            "csrf": self.session.csrf if self.session else "",
            "new_once": new_once,
            "asset": self.request.app.state.assets.address,
            "_": self._,
            "gettext": self._,
            "ngettext": texts.ngettext,
            "translate": self._,
            "association": None,
            "said": None,
            "form": None,
            "faults": (),
        }

    def _said(self) -> Text | None:
        raw = self.request.cookies.get(session.cookie_name(self.app, _SAID), "")
        try:
            said = msgspec.json.decode(base64.urlsafe_b64decode(raw), type=Text) if raw else None
            str(said)  # what is not ours may lack what its sentence names
        except (binascii.Error, msgspec.DecodeError, ValueError, TypeError, KeyError):
            return None
        return said

    def _set_said(self, response: Response[str], said: Text | None) -> None:
        response.set_cookie(
            key=session.cookie_name(self.app, _SAID),
            value=base64.urlsafe_b64encode(msgspec.json.encode(said)).decode() if said else "",
            max_age=60 if said else 0,
            path="/",
            secure=self.app.settings.secure,
            httponly=True,
            samesite="lax",
        )


def new_once() -> str:
    """Return a token for one rendered form."""
    return secrets.token_urlsafe(18)


async def arrive(request: Call) -> Visit:
    """Make the page of a request; Litestar calls it for every handler that asks for `page`."""
    return Visit(request)


# What handlers write: `async def show(page: Page)`.
Page: TypeAlias = NamedDependency[Visit]


async def _events(
    look: Callable[[], Awaitable[str | None]], every: float, stopping: asyncio.Event
) -> AsyncIterator[str]:
    last = ""
    yield "retry: 2000\n\n"
    loop = asyncio.get_running_loop()
    ends = loop.time() + _STREAM_LASTS
    while not stopping.is_set() and loop.time() < ends:
        seen = await look()
        if seen is None:
            yield "event: end\ndata:\n\n"
            return
        # A comment now and then tells us when the browser has gone.
        yield ": \n\n" if seen == last else _event(seen)
        last = seen
        try:
            await asyncio.wait_for(stopping.wait(), every)
        except TimeoutError:
            continue


def _event(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
