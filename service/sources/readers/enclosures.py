"""What comes beside an entry's words: documents with type and size, and a picture. Addresses only.

Nothing is fetched here: a picture stays where it is until an editor picks the item.
"""

import html
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from service.sources.model import Document, Picture
from service.sources.readers import links, paths, wording

MOST = 30
_TITLE = 200
# The files that public bodies link to, by the end of their address.
TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "rtf": "application/rtf",
    "csv": "text/csv",
    "ics": "text/calendar",
    "zip": "application/zip",
    "epub": "application/epub+zip",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
_ENDINGS = "|".join(TYPES)
# Reads only what was cleaned: there every element is closed and every attribute is quoted.
_ANCHOR = re.compile(r'<a href="([^"]*)"[^<>]*>(.*?)</a>([^<]{0,60})', re.DOTALL)
_MAYBE = re.compile(rf"\.(?:{_ENDINGS})\b", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\d.,])(\d{1,4}(?:[.,]\d{1,3})?)\s*([kmg])(?:i?b|o)\b", re.IGNORECASE)
# What stands in a link to say its format: «(PDF, 1,2 MB)», «[pdf 300 kB]».
_FORMAT = re.compile(
    rf"\s*[(\[][^()\[\]]{{0,40}}?(?:\b(?:{_ENDINGS})\b|\d\s*[kmg]i?[bo]\b)[^()\[\]]{{0,30}}[)\]]\s*$",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    rf"(?:{_ENDINGS}|download|herunterladen|télécharger|scarica|hier|ici|qui|link|\W)*",
    re.IGNORECASE,
)
_UNITS = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
_IMAGE = re.compile(r"<img\b([^<>]{0,3000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(src|alt|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
# Counters and decoration: no picture of the piece.
_NO_PICTURE = re.compile(
    r"pixel|spacer|blank|tracking|count|1x1|feedburner|/avatar|/icons?/|logo", re.IGNORECASE
)
_SMALLEST = 48


def may_hold(markup: str) -> bool:
    """Tell whether it is worth looking for documents."""
    return bool(_MAYBE.search(markup))


def in_content(content: str) -> list[Document]:
    """Return the documents that a cleaned text links to, each once, in their order."""
    if not may_hold(content):
        return []
    found = (_linked(*match.groups()) for match in _ANCHOR.finditer(content))
    return once(one for one in found if one is not None)


def of_feed(entry: Any, base: str) -> list[Document]:
    """Return what feedparser calls enclosures, but for pictures."""
    offered = [part for part in entry.get("enclosures") or [] if isinstance(part, dict)]
    return once(
        one
        for part in offered
        if (one := _enclosed(part.get("href"), part.get("type"), part.get("title"),
                             part.get("length"), base)) is not None
    )  # fmt: skip


def of_json_feed(item: dict[str, object], base: str) -> list[Document]:
    """Return the attachments of a JSON Feed's item, but for pictures."""
    return once(
        one
        for part in paths.find_all(item, "attachments.*")
        if (one := _enclosed(paths.text(part, "url"), paths.text(part, "mime_type"),
                             paths.text(part, "title"), paths.text(part, "size_in_bytes"),
                             base)) is not None
    )  # fmt: skip


def once(found: Iterable[Document]) -> list[Document]:
    """Return documents, each address once, at most thirty."""
    return list({one.url: one for one in reversed(list(found)[: MOST * 4])}.values())[::-1][:MOST]


def picture_of_feed(entry: Any, markup: str, base: str) -> Picture | None:
    """Return the picture that a feed gives for an entry: the largest, else the text's first."""
    media = [part for part in entry.get("media_content") or [] if _is_image(part)]
    media.sort(key=lambda part: -_whole(part.get("width")))
    enclosed = [part for part in entry.get("enclosures") or [] if _is_image(part)]
    named = [*media, *(entry.get("media_thumbnail") or []), *enclosed]
    for part in named:
        written = part.get("url") or part.get("href")
        if isinstance(written, str) and (url := _web(written, base)):
            return Picture(url, "")
    return picture_in(markup, base)


def picture_in(markup: str, base: str) -> Picture | None:
    """Return the first picture of a text that shows something."""
    for match in _IMAGE.finditer(markup[:100_000]):
        said = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(match.group(1))}
        small = any(0 < _whole(said.get(side)) < _SMALLEST for side in ("width", "height"))
        if small or _NO_PICTURE.search(said.get("src", "")):
            continue
        if url := _web(said.get("src", ""), base):
            return Picture(url, wording.line(said.get("alt", "")))
    return None


def picture_at(url: str, alt: str, base: str) -> Picture | None:
    """Return a picture at an address that a page or a list names."""
    absolute = _web(url, base) if url and not _NO_PICTURE.search(url) else ""
    return Picture(absolute, wording.line(alt)) if absolute else None


def document_type(url: str) -> str:
    """Return the media type that the end of an address tells, "" where it tells none."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    return TYPES.get(name.rpartition(".")[2], "") if "." in name else ""


def named(url: str) -> str:
    """Return the name of the file at an address, as a person would write it."""
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return wording.line(name.replace("_", " "), _TITLE) or wording.line(url, _TITLE)


def _linked(href: str, words: str, behind: str) -> Document | None:
    url = html.unescape(href)
    kind = document_type(url)
    if not kind:
        return None
    title = wording.line(words, _TITLE * 2)
    size = _size(title) or _size(behind)
    title = _FORMAT.sub("", title).strip(" ,:–-")
    if _SAYS_NOTHING.fullmatch(title):
        title = named(url)
    return Document(url, wording.shortened(title, _TITLE), kind, size)


def _enclosed(
    href: object, kind: object, title: object, length: object, base: str
) -> Document | None:
    url = _web(href, base) if isinstance(href, str) else ""
    media = str(kind or "").partition(";")[0].strip().lower()
    media = media if re.fullmatch(r"[a-z]+/[\w.+-]{1,100}", media) else document_type(url)
    if not url or media.startswith("image/"):
        return None
    if media in {"", "application/octet-stream", "binary/octet-stream"}:
        media = document_type(url) or "application/octet-stream"
    words = wording.line(title, _TITLE) if isinstance(title, str) else ""
    return Document(url, words or named(url), media, _whole(length) or None)


def _is_image(part: Any) -> bool:
    kind = str(part.get("type") or "").lower()
    written = str(part.get("url") or part.get("href") or "")
    shown = part.get("medium") == "image" or kind.startswith("image/")
    return shown or (not kind and bool(re.search(r"\.(?:jpe?g|png|gif|webp)\b", written, re.I)))


def _size(words: str) -> int | None:
    found = _SIZE.search(words)
    if found is None:
        return None
    number = float(found.group(1).replace(",", "."))
    return int(number * _UNITS[found.group(2).lower()]) or None


def _whole(value: object) -> int:
    text = str(value or "").strip().removesuffix("px")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 13 else 0


def _web(url: str, base: str) -> str:
    """Return an absolute web address: a bare path (a file read by hand) leads nowhere."""
    cleaned = links.clean(url.strip(), base) if url else ""
    return cleaned if cleaned.startswith(("http://", "https://")) else ""
