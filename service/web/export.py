"""Tables as CSV files that a Swiss Excel opens rightly: UTF-8 with a mark, semicolons.

A long list is read and sent in stretches, each with a connection for a moment only: a table takes
as much memory with a million rows as with a thousand, and whoever downloads slowly holds nobody up.
"""

import asyncio
import codecs
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from litestar import Response
from litestar.response import Stream

from service.kit.db import Database, Tx
from service.kit.localtime import local
from service.kit.text import Text
from service.web.pages import Page

Row = TypeVar("Row")
Read = Callable[[Tx, Row | None], Awaitable[Sequence[Row]]]
Line = Callable[[Row], Sequence[object]]

STRETCH = 1000  # rows read at once
_KIND = "text/csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def answer(
    page: Page, name: str, header: Sequence[Text], rows: Iterable[Sequence[object]]
) -> Response[bytes]:
    """Answer with a short table as a file, its header in the page's language."""
    titles = [page._(title) for title in header]
    data = await asyncio.to_thread(table, titles, rows)
    return page.download(data, name, f"{_KIND}; charset=utf-8")


async def stream(
    page: Page, name: str, header: Sequence[Text], read: Read[Row], line: Line[Row]
) -> Stream:
    """Answer with a list of any length as a file.

    `read` returns at most STRETCH rows behind the given one, from the first where that is None;
    `line` makes a line of a row. What the first rows cannot be read for is told as a page.
    """
    titles = [page._(title) for title in header]
    async with page.db.read() as tx:
        rows = await read(tx, None)
    return Stream(
        _stretches(page.db, titles, rows, read, line),
        media_type=_KIND,  # the charset is added to what is streamed
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _stretches(
    db: Database, titles: Sequence[str], rows: Sequence[Row], read: Read[Row], line: Line[Row]
) -> AsyncIterator[bytes]:
    yield table(titles, ())
    while rows:
        yield await asyncio.to_thread(_lines, map(line, rows))
        if len(rows) < STRETCH:
            return
        async with db.read() as tx:
            rows = await read(tx, rows[-1])


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the bytes of the file."""
    return codecs.BOM_UTF8 + _lines([header]) + _lines(rows)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, str) and value.startswith(_FORMULA):
        # A spreadsheet would run what a stranger wrote into a reply or a name.
        return f"'{value}"
    return value
