"""Commands of the house, as an operator calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def rundbrief(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "service", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.defpath, **settings},
    )


async def test_migrating_twice_changes_nothing_more(scratch: str, tmp_path: Path) -> None:
    first = rundbrief("migrate", "--json", DATABASE_URL=scratch, DATA_DIR=str(tmp_path))
    again = rundbrief("migrate", "--json", DATABASE_URL=scratch, DATA_DIR=str(tmp_path))
    assert len(json.loads(first.stdout)["applied"]) >= 8
    assert json.loads(again.stdout)["applied"] == []


async def test_a_sound_installation_passes_its_check(dsn: str, tmp_path: Path) -> None:
    done = rundbrief("check", "--json", DATABASE_URL=dsn, DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True


async def test_the_check_names_every_fault_at_once(scratch: str, tmp_path: Path) -> None:
    segments = tmp_path / "segments"
    segments.mkdir()
    (segments / "wrong.toml").write_text(
        'title = "T"\npurpose = "P"\nowner = "O"\nwhere = \'colour = "red"\'\n'
    )
    keys = tmp_path / "dkim"
    keys.mkdir()
    (keys / "rb1@soko.example.pem").write_text("no key")
    done = rundbrief(
        "check", "--json",
        DATABASE_URL=scratch, DATA_DIR=str(tmp_path), SEGMENTS_DIR=str(segments),
        SMTP_URL="smtp://a.example smtp://a.example", IMAP_URL="imaps://mail.example/INBOX",
    )  # fmt: skip
    places = [fault["where"] for fault in json.loads(done.stdout)["faults"]]
    assert done.returncode == 1
    assert {"settings: SMTP_URL", "settings: IMAP_URL"} <= set(places)
    assert any(p.endswith("rb1@soko.example.pem") for p in places)
    assert any(p.startswith("segments: wrong.toml") for p in places)
    assert "database" in places


async def test_faulty_settings_are_told_before_anything_starts(tmp_path: Path) -> None:
    done = rundbrief("serve", PORT="eighty", SMTP_URL="mail", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "SMTP_URL" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["serve", "work"])
async def test_a_service_refuses_a_database_that_lacks_migrations(
    command: str, scratch: str, tmp_path: Path
) -> None:
    done = rundbrief(command, DATABASE_URL=scratch, DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "./run migrate" in done.stderr
