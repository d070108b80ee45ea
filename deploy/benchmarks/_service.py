"""The service of a benchmark: with the demo in a scratch database, run as in production.

It measures nothing.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from _host import free_port
from _scratch import scratch
from msgspec.structs import replace

from service import app as composition
from service.accounts import actions as accounts
from service.app import App
from service.demo import logins, seeds
from service.demo.past import Doors
from service.demo.site import Site
from service.kit import clock, settings
from service.kit.settings import Settings


@asynccontextmanager
async def planted() -> AsyncIterator[App]:
    """Give the application with a planted demo; nothing is left of it afterwards."""
    read = settings.read()
    with tempfile.TemporaryDirectory() as folder:
        async with composition.database_address(read) as server, scratch(server) as dsn:
            port = free_port()
            inside = replace(
                read,
                database_url=dsn,
                data_dir=Path(folder),
                port=port,
                public_url=f"http://127.0.0.1:{port}",
            )
            async with composition.opened(inside) as app:
                opening = Doors(app.renderer, app.segments, inside.public_url)
                async with app.db.tx() as tx:
                    site = Site("http://127.0.0.1:9")
                    await seeds.prepare(tx, site, inside.data_dir, opening, clock.now())
                yield app


@asynccontextmanager
async def served(inside: Settings) -> AsyncIterator[None]:
    """Run `serve` as a process of its own until the block ends."""
    environment = {
        **os.environ,  # noqa: TID251 (the child reads its settings from there)
        "DATABASE_URL": inside.database_url,
        "DATA_DIR": str(inside.data_dir),
        "PORT": str(inside.port),
        "PUBLIC_URL": inside.public_url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service", "serve", env=environment
    )
    try:
        async with aiohttp.ClientSession() as http:
            for _ in range(200):
                try:
                    async with http.get(f"{inside.public_url}/healthz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        await process.wait()


async def session(app: App) -> str:
    """Let the demo's administrator in and return the session's cookie."""
    login = next(k for k in logins.known(app.settings.data_dir) if k.role == "administrator")
    outcome = await accounts.log_in(
        app.db,
        email=login.email,
        password=login.password,
        host="127.0.0.1",
        agent="bench",
        now=clock.now(),
    )
    if not isinstance(outcome, accounts.Entry):
        raise SystemExit("the demo's administrator is not let in")
    return outcome.token
