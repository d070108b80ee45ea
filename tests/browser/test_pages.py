"""Every page there is, in a real browser: accessible, whole on a phone, quiet, from one host."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect

from tests.browser import house as houses
from tests.browser.house import ROOT, House

AXE = ROOT / "service" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run(document, {...options, iframes: false, resultTypes: ['violations']})
    .then(found => found.violations.map(one =>
        `${one.id}: ${one.help}: ${one.nodes[0].target} (${one.nodes.length}×)`))"""
SHIFTS = """() => new Promise(tell => {
    const found = [];
    const seen = new PerformanceObserver(list => found.push(...list.getEntries()));
    seen.observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => tell(
        [...found, ...seen.takeRecords()]
            .map(one => one.sources.map(s => s.node?.nodeName).join(' ')))));
})"""
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class Walk:
    """What was met on the way through every page, each with the path where it was met."""

    pages: list[str] = field(default_factory=list)
    barriers: list[str] = field(default_factory=list)
    shifts: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def look(self, page: Page, path: str) -> None:
        """Look at one page on the desk, by night, and on a phone."""
        self.pages.append(path)
        self._note(self.shifts, path, page.evaluate(SHIFTS))
        self._note(self.barriers, path, page.evaluate(RUN, {"runOnly": RULES}))
        page.emulate_media(color_scheme="dark")
        dark = page.evaluate(RUN, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
        self._note(self.barriers, f"{path} (dark)", dark)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            self.sideways.append(f"{path}: {width} px")
        page.set_viewport_size(DESK)
        first = page.locator("h1").all_inner_texts()
        if len(first) != 1 or not re.search(r"\w{2}", page.title()):
            self.headings.append(f"{path}: {first}, {page.title()!r}")

    def listen(self, page: Page, house: House) -> None:
        """Note what the page loads and what it complains of."""
        page.on("request", lambda request: self._asked(request, house))
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.console.append(f"{page.url}: {error}"))
        page.on("response", lambda r: self.broken.append(r.url) if r.status >= 400 else None)

    def _asked(self, request: Request, house: House) -> None:
        if not request.url.startswith((house.url, "data:")):
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.console.append(f"{message.location.get('url')}: {message.text}")

    @staticmethod
    def _note(where: list[str], path: str, found: list[str]) -> None:
        where += [f"{path}: {one}" for one in found]


@pytest.fixture(scope="module")
def walked(browser: Browser, house: House) -> Iterator[Walk]:
    """Walk through all pages once, as a stranger and as an administrator."""
    context = browser.new_context(locale="de-CH", viewport=DESK, color_scheme="light")
    context.set_default_timeout(20_000)
    context.add_init_script(path=AXE)
    page, walk = context.new_page(), Walk()
    walk.listen(page, house)
    houses.walk(page, house, houses.PUBLIC, walk.look)
    houses.log_in(page, house, "administrator")
    houses.walk(page, house, look=walk.look)
    yield walk
    context.close()


def test_the_walk_meets_every_area(walked: Walk) -> None:
    areas = {path.split("/")[1] for path in walked.pages}
    expected = {"today", "inbox", "items", "editions", "newsletters", "organisations", "contacts"}
    expected |= {"committees", "segments", "dispatches", "reports", "sources", "settings"}
    expected |= {"archive", "subscribe", "login"}
    assert expected <= areas, f"no link leads to {sorted(expected - areas)}"


def test_every_page_is_accessible_by_day_and_by_night(walked: Walk) -> None:
    assert not walked.barriers, "\n".join(walked.barriers)


def test_a_page_that_moves_is_noticed(browser: Browser, house: House) -> None:
    page = browser.new_page()
    page.goto(f"{house.url}/archive")
    page.evaluate("new Promise(painted => requestAnimationFrame(() => setTimeout(painted)))")
    page.evaluate("document.body.prepend(document.createElement('hr'))")
    assert page.evaluate(SHIFTS)
    page.close()


def test_nothing_moves_while_a_page_loads(walked: Walk) -> None:
    assert not walked.shifts, "\n".join(walked.shifts)


def test_no_page_scrolls_sideways_on_a_phone(walked: Walk) -> None:
    assert not walked.sideways, "\n".join(walked.sideways)


def test_every_page_has_one_first_heading_and_a_title(walked: Walk) -> None:
    assert not walked.headings, "\n".join(walked.headings)


def test_no_link_is_dead(walked: Walk) -> None:
    assert not walked.broken, "\n".join(walked.broken)


def test_nothing_is_loaded_from_another_host(walked: Walk) -> None:
    assert not walked.foreign, "\n".join(walked.foreign)


def test_no_page_complains_in_the_console(walked: Walk) -> None:
    assert not walked.console, "\n".join(walked.console)


LISTS = (
    "/editions",
    "/organisations",
    "/contacts",
    "/dispatches",
    "/reports",
    "/sources",
    "/segments",
)


def test_on_a_phone_a_list_shows_all_it_has_to_say(page: Page, house: House) -> None:
    page.set_viewport_size(PHONE)
    houses.log_in(page, house, "administrator")
    for path in LISTS:
        page.goto(house.url + path)
        rows = page.locator("tbody tr")
        assert rows.count(), path
        beyond = "all => all.filter(one => one.getBoundingClientRect().right > innerWidth).length"
        assert page.locator("main table *").evaluate_all(beyond) == 0, path


@pytest.mark.parametrize("width", [980, 1024, 1080, 1280])
def test_with_a_mouse_no_state_and_no_act_in_the_inbox_is_cut(
    page: Page, house: House, width: int
) -> None:
    houses.log_in(page, house, "editor")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{house.url}/inbox?state=all")
    badges = page.locator(".inbox-list .meta .badge")
    assert badges.count()
    cut = """all => all.filter(one => one.getBoundingClientRect().right
        > one.parentElement.getBoundingClientRect().right + 0.5).length"""
    assert badges.evaluate_all(cut) == 0
    page.goto(f"{house.url}/inbox")
    acts = page.locator(".inbox-list li[aria-current] .acts button")
    assert acts.count() == 3
    beyond = """all => all.filter(one => one.getBoundingClientRect().right
        > one.closest('li').getBoundingClientRect().right).length"""
    assert acts.evaluate_all(beyond) == 0


def test_a_name_without_a_place_to_break_pushes_nothing_off_the_page(
    page: Page, house: House
) -> None:
    houses.log_in(page, house, "administrator")
    page.goto(f"{house.url}/committees/new")
    page.fill("[name=name]", "Sozialhilfe" * 18)
    page.locator("main form.form button[type=submit]").click()
    page.goto(f"{house.url}/committees")
    expect(page.locator("tbody th", has_text="SozialhilfeSozialhilfe")).to_be_visible()
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
