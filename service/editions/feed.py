"""A newsletter as a feed: RSS 2.0, Atom and JSON Feed, from the same entries. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime

import msgspec
from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(msgspec.Struct, frozen=True):
    """One sent edition; its address is also its identity."""

    title: str
    url: str
    published: datetime
    summary: str
    html: str


class Channel(msgspec.Struct, frozen=True):
    """A newsletter with its addresses: its page, and the feed itself."""

    title: str
    description: str
    publisher: str
    language: str
    home: str
    address: str
    updated: datetime


def rss(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return RSS 2.0 with full content."""
    root = etree.Element("rss", nsmap={"atom": ATOM, "content": CONTENT}, version="2.0")
    head = etree.SubElement(root, "channel")
    _add(head, "title", channel.title)
    _add(head, "link", channel.home)
    _add(head, "description", channel.description or channel.title)
    _add(head, "language", channel.language)
    _add(head, "lastBuildDate", format_datetime(channel.updated))
    etree.SubElement(
        head,
        f"{{{ATOM}}}link",
        href=channel.address,
        rel="self",
        type="application/rss+xml",
    )
    for entry in entries:
        item = etree.SubElement(head, "item")
        _add(item, "title", entry.title)
        _add(item, "link", entry.url)
        _add(item, "guid", entry.url).set("isPermaLink", "true")
        _add(item, "pubDate", format_datetime(entry.published))
        _add(item, "description", entry.summary)
        _add(item, f"{{{CONTENT}}}encoded", entry.html)
    return _written(root)


def atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return Atom (RFC 4287) with full content."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    root.set("{http://www.w3.org/XML/1998/namespace}lang", channel.language)
    _add(root, f"{{{ATOM}}}title", channel.title)
    _add(root, f"{{{ATOM}}}subtitle", channel.description)
    _add(root, f"{{{ATOM}}}id", channel.home)
    _add(root, f"{{{ATOM}}}updated", channel.updated.isoformat())
    etree.SubElement(root, f"{{{ATOM}}}link", href=channel.home, rel="alternate")
    etree.SubElement(root, f"{{{ATOM}}}link", href=channel.address, rel="self")
    author = etree.SubElement(root, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", channel.publisher)
    for entry in entries:
        item = etree.SubElement(root, f"{{{ATOM}}}entry")
        _add(item, f"{{{ATOM}}}title", entry.title)
        _add(item, f"{{{ATOM}}}id", entry.url)
        etree.SubElement(item, f"{{{ATOM}}}link", href=entry.url, rel="alternate")
        _add(item, f"{{{ATOM}}}published", entry.published.isoformat())
        _add(item, f"{{{ATOM}}}updated", entry.published.isoformat())
        _add(item, f"{{{ATOM}}}summary", entry.summary)
        _add(item, f"{{{ATOM}}}content", entry.html).set("type", "html")
    return _written(root)


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return JSON Feed 1.1."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "description": channel.description,
            "home_page_url": channel.home,
            "feed_url": channel.address,
            "language": channel.language,
            "authors": [{"name": channel.publisher}],
            "items": [
                {
                    "id": entry.url,
                    "url": entry.url,
                    "title": entry.title,
                    "summary": entry.summary,
                    "content_html": entry.html,
                    "date_published": entry.published.isoformat(),
                }
                for entry in entries
            ],
        }
    )


def sitemap(pages: Sequence[tuple[str, datetime | None]]) -> bytes:
    """Return a sitemap of (address, last change)."""
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    root = etree.Element(f"{{{space}}}urlset", nsmap={None: space})  # type: ignore[dict-item]
    for address, changed in pages:
        page = etree.SubElement(root, f"{{{space}}}url")
        _add(page, f"{{{space}}}loc", address)
        if changed:
            _add(page, f"{{{space}}}lastmod", changed.date().isoformat())
    return _written(root)


Writer = Callable[[Channel, Sequence[Entry]], bytes]
FORMATS: dict[str, tuple[str, Writer]] = {
    "rss": ("application/rss+xml", rss),
    "atom": ("application/atom+xml", atom),
    "json": ("application/feed+json", json_feed),
}


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
