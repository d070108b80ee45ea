"""A visitor with a browser that runs no script: opens pages, fills in forms, follows redirects."""

import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

import httpx
from lxml import html

T = TypeVar("T")
PATIENCE_S = 60.0


def eventually(look: Callable[[], T | None]) -> T:
    """Look until there is something; fail where nothing comes."""
    ends = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.05)
    return found


class Visitor:
    """Somebody at the service; `page` is what they look at."""

    def __init__(self, base: str) -> None:
        self._http = httpx.Client(
            base_url=base,
            follow_redirects=True,
            timeout=30,
            headers={"accept": "text/html", "accept-language": "de-CH,de;q=0.9"},
        )
        self.page = html.document_fromstring("<p></p>")
        self.text = ""
        self.address = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def open(self, address: str) -> Self:
        return self._shown(self._http.get(address))

    def submit(self, action: str, /, **fields: Any) -> Self:
        """Send the page's form that leads to `action`, with what it holds and `fields`."""
        form = self.form(action)
        values: dict[str, Any] = {**dict(form.form_values()), **fields}
        if form.method == "GET":
            return self._shown(self._http.get(action, params=values))
        return self._shown(self._http.post(action, data=values))

    def form(self, action: str) -> Any:
        """Return the form that leads to `action`, or the one with a button that does."""
        for form in self.page.forms:
            if form.action == action or form.xpath(".//button[@formaction=$to]", to=action):
                return form
        raise AssertionError(f"no form to {action} at {self.address}")

    def links(self, containing: str) -> list[str]:
        return [a for a in self.page.xpath("//a/@href") if containing in a]

    def login(self, email: str, password: str) -> Self:
        return self.open("/login").submit("/login", email=email, password=password)

    def one_click(self, address: str) -> httpx.Response:
        """Unsubscribe as a mail program does (RFC 8058): no cookie, no redirect followed."""
        return httpx.post(address, data={"List-Unsubscribe": "One-Click"})

    def watch(self, address: str) -> str:
        """Follow a stream of events to its end; return the last that was shown."""
        shown = last = ""
        with self._http.stream("GET", address, timeout=120) as stream:
            for line in stream.iter_lines():
                if line == "event: end":
                    return last
                if line.startswith("data: "):
                    shown += line.removeprefix("data: ") + "\n"
                elif not line and shown:
                    last, shown = shown, ""
        raise AssertionError(f"the stream broke off after: {last}")

    def _shown(self, answer: httpx.Response) -> Self:
        assert answer.status_code == 200, (
            f"{answer.url}: {answer.status_code}\n{answer.text[:2000]}"
        )
        self.address, self.text = answer.url.path, answer.text
        if "html" in answer.headers["content-type"]:
            self.page = html.document_fromstring(answer.text)
        return self
