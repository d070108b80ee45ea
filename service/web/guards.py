"""Who may call a route: each names its role in `opt`, or the application refuses to start.

It decides from the session that web.session found; it finds none itself.
"""

from collections.abc import Iterable
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from service.accounts.model import EditorRole, Session
from service.kit.errors import Forbidden
from service.kit.text import msg

PUBLIC: dict[str, Any] = {"role": None}
ASSET: dict[str, Any] = {"role": None, "session": False}
EDITOR: dict[str, Any] = {"role": EditorRole.EDITOR}
APPROVER: dict[str, Any] = {"role": EditorRole.APPROVER}
ADMINISTRATOR: dict[str, Any] = {"role": EditorRole.ADMINISTRATOR}

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class LoginNeeded(Exception):
    """The route asks for a session and there is none (any more)."""


def admit(needed: EditorRole | None, session: Session | None) -> None:
    """Raise LoginNeeded for a stranger, Forbidden where the role does not cover the route's."""
    if needed is None:
        return
    if session is None:
        raise LoginNeeded
    if not session.editor.role.covers(needed):
        raise Forbidden(msg("Your account may not do this. An administrator can change its role."))


def check_roles(application: Litestar) -> None:
    """Raise ValueError naming every route that names no role."""
    nameless = [
        f"{', '.join(sorted(handler.http_methods))} {path}"
        for path, handler in handlers(application)
        if "role" not in handler.opt
    ]
    if nameless:
        raise ValueError("routes without a role in opt: " + "; ".join(nameless))


def handlers(application: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    """Return every path with each of its handlers, without those that only answer OPTIONS."""
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods != {"OPTIONS"}:
                yield route.path, handler
