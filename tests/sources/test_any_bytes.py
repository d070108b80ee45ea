"""Whatever the bytes, a reader gives entries or a sentence: no exception, no foreign markup."""

import re
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.sources.model import Reading, SourceKind
from tests.sources.reader import DATA, read

FILES = sorted(path for path in DATA.iterdir() if path.is_file())
PIECES = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"&#x110000;",
    b"&#xD800;",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<!ENTITY a 'b'>",
    b"<html>",
    b"</item>",
    b"<item>",
    b'{"',
    b"]",
    b"\\ud800",
    b"1e999",
    b"9" * 5000,
    b"javascript:alert(1)",
    b"<script>alert(1)</script>",
    b"\xc3",
    b"http://[",
    b"=?utf-8?q?",
    b"<a href='//",
]
BAD = re.compile(r"<(?:script|img|iframe|style|svg)|\son\w+=|javascript:", re.IGNORECASE)

mutated = st.tuples(
    st.sampled_from(FILES),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 30),
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)),
        ),
        max_size=8,
    ),
)


def mutate(path: Path, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Replace a few places of a file by something nasty."""
    body = path.read_bytes()
    for place, length, piece in changes:
        at = int(place * len(body))
        body = body[:at] + piece + body[at + length :]
    return body


def sound(found: Reading, kind: SourceKind) -> None:
    """A reading is entries that can be stored and shown, or one sentence."""
    if found.trouble is not None:
        assert found.entries == []
        assert str(found.trouble)
    for entry in found.entries:
        assert entry.title or kind is SourceKind.FEED
        assert not BAD.search(re.sub(r">[^<]*<", "><", entry.content))
        assert entry.url == "" or entry.url.startswith(("http://", "https://"))
        for text in (entry.id, entry.url, entry.title, entry.summary, entry.content):
            assert "\x00" not in text
            text.encode("utf-8")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated, st.sampled_from(list(SourceKind)))
def test_damaged_files_never_raise(
    change: tuple[Path, list[tuple[float, int, bytes]]], kind: SourceKind
) -> None:
    sound(read(kind, mutate(*change)), kind)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.sampled_from(list(SourceKind)), st.text(max_size=20))
def test_random_bytes_never_raise(body: bytes, kind: SourceKind, charset: str) -> None:
    sound(read(kind, body, charset=charset), kind)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=20), st.integers()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
    ),
    st.text(max_size=20),
)
def test_any_json_under_any_path_never_raises(document: object, path: str) -> None:
    body = msgspec.json.encode(document)
    config: dict[str, object] = {"items": path, "title": path, "link": path, "date": path}
    sound(read(SourceKind.JSON_LIST, body, config), SourceKind.JSON_LIST)
