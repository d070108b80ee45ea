"""The invented association's members and their contacts, made from data. Pure but for reading it.

The municipalities are real, the mailboxes are not: every address ends in `.example` (RFC 2606),
every contact is an office, and no name of a person occurs.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

DATA = Path(__file__).with_name("data")
UNREACHABLE = ("Hüttikon", "Regensberg", "Volken")
GONE = "sekretariat@uster.example"  # a contact whose mailbox was closed last week
_SINGULAR = {"fallfuehrung": "Fallführung"}  # where a function's title is a plural
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "è": "e", "â": "a"})
_CITIES = frozenset(
    {
        *("Adliswil", "Bülach", "Dietikon", "Dübendorf", "Illnau-Effretikon", "Kloten"),
        *("Laufen", "Liestal", "Opfikon", "Schlieren", "Uster", "Wädenswil", "Wetzikon"),
        *("Winterthur", "Zürich"),
    }
)
# Offices by population: the first number of people that has them, and how many of each.
_OFFICES: tuple[tuple[int, dict[str, int]], ...] = (
    (0, {"sozialvorstand": 1, "behoerdenmitglied": 2, "sekretariat": 1}),
    (1_000, {"leitung": 1, "sachbearbeitung": 1}),
    (2_000, {"behoerdenmitglied": 1, "fallfuehrung": 1}),
    (5_000, {"fallfuehrung": 1, "fachperson": 1}),
    (10_000, {"fallfuehrung": 2, "sachbearbeitung": 1, "fachperson": 1}),
    (20_000, {"fallfuehrung": 3, "sachbearbeitung": 2, "fachperson": 1}),
)


class Organisation(msgspec.Struct, frozen=True):
    """A member, with the domain of its mailboxes and the offices that have one."""

    kind: str
    name: str
    domain: str
    functions: tuple[str, ...]
    canton: str
    district: str = ""
    bfs_nr: int | None = None
    population: int | None = None


class Contact(msgspec.Struct, frozen=True):
    """An office of a member and its mailbox; an unreachable one has none."""

    organisation: str
    canton: str
    function: str
    label: str
    email: str | None
    topics: tuple[str, ...]


class Topic(msgspec.Struct, frozen=True):
    slug: str
    title: str
    keywords: tuple[str, ...]


class Committee(msgspec.Struct, frozen=True):
    """A standing body; its people are named by their mailboxes."""

    slug: str
    name: str
    purpose: str
    chair: str
    members: tuple[str, ...]


class Association(msgspec.Struct, frozen=True):
    name: str
    short_name: str
    postal_address: str
    website: str
    email: str


class Membership(msgspec.Struct, frozen=True):
    """Everything that `members.toml` says; municipalities are added by `organisations`."""

    association: Association
    functions: dict[str, str]
    topic: tuple[Topic, ...]
    organisation: tuple[Organisation, ...]
    committee: tuple[Committee, ...]


def load() -> Membership:
    """Read the file of this folder."""
    raw: dict[str, Any] = tomllib.loads((DATA / "members.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, Membership)


def organisations(membership: Membership) -> list[Organisation]:
    """Return all members: the municipalities of both cantons, then the others."""
    with (DATA / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        municipalities = [_municipality(row) for row in csv.DictReader(file)]
    districts = dict.fromkeys(member.district for member in municipalities if member.canton == "ZH")
    return [*municipalities, *map(_authority, districts), *membership.organisation]


def contacts(membership: Membership, members: Iterable[Organisation]) -> list[Contact]:
    """Return the contacts of all members, in their order."""
    return [contact for member in members for contact in _contacts_of(member, membership)]


def slug(name: str) -> str:
    """Return a name as part of an address: «Aesch (BL)» is `aesch-bl`."""
    bare = "".join(c if c.isalnum() else " " for c in name.casefold().translate(_ASCII))
    return "-".join(bare.split())


def _municipality(row: dict[str, str]) -> Organisation:
    population = int(row["population"])
    offices: Counter[str] = Counter()
    for smallest, more in _OFFICES:
        if population >= smallest:
            offices.update(more)
    return Organisation(
        kind="municipality",
        name=row["name"],
        domain=f"{slug(row['name'])}.example",
        functions=tuple(offices.elements()),
        canton=row["canton"],
        district=row["district"],
        bfs_nr=int(row["bfs_nr"]),
        population=population,
    )


def _authority(district: str) -> Organisation:
    return Organisation(
        kind="district",
        name=f"KESB Bezirk {district}",
        domain=f"kesb-{slug(district)}.example",
        functions=("leitung", "sekretariat", "fachperson"),
        canton="ZH",
        district=district,
    )


def _contacts_of(member: Organisation, membership: Membership) -> Iterator[Contact]:
    seen: Counter[str] = Counter()
    shown = _shown(member)
    topics = [topic.slug for topic in membership.topic]
    for place, function in enumerate(member.functions):
        seen[function] += 1
        number = f"-{seen[function]}" if seen[function] > 1 else ""
        title = _SINGULAR.get(function, membership.functions[function]) + number.replace("-", " ")
        start = (len(member.name) + place) % len(topics)
        unreachable = member.kind == "municipality" and member.name in UNREACHABLE
        yield Contact(
            organisation=member.name,
            canton=member.canton,
            function=function,
            label=f"{title}, {shown}",
            email=None if unreachable else f"{function}{number}@{member.domain}",
            topics=tuple(topics[start : start + 2 + place % 2]),
        )


def _shown(member: Organisation) -> str:
    if member.kind != "municipality":
        return member.name
    bare = member.name.removesuffix(f" ({member.canton})")
    return f"{'Stadt' if bare in _CITIES else 'Gemeinde'} {bare}"
