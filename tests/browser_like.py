"""A browser for tests without one: keeps cookies, speaks to the application in this very loop."""

from typing import Any

import httpx
from lxml import html as lxml_html

from service.accounts import actions as accounts
from service.accounts.model import EditorRole
from service.app import App
from service.kit import clock

PASSWORD = "vier Worte am Morgen"


class Client(httpx.AsyncClient):
    """An httpx client for one person; `csrf` is set after `login`."""

    app: App
    csrf: str = ""
    editor_id: int = 0

    @classmethod
    def of(cls, app: App, asgi: Any, host: str = "127.0.0.1") -> "Client":
        """Return somebody new, who calls from `host`."""
        transport = httpx.ASGITransport(asgi, client=(host, 50000))
        made = cls(transport=transport, base_url="http://rundbrief.test")
        made.app = app
        return made

    async def login(self, role: str = "editor", email: str = "") -> int:
        """Open a session for a new editor of this role, without a password; return the id."""
        now = clock.now()
        async with self.app.db.tx() as tx:
            self.editor_id = await accounts.create(
                tx,
                email=email or f"{role}@verband.example",
                name=f"Redaktion ({role})",
                role=EditorRole(role),
                language="de",
                now=now,
            )
            entry = await accounts.open_session(tx, self.editor_id, "test", now)
        self.cookies.set("rundbrief", entry.token)
        self.csrf = entry.session.csrf
        return self.editor_id

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send like a browser on one of our own pages would."""
        request.headers.setdefault("accept", "text/html")
        request.headers.setdefault("accept-language", "de-CH,de;q=0.9")
        return await super().send(request, **options)

    async def submit(self, url: str, /, **fields: Any) -> httpx.Response:
        """Post a form with the token of the session."""
        return await self.post(url, data={"csrf": self.csrf, **fields})


def hidden(page: httpx.Response, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = lxml_html.fromstring(page.text).xpath(f"//input[@name='{name}']/@value")
    assert found, f"no field {name} in the page"
    return str(found[0])
