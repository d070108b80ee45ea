"""The segment language: what it reads, and what it says about what it cannot read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audience import expression as tree
from service.audience import parser
from service.audience.expression import Compare, Everyone, Missing, Not, OneOf, Some
from service.audience.parser import Unreadable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Everyone()),
        ("  # nobody is left out\n", Everyone()),
        ("everyone", Everyone()),
        ('canton = "ZH"', OneOf("canton", ("ZH",))),
        ("canton = 'ZH'", OneOf("canton", ("ZH",))),
        ("district = «Uster»", OneOf("district", ("Uster",))),
        ("district = „Uster“", OneOf("district", ("Uster",))),
        ('canton != "ZH"', Not(OneOf("canton", ("ZH",)))),
        ('district in ("Uster", "Zürich")', OneOf("district", ("Uster", "Zürich"))),
        ('district not in ("Uster")', Not(OneOf("district", ("Uster",)))),
        ("population < 2000", Compare("population", "<", 2000)),
        ("population >= 2'000", Compare("population", ">=", 2000)),
        ("POPULATION = 7", OneOf("population", (7,))),
        ("bfs_nr is missing", Missing("bfs_nr")),
        ("bfs_nr is not missing", Not(Missing("bfs_nr"))),
        ('not topic = "kesb"', Not(OneOf("topic", ("kesb",)))),
    ],
)
def test_a_rule_is_read_as_written(text: str, expected: tree.Expression) -> None:
    assert parser.parse(text) == expected


def test_and_binds_tighter_than_or() -> None:
    parsed = parser.parse('canton = "ZH" or canton = "BL" and population < 10')
    assert isinstance(parsed, Some)
    assert tree.write(parsed) == 'canton = "ZH" or (canton = "BL" and population < 10)'


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ('kanton = "ZH"', 1, 1, "Did you mean “canton”"),
        ('canton = "ZH"\nand populatoin < 3', 2, 5, "Did you mean “population”"),
        ("shoesize = 3", 1, 1, "There are: kind, canton"),
        ('canton = "zh"', 1, 10, "Did you mean “ZH”"),
        ('kind = "gemeinde"', 1, 8, "Possible are: municipality"),
        ('population < "2000"', 1, 14, "a number without quotation marks"),
        ("district = 7", 1, 12, "a text in quotation marks"),
        ("district = Uster", 1, 12, "a text in quotation marks"),
        ('district < "Uster"', 1, 10, "is no number"),
        ('district = ""', 1, 12, "district is missing"),
        ('canton = "ZH', 1, 10, "no closing quotation mark"),
        ('(canton = "ZH"', 1, 15, "closing bracket is missing"),
        ('canton = "ZH")', 1, 14, "never opened"),
        ('canton in "ZH"', 1, 11, "comes a list"),
        ('canton in ("ZH" "BL")', 1, 17, "A comma or a closing bracket"),
        ('canton "ZH"', 1, 8, "comes =, !=, in or is missing"),
        ("population 3", 1, 12, "comes =, !=, <, <="),
        ('canton = "ZH" und canton = "BL"', 1, 15, "Write “and” instead of “und”"),
        ('canton = "ZH" canton = "BL"', 1, 15, "“and” or “or” is missing"),
        ('canton = "ZH" && canton = "BL"', 1, 15, "Write “and”"),
        ("topic is null", 1, 10, "comes “missing” or “not missing”"),
        ("not", 1, 4, "missing at the end"),
        ("population <", 1, 13, "A value is missing"),
        ("population < 99999999999", 1, 14, "too large"),
        ("population < 12x", 1, 14, "digits only"),
        ("canton == 'ZH'", 1, 9, "a text in quotation marks"),
        ("canton = 'ZH' ;", 1, 15, "has no meaning here"),
        ("canton = \x00", 1, 10, "has no meaning here"),
    ],
)
def test_a_fault_has_its_line_its_column_and_a_suggestion(
    text: str, line: int, column: int, says: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        parser.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert says in str(caught.value.what)
    assert caught.value.faults[0].where == f"{line}:{column}"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000,
        "not " * 900,
        "x" * 4_001,
        " or ".join(["population < 1"] * 201),
        "(" * 60 + "everyone" + ")" * 60,
    ],
)
def test_a_rule_without_measure_is_refused_not_choked_on(text: str) -> None:
    with pytest.raises(Unreadable):
        parser.parse(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_never_breaks_the_parser(text: str) -> None:
    try:
        parser.parse(text)
    except Unreadable as problem:
        assert problem.line >= 1
        assert problem.column >= 1


_WORDS = st.sampled_from(
    ["canton", "population", "topic", "=", "!=", "<", "(", ")", ",", "in", "is", "missing", "not",
     "and", "or", "everyone", '"ZH"', "'x'", "12", "#", "\n"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=25).map(" ".join))
def test_whatever_is_read_can_be_written_and_read_again_the_same(text: str) -> None:
    try:
        parsed = parser.parse(text)
    except Unreadable:
        return
    assert parser.parse(tree.write(parsed)) == parsed
