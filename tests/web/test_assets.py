"""Style sheets and scripts as browsers get them."""

import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from service.web import assets

SCRIPT_BUDGETS = {"built/app.js": 30_000, "built/composer.js": 200_000}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "2-b.css").write_text("b{}")
    (tmp_path / "css" / "1-a.css").write_text("a{}")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("not for everybody")
    return tmp_path


@pytest.fixture
def browser(folder: Path) -> httpx.AsyncClient:
    application = Litestar([assets.handler(assets.load(folder))], openapi_config=None)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=application), base_url="http://rundbrief.test"
    )


def test_the_sheets_become_one_in_the_order_of_their_names(folder: Path) -> None:
    assert assets.load(folder).files[assets.SHEET].body == b"a{}b{}"


def test_a_changed_file_has_a_new_address(folder: Path) -> None:
    before = assets.load(folder).address("icon.svg")
    (folder / "icon.svg").write_text("<svg></svg>")
    assert assets.load(folder).address("icon.svg") != before


def test_a_script_that_was_not_built_has_no_address(folder: Path) -> None:
    assert assets.load(folder).address("built/app.js") == ""


async def test_a_file_is_kept_by_browsers_for_good(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/static/icon.svg")
    assert answer.text == "<svg/>"
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "immutable" in answer.headers["cache-control"]
    again = await browser.get("/static/icon.svg", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cache-control"] == answer.headers["cache-control"]


async def test_a_browser_that_cannot_unpack_gets_the_plain_file(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/static/rundbrief.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.text == "a{}b{}"


@pytest.mark.parametrize(
    "path", ["secret.txt", "css/1-a.css", "../test_assets.py", "%2e%2e/pyproject.toml", "none.css"]
)
async def test_nothing_else_is_served(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(f"/static/{path}")).status_code == 404


def test_no_sheet_loads_anything_from_elsewhere() -> None:
    sheet = assets.load().files[assets.SHEET].body.decode()
    assert "@import" not in sheet
    assert not re.findall(r"url\((?!\s*[\"']?data:)[^)]*", sheet)


def test_colours_are_named_in_the_tokens_only() -> None:
    for path in sorted((assets.STATIC / "css").glob("*.css")):
        if path.name != "1-tokens.css":
            rules = [line for line in path.read_text().splitlines() if "url(" not in line]
            named = [line.strip() for line in rules if "#" in line.split("/*")[0].partition(":")[2]]
            assert not named, f"{path.name}: {named}"


def test_the_scripts_stay_within_their_budget() -> None:
    files = assets.load().files
    sizes = {name: len(files[name].packed) for name in SCRIPT_BUDGETS}
    assert all(0 < size <= SCRIPT_BUDGETS[name] for name, size in sizes.items()), sizes
