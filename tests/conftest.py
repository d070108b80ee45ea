"""What tests share: a real PostgreSQL with a fresh schema, and the application."""

import contextlib
import fcntl
import functools
import inspect
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import asyncpg
import pytest
from litestar import Litestar

from service.app import App, opened
from service.kit import embedded, migrate
from service.kit.db import Database, single
from service.kit.settings import Settings
from service.web import application as web
from tests.browser_like import Client

ROOT = Path(__file__).resolve().parents[1]
SERVER = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


# A group of tests → the programs it drives and the Debian packages that bring them. Where they are
# missing the group is left out and the closing lines say so; .ci/run installs them.
_SERVERS = tuple(f"/usr/sbin/{name}" for name in ("postfix", "dovecot", "opendkim", "smtp-sink"))
NEEDS = {
    "browser": (("/usr/bin/chromium",), "chromium libatomic1"),
    "mailserver": (_SERVERS, "postfix dovecot-imapd opendkim"),
}
LEFT_OUT: dict[str, int] = {}
LONG = ("mailserver", "journeys", "browser", "torture", "demo")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _is_async(item.function):
            item.add_marker(pytest.mark.anyio)
        if (ROOT / "tests" / "browser") in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if "server_dsn" in item.fixturenames:
            item.add_marker(pytest.mark.database)
    items.sort(key=_turn)
    for group, (programs, _) in NEEDS.items():
        if all(Path(program).exists() for program in programs):
            continue
        out = [item for item in items if item.get_closest_marker(group)]
        LEFT_OUT[group] = len(out)
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def _turn(item: pytest.Item) -> int:
    """Put the long ones first: the processes that share the tests then end together."""
    return LONG.index(item.path.parent.name) if item.path.parent.name in LONG else len(LONG)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process that shared the tests has left out: each collects them all."""
    LEFT_OUT.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for group, count in LEFT_OUT.items():
        packages = NEEDS[group][1]
        terminalreporter.write_line(f"left out: {count} tests of the group {group}: {packages}")


def _is_async(function: object) -> bool:
    inner = getattr(getattr(function, "hypothesis", None), "inner_test", function)
    return inspect.iscoroutinefunction(inner)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what was left out; take away the embedded servers of this run.

    As root these lie outside their DATA_DIR.
    """
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = LEFT_OUT
        return
    factory = getattr(session.config, "_tmp_path_factory", None)
    base = getattr(factory, "_basetemp", None)
    if base is None or os.geteuid() != 0:
        return
    for place, _, names in os.walk(base):
        if "lies-in-var-lib-rundbrief" in names:
            kept = (Path(place) / "lies-in-var-lib-rundbrief").read_text().strip()
            folder = Path("/var/lib/rundbrief") / kept
            if (folder / "lock").exists() and _let_go(folder / "lock"):
                shutil.rmtree(folder, ignore_errors=True)


def _let_go(path: Path) -> bool:
    """Wait a little for a server that is stopping; one left running must not hang the end."""
    with path.open() as lock:
        for _ in range(50):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            time.sleep(0.1)
    return False


@pytest.fixture(scope="session")
def server_dsn() -> Iterator[str]:
    """The address of a PostgreSQL server for tests: TEST_DATABASE_URL, else the embedded one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    programs = os.environ.get("PG_BINDIR", "")
    folder = ROOT / ".data" / ("test-given" if programs else "test")
    dsn, lock = embedded.start(folder, programs, SERVER)
    yield dsn
    os.close(lock)


@pytest.fixture(scope="session")
def template_dsn(server_dsn: str) -> Iterator[str]:
    """A migrated database of this run; what the migrations put in is kept aside as seed."""
    name = f"test_{os.getpid()}"

    async def make() -> None:
        async with single(server_dsn) as tx:
            await tx.execute(f"drop database if exists {name} with (force)")
            await tx.execute(f"create database {name}")
        async with single(with_name(server_dsn, name)) as tx:
            await migrate.migrate(tx, migrate.read())
            await tx.execute("create schema seed")
            for table in await _tables(tx):
                if await tx.fetchval(f'select exists (select from "{table}")'):
                    await tx.execute(f'create table seed."{table}" as table "{table}"')

    async def drop() -> None:
        async with single(server_dsn) as tx:
            await tx.execute(f"drop database if exists {name} with (force)")

    anyio.run(make)
    yield with_name(server_dsn, name)
    anyio.run(drop)


def with_name(dsn: str, name: str) -> str:
    """Return `dsn` for another database of the same server."""
    head, _, query = dsn.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")


async def _tables(tx: asyncpg.Connection) -> list[str]:
    rows = await tx.fetch(
        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
        " and relname <> 'migration' order by relname"
    )
    return [r["relname"] for r in rows]


async def _wipe(dsn: str) -> None:
    async with single(dsn) as tx:
        seeded = {
            r[0]
            for r in await tx.fetch("select tablename from pg_tables where schemaname = 'seed'")
        }
        steps = ["set session_replication_role = replica"]
        for table in await _tables(tx):
            steps.append(f'delete from public."{table}"')
            if table in seeded:
                steps.append(
                    f'insert into public."{table}" overriding system value'
                    f' select * from seed."{table}"'
                )
        await tx.execute(";".join(steps))


@pytest.fixture
async def dsn(template_dsn: str) -> str:
    """The address of the test database, emptied of everything but the migrations' own rows."""
    await _wipe(template_dsn)
    return template_dsn


@pytest.fixture
async def scratch(server_dsn: str) -> AsyncIterator[str]:
    """The address of an empty database."""
    name = f"scratch_{os.getpid()}"
    async with single(server_dsn) as tx:
        await tx.execute(f"drop database if exists {name} with (force)")
        await tx.execute(f"create database {name}")
    yield with_name(server_dsn, name)
    async with single(server_dsn) as tx:
        await tx.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
async def db(dsn: str) -> AsyncIterator[Database]:
    database = await Database.open(dsn, largest=8)
    yield database
    await database.close()


@pytest.fixture
async def settings(dsn: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=dsn,
        data_dir=tmp_path,
        public_url="http://rundbrief.test",
        fetch_allow=("127.0.0.1",),
        pool_size=8,
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with opened(settings) as application:
        yield application


@functools.cache
def _routes(*, demo: bool, secure: bool) -> Litestar:
    """Every test answers behind the same routes: to lay them takes longer than most tests."""
    return web.empty(demo=demo, secure=secure)


@pytest.fixture
async def asgi(app: App) -> AsyncIterator[Litestar]:
    """The web application, started and stopped in this loop."""
    application = web.occupied(_routes(demo=app.demo, secure=app.settings.secure), app)
    laid = len(application.routes)
    async with application.lifespan():
        yield application
    if len(application.routes) != laid:  # the test laid one of its own
        _routes.cache_clear()


@pytest.fixture
async def client(app: App, asgi: Litestar) -> AsyncIterator[Client]:
    """A stranger with a browser; `await client.login("editor")` lets them in."""
    async with Client.of(app, asgi) as made:
        yield made
