"""A publisher's web server on loopback: pages that a test sets, and a record of what was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web


class Page(msgspec.Struct):
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = {}
    etag: str = ""


class Site:
    """Serves `pages` by path (with query); what is not there is a 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.base = ""
        self.flying = self.most_at_once = 0
        self.answer: Callable[[web.Request], web.StreamResponse] | None = None

    def put(self, path: str, body: str | bytes, **more: object) -> str:
        """Publish a page and return its address."""
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(raw, **more)  # type: ignore[arg-type]
        return f"{self.base}{path}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.flying += 1
        self.most_at_once = max(self.most_at_once, self.flying)
        try:
            await asyncio.sleep(0)  # a second request, had there been one, would be seen now
            return self._answer(request)
        finally:
            self.flying -= 1

    def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        page = self.pages.get(request.path_qs)
        if page is None:
            return web.Response(status=404)
        headers = dict(page.headers)
        if page.etag:
            headers["ETag"] = page.etag
            if request.headers.get("If-None-Match") == page.etag:
                return web.Response(status=304, headers=headers)
        return web.Response(body=page.body, status=page.status, headers=headers)


@asynccontextmanager
async def opened(host: str = "127.0.0.1") -> AsyncIterator[Site]:
    """Run a site on a free port."""
    site = Site()
    application = web.Application()
    application.router.add_get("/{path:.*}", site.serve)
    runner = web.AppRunner(application)
    await runner.setup()
    listener = web.TCPSite(runner, host, 0)
    await listener.start()
    port = runner.addresses[0][1]
    site.base = f"http://{host}:{port}"
    try:
        yield site
    finally:
        await runner.cleanup()
