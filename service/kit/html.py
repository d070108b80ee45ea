"""HTML from strangers: cleaned to a small safe set, or turned into plain text."""

import html
import re

import nh3

_TAGS = {
    "p", "br", "strong", "b", "em", "i", "a", "ul", "ol", "li", "blockquote", "pre", "code",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd",
    "sub", "sup", "hr",
}  # fmt: skip
_BLOCKS = re.compile(
    r"<(?:/?(?:p|div|ul|ol|li|blockquote|pre|h[1-6]|table|tr|dl|dt|dd|section|article)|br|hr)\b[^>]*>",
    re.IGNORECASE,
)
_CELLS = re.compile(r"</t[hd]>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_HIDDEN = {"script", "style", "template", "noscript", "title", "svg", "iframe"}


def clean(markup: str) -> str:
    """Return `markup` with text-level tags only: no picture, script, style or foreign attribute."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        clean_content_tags=_HIDDEN,
        attributes={"a": {"href"}, "td": {"colspan"}, "th": {"colspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def to_text(markup: str) -> str:
    """Return the words of `markup`, blocks as lines, cells apart, entities resolved."""
    safe = nh3.clean(markup, tags=_TAGS | {"div", "section", "article"}, clean_content_tags=_HIDDEN)
    plain = html.unescape(_TAG.sub("", _CELLS.sub(" ", _BLOCKS.sub("\n", safe))))
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)
