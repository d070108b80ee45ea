"""The door to Jinja2 and MJML: pages, mail parts, and MJML to HTML off the event loop."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
import mjml

from service.kit import wording
from service.kit.text import Text

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Renderer:
    """Renders templates by name: `.html` and `.mjml` escaped, everything else as it is."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=lambda name: bool(name and name.endswith((".html", ".mjml"))),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self.environment.filters |= {
            "datetime": _moment,
            "date": _day,
            "short_date": _short_day,
            "time": wording.clock,
            "ago": _ago,
            "number": wording.number,
            "t": _translated,
        }

    def html(self, name: str, **context: Any) -> str:
        return self.environment.get_template(name).render(**context)

    text = html

    async def mjml(self, markup: str) -> str:
        """Compile MJML to HTML in a thread."""
        return await asyncio.to_thread(compile_mjml, markup)


def compile_mjml(markup: str) -> str:
    """Compile MJML to HTML; burns 20-90 ms of CPU."""
    return str(mjml.mjml_to_html(markup).html)


# The filters read `language`, `now` and `translate` from the context that every page and mail is given.


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, when: datetime | None) -> str:
    return wording.moment(when, context["language"])


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
