"""Live progress: the changing part is sent as it changes, and the stream ends with the run."""

import asyncio
from collections.abc import AsyncIterator

from litestar import Litestar

from service.app import App
from service.kit import clock
from service.outbox import actions as outbox
from tests.browser_like import Client
from tests.events import cast


async def listen(asgi: Litestar, client: Client, path: str) -> AsyncIterator[str]:
    """Yield what an event stream sends, piece by piece, as a browser would get it."""
    heard: asyncio.Queue[str | None] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> dict[str, object]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            assert isinstance(body, bytes)
            await heard.put(body.decode())
            if not message.get("more_body"):
                await heard.put(None)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"cookie", f"rundbrief={client.cookies['rundbrief']}".encode())],
        "server": ("rundbrief.test", 80),
        "client": ("127.0.0.1", 50000),
    }
    async with asyncio.TaskGroup() as group:
        group.create_task(asgi(scope, receive, send))  # type: ignore[arg-type]
        while (piece := await heard.get()) is not None:
            yield piece
        gone.set()


async def test_progress_is_streamed_until_the_state_changes(
    app: App, asgi: Litestar, client: Client
) -> None:
    sent = await cast.sent(app)
    await client.login("editor")
    pieces: list[str] = []
    async for piece in listen(asgi, client, f"/dispatches/{sent.dispatch_id}/live"):
        pieces.append(piece)
        if "0 von 3 erledigt" in piece:
            async with app.db.tx() as tx:
                await cast.settle(tx, sent.messages[0], "accepted")
        if "1 von 3 erledigt" in piece:
            async with app.db.tx() as tx:
                await outbox.pause(tx, sent.dispatch_id, clock.now())
    told = "".join(pieces)
    assert told.index("0 von 3") < told.index("1 von 3")
    assert told.rstrip().endswith("event: end\ndata:")


async def test_the_stream_of_an_ended_dispatch_ends_at_once(app: App, client: Client) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await outbox.cancel(tx, sent.dispatch_id, clock.now())
    await client.login("editor")
    answer = await client.get(f"/dispatches/{sent.dispatch_id}/live")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "data: <" not in answer.text
