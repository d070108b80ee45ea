"""One tree, two readings: Python's `match` and SQL's `compile` pick the same people."""

from datetime import date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.audience import actions, parser
from service.audience import compile as compiler
from service.audience.expression import CANTONS, All, Compare, Everyone, Missing, Not, OneOf, Some
from service.audience.match import matches
from service.audience.model import OrganisationKind, Person
from service.kit.db import Database

_SETS = {
    "function": ("sozialvorstand", "leitung", "kesb"),
    "topic": ("kesb", "asyl", "alter"),
    "committee": ("iiz-ausschuss", "fachkommission"),
}
_TEXTS = {
    "kind": tuple(OrganisationKind),
    "canton": ("ZH", "BL", "BE"),
    "district": ("Uster", "Andelfingen", "O'Hara \\ %"),
    "organisation": ("Hüttikon", "Volken"),
    "language": ("de", "fr"),
}
_NUMBERS = st.sampled_from([0, 1, 7, 1999, 2000, 2001, 2_147_483_647])
_TERMS = st.sampled_from(
    [
        (date(2020, 1, 1), None),
        (date(2020, 1, 1), date(2026, 2, 3)),
        (date(2020, 1, 1), date(2026, 2, 2)),
        (date(2026, 2, 3), None),
        (date(2026, 2, 4), None),
    ]
)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


_LEAVES = st.one_of(
    st.just(Everyone()),
    *[
        st.builds(OneOf, st.just(field), _some(values).map(tuple))
        for field, values in {**_TEXTS, **_SETS}.items()
    ],
    st.builds(
        OneOf, st.sampled_from(["population", "bfs_nr"]), st.lists(_NUMBERS, min_size=1).map(tuple)
    ),
    st.builds(
        Compare,
        st.sampled_from(["population", "bfs_nr"]),
        st.sampled_from(["<", "<=", ">", ">="]),
        _NUMBERS,
    ),
    st.builds(Missing, st.sampled_from([*_TEXTS, *_SETS, "population", "bfs_nr"])),
)
EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Some, st.lists(inner, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=10,
)
MEMBERS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(_TEXTS["kind"]),
        "canton": st.sampled_from(("", *_TEXTS["canton"])),
        "district": st.sampled_from(("", *_TEXTS["district"])),
        "population": st.none() | _NUMBERS,
        "bfs_nr": st.none() | st.sampled_from([1, 7]),
    }
)
PEOPLE = st.fixed_dictionaries(
    {
        "member": st.none() | MEMBERS,
        "language": st.sampled_from(_TEXTS["language"]),
        "functions": st.just([]) | _some(_SETS["function"]),
        "topics": st.just([]) | _some(_SETS["topic"]),
        "committees": st.dictionaries(st.sampled_from(_SETS["committee"]), _TERMS),
    }
)


async def put(cast: Any, tx: Any, people: list[dict[str, Any]]) -> list[int]:
    ids, numbers = [], set()
    for index, facts in enumerate(people):
        member = dict(facts["member"]) if facts["member"] else None
        organisation = None
        if member:
            if member["bfs_nr"] in numbers:
                member["bfs_nr"] = None
            numbers.add(member["bfs_nr"])
            name = ("Hüttikon", "Volken")[index] if index < 2 else f"Ort {index}"
            organisation = await cast.organisation(tx, name, **member)
        ids.append(
            await cast.contact(
                tx,
                organisation,
                f"Kontakt {index}",
                language=facts["language"],
                functions=facts["functions"],
                topics=facts["topics"],
                committees=[(slug, *term) for slug, term in facts["committees"].items()],
            )
        )
    return ids


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(PEOPLE, min_size=1, max_size=6), rules=st.lists(EXPRESSIONS, min_size=1))
async def test_both_readings_pick_the_same_people(
    db: Database, cast: Any, now: datetime, people: list[dict[str, Any]], rules: list[Any]
) -> None:
    async with db.tx() as tx:
        await tx.execute("delete from contact; delete from organisation")
        ids = await put(cast, tx, people)
        persons = {i: await actions.person(tx, i, now) for i in ids}
        for rule in rules:
            by_sql = {s.contact_id for s in await actions.sample(tx, rule, now, 1000)}
            by_python = {i for i, person in persons.items() if matches(rule, person)}
            assert by_sql == by_python, rule
            counted = await actions.count(tx, rule, now)
            assert counted.contacts == len(by_python)


def anybody(**facts: Any) -> Person:
    values: dict[str, Any] = {
        "kind": "municipality",
        "organisation": "Volken",
        "canton": "ZH",
        "district": "Andelfingen",
        "bfs_nr": 43,
        "population": 367,
        "language": "de",
        "functions": ["sozialvorstand"],
        "topics": ["kesb", "asyl"],
        "committees": [],
    }
    return Person(**(values | facts))


def test_a_comparison_without_a_value_is_false_and_its_contrary_is_true() -> None:
    unknown = anybody(population=None)
    assert not matches(parser.parse("population < 2000"), unknown)
    assert not matches(parser.parse("population >= 2000"), unknown)
    assert matches(parser.parse("not population >= 2000"), unknown)
    assert matches(parser.parse("population != 2000"), unknown)
    assert matches(parser.parse("population is missing"), unknown)


def test_equals_on_a_set_means_contains() -> None:
    assert matches(parser.parse('topic = "asyl" and topic = "kesb"'), anybody())
    assert not matches(parser.parse('not topic = "kesb"'), anybody())
    assert matches(parser.parse("committee is missing"), anybody())


def test_no_value_of_a_rule_ever_enters_the_sql_text() -> None:
    evil = "'); drop table contact; --"
    rule = parser.parse(f'district in ("{evil}", "Uster") or function = "{evil}"')
    sql = compiler.counting([rule], datetime(2026, 2, 3).astimezone())
    assert "drop" not in sql.text
    assert any(evil in param for param in sql.params if isinstance(param, list))


def test_every_canton_can_be_asked_for() -> None:
    assert len(set(CANTONS)) == 26
