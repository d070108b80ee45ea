"""Reads a file of tests/data/sources as the confined child would, at a fixed time."""

from datetime import UTC, datetime
from pathlib import Path

from service.sources.model import Entry, Reading, SourceKind
from service.sources.readers import reading

DATA = Path(__file__).resolve().parents[1] / "data" / "sources"
NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
BASE = "https://www.beispiel.example/aktuell/"


def read(
    kind: SourceKind, body: bytes, config: dict[str, object] | None = None, **more: object
) -> Reading:
    """Read bytes."""
    given = {"base": BASE} | more
    return reading.read(reading.Request(kind, body, NOW, config or {}, **given))  # type: ignore[arg-type]


def file(kind: SourceKind, name: str, **config: object) -> list[Entry]:
    """Read a data file, which must be readable."""
    found = read(kind, (DATA / name).read_bytes(), config)
    assert found.trouble is None, str(found.trouble)
    return found.entries
