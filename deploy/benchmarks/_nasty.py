"""Documents that are meant to hurt whoever reads them, each made here from a few lines."""

import gzip
import json
from collections.abc import Callable, Iterator

from service.sources.model import Entry, SourceKind

MB = 1_000_000
FEED, JSON, HTML, MAP = (
    SourceKind.FEED, SourceKind.JSON_LIST, SourceKind.HTML_LIST, SourceKind.SITEMAP,
)  # fmt: skip
Config = dict[str, object]
Document = tuple[str, SourceKind, bytes, Config, Entry | None]
_PAGE = Entry(id="1", url="https://www.example.ch/1", title="Titel")


def documents() -> Iterator[Document]:
    """Yield name, kind, bytes, description, and the entry whose page it is, if it is one."""
    for name, kind, make in _LISTS:
        yield name, kind, make(), _DESCRIBED.get(name, {}), None
    for name, make in _PAGES:
        yield f"page: {name}", FEED, make(), {}, _PAGE


def _rss(inside: str) -> bytes:
    return f"<rss version='2.0'><channel><title>t</title>{inside}</channel></rss>".encode()


def _item(title: str = "T", date: str = "", text: str = "") -> str:
    return f"<item><title>{title}</title><pubDate>{date}</pubDate><description>{text}</description></item>"


def _laughs() -> bytes:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE r [<!ENTITY l0 "ha">{names}]>'.encode() + _rss(_item("&l11;"))


def _quadratic() -> bytes:
    return f'<!DOCTYPE r [<!ENTITY a "{"x" * 100_000}">]>'.encode() + _rss(_item("&a;" * 80_000))


def _foreign() -> bytes:
    return b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + _rss(_item("&f;"))


def _dates() -> bytes:
    odd = ["9" * 400, "Mon, 99 Foo 99999 99:99:99 +9999", "0000-00-00", "31.12.99999", "1e999",
           "-271821-04-20T00:00:00Z", "2626-10-06", "٣١.١٢.٢٠٢٦", "12" * 50_000]  # fmt: skip
    return _rss("".join(_item("T", odd[n % len(odd)]) for n in range(500)))


def _long_dates() -> bytes:
    return _rss("".join(_item("T", "1 " * 10_000) for _ in range(300)))


def _nested_page(tag: str, depth: int, size: int) -> bytes:
    return f"<html><body>{f'<{tag}>' * depth}{'Wort ' * (size // 5)}</body></html>".encode()


def _many(text: str, size: int) -> bytes:
    return b"<html><body>" + text.encode() * (size // len(text)) + b"</body></html>"


_LISTS: list[tuple[str, SourceKind, Callable[[], bytes]]] = [
    ("a billion laughs", FEED, _laughs),
    ("a long entity, very often", FEED, _quadratic),
    ("a foreign entity", FEED, _foreign),
    ("10 MB of nested elements in a feed", FEED, lambda: _rss("<a>" * (3 * MB))),
    ("10 MB of nested items", FEED, lambda: _rss("<item>" * (MB + MB // 2))),
    ("a web page of 2 MB as a feed", FEED, lambda: b"<!doctype html>" + _many("<p>Wort</p>", 2 * MB)),
    ("a web page of 9 MB that begins as a feed", FEED, lambda: b"<rss>" + _many("<p>Wort</p>", 9 * MB)),
    ("one item of 9 MB on one line", FEED, lambda: _rss(_item("T", text="Wort " * (9 * MB // 5)))),
    ("20 000 items", FEED, lambda: _rss(_item("T", text="x" * 300) * 20_000)),
    ("9 MB of markup in one item", FEED, lambda: _rss(_item("T", text="&lt;b&gt;x" * (9 * MB // 10)))),
    ("9 MB of ampersands", FEED, lambda: _rss(_item("T", text="&" * (9 * MB)))),
    ("a title of 5 MB of blanks", FEED, lambda: _rss(_item(" " * (5 * MB) + "x"))),
    ("9 MB of open brackets", FEED, lambda: b"<rss>" + b"<" * (9 * MB)),
    ("half a million attributes", FEED, lambda: b"<rss " + b"a='1' " * 500_000 + b"></rss>"),
    ("a gzip file of 10 GB", FEED, lambda: gzip.compress(gzip.compress(b"\0" * (100 * MB)) * 100)),
    ("a gzip file of 1 GB of zeros", FEED, lambda: gzip.compress(b"\0" * (1000 * MB), 1)),
    ("dates of no calendar", FEED, _dates),
    ("dates of 20 kB", FEED, _long_dates),
    ("characters that are none", FEED, lambda: _rss(_item("&#x110000;&#xD800;&#0;" * 20_000))),
    ("UTF-16 without a mark", FEED, lambda: _rss(_item("Wort " * 20_000)).decode().encode("utf-16-le")),
    ("JSON 5 million deep", JSON, lambda: b"[" * (5 * MB)),
    ("JSON objects, a million deep", JSON, lambda: b'{"a":' * MB + b"1" + b"}" * MB),
    ("a number of 9 MB", JSON, lambda: b'{"items":[{"title":' + b"9" * (9 * MB) + b"}]}"),
    ("a list of a million", JSON, lambda: json.dumps([{"title": "T"}] * 500_000).encode()),
    ("paths of many stars", JSON, lambda: json.dumps([[[[[{"t": 1}] * 9] * 9] * 9] * 9] * 9).encode()),
    ("a title of 9 MB of markup", JSON, lambda: json.dumps([{"title": "<b>" * (3 * MB)}]).encode()),
    ("deep selectors on a deep page", HTML, lambda: _nested_page("div", 60_000, 1000)),
    ("sibling selectors on a wide page", HTML, lambda: _many("<i>x</i><b>y</b>", 2 * MB)),
    ("200 000 links without a description", HTML, lambda: _many("<a href='/n/1'>Wort Wort</a>", 9 * MB)),
    ("9 MB on one line", HTML, lambda: _many("Wort ", 9 * MB)),
    ("a table of 300 000 cells", HTML, lambda: _many("<table><tr><td>x", 5 * MB)),
    ("a sitemap of 100 000 addresses", MAP, lambda: b"<urlset>" + b"<url><loc>https://a.ch/1</loc></url>" * 100_000),
    ("a sitemap with a billion laughs", MAP, lambda: _laughs().replace(b"rss", b"urlset")),
]  # fmt: skip

_PAGES: list[tuple[str, Callable[[], bytes]]] = [
    ("60 000 nested blocks", lambda: _nested_page("div", 60_000, MB)),
    ("60 000 nested tables", lambda: _nested_page("table><tr><td", 60_000, 100_000)),
    ("250 nested blocks with 3 MB", lambda: _nested_page("div", 250, 3 * MB)),
    ("100 000 links", lambda: _many("<a href='/n/1'>Wort Wort</a>", 3 * MB)),
    ("100 000 paragraphs", lambda: _many("<p>Ein Satz mit Wörtern.</p>", 3 * MB)),
    ("100 000 headings of boxes", lambda: _many("<div><h2>Kontakt</h2><p>x</p></div>", 3 * MB)),
    ("100 000 headings in one block", lambda: _many("<h2>Kontakt</h2>x", 2 * MB)),
    ("half a million buttons", lambda: _many("<button>Cookie</button>", 3 * MB)),
    ("3 MB of rows", lambda: _many("<table><tr><td>1</td></tr></table>", 3 * MB)),
    ("9 MB on one line", lambda: _many("Wort ", 9 * MB)),
]  # fmt: skip

_DESCRIBED: dict[str, Config] = {
    "paths of many stars": {"items": "*.*.*.*.*", "title": "t"},
    "a list of a million": {"title": "title"},
    "a title of 9 MB of markup": {"title": "title"},
    "a number of 9 MB": {"items": "items", "title": "title"},
    "deep selectors on a deep page": {"item": "div div div div div", "title": "div div div div"},
    "sibling selectors on a wide page": {"item": "i ~ b ~ i ~ b", "title": "b"},
}
