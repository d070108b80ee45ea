"""A list in any JSON document, described by paths; without a description it is guessed."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from service.kit.text import msg
from service.sources.model import Entry, Reading, Unreadable
from service.sources.readers import dates, enclosures, guess, json_feed, links, paths, wording
from service.sources.readers.config import JsonList
from service.sources.readers.limits import ENTRIES

_PLACE = re.compile(r"\{([^{}]+)\}")
_ANCHOR = re.compile(r"<a\b[^>]*\bhref=[\"']?([^\"'\s>]+)", re.IGNORECASE)


def read(text: str, described: JsonList, base: str, language: str, now: datetime) -> Reading:
    """Return the entries of a JSON list; raises Unreadable where there is no such list."""
    found, known = entries(json_feed.decode(text), described, base, language, now)
    return Reading(entries=found, described=msgspec.to_builtins(known))


def entries(
    document: object, described: JsonList, base: str, language: str, now: datetime
) -> tuple[list[Entry], JsonList]:
    """Return the entries of a decoded document, and the description that was completed for it."""
    if not described.title:
        described = guess.json_list(document, described)
    found = paths.find_all(document, described.items) if described.items else [document]
    members = [m for part in found for m in (part if isinstance(part, list) else [part])]
    items = [member for member in members if isinstance(member, dict)]
    if not items:
        if _is_empty_list(document, described.items):
            return [], described
        raise Unreadable(
            msg("The JSON has no list of entries at «%(path)s».", path=described.items or "(top)")
        )
    root = links.clean(described.base_url, base) or base
    read_items = [_entry(item, described, root, language, now) for item in items[:ENTRIES]]
    if not any(entry.title for entry in read_items):
        raise Unreadable(
            msg("None of the entries has a title at «%(path)s».", path=described.title)
        )
    return [entry for entry in read_items if entry.title], described


def _is_empty_list(document: object, path: str) -> bool:
    if not path:
        return document == []
    parent, _, last = path.rpartition(".")
    holders = paths.find_all(document, parent) if parent else [document]
    return any(isinstance(holder, dict) and holder.get(last) == [] for holder in holders)


def _entry(
    item: dict[str, object], described: JsonList, base: str, language: str, now: datetime
) -> Entry:
    title = wording.line(paths.text(item, described.title, " "))
    summary = paths.text(item, described.summary)
    content = paths.text(item, described.content)
    markup = content if wording.has_markup(content) else wording.paragraphs(content)
    url = _url(item, described, base)
    values = paths.find_all(item, described.date) if described.date else []
    published = dates.first(values, now, described.date_format)
    named = paths.text(item, described.language) or language
    tidied, at = wording.tidy(markup, url or base), url or base
    return Entry(
        id=wording.line(paths.text(item, described.id, " "), wording.IDENTITY),
        url=url,
        title=title,
        summary=wording.teaser(summary or content),
        content=tidied,
        language=wording.language(named, f"{title} {summary}"),
        published=published.at,
        precision=published.precision,
        group=_group(item, described, base),
        documents=enclosures.in_content(tidied),
        picture=enclosures.picture_at(paths.text(item, described.picture).split("\n")[0], "", at)
        or enclosures.picture_in(content, at),
    )


def _group(item: dict[str, object], described: JsonList, base: str) -> str:
    """Return the publisher's mark for translations, which means nothing at another publisher's."""
    mark = wording.line(paths.text(item, described.group, " "), wording.IDENTITY)
    return f"{urlsplit(base).hostname or ''} {mark}" if mark else ""


def _url(item: dict[str, object], described: JsonList, base: str) -> str:
    if described.link_template:
        filled = _PLACE.sub(
            lambda place: paths.text(item, place.group(1), ""), described.link_template
        )
        return links.clean(filled, base)
    written = paths.text(item, described.link).split("\n")[0]
    anchor = _ANCHOR.search(written)
    return links.clean(anchor.group(1) if anchor else written, base) if written else ""
