"""Named SQL statements from files beside their store, each with the shape of what it returns.

A section starts with `-- name: verb`; parameters are $1, $2 …; the columns stand in the order of
the struct's fields (a test prepares every statement and compares). It builds no SQL.
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from service.kit.db import Tx

T = TypeVar("T")
Row = TypeVar("Row", bound=msgspec.Struct)

_SECTION = re.compile(r"^-- name: (\w+)[^\n]*\n", re.MULTILINE)
REGISTRY: list["Statement"] = []


class Statement:
    """One named statement; `shape` is the struct or scalar of its rows, None where none return."""

    def __init__(self, name: str, text: str, source: str, shape: type | None) -> None:
        self.name, self.text, self.source, self.shape = name, text, source, shape
        REGISTRY.append(self)


class One(Statement, Generic[Row]):
    """A statement that returns at most one row."""

    def __init__(self, name: str, text: str, source: str, shape: type[Row]) -> None:
        super().__init__(name, text, source, shape)
        self._make = maker(shape)

    async def __call__(self, tx: Tx, *args: object) -> Row | None:
        record = await tx.fetchrow(self.text, *args)
        return None if record is None else self._make(record)


class Many(Statement, Generic[Row]):
    """A statement that returns rows."""

    def __init__(self, name: str, text: str, source: str, shape: type[Row]) -> None:
        super().__init__(name, text, source, shape)
        self._make = maker(shape)

    async def __call__(self, tx: Tx, *args: object) -> list[Row]:
        make = self._make
        return [make(record) for record in await tx.fetch(self.text, *args)]


class Value(Statement, Generic[T]):
    """A statement that returns one value, or no row at all."""

    async def __call__(self, tx: Tx, *args: object) -> T | None:
        value: T | None = await tx.fetchval(self.text, *args)
        return value


class Values(Statement, Generic[T]):
    """A statement that returns one column."""

    async def __call__(self, tx: Tx, *args: object) -> list[T]:
        return [record[0] for record in await tx.fetch(self.text, *args)]


class Run(Statement):
    """A statement that changes rows and tells how many."""

    async def __call__(self, tx: Tx, *args: object) -> int:
        tag = await tx.execute(self.text, *args)
        last = tag.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def for_each(self, tx: Tx, rows: Sequence[Sequence[object]]) -> None:
        """Run it once per row, in one round trip."""
        await tx.executemany(self.text, rows)


class Queries:
    """The sections of one file."""

    def __init__(self, path: Path) -> None:
        self._source = f"{path.parent.name}/{path.name}"
        parts = _SECTION.split(path.read_text(encoding="utf-8"))
        self._texts = dict(zip(parts[1::2], (t.strip() for t in parts[2::2]), strict=True))

    def one(self, name: str, shape: type[Row]) -> One[Row]:
        return One(name, self._texts[name], self._source, shape)

    def many(self, name: str, shape: type[Row]) -> Many[Row]:
        return Many(name, self._texts[name], self._source, shape)

    def value(self, name: str, shape: type[T]) -> Value[T]:
        return Value(name, self._texts[name], self._source, shape)

    def values(self, name: str, shape: type[T]) -> Values[T]:
        return Values(name, self._texts[name], self._source, shape)

    def run(self, name: str) -> Run:
        return Run(name, self._texts[name], self._source, None)

    @property
    def names(self) -> set[str]:
        return set(self._texts)


def beside(module_file: str, name: str = "queries.sql") -> Queries:
    """Read the SQL file that lies beside a module; call it with `__file__`."""
    return Queries(Path(module_file).with_name(name))


def maker(shape: type[Row]) -> Callable[[Any], Row]:
    """Return what turns a record into `shape`, converting enums and JSON by their annotations."""
    hints = get_type_hints(shape)
    converts = [(i, hints[f]) for i, f in enumerate(shape.__struct_fields__) if _converts(hints[f])]
    if not converts:
        return lambda record: shape(*record)

    def make(record: Any) -> Row:
        values = list(record)
        for index, hint in converts:
            values[index] = msgspec.convert(values[index], hint)
        return shape(*values)

    return make


def _converts(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, (Enum, msgspec.Struct)):
        return True
    inner = get_args(hint)
    if get_origin(hint) in {list, tuple, dict} and not any(_converts(a) for a in inner):
        return False
    return any(_converts(a) for a in inner)
