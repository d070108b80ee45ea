"""The door to Jinja2 and MJML: pages, mail parts, and MJML to HTML off the event loop."""

import asyncio
from pathlib import Path
from typing import Any

import jinja2
import mjml

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

    def html(self, name: str, **context: Any) -> str:
        return self.environment.get_template(name).render(**context)

    text = html

    async def mjml(self, markup: str) -> str:
        """Compile MJML to HTML in a thread."""
        return await asyncio.to_thread(compile_mjml, markup)


def compile_mjml(markup: str) -> str:
    """Compile MJML to HTML; burns 20-90 ms of CPU."""
    return str(mjml.mjml_to_html(markup).html)
