"""Lists as files: of any length, in stretches, each row once."""

import asyncio
import csv
import io
from typing import Any

from litestar import Litestar

from service.app import App
from service.web import export
from tests.browser_like import Client
from tests.outbox import cast

MANY = export.STRETCH * 2 + 1


async def downloaded(asgi: Litestar, client: Client, path: str) -> tuple[dict[str, str], Any]:
    """Return the headers and the parts of a file as a server passes them on."""
    parts: list[bytes] = []
    head: dict[str, str] = {}

    ended = asyncio.Event()

    async def receive() -> Any:
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
            head.update((name.decode(), value.decode()) for name, value in message["headers"])
            return
        if message["body"]:
            parts.append(message["body"])
        if not message["more_body"]:
            ended.set()

    asked = client.build_request("GET", path)
    await asgi(
        {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": asked.url.path,
            "raw_path": asked.url.raw_path,
            "query_string": asked.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in asked.headers.raw],
            "client": ("127.0.0.1", 50000),
            "server": ("rundbrief.test", 80),
        },  # type: ignore[arg-type]
        receive,
        send,
    )
    return head, parts


def rows_of(parts: list[bytes]) -> list[list[str]]:
    text = b"".join(parts).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))[1:]


async def test_a_long_list_is_sent_in_stretches_with_each_row_once(
    app: App, asgi: Litestar, client: Client
) -> None:
    dispatch_id = await cast.opened(app.db, MANY)
    async with app.db.tx() as tx:
        await tx.execute(
            "insert into left_out select $1, id, 'paused' from contact order by id", dispatch_id
        )
        # Whom we forgot has no address: such rows are told apart by their ids alone.
        await tx.execute("update message set address = '' where id % 2 = 0")
        ids = [r[0] for r in await tx.fetch("select address from message order by address, id")]
    await client.login("editor")
    for path, column, wanted in (
        ("/contacts.csv", 2, None),
        (f"/dispatches/{dispatch_id}/left-out.csv", 2, None),
        (f"/dispatches/{dispatch_id}/messages.csv", 0, ids),
        (f"/dispatches/{dispatch_id}/messages.csv?state=queued", 0, ids),
    ):
        head, parts = await downloaded(asgi, client, path)
        assert head["content-type"] == "text/csv; charset=utf-8"
        assert head["content-disposition"].startswith("attachment; filename=")
        assert head["cache-control"] == "no-store"
        assert [part.count(b"\r\n") for part in parts] == [1, export.STRETCH, export.STRETCH, 1]
        found = [row[column] for row in rows_of(parts)]
        if wanted is None:
            assert len(set(found)) == MANY
        else:
            assert found == wanted


async def test_a_list_of_nothing_is_its_header_and_of_no_dispatch_there_is_none(
    asgi: Litestar, client: Client
) -> None:
    await client.login("editor")
    _, parts = await downloaded(asgi, client, "/contacts.csv")
    assert len(parts) == 1
    assert rows_of(parts) == []
    for name in ("messages", "left-out"):
        assert (await client.get(f"/dispatches/7/{name}.csv")).status_code == 404
    assert (await client.get("/reports/7/unsubscribed.csv")).status_code == 404


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    assert export.table(["Antwort"], [['=1+1;"x"']]).decode() == (
        '\ufeffAntwort\r\n"\'=1+1;""x"""\r\n'
    )
