"""Feeds of public newsletters: RSS, Atom and JSON, with validators so that readers ask cheaply."""

import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from litestar import Response, get
from litestar.params import FromPath

from service.editions import actions as editions
from service.editions import feed
from service.editions.model import Association, Content, Newsletter
from service.kit.errors import NotFound
from service.kit.text import msg
from service.web.guards import PUBLIC
from service.web.pages import Page
from service.web.public import archive

LENGTH = 20


@get("/feeds/{name:str}", opt=PUBLIC)
async def show(page: Page, name: FromPath[str]) -> Response[bytes]:
    """Answer with the feed of `<newsletter>.rss`, `.atom` or `.json`; 304 where nothing is new."""
    slug, _, form = name.rpartition(".")
    if form not in feed.FORMATS:
        raise NotFound(msg("There is no such feed."))
    async with page.db.read() as tx:
        series = await editions.public_newsletter(tx, slug)
        held = await editions.public_contents(tx, series, LENGTH)
        signs = await editions.association(tx)
    media_type, write = feed.FORMATS[form]
    channel = _channel(page, name, series, signs, held)
    body = write(channel, [_entry(page, one) for one in held])
    return _answer(page, body, media_type, channel.updated)


def _channel(
    page: Page, name: str, series: Newsletter, signs: Association, held: list[Content]
) -> feed.Channel:
    base = page.app.settings.public_url.rstrip("/")
    sent = [content.edition.sent_at for content in held if content.edition.sent_at]
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


def _answer(page: Page, body: bytes, media_type: str, updated: datetime) -> Response[bytes]:
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "etag": tag,
        "last-modified": format_datetime(updated.replace(microsecond=0), usegmt=True),
        "cache-control": "public, max-age=300",
        "access-control-allow-origin": "*",
    }
    if _unchanged(page, tag, updated):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


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
