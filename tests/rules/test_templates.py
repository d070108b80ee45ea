"""Templates of pages: nothing inline, nothing from elsewhere, every form carries its token."""

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import jinja2.meta

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = ("editor", "public", "_components", "demo")
INLINE = re.compile(
    r"<[^>]*\s(style|on[a-z]+)\s*=|<style\b|javascript:|<script(?![^>]*\bsrc=)", re.I
)
LOADED = re.compile(r"<(?:script|img|link|iframe|source|audio|video)\b[^>]*(?:src|href)=\"https?:")
POSTED = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.S | re.I)
TOKEN = re.compile(r"csrf")


def pages() -> Iterator[tuple[str, str]]:
    for folder in PAGES:
        for path in sorted((TEMPLATES / folder).rglob("*.html")):
            yield path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8")


def test_no_page_has_inline_style_or_script() -> None:
    wrong = [f"{name}: {found[0]}" for name, text in pages() if (found := INLINE.search(text))]
    assert not wrong, "the content security policy would drop it:\n" + "\n".join(wrong)


def test_no_page_loads_anything_from_elsewhere() -> None:
    assert not [name for name, text in pages() if LOADED.search(text)]


def test_every_form_of_an_editor_carries_the_token() -> None:
    # Login and invitation are sent without a session, so they have none and stand off the desk.
    wrong = [
        f"{name}: {form[:80]}"
        for name, text in pages()
        if name.startswith("editor/") and 'extends "public/' not in text
        for form in POSTED.findall(text)
        if not TOKEN.search(form)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_template_that_is_named_exists() -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701
    missing = [
        f"{path.relative_to(TEMPLATES)} names {named}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for named in jinja2.meta.find_referenced_templates(
            environment.parse(path.read_text(encoding="utf-8"))
        )
        if named and not (TEMPLATES / named).exists()
    ]
    assert not missing, "\n".join(missing)
