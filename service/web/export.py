"""Tables as CSV files that a Swiss Excel opens rightly: UTF-8 with a mark, semicolons."""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from litestar import Response

from service.kit.localtime import local
from service.kit.text import Text
from service.web.pages import Page

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def answer(
    page: Page, name: str, header: Sequence[Text], rows: Iterable[Sequence[object]]
) -> Response[bytes]:
    """Answer with a table as a file, its header in the page's language; written off the loop."""
    titles = [page._(title) for title in header]
    data = await asyncio.to_thread(table, titles, rows)
    return page.download(data, name, "text/csv; charset=utf-8")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the bytes of the file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, str) and value.startswith(_FORMULA):
        # A spreadsheet would run what a stranger wrote into a reply or a name.
        return f"'{value}"
    return value
