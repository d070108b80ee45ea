"""The whole line over real HTTP and SMTP, with no script: from the inbox to a read mail and back.

Every step is a page that somebody opened and a form of it that they sent.
"""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from service.demo import doors, logins
from service.demo.mailbox import Contents
from tests.journeys.visitor import Visitor, eventually

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.database  # of its own, made with the programs of PG_BINDIR


@dataclass(frozen=True)
class House:
    """The running service: where it answers and where its files lie."""

    url: str
    folder: Path

    def person(self, role: str) -> Visitor:
        login = next(login for login in logins.known(self.folder) if login.role == role)
        return Visitor(self.url).login(login.email, login.password)

    def letter(self, to: str) -> Contents:
        """Wait for a mail to an address and open it."""

        def look() -> Contents | None:
            mailbox = doors.mailbox(self.folder)
            found = mailbox.listing(to, limit=1)
            return mailbox.open(found[0].name) if found else None

        return eventually(look)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The service as `./run` starts it; it answers once it has said so."""
    folder = tmp_path_factory.mktemp("line")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["env", "-u", "DATABASE_URL", "-u", "SMTP_URL", f"DATA_DIR={folder}", f"PORT={port}"]
    command += [sys.executable, "-m", "service", "up"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("startup complete" in line for line in process.stderr)
        yield House(f"http://127.0.0.1:{port}", folder)
        process.terminate()
        process.communicate()


def test_an_edition_goes_from_the_inbox_to_its_readers_without_any_script(house: House) -> None:
    with house.person("editor") as editor, house.person("approver") as approver:
        edition = draft(editor)
        title = pick_first(editor)
        add_deadline(editor, edition)
        assert title in editor.open(edition).page.text_content()
        editor.open(f"{edition}/review").submit(f"{edition}/hand-in")
        assert f"{edition}/approve" not in [form.action for form in editor.page.forms]
        approve(approver, edition, house)
        report = send(editor, edition)
        check_mails(house, title)
        leave(house)
        assert "Beendet" in editor.open(report).text
    check_public(house)


def draft(editor: Visitor) -> str:
    editor.open("/editions")
    row = editor.page.xpath("//tr[contains(., 'Entwurf')]//a/@href")
    return str(row[0])


def pick_first(editor: Visitor) -> str:
    editor.open("/inbox")
    title = editor.page.xpath("//a[contains(@class, 'title')]")[0].text_content().strip()
    editor.submit(editor.page.xpath("//button/@formaction[contains(., '/pick')]")[0])
    return str(title)


def add_deadline(editor: Visitor, edition: str) -> None:
    editor.open(f"{edition}/blocks/new?kind=deadline").submit(
        f"{edition}/blocks",
        title="Anmeldung zur Jahrestagung",
        due="31.03.2031",
        text="Die Platzzahl ist *beschränkt*.",
        segment="gemeinden-zh",
    )
    assert "Anmeldung zur Jahrestagung" in editor.text


def approve(approver: Visitor, edition: str, house: House) -> None:
    """Follow the mail that asks for the decision, and approve what stands there."""
    told = house.letter("freigabe@")
    way = re.search(r"http://\S+/review", told.text)
    assert way, told.text
    assert httpx.URL(way[0]).path == f"{edition}/review"
    approver.open(way[0]).submit(f"{edition}/approve")
    assert approver.links("/dispatches/new")


def send(editor: Visitor, edition: str) -> str:
    """Send at once, after reading to whom; return the address of the report."""
    editor.open(f"{edition}/review").open(editor.links("/dispatches/new")[0])
    editor.submit("/dispatches/new", when="now")
    assert "Hüttikon" in editor.text
    dispatch = editor.submit("/dispatches").address
    for _ in range(5):  # a stream ends with every change of state
        if "Beendet" in editor.open(dispatch).text:
            return editor.links("/reports/")[0]
        editor.watch(f"{dispatch}/live")
    raise AssertionError(f"the dispatch does not come to its end: {editor.text}")


def check_mails(house: House, title: str) -> None:
    zurich, baselland = house.letter("sozialvorstand@uster"), house.letter("leitung@liestal")
    assert "Anmeldung zur Jahrestagung" in zurich.text
    assert "Anmeldung zur Jahrestagung" in zurich.html
    assert "Anmeldung zur Jahrestagung" not in baselland.text
    for mail in (zurich, baselland):
        assert " ".join(title.split()[:3]) in " ".join(mail.text.split())
        assert ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") in mail.headers


def leave(house: House) -> None:
    """Unsubscribe as a mail program does, twice; looking at the page before changes nothing."""
    way = re.search(r"http://\S+/u/[\w-]+", house.letter("leitung@liestal").text)
    assert way
    with Visitor(house.url) as reader:
        asked = reader.open(way[0]).form(reader.address)
        assert asked.method == "POST"
        assert reader.open(way[0]).form(reader.address) is not None
        assert [reader.one_click(way[0]).status_code for _ in range(2)] == [200, 200]


def check_public(house: House) -> None:
    with Visitor(house.url) as reader:
        assert "Vernehmlassung zur Sozialhilfeverordnung" in reader.open("/archive/rundbrief").text
        for form in ("rss", "atom", "json"):
            assert "Vernehmlassung zur" in reader.open(f"/feeds/rundbrief.{form}").text
