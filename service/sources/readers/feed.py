"""RSS, RDF and Atom through feedparser, which is slow, greedy and sometimes throws.

It runs only in a confined child process. What is no feed is refused before feedparser sees it.
"""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from service.kit.text import msg
from service.sources.model import Entry, Reading, Unreadable
from service.sources.readers import charset, dates, enclosures, links, wording
from service.sources.readers.dates import Published
from service.sources.readers.limits import ENTRIES

_HEAD = 4096
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_HTML = re.compile(r"<!doctype\s+html|<html\b|<head\b|<body\b", re.IGNORECASE)
_END_OF_ENTRY = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_OFFERED = re.compile(
    r"<link\b(?=[^>]*\btype=[\"']?application/(?:rss|atom|rdf|feed)\+?(?:xml|json))[^>]*\bhref="
    r"[\"']?([^\"'\s>]+)",
    re.IGNORECASE,
)
# An entity may stand for a few characters. Nested ones (and files) are how a feed explodes.
_ENTITY = re.compile(
    r"<!ENTITY\s+%?\s*[^\s>]+\s+(?:SYSTEM|PUBLIC|[\"'][^\"']*(?:&(?!#)|[^\"']{200}))", re.I
)


def read(text: str, base: str, language: str, now: datetime) -> Reading:
    """Return what a feed holds; raises Unreadable for what is none."""
    refuse_page(text)
    if _ENTITY.search(text[: 64 * 1024]):
        raise Unreadable(
            msg("The feed defines entities that refer to others. We do not expand them.")
        )
    sound = charset.without_false_references(charset.without_declaration(text))
    body = _shortened(sound).encode("utf-8")
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(
            BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(msg("The feed is damaged and cannot be read.")) from error
    if not parsed.get("version") and not parsed.entries:
        raise Unreadable(msg("This is not an RSS or Atom feed."))
    known = str(parsed.feed.get("language") or language)
    site = links.clean(_text(parsed.feed.get("link")), base) or base
    ttl = _text(parsed.feed.get("ttl")).strip()
    read = [_entry(entry, site, known, now) for entry in parsed.entries[:ENTRIES]]
    return Reading(
        entries=read,
        title=wording.line(_text(parsed.feed.get("title"))),
        site_url=links.clean(_text(parsed.feed.get("link")), base),
        ttl=int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 7 else 0,
    )


def _shortened(text: str) -> str:
    """Cut out what lies between the last entry that we keep and the end, for it costs seconds."""
    ends = [match.end() for match in _END_OF_ENTRY.finditer(text)]
    return text[: ends[ENTRIES - 1]] + text[ends[-1] :] if len(ends) > ENTRIES else text


def looks_like_one(text: str) -> bool:
    """Tell whether this begins like RSS, RDF or Atom."""
    begun = _FEED.search(text[:_HEAD])
    return begun is not None and not _HTML.search(text[: begun.start()])


def refuse_page(text: str) -> None:
    """Raise Unreadable if this is a web page, naming the feeds that the page offers."""
    head = text[:_HEAD]
    if not _HTML.search(head) or _FEED.search(head):
        return
    offered = [found for found in _OFFERED.findall(text[: 64 * 1024]) if found][:3]
    if offered:
        raise Unreadable(
            msg("This is a web page, not a feed. The page offers this feed: %(feeds)s",
                feeds=", ".join(offered))
        )  # fmt: skip
    raise Unreadable(msg("This is a web page, not a feed."))


def _entry(entry: Any, base: str, language: str, now: datetime) -> Entry:
    described = _text(entry.get("summary"))
    contents = [_text(part.get("value")) for part in entry.get("content") or []]
    full = next((part for part in contents if part.strip()), "")
    if not full and (wording.has_markup(described) or len(described) > wording.SUMMARY):
        full = described
    identity = wording.line(_text(entry.get("id")), wording.IDENTITY)
    url = _link(entry, base) or (links.clean(identity) if identity.startswith("http") else "")
    summary = wording.teaser(described if described.strip() else full)
    title = wording.line(_text(entry.get("title"))) or wording.headline(summary, url)
    published = _published(entry, now)
    named = _text(entry.get("language")) or _text((entry.get("title_detail") or {}).get("language"))
    content, at = wording.tidy(full, url or base), url or base
    return Entry(
        id=identity,
        url=url,
        title=title,
        summary=summary,
        content=content,
        language=wording.language(named or language, f"{title} {summary}"),
        published=published.at,
        precision=published.precision,
        documents=enclosures.once(
            [*enclosures.of_feed(entry, at), *enclosures.in_content(content)]
        ),
        picture=enclosures.picture_of_feed(entry, f"{full} {described}", at),
    )


def _link(entry: Any, base: str) -> str:
    offered = entry.get("links") or []
    own = [part for part in offered if part.get("rel", "alternate") == "alternate"]
    for href in [_text(entry.get("link")), *(_text(part.get("href")) for part in own)]:
        if href and (url := links.clean(href, base)):
            return url
    return ""


def _published(entry: Any, now: datetime) -> Published:
    """Read the date ourselves: feedparser's value does not tell a day from its midnight."""
    named = ("published", "created", "date", "updated", "issued")
    # Asked for `updated` where there is none, feedparser gives `published` once more, and warns.
    found = dates.first([_text(entry[name]) for name in named if name in entry], now)
    if found.at is not None:
        return found
    for name in ("published_parsed", "updated_parsed"):
        if name in entry and (parsed := entry[name]):
            year, month, day, hour, minute, second = parsed[:6]
            try:
                at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            except (ValueError, TypeError):
                continue
            return dates.read(at.isoformat(), now)
    return dates.UNKNOWN


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
