"""`stories` and `classify-item`, as an operator calls them."""

import json
from pathlib import Path
from random import Random

import pytest

from service.items import actions as items
from service.items import relevance
from service.kit import clock
from service.kit.db import Database
from tests.cli.test_house import rundbrief
from tests.items import releases


def written(path: Path, *lines: object) -> str:
    path.write_text(
        "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), "utf-8"
    )
    return str(path)


def test_copies_are_grouped_under_their_own_ids_without_a_database(tmp_path: Path) -> None:
    text = releases.release(Random(1), "r", clock.now()).text
    teaser = " ".join(text.split()[:16])
    file = written(
        tmp_path / "items.jsonl",
        {"id": 1, "title": "A", "lead": "", "text": text, "published": "2026-11-16"},
        {"id": "b", "title": "B", "lead": teaser, "published": "2026-11-17T09:00:00+01:00"},
        "",
        {"id": "c", "title": "A", "text": text, "published": "2026-08-16"},
        {"id": "de", "title": "X", "published": "2026-11-16", "language": "de", "group": "g1"},
        {"id": "fr", "title": "Y", "published": "2026-11-16", "language": "fr", "group": "g1"},
    )
    done = rundbrief("stories", file, "--json", DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [sorted(map(str, one["ids"])) for one in answer["groups"]] == [["1", "b"], ["de", "fr"]]
    assert answer["groups"][0]["score"] >= 0.6
    assert answer["groups"][0]["reason"].startswith("text:")
    assert answer["possible"] == []


def test_every_line_at_fault_is_named_and_nothing_is_printed(tmp_path: Path) -> None:
    file = written(
        tmp_path / "bad.jsonl", {"id": 1}, "kaputt", {"title": "x"},
        {"id": 2, "published": "31.31.2026"}, {"id": 1}, "[]", "[" * 5000,
    )  # fmt: skip
    for command in ("stories", "classify-item"):
        done = rundbrief(command, file, DATA_DIR=str(tmp_path))
        assert (done.returncode, done.stdout) == (1, "")
        for number in (2, 3, 4, 5, 6, 7):
            assert f"line {number}:" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["stories", "classify-item"])
def test_a_file_that_holds_no_items_at_all_is_told_in_a_few_lines(
    tmp_path: Path, command: str
) -> None:
    binary, prose = tmp_path / "bild.png", tmp_path / "text.txt"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4000)
    prose.write_text("Das ist ein Satz.\n" * 5000, "utf-8")
    done = rundbrief(command, str(binary), DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "is no text" in done.stderr
    done = rundbrief(command, str(prose), DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 1:" in done.stderr
    assert "4992 more lines are at fault" in done.stderr
    assert len(done.stderr) < 2500


def test_an_item_is_classified_by_the_usual_topics_without_a_database(tmp_path: Path) -> None:
    text = "Die Revision des Sozialhilfegesetzes beginnt. Die Vernehmlassung dauert bis 31. Januar."
    item = {"id": "x", "title": "Mitteilung", "text": text, "published": "2026-11-16"}
    other = {"id": "y", "title": "Strassensperrung", "published": "2026-11-16"}
    file = written(tmp_path / "items.jsonl", item, other)
    done = rundbrief("classify-item", file, DATA_DIR=str(tmp_path))
    first, second = map(json.loads, done.stdout.splitlines())
    assert [one["topic"] for one in first["topics"]] == ["sozialhilfe"]
    assert [(one["date"], one["kind"]) for one in first["deadlines"]] == [
        ("2027-01-31", "consultation")
    ]
    assert second["topics"] == []
    assert first["relevance"] > second["relevance"]


async def test_with_a_database_its_own_topics_and_words_count(
    db: Database, dsn: str, tmp_path: Path
) -> None:
    async with db.tx() as tx:
        await items.add_topic(tx, "Verkehr", ["Strasse"])
        await relevance.change_words(tx, [], ["Lotto"])
    lines = [{"id": 1, "title": "Strassensperrung"}, {"id": 2, "title": "Lottomatch"}]
    file = written(tmp_path / "items.jsonl", *lines)
    done = rundbrief("classify-item", file, DATABASE_URL=dsn, DATA_DIR=str(tmp_path))
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["topics"] == [{"topic": "verkehr", "score": 0.75, "reason": "word: Strasse"}]
    assert (second["relevance"], second["muted_by"]) == (0.0, "Lotto")
