"""The editor's hands: walking the inbox by keys, writing rich text, putting blocks in order."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import house as houses
from tests.browser.house import House


@pytest.fixture
def desk(page: Page, house: House) -> Iterator[Page]:
    """The desk of an editor; whatever the test does, the console must stay quiet."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # htmx tells of every request that a newer one has replaced; that is no complaint.
        if message.type == "error" and not message.text.startswith("htmx:"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    houses.log_in(page, house, "editor")
    yield page
    assert not complaints


def draft_of(desk: Page, house: House) -> str:
    desk.goto(f"{house.url}/editions")
    draft = desk.locator("tr", has_text=re.compile("Entwurf")).first.get_by_role("link").first
    return str(draft.get_attribute("href"))


def order(desk: Page) -> list[str]:
    blocks = desk.locator("#blocks > [data-id]")
    return [str(one.get_attribute("data-id")) for one in blocks.all()]


def test_j_opens_the_next_item_beside_the_list(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/inbox")
    titles = desk.locator("[data-row] .title").all_inner_texts()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    row = desk.locator("[data-row].here .title")
    expect(row).to_have_count(1)
    title = row.inner_text()
    assert title in titles[1:]
    expect(desk.locator("#reading h2")).to_have_text(title)


def test_a_discarded_item_comes_back_with_u(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/inbox")
    desk.keyboard.press("j")
    row = desk.locator("[data-row].here")
    name = row.get_attribute("id")
    with desk.expect_response(re.compile(r"/discard$")):
        desk.keyboard.press("d")
    here = desk.locator(f"#{name}")
    expect(here.locator("[data-key=u]")).to_be_visible()
    with desk.expect_response(re.compile(r"/inbox/undo$")):
        desk.keyboard.press("u")
    expect(here.locator("[data-key=d]")).to_have_count(1)


def test_u_takes_back_what_was_done_last(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/inbox")
    desk.keyboard.press("j")
    for _ in range(2):
        with desk.expect_response(re.compile(r"/discard$")):
            desk.keyboard.press("d")
        expect(desk.locator("[data-row].here [data-key=d]")).to_have_count(1)
    for left in (1, 0):
        with desk.expect_response(re.compile(r"/inbox/undo$")):
            desk.keyboard.press("u")
        expect(desk.locator("[data-row] [data-key=u]")).to_have_count(left)
        expect(desk.locator("[data-row].here")).to_have_count(1)
        expect(desk.locator("[data-row][data-done='1']")).to_have_count(left)


def test_an_item_that_was_fetched_ahead_opens_without_the_network(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/inbox")
    desk.keyboard.press("j")
    coming = desk.locator("[data-row].here + [data-row]")
    expect(coming).to_have_attribute("data-ahead", "")
    title = coming.locator(".title").inner_text()
    # Only this one: the next is fetched ahead meanwhile, and the console would tell of its failure.
    there = re.escape(coming.get_attribute("data-read") or "")
    desk.route(re.compile(rf"{there}(\?|$)"), lambda route: route.abort())
    desk.keyboard.press("j")
    expect(desk.locator("#reading h2")).to_have_text(title)


def test_an_item_is_taken_on_noted_and_all_of_it_undone_after_a_reload(
    desk: Page, house: House
) -> None:
    desk.goto(f"{house.url}/inbox")
    desk.keyboard.press("j")
    row = desk.locator("[data-row].here")
    expect(desk.locator("#reading h2")).to_have_text(row.locator(".title").inner_text())
    name = row.get_attribute("id")
    desk.keyboard.press("a")
    expect(desk.locator("#assign-to option:checked")).to_have_text("Redaktion")
    expect(desk.locator(f"#{name} .badge")).to_have_text("Redaktion")
    desk.fill("#note", "Bei der SKOS nachfragen")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".notes .kept")).to_have_text("Bei der SKOS nachfragen")
    desk.locator("h1").click()
    with desk.expect_response(re.compile(r"/discard$")):
        desk.keyboard.press("d")
    expect(desk.locator(f"#{name} [data-key=u]")).to_be_visible()
    desk.goto(f"{house.url}/inbox?state=mine")
    expect(desk.locator("[data-row]")).to_have_count(0)
    desk.keyboard.press("u")
    expect(desk.locator(f"#{name}")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.locator("[data-row]")).to_have_count(0)


def test_what_is_typed_stands_in_the_preview_and_stays(desk: Page, house: House) -> None:
    edition = draft_of(desk, house)
    desk.goto(house.url + edition)
    desk.locator("#blocks a.title").first.click()
    field = desk.locator(".brick-form .ProseMirror").first
    field.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" Herzlich willkommen.")
    mail = desk.frame_locator("iframe[data-preview]:not(.coming)")
    expect(mail.locator("body")).to_contain_text("Herzlich willkommen.")
    desk.goto(house.url + edition)
    desk.locator("#blocks a.title").first.click()
    expect(desk.locator(".brick-form .ProseMirror").first).to_contain_text("Herzlich willkommen.")


def test_bold_is_bold_in_the_mail(desk: Page, house: House) -> None:
    desk.goto(house.url + draft_of(desk, house))
    desk.locator("#blocks a.title").first.click()
    desk.locator(".brick-form .ProseMirror").first.click()
    desk.keyboard.press("Control+End")
    desk.locator(".act-bold").first.click()
    desk.keyboard.type(" Wichtig.")
    mail = desk.frame_locator("iframe[data-preview]:not(.coming)")
    expect(mail.locator("strong, b", has_text="Wichtig.").first).to_be_visible()


def test_a_list_from_word_becomes_a_list(desk: Page, house: House) -> None:
    desk.goto(house.url + draft_of(desk, house))
    desk.locator("#blocks a.title").first.click()
    field = desk.locator(".brick-form .ProseMirror").first
    field.click()
    desk.keyboard.press("Control+a")
    field.evaluate(
        """field => {
            const clipboard = new DataTransfer();
            const item = text => `<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1">`
                + `<span style="mso-list:Ignore">·&nbsp;</span>${text}</p>`;
            const head = "<style>p {color: red}</style>";
            const table = "<table><tr><td>Gemeinde</td><td>Franken</td></tr></table>";
            clipboard.setData("text/html", head + item("Gesuch") + item("Budget") + table);
            field.dispatchEvent(new ClipboardEvent("paste",
                { clipboardData: clipboard, bubbles: true, cancelable: true }));
        }"""
    )
    expect(field.locator("ul > li")).to_have_text(["Gesuch", "Budget"])
    expect(field).to_contain_text("Gemeinde · Franken")


def test_each_label_of_the_composer_names_its_own_field_and_a_new_block_is_typed_at_once(
    desk: Page, house: House
) -> None:
    desk.goto(house.url + draft_of(desk, house))
    desk.locator("#blocks a.title").first.click()
    expect(desk.locator(".brick-form .ProseMirror")).to_be_focused()
    desk.locator("#blocks a.title").nth(1).click()
    expect(desk.locator(".brick-form")).to_have_count(2)
    desk.locator(".adders").get_by_text("Frist", exact=True).click()
    expect(desk.locator("#new-block [name=title]")).to_be_focused()
    twice = """() => {
        const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
        return ids.filter((id, n) => ids.indexOf(id) !== n);
    }"""
    assert desk.evaluate(twice) == []


def test_the_button_down_moves_a_block(desk: Page, house: House) -> None:
    edition = draft_of(desk, house)
    desk.goto(house.url + edition)
    before = order(desk)
    with desk.expect_response(re.compile(r"/shift$")):
        desk.locator("#blocks > [data-id]").first.get_by_role("button", name="Nach unten").click()
    desk.goto(house.url + edition)
    assert order(desk) == [before[1], before[0], *before[2:]]


def test_a_dragged_block_stays_where_it_was_dropped(desk: Page, house: House) -> None:
    edition = draft_of(desk, house)
    desk.goto(house.url + edition)
    before = order(desk)
    grips = desk.locator("#blocks [data-grip]")
    start, end = grips.nth(0).bounding_box(), grips.nth(1).bounding_box()
    assert start
    assert end
    desk.mouse.move(start["x"] + 8, start["y"] + 8)
    desk.mouse.down()
    with desk.expect_response(re.compile(r"/order$")):
        desk.mouse.move(start["x"] + 8, start["y"] + 20, steps=4)
        desk.mouse.move(end["x"] + 8, end["y"] + 30, steps=8)
        desk.mouse.up()
    desk.goto(house.url + edition)
    assert order(desk) == [before[1], before[0], *before[2:]]


CUT_OFF = """rows => rows.flatMap(row => {
    const edge = row.getBoundingClientRect().right + 0.5;
    const kept = [...row.children].filter(one => !one.matches(".from, .also, .unseen"));
    return kept.filter(one => one.getBoundingClientRect().right > edge).map(one => one.textContent);
})"""


@pytest.mark.parametrize("width", [360, 390, 820, 1024, 1180, 1366])
def test_under_a_finger_no_date_and_no_state_of_an_item_is_cut_off(
    browser: Browser, house: House, width: int
) -> None:
    screen = {"width": width, "height": 900}
    context = browser.new_context(viewport=screen, has_touch=True, is_mobile=True)
    page = context.new_page()
    houses.log_in(page, house, "editor")
    page.goto(f"{house.url}/inbox?state=all")
    rows = page.locator(".inbox-list .meta")
    assert rows.count() > 5
    assert rows.evaluate_all(CUT_OFF) == []
    context.close()
