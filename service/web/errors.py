"""What a person meets when something goes wrong: one map from the five families of error to HTTP.

Every answer says what happened and what to do, in the reader's language: as a page, as a part of
one for htmx, or as `application/problem+json`. What nobody expected is logged without the data it
concerned.
"""

import secrets
import traceback
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from service.kit import log
from service.kit.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Unavailable,
)
from service.kit.text import Text, msg
from service.web import guards, kept, session
from service.web.forms import Form
from service.web.guards import LoginNeeded
from service.web.pages import Visit
from service.web.session import AlreadySent, Call

_log = log.logger("web")

STATUS: dict[type[Problem], int] = {
    NotFound: 404,
    Invalid: 422,
    Conflict: 409,
    Forbidden: 403,
    Unavailable: 503,
}
_TITLES = {
    400: msg("This request could not be read"),
    401: msg("Please log in"),
    403: msg("This is not allowed"),
    404: msg("There is nothing here"),
    405: msg("This address does not accept that"),
    409: msg("This cannot be done now"),
    413: msg("This is too large"),
    422: msg("Something is not right yet"),
    429: msg("Too many attempts"),
    500: msg("Something went wrong on our side"),
    503: msg("Something we depend on does not answer"),
}
# Their messages speak of code; others may quote what was typed: only kind and place are logged.
_ABOUT_CODE = (AssertionError, AttributeError, ImportError, NameError, RuntimeError, TypeError)
_DETAILS = {
    404: msg("The page was moved or deleted, or its address was copied incompletely."),
    405: msg("Perhaps a page was reloaded that could only be sent from a form."),
    413: msg("A form may carry at most 20 MB."),
}


class Told(msgspec.Struct, frozen=True):
    """One problem as every form of answer shows it."""

    status: int
    title: Text
    detail: Text
    faults: tuple[Fault, ...] = ()


def tell_problem(request: Call, error: Problem) -> Response[Any]:
    """Answer for one of the five families."""
    if twin := session.known_of(request).twin:
        return send_again(request, twin)
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    faults = error.faults if isinstance(error, Invalid) else ()
    if status == 503:
        why = f": {error.__cause__}" if error.__cause__ else ""
        _log.warning("unavailable at %s%s", _route(request), why)
    answer = _answer(request, Told(status, _TITLES[status], error.text, faults))
    if status == 503:
        answer.headers["retry-after"] = (
            "30"  # mail programs and feed readers come back by themselves
        )
    return answer


def tell_http(request: Call, error: HTTPException) -> Response[Any]:
    """Answer for what the framework refuses: unknown paths, wrong methods, bodies too large."""
    if error.status_code >= 500:
        return tell_unexpected(request, error)
    title = _TITLES.get(error.status_code, _TITLES[400])
    detail = _DETAILS.get(error.status_code, msg("Please go back and try once more."))
    return _answer(request, Told(error.status_code, title, detail))


def tell_unexpected(request: Call, error: Exception) -> Response[Any]:
    """Answer for a fault of ours; the reader gets a number that the operator finds in the log."""
    number = secrets.token_hex(4)
    _log.error("%s at %s\n%s", number, _route(request), "\n".join(_places(error)))
    detail = msg(
        "Nothing of what you typed was saved. If it happens again, tell the operator this "
        "number: %(number)s.",
        number=number,
    )
    return _answer(request, Told(500, _TITLES[500], detail))


def send_again(request: Call, error: AlreadySent) -> Response[Any]:
    """Answer a form that was sent twice as it was answered the first time."""
    return Visit(request).go(error.location)


def ask_login(request: Call, error: LoginNeeded) -> Response[Any]:
    """Send a stranger to the login, and back afterwards; what was typed travels along."""
    page = Visit(request)
    unsafe = request.method not in guards.SAFE_METHODS
    if page.is_htmx and not unsafe:
        response = page.go(_login_for(request.headers.get("hx-current-url", "")))
        response.status_code = 401
        return response
    if page.is_htmx or not _wants_html(request):
        detail = msg("Your session has ended. Log in in another tab, then try again here.")
        return _answer(request, Told(401, _TITLES[401], detail))
    sent = session.known_of(request).form
    if unsafe and sent is not None:
        context = {"form": Form({}), "faults": (), "next": "", "keep": kept.keep(page.path, sent)}
        return page.show("editor/login.html", status=401, **context)
    return page.go("/login" if unsafe else _login_for(str(request.url)))


def _login_for(url: str) -> str:
    try:
        address = urlsplit(url)
    except ValueError:
        return "/login"
    target = address.path + (f"?{address.query}" if address.query else "")
    return "/login" if target in {"", "/"} else f"/login?next={quote(target, safe='/')}"


def _wants_html(request: Call) -> bool:
    accept = request.headers.get("accept", "*/*")
    return "text/html" in accept or "*/*" in accept.split(",")[0]


def _answer(request: Call, told: Told) -> Response[Any]:
    page = Visit(request)
    if page.is_htmx:
        return _part(page, told)
    if not _wants_html(request):
        return _json(page, told)
    template = "editor/problem.html" if page.editor else "public/problem.html"
    return page.show(template, status=told.status, told=told)


def _part(page: Visit, told: Told) -> Response[Any]:
    html = page.render("_components/problem.html", told=told, said=None)
    event = {"problem": {"title": page._(told.title), "detail": page._(told.detail)}}
    # A header holds ASCII only, so umlauts are escaped as JSON does.
    trigger = _ascii(msgspec.json.encode(event).decode())
    return Response(
        html, status_code=told.status, media_type="text/html", headers={"hx-trigger": trigger}
    )


def _ascii(text: str) -> str:
    pairs = (c if c.isascii() else c.encode("utf-16-be").hex() for c in text)
    return "".join(
        p if len(p) == 1 else "".join(f"\\u{p[i : i + 4]}" for i in range(0, len(p), 4))
        for p in pairs
    )


def _json(page: Visit, told: Told) -> Response[Any]:
    content = {
        "type": "about:blank",
        "title": page._(told.title),
        "status": told.status,
        "detail": page._(told.detail),
    }
    if told.faults:
        content["faults"] = [{"where": f.where, "what": page._(f.what)} for f in told.faults]
    return Response(content, status_code=told.status, media_type="application/problem+json")


def _route(request: Call) -> str:
    """Return the method and the pattern of the path; the path itself may carry a person's token."""
    handler = request.scope.get("route_handler")
    return f"{request.method} {min(handler.paths) if handler else '(no route)'}"


def _places(error: BaseException) -> list[str]:
    lines: list[str] = []
    step: BaseException | None = error
    while step is not None:
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(step.__traceback__)
        ]
        lines.append(f"{type(step).__qualname__}{_safe_words(step)}")
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return lines


def _safe_words(error: BaseException) -> str:
    if isinstance(error, _ABOUT_CODE) or type(error).__module__.startswith("jinja2"):
        return f": {error}"
    code = getattr(error, "sqlstate", None)
    return f" (SQLSTATE {code})" if code else ""


HANDLERS: dict[Any, Any] = {
    Problem: tell_problem,
    LoginNeeded: ask_login,
    AlreadySent: send_again,
    HTTPException: tell_http,
    Exception: tell_unexpected,
}
