"""The acceptance story in a real browser: from the morning inbox to a read mail and its report."""

import email
import email.policy
import re
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from service.kit import clock
from tests.browser import house as houses
from tests.browser.house import House

ZURICH_ONLY = "gemeinden-zh"
SENT_WITHIN = 90_000  # milliseconds, for some 2 000 mails


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of this story's own, for it changes what stands in it."""
    with houses.running(tmp_path_factory.mktemp("story")) as running:
        yield running


def window(browser: Browser, house: House, role: str) -> Page:
    page = browser.new_context(locale="de-CH").new_page()
    houses.log_in(page, house, role)
    return page


def act(page: Page, target: str) -> None:
    """Press the button of the form that leads to `target`."""
    page.locator(f'form[action$="{target}"] button[type=submit]').first.click()
    page.wait_for_load_state()


def picked_by_keyboard(page: Page, house: House) -> str:
    """Pick the first item of the inbox and discard the second, with keys only."""
    page.goto(f"{house.url}/inbox")
    page.keyboard.press("j")
    here = page.locator("[data-rows] > li.here")
    title = here.locator("a.title").inner_text()
    picked = page.locator(f"#{here.get_attribute('id')}")
    page.keyboard.press("p")
    expect(picked.locator('[formaction$="/undo"]')).to_be_visible()
    page.keyboard.press("j")
    discarded = page.locator(f"#{here.get_attribute('id')}")
    page.keyboard.press("d")
    expect(discarded.locator('[formaction$="/undo"]')).to_be_visible()
    return title


def test_an_edition_goes_from_the_inbox_to_its_readers(browser: Browser, own_house: House) -> None:
    house = own_house
    editor = window(browser, house, "editor")
    title = picked_by_keyboard(editor, house)

    editor.goto(f"{house.url}/editions")
    draft = editor.locator("tr", has_text=re.compile("Entwurf")).first.locator("a").first
    edition = draft.get_attribute("href") or ""
    draft.click()
    expect(editor.locator("main")).to_contain_text(title[:30])
    add_deadline(editor)
    shows_only_to(editor, house, edition)
    approved_by_another(browser, house, editor, edition)
    dispatch, people = sent_at_once(editor, house, edition)

    mail = a_caught_mail(house, editor, edition)
    check_mail(mail, title)
    read_in_the_browser(browser, mail, title)
    leave(browser, mail)

    # Each of them has a line in the ledger; one is refused, for the demo has a closed mailbox.
    editor.goto(f"{house.url}/dispatches/{dispatch}/messages")
    assert str(people) in re.sub(r"[’']", "", editor.locator("main [role=status]").inner_text())
    editor.goto(f"{house.url}/reports/{dispatch}")
    assert str(people - 1) in re.sub(r"[’']", "", editor.locator("main .figures").inner_text())
    stands_in_public(browser, house)


def approved_by_another(browser: Browser, house: House, editor: Page, edition: str) -> None:
    editor.goto(f"{house.url}{edition}/review")
    act(editor, "/hand-in")
    approver = window(browser, house, "approver")
    approver.goto(f"{house.url}{edition}/review")
    act(approver, "/approve")


def sent_at_once(page: Page, house: House, edition: str) -> tuple[str, int]:
    """Send the edition, wait until it is out; return the dispatch's number and its recipients."""
    page.goto(f"{house.url}/dispatches/new?edition={edition.rsplit('/', 1)[1]}")
    page.check('input[name=when][value="now"]')
    page.locator("main form.form button[type=submit]").click()
    people = int(re.sub(r"\D", "", page.locator("main dl dd strong").first.inner_text()))
    assert people > 1000
    act(page, "/dispatches")
    expect(page.locator("main .badge").first).to_have_text("Beendet", timeout=SENT_WITHIN)
    return urllib.parse.urlsplit(page.url).path.rsplit("/", 1)[1], people


def stands_in_public(browser: Browser, house: House) -> None:
    """Anyone reads the edition in the archive and finds it in the feed."""
    page = browser.new_context().new_page()
    page.goto(f"{house.url}/archive")
    newest = page.locator("main li a").first
    heading = newest.inner_text()
    newest.click()
    expect(page.locator("body")).to_contain_text(heading)
    feed = httpx.get(f"{house.url}/feeds/{newsletter_of(house)}.rss")
    assert feed.status_code == 200
    assert heading in feed.text


def add_deadline(page: Page) -> None:
    """Add a deadline that only the municipalities of the canton Zürich see."""
    page.locator('a[href*="kind=deadline"]').click()
    form = page.locator("form#new-block")
    form.locator("[name=title]").fill("Stellungnahme zur Verordnung einreichen")
    due = (clock.now() + timedelta(days=40)).date().isoformat()
    form.locator("[name=due]").fill(due)
    form.locator("[name=segment]").select_option(ZURICH_ONLY)
    form.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Stellungnahme zur Verordnung einreichen")


def shows_only_to(page: Page, house: House, edition: str) -> None:
    """The preview shows the new block to the segment's people and to nobody else."""
    page.goto(f"{house.url}{edition}")
    wanted = "Stellungnahme zur Verordnung einreichen"
    frame = page.frame_locator("iframe").first
    expect(frame.locator("body")).not_to_contain_text(wanted)
    choice = page.locator("aside select").first
    option = choice.locator("option", has_text=re.compile("Kantons Zürich")).first
    choice.select_option(option.get_attribute("value") or "")
    expect(frame.locator("body")).to_contain_text(wanted)


def a_caught_mail(house: House, page: Page, edition: str) -> EmailMessage:
    """Return one mail of the edition as it was handed over."""
    page.goto(f"{house.url}{edition}")
    heading = page.locator("main h1").inner_text()
    folder = house.data_dir / "mails"
    for path in sorted(folder.rglob("*.eml"), reverse=True):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("plain",))
        if text is not None and heading[:40] in text.get_content():
            assert isinstance(mail, EmailMessage)
            return mail
    raise AssertionError(f"no caught mail carries «{heading}»")


def check_mail(mail: EmailMessage, title: str) -> None:
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert title[:30] in " ".join(text.get_content().split())
    assert "<mj-" not in html.get_content()
    assert "@@" not in html.get_content() + text.get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Reply-To"):
        assert len(mail.get_all(name, [])) == 1, name


def read_in_the_browser(browser: Browser, mail: EmailMessage, title: str) -> None:
    """The web version shows the mail, and no longer offers what its reader has done."""
    text = mail.get_body(("plain",))
    assert text is not None
    found = re.search(r"Im Browser lesen:\s+(\S+/w/\S+)", text.get_content())
    assert found
    page = browser.new_context(locale="de-CH").new_page()
    page.goto(found[1])
    expect(page.locator("body")).to_contain_text(title[:30])
    expect(page.locator('a[href*="/u/"]')).to_be_visible()
    assert [one.is_visible() for one in page.locator('a[href*="/w/"]').all()] == [False, False]


def leave(browser: Browser, mail: EmailMessage) -> None:
    """Looking at the link changes nothing; the button does; a second time does no harm."""
    link = re.sub(r"[<>\s]", "", mail["List-Unsubscribe"].split(",")[0])
    page = browser.new_context(locale="de-CH").new_page()
    page.goto(link)
    page.goto(link)
    page.locator('main form[action*="/u/"] button[type=submit]').click()
    expect(page.locator("h1")).to_have_text("Sie sind abgemeldet")
    once = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    assert once.status_code == 200


def newsletter_of(house: House) -> str:
    page = httpx.get(f"{house.url}/archive").text
    found = re.search(r'href="/archive/([\w-]+)"', page)
    assert found
    return found[1]
