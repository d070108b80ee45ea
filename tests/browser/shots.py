"""Takes a picture of every page: `python tests/browser/shots.py OUT [--only TEXT]`.

1280 and 390 pixels wide, light and dark. For looking at what we made; it checks nothing.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Browser

from tests.browser import house

VARIANTS = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data-dir", type=Path, default=Path(tempfile.gettempdir()) / "shots-data")
    parser.add_argument("--url", help="a service that runs already, on the same data folder")
    parser.add_argument("--only", default="", help="only paths that contain this")
    parser.add_argument("--role", default="administrator")
    parser.add_argument("--variants", type=int, default=len(VARIANTS))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with house.chromium() as browser:
        if given.url:
            shoot(browser, house.House(given.url, given.data_dir), given)
        else:
            with house.running(given.data_dir) as running:
                shoot(browser, running, given)


def shoot(browser: Browser, running: house.House, given: argparse.Namespace) -> None:
    context = browser.new_context(locale="de-CH", timezone_id="Europe/Zurich")
    page = context.new_page()
    found = house.walk(page, running, house.PUBLIC)
    outside = [path for path in found if path != "/today"]  # that one asks for a login
    house.log_in(page, running, given.role)
    paths = [p for p in house.walk(page, running) if p not in outside]
    state = context.storage_state()
    for width, scheme in VARIANTS[: given.variants]:
        for who, pages in ((None, outside), (state, paths)):
            inner = browser.new_context(
                locale="de-CH",
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                storage_state=who,
            )
            view = inner.new_page()
            for path in pages:
                if given.only in path:
                    view.goto(running.url + path)
                    name = path.strip("/").replace("/", "-")[:60] or "root"
                    view.screenshot(path=given.out / f"{name}.{width}.{scheme}.png", full_page=True)
            inner.close()
    print("\n".join([*outside, *paths]))  # noqa: T201


if __name__ == "__main__":
    main()
