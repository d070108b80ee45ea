"""The frame around every page: keyboard, menu, light and dark, with and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import house as houses
from tests.browser.house import House

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def desk(page: Page, house: House) -> Page:
    houses.log_in(page, house, "editor")
    return page


def test_g_and_a_letter_go_to_a_place(desk: Page, house: House) -> None:
    desk.keyboard.press("g")
    desk.keyboard.press("e")
    desk.wait_for_url(f"{house.url}/editions")


def test_a_letter_typed_into_a_field_goes_nowhere(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/organisations")
    desk.locator("[data-search]").focus()
    desk.keyboard.type("ge?")
    expect(desk.locator("[data-search]")).to_have_value("ge?")
    expect(desk.locator("#keys")).to_be_hidden()


def test_a_slash_leads_to_the_search(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/organisations")
    desk.keyboard.press("/")
    expect(desk.locator("[data-search]")).to_be_focused()


def test_a_question_mark_shows_the_keys_and_escape_hides_them(desk: Page) -> None:
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#keys")).to_be_hidden()


def test_the_first_tab_offers_to_skip_the_navigation(desk: Page) -> None:
    desk.keyboard.press("Tab")
    expect(desk.locator(".skip")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()


def test_light_or_dark_stays_chosen(desk: Page) -> None:
    desk.locator(".rail [data-theme-toggle]").click()
    chosen = desk.locator("html").get_attribute("data-theme")
    assert chosen in {"light", "dark"}
    desk.reload()
    expect(desk.locator("html")).to_have_attribute("data-theme", chosen)


def test_without_script_one_can_log_in_and_open_the_menu_on_a_phone(
    browser: Browser, house: House
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="de-CH")
    page = context.new_page()
    houses.log_in(page, house, "editor")
    expect(page.locator(".bar nav")).to_be_hidden()
    page.locator(".bar summary").click()
    page.locator(".bar nav").get_by_role("link", name="Mitglieder").click()
    page.wait_for_url(f"{house.url}/organisations")
    context.close()


def test_faults_take_the_focus_and_what_was_typed_stays(page: Page, house: House) -> None:
    page.goto(f"{house.url}/login")
    page.fill("input[name=email]", "niemand@konferenz.example")
    page.click("main button[type=submit]")
    expect(page.locator(".note.bad")).to_be_focused()
    expect(page.locator("input[name=email]")).to_have_value("niemand@konferenz.example")


def test_the_summary_of_faults_names_the_fields(desk: Page, house: House) -> None:
    desk.goto(f"{house.url}/editions/new")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator(".note.bad li")).to_have_text(["Titel: Bitte füllen Sie das aus."])
