"""Finds out who calls before any handler runs: the session, the role, the CSRF token, the form.

The session's token is ours and new at each login; whatever else a browser sends as a cookie is a
stranger's. It writes nothing but, from time to time, that a session is in use.
"""

import hmac
from typing import Any, TypeAlias

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from service.accounts import actions as accounts
from service.accounts.model import EditorRole, Session
from service.app import App
from service.kit import clock, log
from service.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from service.kit.text import msg
from service.web import guards
from service.web.forms import Form, Upload

Call: TypeAlias = Request[Any, Any, Any]

_log = log.logger("web")

_NAME = "rundbrief"
_SLOT = "rundbrief_known"
_KEPT_MOST = 1_000_000
# A file may be larger; text that was typed is taken apart while everybody else waits.
_TYPED_MOST = 4_000_000
_BIGINT = 2**63


class AlreadySent(Exception):
    """The very form was sent before; the same answer is given again."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class Known(msgspec.Struct):
    """What is known of one request before its handler runs."""

    session: Session | None = None
    form: Form | None = None
    twin: AlreadySent | None = None


def known_of(request: ASGIConnection[Any, Any, Any, Any]) -> Known:
    """Return what is known of a request; a stranger where no route was found."""
    found: Known = request.scope.setdefault("state", {}).setdefault(_SLOT, Known())
    return found


def app_of(request: ASGIConnection[Any, Any, Any, Any]) -> App:
    """Return the application's doors."""
    application: App = request.app.state.app
    return application


def cookie_name(app: App, name: str = _NAME) -> str:
    """Return a cookie's name; under https the prefix keeps other hosts from setting it."""
    return f"__Host-{name}" if app.settings.secure else name


async def enter(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard of the whole application: know the caller, then admit or refuse."""
    role: EditorRole | None = handler.opt.get("role")
    request: Call = Request(connection.scope, connection.receive)
    if request.method == "OPTIONS":
        return
    known = known_of(request)
    if any(isinstance(v, int) and not 0 < v < _BIGINT for v in request.path_params.values()):
        raise NotFound(msg("There is nothing with this number."))
    if handler.opt.get("session", True):
        known.session = await _session(request)
    unsafe = request.method not in guards.SAFE_METHODS
    if unsafe and role is not None:
        await _read_unless_foreign(request, known)
    guards.admit(role, known.session)
    if unsafe and known.session and role is not None:
        check_csrf(request, known.session, await form(request))


async def _session(request: Call) -> Session | None:
    app = app_of(request)
    token = request.cookies.get(cookie_name(app))
    if not token:
        return None
    async with app.db.read() as tx:
        return await accounts.session(tx, token, clock.now())


async def _read_unless_foreign(request: Call, known: Known) -> None:
    # A form whose session has ended is read all the same: what was typed survives the login.
    if (
        known.session is None
        and same_origin(request)
        and (request.content_length or 0) < _KEPT_MOST
    ):
        await form(request)


async def form(request: Call) -> Form:
    """Return the submitted form, read once; raises Invalid where it is none."""
    known = known_of(request)
    if known.form is None:
        known.form = await _received(request)
    return known.form


async def _received(request: Call) -> Form:
    kind, _ = request.content_type
    if kind == RequestEncodingType.URL_ENCODED:
        # Litestar's own parser caches bodies, passwords included, for the life of the process.
        return Form.decode(await _bounded(request))
    if kind != RequestEncodingType.MULTI_PART:
        return Form({})
    lists: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    try:
        for name, value in (await request.form()).multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename, await value.read())
            else:
                lists.setdefault(name, []).append(value)
    except (ClientException, UnicodeDecodeError, LookupError) as error:
        raise Invalid.of("", msg("The form could not be read. Please send it again.")) from error
    return Form(lists, files)


async def _bounded(request: Call) -> bytes:
    body = await request.body()
    if len(body) > _TYPED_MOST:
        megabytes = _TYPED_MOST // 1_000_000
        raise Invalid.of(
            "", msg("This is too much text for a form: at most %(limit)s MB.", limit=megabytes)
        )
    return body


def check_csrf(request: Call, session: Session, sent: Form) -> None:
    """Raise Forbidden unless the request carries the token of its session."""
    token = request.headers.get("x-csrf-token") or sent.first("csrf")
    if not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise Forbidden(
            msg("This form is from an earlier login. Open the page again and send it once more.")
        )


def same_origin(request: Call) -> bool:
    """Tell whether a form was sent by one of our own pages; browsers say so, others need not."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def check_origin(request: Call) -> None:
    """Raise Forbidden for a form that a page of another site sent."""
    if not same_origin(request):
        raise Forbidden(msg("This form was sent from another site. Please open the page itself."))


async def check_once(request: Call, sent: Form | None) -> None:
    """Raise AlreadySent where a form carries a token that was taken before."""
    if sent is None or not (token := sent.first("once")):
        return
    async with app_of(request).db.read() as tx:
        if location := await accounts.submitted(tx, token):
            raise AlreadySent(location)


async def look_again(error: Exception, scope: Scope) -> None:
    """Find out, before an error is told, what changes the answer.

    An editor who mistyped an address is answered on the desk; a form that conflicts only with its
    own twin, sent a moment before, is answered as the twin was.
    """
    request: Call = Request(scope)
    known = known_of(request)
    try:
        if "route_handler" not in scope:
            known.session = await _session(request)
        if isinstance(error, Conflict):
            await check_once(request, known.form)
    except AlreadySent as twin:
        known.twin = twin
    except Unavailable:
        _log.warning("an error is told without what the database knows of its reader")


def remember(app: App, response: Response[Any], token: str) -> None:
    """Put a fresh session's token into the browser; it ends with the browser or after two weeks."""
    response.set_cookie(
        key=cookie_name(app),
        value=token,
        path="/",
        secure=app.settings.secure,
        httponly=True,
        samesite="lax",
    )


def drop(app: App, response: Response[Any]) -> None:
    """Take the token out of the browser."""
    response.set_cookie(
        key=cookie_name(app),
        value="",
        max_age=0,
        path="/",
        secure=app.settings.secure,
        httponly=True,
        samesite="lax",
    )
