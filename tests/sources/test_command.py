"""`read-source` and `poll` as an operator types them."""

import asyncio
import gzip
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from service.app import App
from service.kit import clock
from service.sources import actions as sources
from service.sources.model import Draft, SourceKind
from tests.sources.reader import DATA
from tests.sources.site import opened

ROOT = Path(__file__).resolve().parents[2]


def run(*args: str | Path, **env: str) -> tuple[int, list[dict[str, object]], str]:
    """Run a command; return its exit code, its JSON lines and what it said on stderr."""
    command = [sys.executable, "-m", "service", *map(str, args)]
    environment = {"PATH": os.defpath, "DATA_DIR": "/nonexistent"} | env
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    lines = [msgspec.json.decode(line) for line in done.stdout.splitlines() if line[:1] == b"{"]
    return done.returncode, lines, done.stderr.decode()


def test_each_file_gives_one_line_and_a_day_is_printed_as_a_day() -> None:
    names = [DATA / "kanton-liste.json", DATA / "kanton-liste.json"]
    code, lines, _ = run(
        "read-source", "--kind", "json-list", "--base", "https://www.zh.example/", *names
    )
    assert code == 0
    assert [line["file"] for line in lines] == [str(name) for name in names]
    first = lines[0]["entries"][0]  # type: ignore[index]
    assert first == {
        "id": "https://www.zh.example/de/news/2026/10/strategie.html",
        "url": "https://www.zh.example/de/news/2026/10/strategie.html",
        "title": "Regierungsrat verabschiedet Strategie",
        "published": "2026-10-05",
        "published_precision": "day",
        "summary": "Neunzehn Massnahmen für vier Jahre.",
        "content": "",
        "language": "",
    }


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    bomb = tmp_path / "bombe.gz"
    bomb.write_bytes(gzip.compress(b"\0" * 100_000_000))
    good = DATA / "release.rss.xml"
    files = [tmp_path / "fehlt.xml", tmp_path, bomb, good]
    code, lines, _ = run("read-source", "--kind", "feed", *files)
    assert code == 1
    assert [line["error"] is None for line in lines] == [False, False, False, True]
    assert "larger than 10 MB" in str(lines[2]["error"])


@pytest.mark.parametrize(
    "config", ['{"items": ', "[1]", '{"item": "li[", "unknown": 1}', '{"item": "li["}']
)
def test_a_faulty_description_is_one_clear_sentence(tmp_path: Path, config: str) -> None:
    path = tmp_path / "liste.json"
    path.write_text(config)
    code, lines, said = run(
        "read-source", "--kind", "html-list", "--config", path, DATA / "kanton-karten.html"
    )
    assert (code, lines) == (1, [])
    assert said.startswith(("config", "--config"))
    assert "Traceback" not in said


def test_a_description_in_toml_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "liste.toml"
    path.write_text('item = "article"\ntitle = "h3"\ndate = "time"\n')
    code, lines, _ = run(
        "read-source", "--kind", "html-list", "--config", path, DATA / "kanton-karten.html"
    )
    assert (code, len(lines[0]["entries"])) == (0, 2)  # type: ignore[arg-type]


async def test_poll_asks_the_sources_that_are_due_or_one_by_its_address(
    app: App, tmp_path: Path
) -> None:
    env = {
        "DATABASE_URL": app.settings.database_url, "FETCH_ALLOW": "127.0.0.1",
        "DATA_DIR": str(tmp_path),
    }  # fmt: skip
    async with opened() as site:
        url = site.put("/feed", (DATA / "release.rss.xml").read_bytes())
        async with app.db.tx() as tx:
            await sources.add(tx, Draft(SourceKind.FEED, "Amt", url), clock.now())
        code, lines, _ = await asyncio.to_thread(run, "poll", "--json", **env)
        assert (code, lines[0]["polled"][0]["new"]) == (0, 3)  # type: ignore[index]
        site.put("/feed", b"", status=503)
        code, lines, _ = await asyncio.to_thread(run, "poll", url, "--json", **env)
        assert (code, lines[0]["polled"][0]["outcome"]) == (1, "failed")  # type: ignore[index]
    code, _, said = await asyncio.to_thread(run, "poll", "https://gibt.es/nicht", **env)
    assert (code, "There is no source" in said) == (1, True)
