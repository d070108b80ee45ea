"""The one interface of all readers: a request with bytes in, a reading out, whatever the bytes."""

import zlib
from datetime import datetime

import msgspec

from service.kit.errors import Invalid
from service.kit.text import msg
from service.sources.model import Entry, Reading, SourceKind, Unreadable
from service.sources.readers import (
    article,
    charset,
    config,
    discover,
    feed,
    html_list,
    json_feed,
    json_list,
    mail,
    paths,
    sitemap,
    wording,
)
from service.sources.readers import dates as reading_dates
from service.sources.readers.limits import BYTES, MAIL_BYTES

FUNCTION = f"{__name__}:answer"


class Request(msgspec.Struct, frozen=True):
    """Bytes of a source, and what is known about them; with `entry` they are that entry's page.

    With `discover` they are searched for places where news can be read.
    """

    kind: SourceKind
    body: bytes
    now: datetime
    config: dict[str, object] = {}
    base: str = ""
    charset: str = ""
    language: str = ""
    entry: Entry | None = None
    discover: bool = False


def answer(payload: bytes) -> bytes:
    """Read one encoded request and return the encoded reading (what the confined child runs)."""
    return msgspec.msgpack.encode(read(msgspec.msgpack.decode(payload, type=Request)))


def read(request: Request) -> Reading:
    """Return what the bytes hold; never raises, except for lack of memory."""
    try:
        return _read(request)
    except Unreadable as problem:
        return Reading(trouble=problem.text)
    except Invalid as problem:
        return Reading(trouble=problem.faults[0].what)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - libraries throw whatever strange bytes make them throw
        return Reading(trouble=msg("The content is damaged and cannot be read."))


def _read(request: Request) -> Reading:
    if request.kind is SourceKind.MAIL and request.entry is None and not request.discover:
        if len(request.body) > MAIL_BYTES:
            raise _too_large(MAIL_BYTES)
        return mail.read(request.body, request.language, request.now)
    body = _unpacked(request.body)
    if len(body) > BYTES:
        raise _too_large(BYTES)
    text = charset.decode(body, request.charset)
    if not text.strip():
        raise Unreadable(msg("The content is empty."))
    if request.entry is not None:
        return Reading(entries=[_detail(text, request, request.entry)])
    base, language, now = request.base, request.language, request.now
    if request.discover:
        return Reading(candidates=discover.candidates(text, base))
    return _listing(text, request, base, language, now)


def _listing(text: str, request: Request, base: str, language: str, now: datetime) -> Reading:
    if request.kind is SourceKind.SITEMAP:
        return sitemap.read(text, base, language, now)
    if request.kind is SourceKind.JSON_FEED:
        return json_feed.read(text, base, language, now)
    if request.kind is SourceKind.JSON_LIST:
        described = config.json_list(request.config)
        return json_list.read(text, described, base, language, now)
    if request.kind is SourceKind.HTML_LIST:
        page = config.html_list(request.config)
        return html_list.read(text, page, base, language, now)
    return feed.read(text, base, language, now)


def _detail(text: str, request: Request, entry: Entry) -> Entry:
    described = config.detail(request.kind, request.config)
    if described is None:
        return _article(text, request, entry)
    if described.format == "html":
        return html_list.detail(text, described, entry, request.now)
    document = json_feed.decode(text)
    content = paths.text(document, described.content)
    markup = content if wording.has_markup(content) else wording.paragraphs(content)
    values = paths.find_all(document, described.date) if described.date else []
    return html_list.wording_of(
        entry,
        paths.text(document, described.title, " "),
        paths.text(document, described.summary),
        wording.tidy(markup, entry.url),
        reading_dates.first(values, request.now, described.date_format),
    )


def _article(text: str, request: Request, entry: Entry) -> Entry:
    """Return the entry with the text of a page that nobody has described.

    Where no text is found, what the page says beside it is kept: its documents, its picture.
    """
    page = html_list.parse(text[: article.LONGEST])
    around = html_list.around(page, entry)  # first, for the page is taken apart
    found = article.read(page, entry.title, request.base or entry.url)
    if not found and not around.documents and not around.picture:
        raise Unreadable(msg("No text was found on the page behind the entry."))
    return html_list.wording_of(around, "", "", found, reading_dates.UNKNOWN)


def _too_large(most: int) -> Unreadable:
    return Unreadable(msg("The content is larger than %(limit)s MB.", limit=most // 1_000_000))


def _unpacked(body: bytes) -> bytes:
    """Open a gzip file that was saved or served as such, no further than we would read it."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, BYTES + 1)
    except zlib.error as error:
        raise Unreadable(msg("The content is a damaged gzip file.")) from error
