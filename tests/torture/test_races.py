"""Unsubscribes against the final dot, briefly; `./run torture --races N` runs many."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from deploy.torture.races import Race, judge
from tests.torture.test_torture import ROOT

RACES = 200


def started(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "deploy.torture", "--races", str(RACES), "--json", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


def test_after_the_answer_no_dot_arrives_and_without_the_wait_some_do() -> None:
    runs = started(), started("--hasty")  # at once, each with a database of its own
    said = [run.communicate() for run in runs]
    assert all(out for out, _ in said), said
    patient, hasty = (json.loads(out) for out, _ in said)
    assert patient["sound"], patient
    assert (patient["races"], patient["violations"], patient["errors"]) == (RACES, 0, {})
    ends = ("queued", "announced", "at_the_dot", "after")
    assert sum(patient.get(end, 0) for end in ends) == RACES
    assert min(patient["announced"], patient["at_the_dot"], patient["after"]) > 0, "all were met"
    assert hasty["dot_after_answer"] > 0, "the check sees what the wait prevents"
    assert not hasty["sound"]


def at(second: float | None) -> datetime | None:
    return None if second is None else datetime(2026, 2, 3, tzinfo=UTC) + timedelta(seconds=second)


@pytest.mark.parametrize(
    ("announced", "handed", "committed", "dot", "answered", "end"),
    [
        (False, None, 1, None, 2, "queued"),
        (True, None, 1, None, 2, "announced"),
        (True, 1, 2, 3, 4, "at_the_dot"),
        (True, 1, 3, 2, 4, "after"),
        (True, 1, 2, 4, 3, "dot_after_answer"),
        (True, 2, 1, 3, 4, "dot_despite_fence"),
        (True, 1, 2, 3, None, "unanswered"),
        (True, 1, None, 3, 4, "unanswered"),
    ],
)
def test_a_race_is_judged_by_the_order_of_what_happened(
    announced: bool,
    handed: float | None,
    committed: float | None,
    dot: float | None,
    answered: float | None,
    end: str,
) -> None:
    assert judge(Race(announced, at(handed), at(committed), at(dot), at(answered))) == end
