"""Forward-only migrations: numbered SQL files, each in one transaction, under an advisory lock.

The first line of a file names the stage that owns its tables: `-- stage: items`.
"""

import hashlib
import re
from pathlib import Path

import msgspec

from service.kit.db import Tx
from service.kit.errors import Conflict
from service.kit.text import msg

SCHEMA = Path(__file__).resolve().parent.parent / "schema"
_LOCK = 0x52554E44  # "RUND"
_FILE = re.compile(r"(\d{4})_(\w+)\.sql")


class Migration(msgspec.Struct, frozen=True):
    """One file: its number, name, text, and the SHA-256 of that text."""

    number: int
    name: str
    text: str
    checksum: str


def read(folder: Path = SCHEMA) -> list[Migration]:
    """Return the migrations in order of their number."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        if match := _FILE.fullmatch(path.name):
            text = path.read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            found.append(Migration(int(match[1]), match[2], text, digest))
    return found


async def migrate(tx: Tx, migrations: list[Migration]) -> list[Migration]:
    """Apply what is missing and return it; several processes may call this at once.

    Raises Conflict where the database is newer than the code, or a migration that was applied has
    been edited since.
    """
    await tx.execute("select pg_advisory_lock($1)", _LOCK)
    try:
        await tx.execute(
            "create table if not exists migration (number int primary key, name text not null,"
            " checksum text not null, applied_at timestamptz not null default now())"
        )
        done = {r["number"]: r["checksum"] for r in await tx.fetch("select * from migration")}
        _compare(done, migrations)
        missing = [m for m in migrations if m.number not in done]
        for step in missing:
            async with tx.transaction():
                await tx.execute(step.text)
                await tx.execute(
                    "insert into migration (number, name, checksum) values ($1, $2, $3)",
                    step.number,
                    step.name,
                    step.checksum,
                )
        return missing
    finally:
        await tx.execute("select pg_advisory_unlock($1)", _LOCK)


def _compare(done: dict[int, str], migrations: list[Migration]) -> None:
    known = {m.number: m for m in migrations}
    newer = sorted(set(done) - set(known))
    if newer:
        raise Conflict(
            msg(
                "The database is newer than this program (migration %(number)s). "
                "Install the newer version; nothing was changed.",
                number=newer[-1],
            )
        )
    for number, checksum in done.items():
        if known[number].checksum != checksum:
            raise Conflict(
                msg(
                    "Migration %(number)s (%(name)s) differs from the one this database was "
                    "made with; nothing was changed.",
                    number=number,
                    name=known[number].name,
                )
            )


async def pending(tx: Tx, migrations: list[Migration]) -> int:
    """Return how many migrations are missing; raises Conflict as `migrate` does."""
    if await tx.fetchval("select to_regclass('migration')") is None:
        return len(migrations)
    done = {r["number"]: r["checksum"] for r in await tx.fetch("select * from migration")}
    _compare(done, migrations)
    return len(migrations) - len(done)
