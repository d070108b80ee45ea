"""The demo killed with -9 in the middle of a dispatch: nobody is skipped, nobody gets it twice.

The driver is the benchmark `crash`, a program of its own: it starts the service as people do.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRIVER = ROOT / "deploy" / "benchmarks" / "crash.py"
KILLS = 2  # once every process, once the main one alone


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    command = [
        "env",
        f"PYTHONPATH={ROOT}",
        sys.executable,
        DRIVER,
        "--kills",
        str(KILLS),
        "--age-leases",
        "--json",
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_candidate_is_accounted_for(report: dict[str, Any]) -> None:
    assert report["candidates"] > 2_000
    assert report["candidates"] == sum(report["messages"].values()) + report["left_out"]
    assert report["adds_up"]
    assert report["still_owed"] == 0, report


def test_the_closed_mailbox_is_refused_and_nobody_else(report: dict[str, Any]) -> None:
    assert report["messages"].get("refused") == 1


def test_nobody_gets_the_mail_twice(report: dict[str, Any]) -> None:
    assert report["caught_twice"] == []


def test_who_is_called_accepted_has_the_mail(report: dict[str, Any]) -> None:
    assert report["accepted_but_not_caught"] == []


def test_nobody_has_a_mail_that_the_ledger_denies(report: dict[str, Any]) -> None:
    assert report["caught_but_neither_accepted_nor_unknown"] == []


def test_what_cannot_be_known_is_at_most_one_message_per_connection(
    report: dict[str, Any],
) -> None:
    unknown = report["messages"].get("unknown", 0)
    assert unknown == report["unknown_and_caught"] + report["unknown_and_not_caught"]
    assert unknown <= KILLS * report["connections"]
