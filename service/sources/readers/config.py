"""How a listing is described: where its entries stand and what their parts are. Data, checked."""

from functools import lru_cache
from typing import TypeVar, cast

import msgspec
from lxml import etree, html
from lxml.cssselect import CSSSelector, SelectorError

from service.kit.errors import Fault, Invalid
from service.kit.text import msg
from service.sources.model import SourceKind

T = TypeVar("T", bound=msgspec.Struct)


class Detail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A page behind each entry that says more; CSS selectors for HTML, paths for JSON."""

    format: str = "html"
    url: str = ""  # empty: the entry's own address; else a template with {url}
    content: str = ""
    title: str = ""
    summary: str = ""
    date: str = ""
    date_format: str = ""
    remove: list[str] = []


class JsonList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A list in a JSON document; all parts are paths (service.sources.readers.paths)."""

    items: str = ""
    id: str = ""
    title: str = ""
    link: str = ""
    link_template: str = ""  # https://example.org/news/{id}, with paths in the braces
    date: str = ""
    date_format: str = ""
    summary: str = ""
    content: str = ""
    language: str = ""
    group: str = ""  # the publisher's mark that a piece bears in every language
    picture: str = ""
    base_url: str = ""
    headers: dict[str, str] = {}
    detail: Detail | None = None


class Embedded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """JSON inside an HTML page: the element that carries it, and its attribute ("": its text)."""

    select: str
    attribute: str = ""
    list: JsonList = JsonList()


class HtmlList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A listing in HTML; all parts are CSS selectors inside the selector of an entry."""

    item: str = ""
    title: str = ""
    link: str = ""
    date: str = ""
    date_attribute: str = ""
    date_format: str = ""
    summary: str = ""
    content: str = ""
    language: str = ""
    base_url: str = ""
    embedded: Embedded | None = None
    headers: dict[str, str] = {}
    detail: Detail | None = None


# What a source may ask for in its own words; everything else is ours to send.
HEADERS = {"accept", "accept-language"}
_NOTHING = etree.Element("html")


def json_list(given: dict[str, object]) -> JsonList:
    """Return the description of a JSON list; raises Invalid for what it cannot mean."""
    described = _convert(given, JsonList)
    _check(_date_faults("date_format", described), described.headers, described.detail)
    return described


def html_list(given: dict[str, object]) -> HtmlList:
    """Return the description of an HTML list; raises Invalid for what it cannot mean."""
    described = _convert(given, HtmlList)
    names = ("item", "title", "link", "date", "summary", "content")
    faults = [f for name in names for f in _css_faults(name, getattr(described, name))]
    faults += _date_faults("date_format", described)
    if described.embedded is not None:
        faults += _css_faults("embedded.select", described.embedded.select)
        faults += _date_faults("embedded.list.date_format", described.embedded.list)
    _check(faults, described.headers, described.detail)
    return described


def detail(kind: SourceKind, given: dict[str, object]) -> Detail | None:
    """Return how the pages behind the entries are read, None where they are not."""
    if kind is SourceKind.JSON_LIST:
        return json_list(given).detail
    if kind is SourceKind.HTML_LIST:
        return html_list(given).detail
    return None


def check(kind: SourceKind, given: dict[str, object]) -> None:
    """Raise Invalid, naming every fault, if a description does not fit its kind of source."""
    if kind is SourceKind.JSON_LIST:
        json_list(given)
    elif kind is SourceKind.HTML_LIST:
        html_list(given)
    elif given:
        raise Invalid.of("config", msg("A feed needs no description. Leave the field empty."))


def written(kind: SourceKind, given: dict[str, object]) -> str:
    """Return a description as a person reads it: its parts in our order, one a line."""
    if not given:
        return ""
    known = {SourceKind.JSON_LIST: json_list, SourceKind.HTML_LIST: html_list}
    described = known[kind](given) if kind in known else given
    return msgspec.json.format(msgspec.json.encode(described)).decode()


def headers(given: dict[str, object]) -> dict[str, str]:
    """Return the headers that a source asks to be sent."""
    asked = given.get("headers")
    if not isinstance(asked, dict):
        return {}
    return {str(k): str(v) for k, v in asked.items() if str(k).lower() in HEADERS}


def select(part: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Return the elements that a selector finds inside `part`; the empty one finds none."""
    return cast(list[html.HtmlElement], css(selector)(part)) if selector else []


@lru_cache(maxsize=256)
def css(selector: str) -> CSSSelector:
    """Return a compiled selector; raises Invalid for one that is none."""
    try:
        found = CSSSelector(selector, translator="html")
        found(_NOTHING)  # a prefix without a namespace shows only when it is used
    except (ValueError, SelectorError, etree.XPathError, RecursionError) as error:
        raise Invalid.of(
            "config", msg("«%(selector)s» is not a CSS selector.", selector=selector[:100])
        ) from error
    return found


def _convert(given: dict[str, object], shape: type[T]) -> T:
    try:
        return msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise Invalid.of(
            "config", msg("The description of the list has a fault: %(what)s", what=str(error))
        ) from error


def _check(faults: list[Fault], asked: dict[str, str], behind: Detail | None) -> None:
    faults = [*faults, *_header_faults(asked), *(_detail_faults(behind) if behind else [])]
    if faults:
        raise Invalid(faults)


def _date_faults(name: str, described: JsonList | HtmlList | Detail) -> list[Fault]:
    value = described.date_format
    if not value or "%" in value:
        return []
    text = msg(
        "%(name)s: write a pattern such as %%d.%%m.%%Y instead of «%(value)s».",
        name=name,
        value=value,
    )
    return [Fault("config", text)]


def _header_faults(asked: dict[str, str]) -> list[Fault]:
    return [
        Fault("config", msg("headers: only Accept and Accept-Language may be set."))
        for name, value in asked.items()
        if name.lower() not in HEADERS or not value.isprintable() or len(value) > 200
    ][:1]


def _detail_faults(behind: Detail) -> list[Fault]:
    if behind.format not in {"html", "json"}:
        return [Fault("config", msg("detail.format: write html or json."))]
    if not behind.content:
        return [Fault("config", msg("detail.content: say where the text stands."))]
    dated = _date_faults("detail.date_format", behind)
    if behind.format == "json":
        return dated
    parts = [(name, getattr(behind, name)) for name in ("content", "title", "summary", "date")]
    parts += [("remove", selector) for selector in behind.remove]
    css_faults = [f for name, selector in parts for f in _css_faults(f"detail.{name}", selector)]
    return [*dated, *css_faults]


def _css_faults(name: str, selector: str) -> list[Fault]:
    if not selector:
        return []
    try:
        css(selector)
    except Invalid:
        text = msg(
            "%(name)s: «%(selector)s» is not a CSS selector.", name=name, selector=selector[:100]
        )
        return [Fault("config", text)]
    return []
