"""Deadlines in text: found with their sentence, and not invented."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.items import deadlines
from service.items.deadlines import DeadlineKind

PUBLISHED = date(2026, 11, 16)
TABLE = Path(__file__).resolve().parents[1] / "data" / "deadlines.txt"


@pytest.mark.parametrize(
    ("text", "day", "kind"),
    [
        ("Die Vernehmlassung dauert bis 31. Januar 2027.", (2027, 1, 31), "consultation"),
        ("Die Vernehmlassung läuft bis am 31. Januar.", (2027, 1, 31), "consultation"),
        ("Stellungnahmen sind bis zum 15.12.2026 möglich.", (2026, 12, 15), "consultation"),
        ("Anmeldung bis spätestens 5. Dezember erbeten.", (2026, 12, 5), "registration"),
        ("Anmeldeschluss: 20. November 2026", (2026, 11, 20), "registration"),
        ("Gesuche sind bis Freitag, 26. Februar 2027, zu stellen.", (2027, 2, 26), "application"),
        ("Die Eingabefrist: 1.3.27", (2027, 3, 1), "submission"),
        ("La consultation dure jusqu'au 28 février 2027.", (2027, 2, 28), "consultation"),
        ("La consultazione dura fino al 31 marzo 2027.", (2027, 3, 31), "consultation"),
    ],
)
def test_a_deadline_is_found(text: str, day: tuple[int, int, int], kind: str) -> None:
    [found] = deadlines.find(f"Der Kanton handelt. Mehr dazu.\n{text}\nMehr bald.", PUBLISHED)
    assert found.day == date(*day)
    assert found.kind is DeadlineKind(kind)
    assert found.sentence == text


@pytest.mark.parametrize(
    "text",
    [
        "Das Gesetz tritt am 1. Januar 2027 in Kraft.",
        "Die Ausstellung ist bis 31. Januar 2027 geöffnet.",
        "Die Vernehmlassung dauerte bis 31. März 2026.",
        "Die Vernehmlassung begann am 3. November 2026.",
        "Gesuche bis 45. Dezember 2026.",
        "Gesuche wurden von 1990 bis 2020 bearbeitet.",
    ],
)
def test_another_date_is_none(text: str) -> None:
    assert deadlines.find(text, PUBLISHED) == []


def test_most_ways_to_say_a_deadline_are_understood_and_few_other_dates_taken_for_one() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    there, none = lines[2 : lines.index("---")], lines[lines.index("---") + 1 :]
    assert len(there) > 100
    wrong, invented, told = [], [], 0
    for line in there:
        sentence, _, day = line.partition("|")
        found = [one.day for one in deadlines.find(sentence, PUBLISHED)]
        told += len(found)
        wrong += [] if found == [date.fromisoformat(day)] else [line]
    for sentence in none:
        invented += [sentence] * len(deadlines.find(sentence, PUBLISHED))
    assert len(wrong) <= 0.05 * len(there), "\n".join(wrong)
    assert len(invented) <= 0.05 * (told + len(invented)), "\n".join(invented)


def test_each_day_is_told_once_and_in_order() -> None:
    text = (
        "Anmeldung bis 10. Januar 2027. Stellungnahmen bis 5. Dezember 2026. "
        "Zur Erinnerung: Anmeldung bis 10. Januar 2027."
    )
    assert [d.day for d in deadlines.find(text, PUBLISHED)] == [
        date(2026, 12, 5),
        date(2027, 1, 10),
    ]


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    deadlines.find(f"Vernehmlassung bis {text}", PUBLISHED)
