"""Where the news behind an address can be read: what a page offers, and what its platform has.

It looks at bytes that somebody fetched and names candidates, best first; whether one answers, and
with what, is found out by reading it.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import html

from service.kit.text import Text, msg
from service.sources.model import Candidate, Draft, SourceKind, Unreadable
from service.sources.readers import feed, guess, html_list, json_feed, links, sitemap, wording
from service.sources.readers.config import Embedded, HtmlList, JsonList

MOST = 6
_TYPES = {
    "application/rss+xml": SourceKind.FEED,
    "application/atom+xml": SourceKind.FEED,
    "application/rdf+xml": SourceKind.FEED,
    "application/feed+json": SourceKind.JSON_FEED,
}
_FEED_LIKE = re.compile(
    r"/(?:rss|feed|atom)(?:/|\.xml|\.rss)?$|\.(?:rss|atom)$|/(?:index|feed)\.(?:xml|rdf)$|"
    r"[?&](?:format|type|alt)=(?:rss|atom|feed)",
    re.IGNORECASE,
)
_JSON_FEED_LIKE = re.compile(r"/feed\.json$", re.IGNORECASE)
_COMMON = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.json", "/sitemap-news.xml")
_COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)

# The listing of a Plone site (also with ftw.news): every entry has a page that says it all.
PLONE: dict[str, object] = {
    "items": "items",
    "id": "@id",
    "title": "title",
    "link": "@id",
    "date": "effective",
    "summary": "description",
    "headers": {"Accept": "application/json"},
    "detail": {
        "format": "json",
        "content": "slblocks.{slblocks_layout.items}.text.data|slblocks.*.text.data|text.data",
        "date": "news_date|effective",
    },
}
_ZH_LIST: dict[str, object] = {
    "items": "news",
    "title": "title",
    "link": "link",
    "date": "date",
    "date_format": "%d.%m.%Y",
    "summary": "teaserText",
}
_ICMS = Embedded(
    select="[data-entities]",
    attribute="data-entities",
    list=JsonList(items="data", title="name", link="name", date="_datum|datum"),
)


def candidates(text: str, base: str) -> list[Candidate]:
    """Return what may be a source in a document that came from `base`, best first."""
    found = _itself(text, base)
    if found is None:
        try:
            found = list(_on_page(html_list.parse(text), base))
        except Unreadable:
            found = []
    unique = {one.draft.url: one for one in reversed(found) if one.draft.url}
    return list(reversed(unique.values()))[:MOST]


def common_places(address: str) -> list[Candidate]:
    """Return where sites often keep a feed without saying so."""
    return [
        _candidate(_kind_of(path), urljoin(address, path), msg("Found at a usual place."))
        for path in _COMMON
    ]


def _itself(text: str, base: str) -> list[Candidate] | None:
    if feed.looks_like_one(text):
        return [_candidate(SourceKind.FEED, base, msg("This address is a feed."))]
    if sitemap.looks_like_one(text):
        return [_candidate(SourceKind.SITEMAP, base, msg("This address is a sitemap with news."))]
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return [_in_json(json_feed.decode(text), base)]
    except Unreadable:
        return []


def _in_json(document: object, base: str) -> Candidate:
    if isinstance(document, dict) and "jsonfeed.org" in str(document.get("version", "")):
        return _candidate(SourceKind.JSON_FEED, base, msg("This address is a JSON Feed."))
    if _is_plone(document):
        return _candidate(SourceKind.JSON_LIST, base, msg("This is a listing of Plone."), PLONE)
    described = msgspec.to_builtins(guess.json_list(document, JsonList()))
    return _candidate(SourceKind.JSON_LIST, base, msg("This address is a list in JSON."), described)


def _is_plone(document: object) -> bool:
    items = document.get("items") if isinstance(document, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    return isinstance(first, dict) and {"@id", "@type"} <= first.keys()


def _on_page(page: html.HtmlElement, base: str) -> Iterator[Candidate]:
    title = wording.line(" ".join((page.findtext(".//title") or "").split()))
    yield from _offered(page, base)
    for one in [*_linked(page, base), *_of_platform(page, base), *_listed(page, base)]:
        draft = msgspec.structs.replace(one.draft, title=one.draft.title or title, site_url=base)
        yield msgspec.structs.replace(one, draft=draft)


def _offered(page: html.HtmlElement, base: str) -> Iterator[Candidate]:
    for link in page.iter("link"):
        kind = _TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
        named = wording.line(link.get("title") or "")
        if kind is None or "alternate" not in (link.get("rel") or "").lower().split():
            continue
        url = links.clean(link.get("href") or "", base)
        if url and not _COMMENTS.search(f"{url} {named}"):
            one = _candidate(kind, url, msg("The page names this feed."))
            draft = msgspec.structs.replace(one.draft, title=named, site_url=base)
            yield msgspec.structs.replace(one, draft=draft)


def _linked(page: html.HtmlElement, base: str) -> Iterator[Candidate]:
    for anchor in page.iter("a"):
        url = links.clean(anchor.get("href") or "", base)
        if url and (_FEED_LIKE.search(url) or _JSON_FEED_LIKE.search(url)):
            yield _candidate(_kind_of(url), url, msg("The page links to this feed."))


def _of_platform(page: html.HtmlElement, base: str) -> Iterator[Candidate]:
    """Return the doors of systems that many public bodies use, known by their marks."""
    host, made_by = urlsplit(base).hostname or "", _generator(page)
    if host == "www.zh.ch" or page.xpath("//*[contains(@class, 'mdl-news')]"):
        plain = base.partition("?")[0].removesuffix(".html")
        url = f"{plain}/_jcr_content.zhweb-news.zhweb-cache.json"
        said = msg("The news of a page of the canton of Zurich.")
        yield _candidate(SourceKind.JSON_LIST, url, said, _ZH_LIST)
    if page.xpath("//*[@data-entities]"):
        described = msgspec.to_builtins(HtmlList(embedded=_ICMS))
        said = msg("The list of an i-CMS site.")
        yield _candidate(SourceKind.HTML_LIST, base, said, described)
    if "wordpress" in made_by or page.xpath("//link[@rel='https://api.w.org/']"):
        yield _candidate(SourceKind.FEED, urljoin(base, "/feed/"), msg("The feed of WordPress."))
    if "plone" in made_by:
        query = "@search?portal_type=News%20Item&sort_on=effective&sort_order=descending"
        url = f"{base.partition('?')[0].rstrip('/')}/{query}&metadata_fields=effective"
        yield _candidate(SourceKind.JSON_LIST, url, msg("The news of a Plone site."), PLONE)


def _listed(page: html.HtmlElement, base: str) -> Iterator[Candidate]:
    if page.xpath("//*[@data-entities]"):
        return
    try:
        described = guess.html_list(page, HtmlList())
    except Unreadable:
        return
    said = msg("The page itself has a list.")
    yield _candidate(SourceKind.HTML_LIST, base, said, msgspec.to_builtins(described))


def _generator(page: html.HtmlElement) -> str:
    found = page.xpath("//meta[@name='generator' or @name='Generator']/@content")
    return " ".join(map(str, found)).lower()


def _kind_of(path: str) -> SourceKind:
    if _JSON_FEED_LIKE.search(path):
        return SourceKind.JSON_FEED
    return SourceKind.SITEMAP if "sitemap" in path else SourceKind.FEED


def _candidate(
    kind: SourceKind, url: str, how: Text, config: dict[str, object] | None = None
) -> Candidate:
    return Candidate(how, Draft(kind=kind, title="", url=url, config=config or {}))
