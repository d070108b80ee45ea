"""What the operator reads: errors, and nothing that they quote of people."""

import logging

import pytest

from service.kit import log
from service.kit.db import Database
from service.kit.errors import Conflict

WHO = "anna@amt.example", "Anna Muster"


async def test_an_error_in_the_log_quotes_neither_addresses_nor_rows_nor_passwords(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    log.configure("INFO")
    seen = log.logger("test")
    try:
        async with db.tx() as tx:
            await tx.execute("create temporary table box (owner text unique, name text)")
            for _ in range(2):
                await tx.execute("insert into box values ($1, $2)", *WHO)
    except Conflict:
        seen.exception("a box failed")
    try:
        async with db.read() as tx:
            await tx.fetchval("select $1::bigint", WHO[1])
    except Exception:
        seen.exception("a number failed")
    seen.warning("smtp://verband:geheim@mx.example: refused for <beat@amt.example>")
    root.handlers[:], root.level = before
    said = capsys.readouterr().err
    assert "UniqueViolationError" in said
    assert "invalid input for query argument" in said
    for word in ("anna", "beat", "Muster", "geheim"):
        assert word not in said
