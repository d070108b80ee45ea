"""Feeds of public newsletters: RSS, Atom and JSON, with validators so that readers ask cheaply."""

import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from service.editions import actions as editions
from service.editions import feed
from service.editions.model import Association, Content, Edition, Newsletter
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.web.guards import PUBLIC
from service.web.pages import Page
from service.web.public import archive

LENGTH = 20


class Written(msgspec.Struct, frozen=True):
    """A feed as it was written last: what it was written from, its tag, its bytes."""

    mark: bytes
    tag: str
    body: bytes


@get("/feeds/{name:str}", opt=PUBLIC)
async def show(page: Page, name: FromPath[str]) -> Response[bytes]:
    """Answer with the feed of `<newsletter>.rss`, `.atom` or `.json`; 304 where nothing is new."""
    slug, _, form = name.rpartition(".")
    if form not in feed.FORMATS:
        raise NotFound(msg("There is no such feed."))
    async with page.db.read() as tx:
        series = await editions.public_newsletter(tx, slug)
        signs = await editions.association(tx)
        held = await editions.published(tx, series.id, limit=LENGTH)
        channel = _channel(page, name, series, signs, held)
        written = await _written(page, tx, form, channel, series, held)
    return _answer(page, written, feed.FORMATS[form][0], channel.updated)


async def _written(
    page: Page,
    tx: Tx,
    form: str,
    channel: feed.Channel,
    series: Newsletter,
    held: list[Edition],
) -> Written:
    """Return a feed as it was written last, unless what it is written from has changed.

    Of a sent edition nothing changes any more but what its row says.
    """
    kept: dict[str, Written] = page.request.app.state.feeds
    mark = hashlib.sha256(msgspec.msgpack.encode((channel, held))).digest()
    known = kept.get(channel.address)
    if known is None or known.mark != mark:
        contents = await editions.public_contents(tx, series, held)
        body = feed.FORMATS[form][1](channel, [_entry(page, one) for one in contents])
        known = Written(mark, f'"{hashlib.sha256(body).hexdigest()[:20]}"', body)
        kept[channel.address] = known
    return known


def _channel(
    page: Page, name: str, series: Newsletter, signs: Association, held: list[Edition]
) -> feed.Channel:
    base = page.app.settings.public_url.rstrip("/")
    sent = [edition.sent_at for edition in held if edition.sent_at]
    return feed.Channel(
        title=series.title,
        description=series.description,
        publisher=signs.name,
        language=series.language,
        home=f"{base}/archive/{series.slug}",
        address=f"{base}/feeds/{name}",
        updated=max(sent, default=series.created_at),
    )


def _entry(page: Page, content: Content) -> feed.Entry:
    edition = content.edition
    return feed.Entry(
        title=edition.title,
        url=archive.edition_address(page, content.newsletter, edition),
        published=edition.sent_at or edition.changed_at,
        summary=edition.preheader,
        html=str(archive.article(page, content)),
    )


def _answer(page: Page, written: Written, media_type: str, updated: datetime) -> Response[bytes]:
    headers = {
        "etag": written.tag,
        "last-modified": format_datetime(updated.replace(microsecond=0), usegmt=True),
        "cache-control": "public, max-age=300",
        "access-control-allow-origin": "*",
    }
    if _unchanged(page, written.tag, updated):
        return Response(b"", status_code=304, headers=headers)
    return Response(written.body, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _unchanged(page: Page, tag: str, updated: datetime) -> bool:
    asked = page.request.headers
    if (known := asked.get("if-none-match")) is not None:
        tags = {part.strip().removeprefix("W/") for part in known.split(",")}
        return tag in tags or "*" in tags
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and updated.replace(microsecond=0) <= since


routes = [show]
