"""The segment language as a tree: its fields, its seven kinds of node, and how a tree is written.

It knows what a segment may say. Reading text is `parser`, asking Python values is `match`, asking
PostgreSQL is `compile`; none of them knows a field that does not stand here.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from service.audience.model import LANGUAGES, OrganisationKind
from service.kit.text import Text, msg

# fmt: off
CANTONS = (
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE",
    "NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
)
# fmt: on
QUOTES = (('"', '"'), ("'", "'"), ("«", "»"))  # how a text may be quoted, the plainest first


class FieldType(StrEnum):
    CHOICE = "choice"  # one of a fixed list
    TEXT = "text"  # free, compared exactly
    NUMBER = "number"
    SET = "set"  # several values at once; `=` means "has"


class Field(msgspec.Struct, frozen=True):
    name: str
    type: FieldType
    meaning: Text
    example: str
    choices: tuple[str, ...] = ()


_ALL = (
    Field(
        "kind",
        FieldType.CHOICE,
        msg("What the member is"),
        'kind = "municipality"',
        tuple(kind.value for kind in OrganisationKind),
    ),
    Field("canton", FieldType.CHOICE, msg("The member's canton"), 'canton = "ZH"', CANTONS),
    Field(
        "district",
        FieldType.TEXT,
        msg("The member's district (Bezirk)"),
        'district in ("Andelfingen", "Uster")',
    ),
    Field(
        "organisation",
        FieldType.TEXT,
        msg("The member's name, exactly as written"),
        'organisation = "Hüttikon"',
    ),
    Field("bfs_nr", FieldType.NUMBER, msg("The municipality's BFS number"), "bfs_nr = 230"),
    Field(
        "population",
        FieldType.NUMBER,
        msg("The municipality's inhabitants"),
        "population < 2000",
    ),
    Field(
        "language",
        FieldType.CHOICE,
        msg("The language a contact reads"),
        'language = "fr"',
        LANGUAGES,
    ),
    Field(
        "function",
        FieldType.SET,
        msg("The functions a contact holds"),
        'function = "sozialvorstand"',
    ),
    Field("topic", FieldType.SET, msg("The topics a contact picked"), 'topic = "kesb"'),
    Field(
        "committee",
        FieldType.SET,
        msg("The committees a contact sits in today"),
        'committee = "iiz-ausschuss"',
    ),
)
FIELDS: dict[str, Field] = {field.name: field for field in _ALL}


class Everyone(msgspec.Struct, frozen=True, tag=True):
    """True for everybody."""


class OneOf(msgspec.Struct, frozen=True, tag=True):
    """The field is (or, for a set, has) one of these values."""

    field: str
    values: tuple[str, ...] | tuple[int, ...]


class Compare(msgspec.Struct, frozen=True, tag=True):
    """A number against a bound; `operator` is one of < <= > >=."""

    field: str
    operator: str
    bound: int


class Missing(msgspec.Struct, frozen=True, tag=True):
    """The field has no value, the set is empty."""

    field: str


class Not(msgspec.Struct, frozen=True, tag=True):
    part: Expression


class All(msgspec.Struct, frozen=True, tag=True):
    """Every part holds; there are at least two."""

    parts: tuple[Expression, ...]


class Some(msgspec.Struct, frozen=True, tag=True):
    """At least one part holds; there are at least two."""

    parts: tuple[Expression, ...]


Leaf = OneOf | Compare | Missing
Expression = Everyone | OneOf | Compare | Missing | Not | All | Some


def leaves(expression: Expression) -> list[Leaf]:
    """Return the tree's comparisons from left to right."""
    match expression:
        case Everyone():
            return []
        case Not(part):
            return leaves(part)
        case All(parts) | Some(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case _:
            return [expression]


def write(expression: Expression) -> str:
    """Return the tree in the language; parsing that gives the same tree."""
    match expression:
        case Everyone():
            return "everyone"
        case Not(part):
            return f"not {_inner(part)}"
        case All(parts):
            return " and ".join(_inner(part) for part in parts)
        case Some(parts):
            return " or ".join(_inner(part) for part in parts)
        case _:
            return write_leaf(expression)


def write_leaf(leaf: Leaf) -> str:
    """Return one comparison in the language."""
    match leaf:
        case OneOf(field, (value,)):
            return f"{field} = {_value(value)}"
        case OneOf(field, values):
            return f"{field} in ({', '.join(_value(v) for v in values)})"
        case Compare(field, operator, bound):
            return f"{field} {operator} {bound}"
        case Missing(field):
            return f"{field} is missing"


def _inner(part: Expression) -> str:
    return f"({write(part)})" if isinstance(part, All | Some) else write(part)


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    opening, closing = next(
        (pair for pair in QUOTES if pair[0] not in value and pair[1] not in value), QUOTES[0]
    )
    return f"{opening}{value}{closing}"
