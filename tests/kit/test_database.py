"""The database's doors: errors that people understand, and migrations that never surprise."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.kit import embedded, migrate
from service.kit.db import Database, single
from service.kit.errors import Conflict, Invalid, Unavailable
from service.kit.migrate import Migration

ROOT = Path(__file__).resolve().parents[2]


async def test_a_taken_value_is_a_conflict_and_a_nul_byte_is_invalid(db: Database) -> None:
    async with db.tx() as tx:
        await tx.execute("create temporary table once (word text primary key)")
        await tx.execute("insert into once values ('a')")
        with pytest.raises(Conflict):
            async with db.tx() as other, other.transaction():
                await other.execute("create temporary table twice (word text primary key)")
                await other.execute("insert into twice values ('a'), ('a')")
    with pytest.raises(Invalid):
        async with db.tx() as tx:
            await tx.fetchval("select $1::text", "a\x00b")


async def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.tx() as tx:
            await tx.execute("create table half (id int)")
            raise ZeroDivisionError
    async with db.read() as tx:
        assert await tx.fetchval("select to_regclass('half')") is None


async def test_a_database_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Database.open("postgresql://nobody@127.0.0.1:1/none")


async def test_what_breaks_beside_the_database_is_not_told_as_the_database_being_away(
    db: Database, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        async with db.tx() as tx:
            await tx.execute("select 1")
            (tmp_path / "nowhere").read_bytes()
    with pytest.raises(TimeoutError):
        async with db.read(), asyncio.timeout(0.01):
            await asyncio.Event().wait()
    with pytest.raises(Unavailable):
        async with db.tx() as tx:
            await tx.execute("select pg_sleep(60)", timeout=0.01)


async def test_a_connection_that_breaks_is_a_database_that_is_away(db: Database) -> None:
    for way in ("terminated", "cut"):
        with pytest.raises(Unavailable):
            async with db.tx() as tx:
                if way == "cut":
                    tx._transport.abort()
                else:
                    async with db.read() as other:
                        pid = await tx.fetchval("select pg_backend_pid()")
                        await other.execute("select pg_terminate_backend($1)", pid)
                await tx.fetchval("select 1")


@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
async def test_what_a_servers_own_time_limit_ends_may_be_asked_again(
    db: Database, limit: str
) -> None:
    async with db.read() as held:
        await held.execute("select pg_advisory_lock(1)")
        with pytest.raises(Unavailable):
            async with db.tx() as tx:
                await tx.execute(f"set local {limit} = 10")
                await tx.execute("select pg_advisory_xact_lock(1)")
        await held.execute("select pg_advisory_unlock(1)")


def step(number: int, text: str) -> Migration:
    return Migration(number, f"step{number}", text, text)


async def test_a_task_that_is_cancelled_while_its_connection_breaks_is_cancelled(
    db: Database,
) -> None:
    async def work() -> None:
        async with db.tx() as tx:
            pid = await tx.fetchval("select pg_backend_pid()")
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                async with db.read() as other:
                    await other.execute("select pg_terminate_backend($1)", pid)

    begun = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        await begun.wait()
        task.cancel()
    assert task.cancelled()


async def test_a_database_newer_than_the_code_is_refused_and_unchanged(dsn: str) -> None:
    known = migrate.read()
    async with single(dsn) as tx:
        before = await tx.fetch("select * from migration order by number")
        with pytest.raises(Conflict, match="newer than this program"):
            await migrate.migrate(tx, known[:-1])
        with pytest.raises(Conflict, match="newer than this program"):
            await migrate.pending(tx, known[:-1])
        assert await tx.fetch("select * from migration order by number") == before


async def test_an_edited_migration_is_refused(dsn: str) -> None:
    known = migrate.read()
    edited = [*known[:-1], step(known[-1].number, "select 1")]
    async with single(dsn) as tx:
        with pytest.raises(Conflict, match="differs"):
            await migrate.migrate(tx, edited)


async def test_a_failing_migration_leaves_no_trace_and_those_before_it_stay(
    server_dsn: str, scratch: str
) -> None:
    steps = [
        step(1, "create table one (id int)"),
        step(2, "create table two (id int); select 1 / 0"),
    ]
    async with single(scratch) as tx:
        with pytest.raises(Exception, match="division by zero"):
            await migrate.migrate(tx, steps)
        assert await migrate.pending(tx, steps[:1]) == 0
        assert await tx.fetchval("select to_regclass('two')") is None


async def test_processes_that_migrate_at_once_apply_each_step_once(scratch: str) -> None:
    steps = [step(n, f"create table t{n} (id int)") for n in range(1, 6)]

    async def one() -> int:
        async with single(scratch) as tx:
            return len(await migrate.migrate(tx, steps))

    assert sum(await asyncio.gather(*(one() for _ in range(4)))) == 5


KEEP = """
import os, sys, time
from pathlib import Path
from service.kit import embedded
dsn, lock = embedded.start(Path(sys.argv[1]))
print(dsn, flush=True)
sys.stdin.read()
"""


DEAF = """
import signal, sys
for number, name in enumerate(("SIGINT", "SIGQUIT")):
    deaf = name in sys.argv[1:]
    leave = lambda *_, code=3 * number: sys.exit(code)
    signal.signal(signal.Signals[name], signal.SIG_IGN if deaf else leave)
print(end="x", flush=True)
while True:
    signal.pause()
"""


def process(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    child = subprocess.Popen(
        [sys.executable, "-c", KEEP, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    return child, child.stdout.readline().strip()


async def test_the_embedded_server_ends_with_its_last_process_and_keeps_what_was_committed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("pg")
    first, dsn = process(folder)
    second, same = process(folder)
    assert dsn == same
    async with single(dsn) as tx:
        await tx.execute("create table kept (id int); insert into kept values (42)")
        server = await tx.fetchval("select pg_backend_pid()")
    pid_file = Path(dsn.partition("host=")[2]).parent / "data" / "postmaster.pid"
    postmaster = int(pid_file.read_text().split()[0])
    assert server
    first.send_signal(signal.SIGKILL)
    first.wait()
    async with single(dsn) as tx:
        assert await tx.fetchval("select id from kept") == 42
    second.send_signal(signal.SIGKILL)
    second.wait()
    await asyncio.to_thread(until_gone, postmaster)
    third, dsn = process(folder)
    async with single(dsn) as tx:
        assert await tx.fetchval("select id from kept") == 42
    third.send_signal(signal.SIGKILL)
    third.wait()


async def test_an_embedded_server_that_dies_in_use_is_started_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("pg")
    user, dsn = process(folder)
    async with single(dsn) as tx:
        await tx.execute("create table kept (id int); insert into kept values (42)")
        await tx.execute("select pg_sleep(1)")  # a server that ends within a second is given up
    pid_file = Path(dsn.partition("host=")[2]).parent / "data" / "postmaster.pid"
    postmaster = int(pid_file.read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    async with asyncio.timeout(60):
        while True:
            try:
                async with single(dsn) as tx:
                    assert await tx.fetchval("select id from kept") == 42
                    break
            except Unavailable:
                await asyncio.sleep(0.05)
    user.kill()
    user.wait()


@pytest.mark.parametrize(
    ("deaf_to", "ends"),
    [((), 0), (("SIGINT",), 3), (("SIGINT", "SIGQUIT"), -signal.SIGKILL)],
)
def test_a_server_that_does_not_stop_is_stopped_harder_and_harder(
    deaf_to: tuple[str, ...], ends: int
) -> None:
    server = subprocess.Popen([sys.executable, "-c", DEAF, *deaf_to], stdout=subprocess.PIPE)
    with server:
        assert server.stdout is not None
        server.stdout.read(1)
        steps = [(s, 0.2 if s.name in deaf_to else 60.0) for s in (signal.SIGINT, signal.SIGQUIT)]
        assert embedded.stop(server, steps) == ends


def until_gone(pid: int) -> None:
    descriptor = os.pidfd_open(pid)
    try:
        ready, _, _ = select.select([descriptor], [], [], 30)
        assert ready, "the server outlives its last process"
    finally:
        os.close(descriptor)


def test_a_folder_without_programs_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="PG_BINDIR"):
        embedded.start(tmp_path, str(tmp_path))
