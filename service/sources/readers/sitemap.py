"""Sitemaps with news (the namespace that search engines read): addresses with titles and dates."""

from datetime import datetime

from lxml import etree

from service.kit.text import msg
from service.sources.model import Entry, Reading, Unreadable
from service.sources.readers import charset, dates, feed, links, wording
from service.sources.readers.limits import ENTRIES

_SITES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def looks_like_one(text: str) -> bool:
    """Tell whether this is a sitemap whose entries have titles."""
    return "<urlset" in text[:4096] and "schemas/sitemap-news/" in text[:4096]


def read(text: str, base: str, language: str, now: datetime) -> Reading:
    """Return the news of a sitemap, newest first; raises Unreadable for what is none."""
    feed.refuse_page(text)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    body = charset.without_declaration(text).encode("utf-8")
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(msg("The sitemap is damaged and cannot be read.")) from error
    if root is None or root.tag != f"{_SITES}urlset":
        raise Unreadable(msg("This is not a sitemap with news."))
    found = [_entry(part, base, language, now) for part in root.findall(f"{_SITES}url")]
    titled = [entry for entry in found if entry.title and entry.url]
    if not titled:
        raise Unreadable(msg("The sitemap names pages, but no news with a title."))
    titled.sort(key=lambda entry: entry.published.timestamp() if entry.published else 0)
    return Reading(entries=titled[: -ENTRIES - 1 : -1])


def _entry(part: etree._Element, base: str, language: str, now: datetime) -> Entry:
    url = links.clean(part.findtext(f"{_SITES}loc") or "", base)
    news = f"{_NEWS}news/{_NEWS}"
    title = wording.line(part.findtext(f"{news}title") or "")
    named = part.findtext(f"{news}publication/{_NEWS}language") or language
    written: list[object] = [
        part.findtext(f"{news}publication_date"),
        part.findtext(f"{_SITES}lastmod"),
    ]
    published = dates.first(written, now)
    return Entry(
        id="",
        url=url,
        title=title,
        language=wording.language(named, title),
        published=published.at,
        precision=published.precision,
    )
