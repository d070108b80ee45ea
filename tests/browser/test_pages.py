"""Every page there is, in a real browser: accessible, whole on a phone, quiet, from one host."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser import house as houses
from tests.browser.house import ROOT, House

AXE = ROOT / "service" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Taller than it is wide is how phones are held; the desk is wider than any content.
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Walk:
    """What was met on the way through every page."""

    state: object
    outside: list[str]
    inside: list[str]
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def walked(browser: Browser, house: House) -> Iterator[Walk]:
    """Walk through all pages once, as a stranger and as an administrator."""
    context = browser.new_context(locale="de-CH")
    page = context.new_page()
    walk = Walk(None, [], [])

    def note(request: Request) -> None:
        if not request.url.startswith((house.url, "data:")):
            walk.foreign.append(request.url)

    page.on("request", note)
    page.on("console", lambda m: walk.console.append(f"{page.url}: {m.text}") if _bad(m) else None)
    page.on("pageerror", lambda error: walk.console.append(f"{page.url}: {error}"))
    page.on("response", lambda r: walk.broken.append(r.url) if r.status >= 400 else None)
    walk.outside = houses.walk(page, house, houses.PUBLIC)
    houses.log_in(page, house, "administrator")
    walk.inside = [p for p in houses.walk(page, house) if p not in walk.outside]
    walk.state = context.storage_state()
    yield walk
    context.close()


def _bad(message: object) -> bool:
    return getattr(message, "type", "") in {"error", "warning"}


def test_the_walk_meets_every_area(walked: Walk) -> None:
    areas = {path.split("/")[1] for path in walked.inside}
    expected = {"today", "inbox", "editions", "newsletters", "organisations", "contacts"}
    expected |= {"committees", "segments", "dispatches", "reports", "sources", "settings"}
    assert expected <= areas, f"no link leads to {sorted(expected - areas)}"


def test_no_link_is_dead(walked: Walk) -> None:
    assert not walked.broken


def test_nothing_is_loaded_from_another_host(walked: Walk) -> None:
    assert not walked.foreign


def test_no_page_complains_in_the_console(walked: Walk) -> None:
    assert not walked.console


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(
    browser: Browser, house: House, walked: Walk, scheme: str
) -> None:
    found: list[str] = []
    for page, path in _visit(browser, walked, house, scheme, DESK):
        found += [f"{path}: {line}" for line in _violations(page)]
    assert not found, "\n".join(found)


def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, house: House, walked: Walk) -> None:
    wide: list[str] = []
    for page, path in _visit(browser, walked, house, "light", PHONE):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append(f"{path}: {width} px")
    assert not wide, "\n".join(wide)


def test_every_page_has_one_first_heading_and_a_title(
    browser: Browser, house: House, walked: Walk
) -> None:
    wrong: list[str] = []
    for page, path in _visit(browser, walked, house, "light", DESK):
        headings = page.locator("h1").all_inner_texts()
        if len(headings) != 1 or not re.search(r"\w", page.title()):
            wrong.append(f"{path}: {headings}, {page.title()!r}")
    assert not wrong, "\n".join(wrong)


def _visit(
    browser: Browser, walked: Walk, house: House, scheme: str, size: dict[str, int]
) -> Iterator[tuple[Page, str]]:
    for state, paths in ((None, walked.outside), (walked.state, walked.inside)):
        context: BrowserContext = browser.new_context(
            locale="de-CH",
            color_scheme=scheme,
            viewport=size,
            storage_state=state,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(path=AXE)
        page = context.new_page()
        for path in paths:
            page.goto(house.url + path)
            yield page, path
        context.close()


def _violations(page: Page) -> list[str]:
    result = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, iframes: false, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{v['id']}: {v['help']}: {v['nodes'][0]['target']} ({len(v['nodes'])}×)"
        for v in result["violations"]
    ]
