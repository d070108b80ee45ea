"""JSON Feed, versions 1 and 1.1 (jsonfeed.org), which feedparser does not read."""

from datetime import datetime

import msgspec

from service.kit.text import msg
from service.sources.model import Entry, Reading, Unreadable
from service.sources.readers import dates, enclosures, feed, links, paths, wording
from service.sources.readers.limits import ENTRIES


def read(text: str, base: str, language: str, now: datetime) -> Reading:
    """Return what a JSON Feed holds; raises Unreadable for what is none."""
    document = decode(text)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(items, list):
        raise Unreadable(msg("This is not a JSON Feed: there is no list named «items»."))
    home = links.clean(paths.text(document, "home_page_url"), base) or base
    named = paths.text(document, "language") or language
    wanted = [item for item in items[:ENTRIES] if isinstance(item, dict)]
    read_items = [_entry(item, home, named, now) for item in wanted]
    return Reading(
        entries=[entry for entry in read_items if entry.title],
        title=wording.line(paths.text(document, "title")),
        site_url=links.clean(paths.text(document, "home_page_url"), base),
    )


def decode(text: str) -> object:
    """Return a JSON document; raises Unreadable with the place of its first fault."""
    if text.lstrip()[:1] not in {"{", "["}:
        feed.refuse_page(text)
    try:
        document: object = msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError as error:
        raise Unreadable(msg("This is not valid JSON: %(what)s", what=str(error)[:200])) from error
    except RecursionError as error:
        raise Unreadable(msg("The JSON is nested too deeply.")) from error
    return document


def _entry(item: dict[str, object], base: str, language: str, now: datetime) -> Entry:
    url = links.clean(paths.text(item, "url|external_url"), base)
    markup = paths.text(item, "content_html")
    plain = paths.text(item, "content_text")
    summary = wording.teaser(paths.text(item, "summary") or markup or plain)
    title = wording.line(paths.text(item, "title"))
    published = dates.first(
        [paths.find(item, "date_published"), paths.find(item, "date_modified")], now
    )
    content, at = wording.tidy(markup or wording.paragraphs(plain), url or base), url or base
    attached = enclosures.of_json_feed(item, at)
    shown = enclosures.picture_at(paths.text(item, "image|banner_image"), "", at)
    return Entry(
        id=wording.line(paths.text(item, "id"), wording.IDENTITY),
        url=url,
        title=title or wording.headline(summary, url),
        summary=summary,
        content=content,
        language=wording.language(paths.text(item, "language") or language, f"{title} {summary}"),
        published=published.at,
        precision=published.precision,
        documents=enclosures.once([*attached, *enclosures.in_content(content)]),
        picture=shown or enclosures.picture_in(markup, at),
    )
