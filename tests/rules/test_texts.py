"""UI texts: every English text has its German one, in Swiss orthography, with the same places."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.kit.messages import Catalogue

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "templates" / "locale"
PLACE = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "msg": None, "N_": None}


def texts() -> dict[str, str]:
    """Every text that code or a template shows, and one place where it stands."""
    found: dict[str, str] = {}
    options = {"**.html": {"trimmed": "true", "extensions": "jinja2.ext.do"}}
    for folder, methods in (
        ("service", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.mjml", "jinja2")]),
    ):
        for file, line, message, _, _ in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS, directory_filter=_ours
        ):
            first = message[0] if isinstance(message, tuple) else message
            if first:
                found.setdefault(first, f"{folder}/{file}:{line}")
    return found


def _ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "built", "locale", "__pycache__"}


def test_every_text_has_a_german_one() -> None:
    german = Catalogue.load(LOCALE).of("de")
    known = set(german.singles) | set(german.plurals)
    missing = [f"{place}: {text!r}" for text, place in texts().items() if text not in known]
    assert not missing, f"{len(missing)} without German:\n" + "\n".join(sorted(missing))


def test_no_german_text_is_left_over() -> None:
    german = Catalogue.load(LOCALE).of("de")
    unused = (set(german.singles) | set(german.plurals)) - set(texts())
    assert not unused, "\n".join(sorted(unused))


def test_a_translation_has_the_places_of_its_original() -> None:
    wrong = []
    for path in LOCALE.rglob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id:
                    continue
                ours = [message.id] if isinstance(message.id, str) else list(message.id)
                theirs = [message.string] if isinstance(message.id, str) else list(message.string)
                places = set(PLACE.findall(" ".join(ours)))
                if any(set(PLACE.findall(t)) - places for t in theirs if t) or (
                    len(ours) == 1 and set(PLACE.findall(theirs[0])) != places
                ):
                    wrong.append(f"{path.name}: {ours[0]}")
    assert not wrong, "\n".join(wrong)


def test_german_texts_are_swiss() -> None:
    wrong = []
    for path in (*LOCALE.rglob("*.po"), *(ROOT / "templates").rglob("*.html")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if "ß" in line or "„" in line:
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not wrong, "ss and « » in Swiss texts:\n" + "\n".join(wrong)
