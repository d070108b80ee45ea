"""The door to Jinja2 and MJML: pages, mails as folders of three, MJML to HTML off the event loop.

It decides no wording and no look. What it guards: everything printed into `.html` and `.mjml` is
escaped, every value of an MJML attribute twice (`|attr`), and no rendered MJML includes a file.
"""

import asyncio
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup, escape

from service.kit import filetypes, wording
from service.kit.messages import Catalogue
from service.kit.text import Text, one_line

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

LARGEST_MARKUP = 2_000_000
_LEADING = re.compile(r"\n\s+")
_BLANK_LINES = re.compile(r"\n{3,}")


class Letter(msgspec.Struct, frozen=True):
    """A mail's three parts, ready but for its slots."""

    subject: str
    text: str
    html: str


class Renderer:
    """Renders templates by name: `.html` and `.mjml` escaped, everything else as it is."""

    def __init__(self, catalogue: Catalogue, folder: Path = TEMPLATES) -> None:
        self._catalogue = catalogue
        self.environment = _environment(folder)

    def html(self, name: str, /, **context: Any) -> str:
        return self.environment.get_template(name).render(**context)

    text = html

    def faults(self) -> list[tuple[str, str]]:
        """Return every template that cannot be compiled, with the reason and the line."""
        found = []
        for name in self.environment.list_templates(extensions=["html", "txt", "mjml"]):
            try:
                self.environment.get_template(name)
            except jinja2.TemplateSyntaxError as error:
                found.append((f"{name}:{error.lineno}", str(error.message)))
        return found

    async def letter(self, name: str, language: str, **context: Any) -> Letter:
        """Render templates/mail/<name>/{subject.txt, body.txt, body.mjml} in a language."""
        spoken = self._catalogue.of(language)
        context |= {
            "language": language,
            "translate": lambda text: self._catalogue.translate(text, language),
            "gettext": spoken.gettext,
            "ngettext": spoken.ngettext,
        }
        subject = one_line(self.text(f"mail/{name}/subject.txt", **context))
        text = self.text(f"mail/{name}/body.txt", **context).strip()
        markup = self.html(f"mail/{name}/body.mjml", subject=subject, **context)
        return Letter(subject, _BLANK_LINES.sub("\n\n", text) + "\n", await self.mjml(markup))

    async def mjml(self, markup: str) -> str:
        """Compile MJML to HTML in a thread."""
        return await asyncio.to_thread(compile_mjml, markup)


@lru_cache(maxsize=32)
def compile_mjml(markup: str) -> str:
    """Compile MJML to HTML, without the white space at the start of lines; 20-90 ms of CPU.

    The same mail is looked at many times before it is sent once, so the last ones are kept.
    """
    if "<mj-include" in markup.lower() or len(markup) > LARGEST_MARKUP:
        raise ValueError("this MJML includes a file or is too large")
    import mjml  # noqa: PLC0415 - 10 MB, which a process that only hands mails over never needs

    return _LEADING.sub("\n", str(mjml.mjml_to_html(markup, keep_comments=False).html)).strip()


def attribute(value: object) -> Markup:
    """Return a value for an MJML attribute, escaped twice: mjml un-escapes once, prints it raw."""
    return escape(str(escape(one_line(str(value)))))


def _label(value: object) -> str:
    """Return a text for <mj-title>, which mjml also prints, unescaped, between double quotes."""
    return one_line(str(value)).replace('"', "”")


# The filters read `language`, `now` and `translate` from the context of every page and mail.


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, when: datetime | None) -> str:
    return wording.moment(when, context["language"])


@jinja2.pass_context
def _size(context: jinja2.runtime.Context, number: int | None) -> str:
    return filetypes.size(number, context["language"])


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, when: date | None) -> str:
    return wording.day(when, context["language"])


@jinja2.pass_context
def _short_day(context: jinja2.runtime.Context, when: date | None) -> str:
    return wording.short_day(when, context["language"])


@jinja2.pass_context
def _ago(context: jinja2.runtime.Context, when: datetime | None) -> str:
    return wording.ago(when, context["now"], context["language"])


@jinja2.pass_context
def _translated(context: jinja2.runtime.Context, text: Text | str) -> str:
    translated: str = context["translate"](text)
    return translated


@lru_cache
def _environment(folder: Path) -> jinja2.Environment:
    """Return the environment of a folder; it knows no language, so a process compiles once."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=lambda name: bool(name and name.endswith((".html", ".mjml"))),  # noqa: S701
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.filters |= {
        "attr": attribute,
        "label": _label,
        "datetime": _moment,
        "date": _day,
        "short_date": _short_day,
        "time": wording.clock,
        "ago": _ago,
        "number": wording.number,
        "document_kind": filetypes.kind,
        "document_size": _size,
        "t": _translated,
    }
    return environment
