"""`./run`: everything in one process - database, pages, worker - and, by itself, a demo.

Without DATABASE_URL it runs on the embedded PostgreSQL, catches all mail in a local inbox and opens
with a demo association (`--empty`: without it). With DATABASE_URL there is neither.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from service import app as composition
from service import worker
from service.app import App
from service.cli import beside, command
from service.cli.command import Subparsers
from service.cli.house import listen, stop_on_signals, web_until
from service.demo import doors, logins, past, returns, seeds
from service.demo.doors import Doors
from service.demo.logins import Login
from service.demo.site import Site
from service.kit import clock
from service.kit.settings import Settings


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    parser = command.add(commands, "up", up, "run everything in one process (the default)")
    parser.add_argument("--empty", action="store_true", help="start without demo data")


async def up(args: argparse.Namespace, settings: Settings) -> int:
    """Run database, pages, worker and demo until SIGTERM or SIGINT."""
    stop = stop_on_signals()
    listener = listen(settings)
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(composition.database_address(settings))
        await composition.migrated(dsn)
        demo = None
        if not settings.database_url:
            opening = doors.opened(settings.data_dir, clock.now, settings.public_url)
            demo = await stack.enter_async_context(opening)
        inside = beside.inside(settings, dsn, demo, planted=not args.empty)
        app = await stack.enter_async_context(composition.opened(inside, demo=demo is not None))
        if demo and not args.empty:
            await _prepare(app, demo)
        command.print_line(_welcome(app, logins.known(settings.data_dir) if demo else ()))
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.work(app, stop))
            back = group.create_task(_come_back(app, demo if not args.empty else None))
            await web_until(app, listener, stop)
            back.cancel()
    return 0


async def _come_back(app: App, demo: Doors | None) -> None:
    if demo:
        await returns.come(app.db, app.signer, demo.returns_url, clock.now())


async def _prepare(app: App, demo: Doors) -> None:
    opening = past.Doors(app.renderer, app.segments, app.settings.public_url)
    site, data_dir = Site(demo.site_url), app.settings.data_dir
    async with app.db.tx() as tx:
        await seeds.prepare(tx, site, data_dir, opening, clock.now())


def _welcome(app: App, known: Sequence[Login]) -> str:
    """Return where Rundbrief stands and how to enter."""
    lines = [f"Rundbrief: {app.settings.public_url}"]
    if app.demo:
        lines.append(f"Caught mail: {app.settings.public_url}/demo/mail")
    lines += [f"  {login.role:13} {login.email:28} {login.password}" for login in known]
    if not known:
        lines.append("Make the first login: ./run create-editor --help")
    return "\n".join(lines)
