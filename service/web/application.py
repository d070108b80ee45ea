"""The web application: every route, in one list, behind one guard and one set of headers."""

import asyncio
from types import ModuleType

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.types import (
    ASGIApp,
    BeforeMessageSendHookHandler,
    HTTPReceiveMessage,
    Message,
    Receive,
    Scope,
    Send,
)

from service.app import App
from service.web import assets, errors, guards, headers, pages, session
from service.web import demo as demo_pages
from service.web.editor import (
    account,
    beside,
    care,
    committees,
    composing,
    contact,
    contacts,
    deeds,
    destinations,
    dispatches,
    editions,
    editors,
    find_source,
    imports,
    inbox,
    left_out,
    login,
    members,
    newsletters,
    preview,
    reading,
    recipients,
    refused,
    reports,
    returned,
    review,
    scheduling,
    segments,
    sending,
    settings,
    source_form,
    sources,
    stories,
    today,
    topics,
    warm_up,
    welcome,
)
from service.web.public import (
    archive,
    clicks,
    feeds,
    front,
    pictures,
    preferences,
    subscribe,
    unsubscribe,
    web_version,
)

MODULES: tuple[ModuleType, ...] = (
    front,
    login,
    today,
    welcome,
    account,
    editors,
    settings,
    warm_up,
    inbox,
    deeds,
    reading,
    beside,
    care,
    sources,
    stories,
    source_form,
    find_source,
    topics,
    editions,
    composing,
    preview,
    review,
    newsletters,
    sending,
    members,
    contacts,
    contact,
    imports,
    committees,
    segments,
    scheduling,
    destinations,
    dispatches,
    recipients,
    refused,
    left_out,
    reports,
    returned,
    archive,
    feeds,
    subscribe,
    preferences,
    unsubscribe,
    web_version,
    clicks,
    pictures,
)
LARGEST_BODY = 20_000_000


def create(app: App, stopping: asyncio.Event | None = None) -> Litestar:
    """Return the application; raises ValueError for a route that names no role.

    `stopping` ends the open event streams, which would otherwise hold up the shutdown.
    """
    return occupied(empty(demo=app.demo, secure=app.settings.secure), app, stopping)


def empty(*, demo: bool, secure: bool) -> Litestar:
    """Return every route behind its guard and headers, and nobody yet to answer there."""
    files = assets.load()
    modules = (*MODULES, demo_pages) if demo else MODULES
    application = Litestar(
        route_handlers=[*(r for module in modules for r in module.routes), assets.handler(files)],
        dependencies={"page": Provide(pages.arrive)},
        guards=[session.enter],
        before_send=[_harden(secure=secure)],
        after_exception=[session.look_again],
        exception_handlers=errors.HANDLERS,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        state=State({"assets": files}),
    )
    application.asgi_handler = _answer_head(application.asgi_handler)
    guards.check_roles(application)
    return application


def occupied(application: Litestar, app: App, stopping: asyncio.Event | None = None) -> Litestar:
    """Let `app` answer; what an earlier one left in the application's memory is gone."""
    assets = application.state.assets
    stopping = stopping or asyncio.Event()
    held = {"assets": assets, "app": app, "stopping": stopping, "feeds": {}}
    application.state = State(held)
    return application


def _answer_head(inner: ASGIApp) -> ASGIApp:
    """Answer HEAD as GET without the body: link checkers and feed readers ask so."""

    async def gone() -> HTTPReceiveMessage:
        # Ends an event stream, whose body nobody will read.
        return {"type": "http.disconnect"}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD":
            return await inner(scope, receive, send)

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        asked = {**scope, "method": "GET", "asked_method": "HEAD"}
        return await inner(asked, gone, send_head)  # type: ignore[arg-type]

    return answer


def _harden(*, secure: bool) -> BeforeMessageSendHookHandler:
    """Return the hook that gives every answer the headers that its handler did not set."""

    async def harden(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            present = MutableScopeHeaders.from_message(message)
            for name, value in headers.missing(present, secure=secure):
                present.add(name, value)

    return harden
