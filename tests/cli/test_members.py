"""import-members and segment, as an operator calls them."""

import json
from pathlib import Path

from service.kit.db import Database
from tests.cli.test_house import rundbrief

ROWS = (
    "Mitglied;Art;Kanton;E-Mail\nHüttikon;Gemeinde;ZH;post@h.example\nVolken;Gemeinde;ZH;kaputt\n"
)


async def test_a_dry_run_tells_every_fate_and_changes_nothing(
    db: Database, dsn: str, tmp_path: Path
) -> None:
    file = tmp_path / "mitglieder.csv"
    file.write_bytes(ROWS.encode("latin-1"))
    call = ("import-members", str(file), "--json")
    settings = {"DATABASE_URL": dsn, "DATA_DIR": str(tmp_path)}
    dry = json.loads(rundbrief(*call, "--dry-run", **settings).stdout)
    assert (dry["applied"], dry["new"], dry["refused"]) == (False, 1, 1)
    assert dry["left"][0]["line"] == 3
    async with db.read() as tx:
        assert await tx.fetchval("select count(*) from contact") == 0
    done = json.loads(rundbrief(*call, **settings).stdout)
    assert done["applied"] is True
    async with db.read() as tx:
        assert await tx.fetchval("select count(*) from contact") == 1
    found = json.loads(rundbrief("segment", 'canton = "ZH"', "--json", **settings).stdout)
    assert (found["contacts"], found["organisations"]) == (1, 1)


async def test_a_subscription_without_its_source_is_refused_as_a_whole(
    db: Database, dsn: str, tmp_path: Path
) -> None:
    file = tmp_path / "mitglieder.csv"
    file.write_text(ROWS, encoding="utf-8")
    async with db.tx() as tx:
        await tx.execute(
            "insert into newsletter (slug, title, description, sender_name, sender_address,"
            " reply_to, language, visibility, look, created_at, changed_at) values"
            " ('r', 'R', '', 'V', 'p@v.example', '', 'de', 'public', '{}', now(), now())"
        )
    settings = {"DATABASE_URL": dsn, "DATA_DIR": str(tmp_path)}
    without = rundbrief("import-members", str(file), "--subscribe", "r", **settings)
    assert without.returncode == 1
    for way in ((), ("--dry-run",)):
        named = ("--subscribe", "gibt-es-nicht", *way)
        unknown = rundbrief("import-members", str(file), *named, **settings)
        assert unknown.returncode == 1
        assert "gibt-es-nicht" in unknown.stderr
    async with db.read() as tx:
        assert await tx.fetchval("select count(*) from contact") == 0
    named = ("--subscribe", "r", "--source", "Liste 2026")
    assert rundbrief("import-members", str(file), *named, **settings).returncode == 0
    async with db.read() as tx:
        assert await tx.fetchval("select source from consent") == "Liste 2026"


def test_a_rule_that_cannot_be_read_fails_with_line_and_column(tmp_path: Path) -> None:
    done = rundbrief("segment", 'canton = "ZH"\nand kanton = "BL"', "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["faults"][0]["where"] == "2:5"
    assert "canton" in done.stderr


def test_a_file_that_is_missing_or_no_list_fails_with_a_sentence(tmp_path: Path) -> None:
    gone = rundbrief("import-members", str(tmp_path / "nichts.csv"))
    assert gone.returncode == 1
    assert "nichts.csv" in gone.stderr
    odd = tmp_path / "odd.csv"
    odd.write_text("PLZ;Ort\n8000;Zürich\n", encoding="utf-8")
    refused = rundbrief("import-members", str(odd))
    assert refused.returncode == 1
    assert "mail addresses is missing" in refused.stderr
