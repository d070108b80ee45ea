"""`create-editor`, as an operator calls it at the machine."""

import json
from pathlib import Path

from service.accounts import actions as accounts
from service.accounts.model import EditorRole, Entry
from service.kit import clock
from service.kit.db import Database
from tests.cli.test_house import rundbrief


async def log_in(db: Database, email: str, password: str) -> EditorRole | None:
    outcome = await accounts.log_in(
        db, email=email, password=password, host="127.0.0.1", agent="", now=clock.now()
    )
    return outcome.session.editor.role if isinstance(outcome, Entry) else None


async def test_the_first_administrator_is_made_with_a_password_printed_once(
    db: Database, dsn: str, tmp_path: Path
) -> None:
    done = rundbrief(
        "create-editor", "chef@verband.example", "--generate", "--json",
        DATABASE_URL=dsn, DATA_DIR=str(tmp_path),
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert answer["password"] not in done.stderr
    role = await log_in(db, "chef@verband.example", answer["password"])
    assert role is EditorRole.ADMINISTRATOR


async def test_a_password_comes_from_a_file_and_is_not_printed(
    db: Database, dsn: str, tmp_path: Path
) -> None:
    secret = tmp_path / "password"
    secret.write_text("vier Worte am Morgen\n")
    done = rundbrief(
        "create-editor", "lea@verband.example", "--role", "approver", "--name", "Freigabe",
        "--password-file", str(secret), DATABASE_URL=dsn, DATA_DIR=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "vier Worte" not in done.stdout
    role = await log_in(db, "lea@verband.example", "vier Worte am Morgen")
    assert role is EditorRole.APPROVER


async def test_bad_input_is_refused_by_name_and_creates_nothing(
    db: Database, dsn: str, tmp_path: Path
) -> None:
    short = tmp_path / "short"
    short.write_text("kurz")
    cases = [
        (["lea", "--generate"], "email"),
        (["lea@verband.example", "--password-file", str(short)], "password"),
        (["lea@verband.example", "--password-file", str(tmp_path / "none")], "--password-file"),
    ]
    for words, where in cases:
        done = rundbrief(
            "create-editor", *words, "--json", DATABASE_URL=dsn, DATA_DIR=str(tmp_path)
        )
        assert done.returncode == 1
        assert json.loads(done.stdout)["faults"][0]["where"] == where
    async with db.read() as tx:
        assert await accounts.listing(tx) == []


async def test_a_second_account_for_an_address_is_refused(dsn: str, tmp_path: Path) -> None:
    words = ("create-editor", "chef@verband.example", "--generate")
    assert rundbrief(*words, DATABASE_URL=dsn, DATA_DIR=str(tmp_path)).returncode == 0
    again = rundbrief(*words, DATABASE_URL=dsn, DATA_DIR=str(tmp_path))
    assert again.returncode == 1
    assert again.stderr == "Somebody with this mail address has an account already.\n"
