"""The schema and the code say the same: enums, owners of tables, indexes of foreign keys."""

import enum
import importlib
import re
from pathlib import Path

from service.kit import migrate
from service.kit.db import Database

ROOT = Path(__file__).resolve().parents[2]
STAGES = (
    *("accounts", "sources", "items", "editions", "audience", "outbox", "delivery", "events"),
    "workers",
)
WRITES = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from)\s+(?:only\s+)?([a-z_]+)\b", re.IGNORECASE
)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


async def test_every_database_enum_equals_its_python_enum(db: Database) -> None:
    ours: dict[str, set[str]] = {}
    for stage in STAGES:
        model = importlib.import_module(f"service.{stage}.model")
        for name, value in vars(model).items():
            if isinstance(value, type) and issubclass(value, enum.StrEnum):
                ours[snake(name)] = {member.value for member in value}
    async with db.read() as tx:
        rows = await tx.fetch(
            "select t.typname, array_agg(e.enumlabel::text) as labels from pg_type t"
            " join pg_enum e on e.enumtypid = t.oid group by 1"
        )
    assert rows
    for row in rows:
        assert ours.get(row["typname"]) == set(row["labels"]), row["typname"]


def owners() -> dict[str, str]:
    found = {}
    for step in migrate.read():
        stage = re.match(r"-- stage: (\w+)", step.text)
        assert stage, f"{step.name}: the first line names the stage: -- stage: …"
        for table in re.findall(r"create table (?:if not exists )?(\w+)", step.text, re.IGNORECASE):
            found[table] = stage[1]
    return found


def test_a_table_is_written_by_one_stage_only() -> None:
    owner = owners()
    trespasses = []
    for stage in STAGES:
        for path in (ROOT / "service" / stage).rglob("*"):
            if path.suffix not in {".sql", ".py"}:
                continue
            text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
            for table in WRITES.findall(text):
                if owner.get(table.lower(), stage) != stage:
                    trespasses.append(f"{path.relative_to(ROOT)} writes {table}")
    assert not trespasses, "\n".join(trespasses)


async def test_every_foreign_key_has_an_index(db: Database) -> None:
    """Except those to `editor`: nobody looks rows up by them, and editors are never deleted."""
    async with db.read() as tx:
        missing = await tx.fetch(
            """
            select c.conrelid::regclass::text as table_name, c.conname
            from pg_constraint c
            where c.contype = 'f' and c.connamespace = 'public'::regnamespace
              and c.confrelid <> 'editor'::regclass
              and not exists (
                select from pg_index i
                where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
              )
            """
        )
    assert not missing, "\n".join(f"{row['table_name']}.{row['conname']}" for row in missing)
