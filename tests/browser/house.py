"""The real service in a process of its own with the demo, and a real browser that walks it."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
STARTS_WITHIN = 60.0
# One page of each kind is looked at, of these more: they differ by state.
OF_EACH_KIND = {"/editions/{}": 3, "/editions/{}/review": 2, "/dispatches/{}": 2}
NAMED = ("archive", "segments", "subscribe")
PUBLIC = ("/archive", "/login", "/demo/mail")


@dataclass(frozen=True)
class House:
    """Where the service answers, and who may log in."""

    url: str
    data_dir: Path

    def login(self, role: str) -> tuple[str, str]:
        logins = json.loads((self.data_dir / "demo" / "logins.json").read_text())
        return next((one["email"], one["password"]) for one in logins if one["role"] == role)


@contextmanager
def running(data_dir: Path, *arguments: str) -> Iterator[House]:
    """Start `./run`'s process, wait until it answers, stop it at the end."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    given = (f"DATA_DIR={data_dir}", f"PORT={port}", f"PUBLIC_URL={url}", "LOG_LEVEL=WARNING")
    bare = ["env", "-u", "DATABASE_URL", "-u", "SMTP_URL", *given]
    command = [*bare, sys.executable, "-m", "service", "up", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(process, url)
        yield House(url, data_dir)
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    """Return a port whose neighbour, which the demo site takes, is free too."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    for _ in range(int(STARTS_WITHIN * 10)):
        try:
            httpx.get(f"{url}/healthz", timeout=2)
        except httpx.TransportError:
            pass
        else:
            return
        try:
            code = process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the service ended with {code} instead of answering")
    raise AssertionError(f"no answer from {url} within {STARTS_WITHIN:.0f} s")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--lang=de-CH"]
        )
        yield browser
        browser.close()


def log_in(page: Page, house: House, role: str) -> None:
    email, password = house.login(role)
    page.goto(f"{house.url}/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{house.url}/today")


def kind_of(path: str) -> str:
    """Return the path's pattern: numbers, tokens and names as places."""
    parts = urlsplit(path).path.split("/")
    places = [re.fullmatch(r"\d+|[\w-]{30,}", part) for part in parts]
    named = [n > 1 and parts[1] in NAMED and part != "try" for n, part in enumerate(parts)]
    return "/".join(
        "{}" if place or name else part
        for part, place, name in zip(parts, places, named, strict=True)
    )


def walk(
    page: Page,
    house: House,
    starts: tuple[str, ...] = ("/today",),
    look: Callable[[Page, str], None] = lambda page, path: None,
) -> list[str]:
    """Follow every link of the pages behind `starts`; look at some pages of each kind."""
    waiting, seen, kinds = list(starts), set(starts), dict.fromkeys(map(kind_of, starts), 1)
    found: list[str] = []
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(house.url + path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if "script-src" not in answer.headers.get("content-security-policy", ""):
            continue  # a mail shown as a page: no script runs there, so nothing can look at it
        found.append(path)
        links = page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.href)")
        look(page, path)
        for target in map(urlsplit, links):
            if f"{target.scheme}://{target.netloc}" != house.url or target.path in seen:
                continue
            kind = kind_of(target.path)
            if kinds.get(kind, 0) < OF_EACH_KIND.get(kind, 1) and not _downloads(target.path):
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(target.path)
                waiting.append(target.path)
    return found


def _downloads(path: str) -> bool:
    return bool(re.search(r"\.(csv|rss|atom|json|ics|txt|eml|opml)$", path))
