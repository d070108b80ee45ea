"""`./run`: everything in one process - database, pages, worker - and, by itself, a demo.

Without DATABASE_URL it runs on the embedded PostgreSQL, catches all mail in a local inbox and opens
with a demo association (`--empty`: without it). With DATABASE_URL there is neither.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec

from service import app as composition
from service import worker
from service.cli import command
from service.cli.command import Subparsers
from service.cli.house import stop_on_signals, web_until
from service.demo import doors
from service.kit import clock
from service.kit.settings import Settings


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    parser = command.add(commands, "up", up, "run everything in one process (the default)")
    parser.add_argument("--empty", action="store_true", help="start without demo data")


async def up(args: argparse.Namespace, settings: Settings) -> int:
    """Run database, pages, worker and demo until SIGTERM or SIGINT."""
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(composition.database_address(settings))
        await composition.migrated(dsn)
        settings = await stack.enter_async_context(_surroundings(settings, dsn))
        app = await stack.enter_async_context(composition.opened(settings))
        stop = stop_on_signals()
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.work(app, stop))
            await web_until(app, stop)
    return 0


@asynccontextmanager
async def _surroundings(settings: Settings, dsn: str) -> AsyncIterator[Settings]:
    """Give the settings that hold inside: the operator's own, or those of the demo's servers."""
    if settings.database_url:
        yield settings
        return
    async with doors.opened(settings.data_dir, clock.now) as demo:
        yield msgspec.structs.replace(
            settings,
            database_url=dsn,
            smtp_url=settings.smtp_url or demo.smtp_url,
            fetch_allow=(*settings.fetch_allow, demo.site_url.removeprefix("http://")),
        )
