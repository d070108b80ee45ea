"""Serves the demo's news site over HTTP on loopback, with validators for conditional requests."""

import hashlib
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Self

from aiohttp import web

from service.demo.site import Site


class SiteServer:
    """The running site; an async context manager that listens while it is open."""

    def __init__(self, listener: socket.socket, clock: Callable[[], datetime]) -> None:
        self.site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}")
        self._listener, self._clock = listener, clock
        application = web.Application()
        application.router.add_get("/{path:.*}", self._respond)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.SockSite(self._runner, self._listener).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _respond(self, request: web.Request) -> web.Response:
        answer = self.site.answer(request.path, self._clock())
        if answer is None:
            return web.Response(status=404, text="Diese Seite gibt es nicht.\n")
        etag = hashlib.sha256(answer.body).hexdigest()[:20]
        headers = {"ETag": f'"{etag}"', "Content-Type": answer.media_type}
        if any(tag.value == etag for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=answer.body, headers=headers)
