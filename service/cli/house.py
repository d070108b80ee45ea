"""Commands of the house: up, serve, work, migrate, check."""

import argparse
import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator

import uvicorn

from service import app as composition
from service import worker
from service.audience import catalogue
from service.cli import command
from service.cli.command import Subparsers
from service.delivery import smtp
from service.events import mailbox
from service.kit import db, migrate
from service.kit.errors import Fault, Invalid, Problem, Unavailable
from service.kit.messages import Catalogue
from service.kit.render import TEMPLATES, Renderer
from service.kit.settings import Settings
from service.kit.text import msg
from service.web import application


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    command.add(commands, "serve", serve, "answer people: web pages, links, feeds")
    command.add(commands, "work", work, "poll sources, open dispatches, hand over mail")
    command.add(commands, "migrate", run_migrations, "bring the database up to date")
    command.add(commands, "check", check, "check settings, templates, segments and database")


async def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve web pages until SIGTERM or SIGINT."""
    listener = listen(settings)
    async with composition.opened(settings) as app:
        await web_until(app, listener, stop_on_signals())
    return 0


async def work(args: argparse.Namespace, settings: Settings) -> int:
    """Work until SIGTERM or SIGINT; what is in flight is finished first."""
    async with composition.opened(settings) as app:
        await worker.work(app, stop_on_signals())
    return 0


async def run_migrations(args: argparse.Namespace, settings: Settings) -> int:
    """Apply missing migrations."""
    async with composition.database_address(settings) as dsn:
        applied = [m.name for m in await composition.migrated(dsn)]
    text = f"applied: {', '.join(applied)}" if applied else "The database is up to date."
    command.say(args, {"applied": applied}, text)
    return 0


async def check(args: argparse.Namespace, settings: Settings) -> int:
    """Say everything that is wrong with the installation; exit 1 if anything is."""
    faults: list[Fault] = []
    for name, look in _LOOKS.items():
        try:
            faults += await look(settings)
        except Invalid as problem:
            faults += [Fault(_place(name, fault.where), fault.what) for fault in problem.faults]
        except Problem as problem:
            why = problem.__cause__ or ""
            faults.append(Fault(name, msg("%(what)s %(why)s", what=problem.text, why=why)))
    if faults:
        raise Invalid(faults)
    command.say(args, {"ok": True, "looked_at": list(_LOOKS)}, "All is well.")
    return 0


def _place(name: str, where: str) -> str:
    return f"{name}: {where}" if where else name


async def _look_at_settings(settings: Settings) -> list[Fault]:
    faults: list[Fault] = []
    for used in (
        lambda: smtp.mailer(settings.smtp_url, settings.public_url, settings.smtp_connections),
        lambda: composition.dkim_keys(settings),
        lambda: settings.imap_url and mailbox.address(settings.imap_url),
    ):
        try:
            used()
        except Invalid as problem:
            faults += [Fault(_place("settings", one.where), one.what) for one in problem.faults]
    return faults


async def _look_at_templates(settings: Settings) -> list[Fault]:
    texts = Catalogue.load(TEMPLATES / "locale")
    faults = Renderer(texts).faults()
    return [Fault(name, msg("is not a valid template: %(why)s", why=why)) for name, why in faults]


async def _look_at_segments(settings: Settings) -> list[Fault]:
    catalogue.load(settings.segments_dir)
    return []


async def _look_at_database(settings: Settings) -> list[Fault]:
    async with composition.database_address(settings) as dsn, db.single(dsn) as tx:
        if missing := await migrate.pending(tx, migrate.read()):
            what = msg("lacks %(count)s migrations: ./run migrate", count=missing)
            return [Fault("database", what)]
    return []


_LOOKS: dict[str, Callable[[Settings], Awaitable[list[Fault]]]] = {
    "settings": _look_at_settings,
    "templates": _look_at_templates,
    "segments": _look_at_segments,
    "database": _look_at_database,
}


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the process stops as one."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def web_until(app: composition.App, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve HTTP until `stop`."""
    config = uvicorn.Config(
        application.create(app, stop),
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=3,
        proxy_headers=True,
        server_header=False,
        date_header=True,
    )
    server = _Server(config)

    async def until_stopped() -> None:
        await stop.wait()
        server.should_exit = True

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(until_stopped())
        await server.serve(sockets=[listener])
        stop.set()
        await watching


def listen(settings: Settings) -> socket.socket:
    """Take the port, before anything else is started; raises Unavailable where it is taken."""
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Unavailable(
            msg(
                "%(host)s:%(port)s cannot be used: %(why)s. Set PORT to another number.",
                host=host,
                port=port,
                why=error.strerror,
            )
        ) from error
    listener.listen(512)
    listener.setblocking(False)
    return listener
