"""Guesses how a listing is built, so that an address alone is often enough to add a source.

A guess fills only what a description leaves open; an administrator sees and corrects it.
"""

import re
from collections import defaultdict

import msgspec
from lxml import html

from service.kit.text import msg
from service.sources.model import Unreadable
from service.sources.readers import paths
from service.sources.readers.config import Embedded, HtmlList, JsonList

_PARTS = {
    "title": ("title", "titel", "headline", "heading", "subject", "betreff", "name", "titre",
              "titolo"),
    "link": ("link", "url", "href", "permalink", "@id", "uri", "path", "weburl",
             "detailurl", "name"),
    "date": ("publishon", "published", "publishedat", "publishdate", "publicationdate",
             "datepublished", "pubdate", "date_published", "date", "_datum", "datum", "news_date",
             "effective", "issued",
             "created", "createdat", "timestamp", "lastmodified", "modified"),
    "summary": ("teasertext", "teaser", "lead", "summary", "abstract", "description", "excerpt",
                "intro", "beschreibung", "kurztext"),
    "content": ("content_html", "contenthtml", "content", "body", "html", "text", "content_text"),
    "id": ("id", "guid", "uuid", "uid", "@id", "identifier"),
    "language": ("language", "languagecode", "lang", "sprache"),
    "group": ("langgroupid", "languagegroupid", "translationgroupid"),
}  # fmt: skip
_CONTAINERS = {"article", "li", "tr", "div", "section", "dd", "dt", "p", "a", "h2", "h3"}
_NOT_LISTS = {"nav", "header", "footer", "aside", "form"}
_DATE = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|\w{3,9})\s?\d{2,4}|\d{4}-\d{2}-\d{2}")
_SHORTEST_TITLE = 12


def json_list(document: object, described: JsonList) -> JsonList:
    """Return the description completed for `document`; raises Unreadable if nothing looks right."""
    where = described.items
    if not where:
        best = max(_lists(document), key=lambda found: found[0], default=None)
        if best is None:
            raise Unreadable(msg("The JSON has no list of entries that have a title."))
        where = best[1]
    sample = paths.find(document, where)
    first = sample[0] if isinstance(sample, list) and sample else sample
    parts = _parts(first)
    if "title" not in parts:
        raise Unreadable(msg("The JSON has no list of entries that have a title."))
    open_parts = {k: v for k, v in parts.items() if not getattr(described, k)}
    return msgspec.structs.replace(described, items=where, **open_parts)


def _lists(document: object) -> list[tuple[int, str]]:
    """Return (score, path) of every list of objects with titles, down to a few levels."""
    found: list[tuple[int, str]] = []
    level: list[tuple[str, object]] = [("", document)]
    for _ in range(5):
        deeper: list[tuple[str, object]] = []
        for path, value in level:
            if isinstance(value, list):
                objects = [member for member in value if isinstance(member, dict)]
                parts = _parts(objects[0]) if objects else {}
                if "title" in parts:
                    found.append((len(objects) * len(parts), path))
            elif isinstance(value, dict):
                deeper += [(f"{path}.{k}".lstrip("."), v) for k, v in value.items() if "." not in k]
        level = deeper[:2000]
    return found


def _parts(item: object) -> dict[str, str]:
    """Return the path of each part, the best name first, the shallowest place first."""
    places: dict[str, str] = {}
    for path, value in paths.leaves(item, depth=5):
        if value not in (None, ""):
            places.setdefault(path.rpartition(".")[2].lower(), path)
    chosen = {}
    for part, names in _PARTS.items():
        best = next((places[name] for name in names if name in places), "")
        if best:
            chosen[part] = best
    return chosen


def html_list(page: html.HtmlElement, described: HtmlList) -> HtmlList:
    """Return the description completed for `page`; raises Unreadable if nothing repeats."""
    carrier = next(iter(page.xpath("//*[@data-entities]")), None)
    if carrier is not None:
        embedded = Embedded("[data-entities]", "data-entities", JsonList())
        return msgspec.structs.replace(described, embedded=embedded)
    groups: dict[str, list[html.HtmlElement]] = defaultdict(list)
    for element in page.iter(*_CONTAINERS):
        groups[_selector(element)].append(element)
    scored = [(_score(members), selector) for selector, members in groups.items()]
    score, selector = max(scored, default=(0.0, ""))
    if score <= 0:
        raise Unreadable(msg("Nothing on the page looks like a list of news."))
    members = groups[selector]
    heading = next(
        (
            tag
            for tag in ("h2", "h3", "h4")
            if any(m.find(f".//{tag}") is not None for m in members)
        ),
        "",
    )
    return msgspec.structs.replace(
        described,
        item=selector,
        title=described.title or heading,
        date=described.date
        or ("time" if any(m.find(".//time") is not None for m in members) else ""),
        summary=described.summary
        or ("p" if any(m.find(".//p") is not None for m in members) else ""),
    )


def _score(members: list[html.HtmlElement]) -> float:
    """Entries have one main link with a long text, mostly a date, and do not stand in a menu."""
    good = dated = links = 0
    targets: set[str] = set()
    for member in members[:300]:
        if any(parent.tag in _NOT_LISTS for parent in member.iterancestors()):
            continue
        anchors = [member] if member.tag == "a" else list(member.iter("a"))
        worded = [a for a in anchors if len(" ".join(a.text_content().split())) >= _SHORTEST_TITLE]
        if not worded or not worded[0].get("href"):
            continue
        good += 1
        links += len(anchors)
        targets.add(worded[0].get("href", ""))
        dated += bool(_DATE.search(member.text_content()) or member.find(".//time") is not None)
    if not good or (good == 1 and not dated):
        return 0
    return len(targets) * (1 + 3 * dated / good) * good / links


def _selector(element: html.HtmlElement) -> str:
    """Return a selector for elements built like this one: its tag and its own plain classes."""
    classes = [c for c in element.get("class", "").split() if re.fullmatch(r"[A-Za-z][\w-]*", c)]
    plain = [c for c in classes if c not in {"first", "last", "odd", "even", "active"}]
    return f"{element.tag}" + "".join(f".{name}" for name in plain[:3])
