"""Listings and pages in HTML, described by CSS selectors; without a description it is guessed."""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from lxml import etree, html

from service.kit.text import msg
from service.sources.model import Document, Entry, Picture, Reading, Unreadable
from service.sources.readers import (
    article,
    dates,
    enclosures,
    guess,
    json_feed,
    json_list,
    links,
    wording,
)
from service.sources.readers.config import Detail, Embedded, HtmlList, select
from service.sources.readers.limits import ENTRIES


def read(text: str, described: HtmlList, base: str, language: str, now: datetime) -> Reading:
    """Return the entries of a listing; raises Unreadable where nothing matches."""
    page = parse(text)
    root = links.clean(described.base_url or _base(page), base) or base
    named = described.language or page.get("lang", "") or language
    if described.embedded is None and not described.item:
        described = guess.html_list(page, described)
    said: dict[str, object] = msgspec.to_builtins(described)
    if described.embedded is not None:
        document = _embedded(page, described.embedded)
        listed, _ = json_list.entries(document, described.embedded.list, root, named, now)
        return Reading(entries=listed, described=said)
    found = [_entry(part, described, root, named, now) for part in select(page, described.item)]
    titled = [entry for entry in found if entry.title]
    if not titled:
        raise Unreadable(
            msg("No entries were found on the page with the selector «%(selector)s».",
                selector=described.item)
        )  # fmt: skip
    return Reading(entries=titled[:ENTRIES], described=said)


def parse(text: str) -> html.HtmlElement:
    """Return the page's tree; raises Unreadable for what has none."""
    if text.lstrip()[:1] in {"{", "["}:
        raise Unreadable(msg("This is JSON, not a web page."))
    if text.lstrip().lower().startswith(("<?xml", "<rss", "<feed")) and "<html" not in text[:4096]:
        raise Unreadable(msg("This is XML, perhaps a feed, not a web page."))
    if "<" not in text:
        raise Unreadable(msg("This is plain text, not a web page."))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(msg("The page is damaged and cannot be read.")) from error


def detail(text: str, described: Detail, entry: Entry, now: datetime) -> Entry:
    """Return `entry` with what its own page adds; raises Unreadable where there is no text."""
    page = parse(text)
    for selector in described.remove:
        for part in select(page, selector):
            part.drop_tree()
    content = "".join(markup(part) for part in select(page, described.content))
    # A site that was rebuilt has its text elsewhere.
    tidied = wording.tidy(content, entry.url)
    if not tidied:
        tidied = article.read(parse(text[: article.LONGEST]), entry.title, entry.url)
    if not tidied:
        raise Unreadable(
            msg("The page behind the entry has no text at «%(selector)s».",
                selector=described.content)
        )  # fmt: skip
    written = [_words(part) for part in select(page, described.date)]
    published = dates.first([*_dates(page, described.date), *written], now, described.date_format)
    title = next((_words(part) for part in select(page, described.title)), "")
    summary = "\n".join(_words(part) for part in select(page, described.summary))
    own = enclosures.picture_in(content, entry.url)
    return wording_of(around(page, entry, own), title, summary, tidied, published)


def around(page: html.HtmlElement, entry: Entry, picture: Picture | None = None) -> Entry:
    """Return `entry` with what its page says beside the text: true address, documents, picture."""
    whole = next(iter(select(page, "main, [role=main], article")), page)
    found = _documents(markup(whole), entry.url)
    return msgspec.structs.replace(
        entry,
        canonical=_canonical(page, entry.url),
        documents=enclosures.once([*entry.documents, *found]),
        picture=entry.picture or picture or _shared(page, entry),
    )


def _canonical(page: html.HtmlElement, url: str) -> str:
    """Return the address that a page holds for its true one, if that is another of its host's."""
    named = next((str(found.get("href", "")) for found in select(page, "link[rel=canonical]")), "")
    cleaned = links.clean(named, url) if named else ""
    own = urlsplit(cleaned).hostname == urlsplit(url).hostname and urlsplit(cleaned).path != "/"
    return cleaned if cleaned != url and own else ""


def _shared(page: html.HtmlElement, entry: Entry) -> Picture | None:
    """Return the picture that a page gives to those who share it."""
    said = {str(part.get("property") or part.get("name")): str(part.get("content") or "")
            for part in select(page, "meta[content]")}  # fmt: skip
    found = said.get("og:image") or said.get("twitter:image") or ""
    return enclosures.picture_at(found, said.get("og:image:alt", ""), entry.url)


def wording_of(
    entry: Entry, title: str, summary: str, content: str, published: dates.Published
) -> Entry:
    """Return `entry` with the words of its own page, where that page has them."""
    teaser = wording.teaser(summary) or entry.summary or wording.teaser(content)
    dated = (
        published if published.at is not None else dates.Published(entry.published, entry.precision)
    )
    return msgspec.structs.replace(
        entry,
        title=wording.line(title) or entry.title,
        summary=teaser,
        content=content,
        language=entry.language or wording.language("", teaser),
        published=dated.at,
        precision=dated.precision,
        documents=enclosures.once([*entry.documents, *enclosures.in_content(content)]),
    )


def markup(part: html.HtmlElement) -> str:
    """Return an element as markup, without the text that follows it."""
    return str(html.tostring(part, encoding="unicode", with_tail=False))


def _entry(
    part: html.HtmlElement, described: HtmlList, base: str, language: str, now: datetime
) -> Entry:
    anchor = _anchor(part, described.link)
    titled = next(iter(select(part, described.title)), None)
    title = wording.line(_words(titled if titled is not None else anchor))
    url = links.clean(anchor.get("href", ""), base) if anchor is not None else ""
    summary = "\n".join(_words(found) for found in select(part, described.summary))
    content = "".join(markup(found) for found in select(part, described.content))
    published = _published(part, described, now)
    tidied, raw = wording.tidy(content, url or base) if content else "", markup(part)
    return Entry(
        id="",
        url=url,
        title=title,
        summary=wording.teaser(summary or _words_of(content)),
        content=tidied,
        language=wording.language(language, f"{title} {summary}"),
        published=published.at,
        precision=published.precision,
        documents=_documents(raw, url or base),
        picture=enclosures.picture_in(raw, url or base),
    )


def _documents(raw: str, base: str) -> list[Document]:
    """Return the documents of an entry in a list, which may be the very thing it links to."""
    return enclosures.in_content(wording.tidy(raw, base)) if enclosures.may_hold(raw) else []


def _published(part: html.HtmlElement, described: HtmlList, now: datetime) -> dates.Published:
    """Try the attribute before the words: Uri writes 2626 in one and the truth in the other."""
    if not described.date:
        return dates.read(_words(part), now, described.date_format)
    places = select(part, described.date)
    named = [place.get(described.date_attribute) for place in places if described.date_attribute]
    words = [_words(place) for place in places]
    attributes = [*named, *_dates(part, described.date)]
    return dates.first([*attributes, *words], now, described.date_format)


def _dates(part: html.HtmlElement, selector: str) -> list[object]:
    places = select(part, selector)
    return [p.get(name) for p in places for name in ("datetime", "content") if p.get(name)]


def _anchor(part: html.HtmlElement, selector: str) -> html.HtmlElement | None:
    if not selector and part.tag == "a":
        return part
    found = select(part, selector or "a[href]")
    worded = [anchor for anchor in found if _words(anchor)]
    return next(iter(worded or found), None)


def _embedded(page: html.HtmlElement, described: Embedded) -> object:
    carrier = next(iter(select(page, described.select)), None)
    if carrier is None:
        raise Unreadable(
            msg("No entries were found on the page with the selector «%(selector)s».",
                selector=described.select)
        )  # fmt: skip
    attribute = described.attribute
    return json_feed.decode((carrier.get(attribute) if attribute else carrier.text_content()) or "")


def _base(page: html.HtmlElement) -> str:
    return next((str(found.get("href")) for found in select(page, "base[href]")), "")


def _words(part: html.HtmlElement | None) -> str:
    return "" if part is None else " ".join(part.text_content().split())


def _words_of(content: str) -> str:
    return wording.teaser(content) if content else ""
