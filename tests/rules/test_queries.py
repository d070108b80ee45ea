"""Every named statement is valid against the real schema and returns what its struct says."""

import importlib
import pkgutil
from pathlib import Path

import msgspec

import service
from service.kit import sql
from service.kit.db import Database

# The audience stage makes this table while a dispatch is opened; the outbox reads it.
CANDIDATE = (
    "create temp table candidate (contact_id bigint, address text, salutation text,"
    " language text, reason text, variant bigint)"
)


def load_everything() -> None:
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name != "service.__main__":
            importlib.import_module(module.name)


async def test_every_statement_prepares_and_its_columns_are_the_fields_of_its_struct(
    db: Database,
) -> None:
    load_everything()
    wrong: list[str] = []
    async with db.read() as tx:
        await tx.execute(CANDIDATE)
        for statement in sql.REGISTRY:
            try:
                prepared = await tx.prepare(statement.text)
            except Exception as error:
                wrong.append(f"{statement.source}:{statement.name}: {error}")
                continue
            names = tuple(a.name for a in prepared.get_attributes())
            if isinstance(statement, (sql.One, sql.Many)):
                assert statement.shape is not None
                assert issubclass(statement.shape, msgspec.Struct)
                fields = statement.shape.__struct_fields__
                if names != fields:
                    wrong.append(f"{statement.source}:{statement.name}: {names} ≠ {fields}")
            elif isinstance(statement, (sql.Value, sql.Values)) and len(names) != 1:
                wrong.append(f"{statement.source}:{statement.name}: returns {names}, not one value")
    assert sql.REGISTRY
    assert not wrong, "\n".join(wrong)


def test_every_section_of_every_sql_file_is_used() -> None:
    load_everything()
    used = {(s.source, s.name) for s in sql.REGISTRY}
    root = Path(service.__path__[0])
    unused = []
    for path in root.rglob("*.sql"):
        if path.parent.name in {"schema", "demo"}:
            continue
        source = f"{path.parent.name}/{path.name}"
        queries = sql.Queries(path)
        unused += [f"{source}:{n}" for n in queries.names if (source, n) not in used]
    assert not unused
