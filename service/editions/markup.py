"""Rich text as XHTML: the only place where it becomes markup. Every word is escaped. Pure.

`styles` gives elements inline styles (mails); without any, pages and feeds get bare elements.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from service.editions import richtext
from service.editions.model import (
    Bold,
    BulletList,
    Doc,
    HardBreak,
    Italic,
    ListItem,
    OrderedList,
    Paragraph,
    SubHeading,
    Text,
)

Address = Callable[[str], str]

_ELEMENTS: dict[type, str] = {BulletList: "ul", OrderedList: "ol", ListItem: "li", Paragraph: "p"}


def render(
    doc: Doc, address: Address = str, styles: Mapping[str, str] | None = None, heading: int = 3
) -> Markup:
    """Return the text as elements; `address` says where a link leads, `heading` its level."""
    return Markup("").join(_node(node, address, styles or {}, heading) for node in doc.content)


def _node(
    node: Paragraph | SubHeading | BulletList | OrderedList | ListItem,
    address: Address,
    styles: Mapping[str, str],
    heading: int,
) -> Markup:
    if isinstance(node, SubHeading):
        return _element(f"h{heading}", _runs(node.content, address, styles), styles)
    if isinstance(node, Paragraph):
        return _element("p", _runs(node.content, address, styles), styles)
    if isinstance(node, ListItem) and len(node.content) == 1:
        only = node.content[0]
        if isinstance(only, Paragraph):  # a short entry needs no paragraph of its own
            return _element("li", _runs(only.content, address, styles), styles)
    inner = Markup("").join(_node(child, address, styles, heading) for child in node.content)
    return _element(_ELEMENTS[type(node)], inner, styles)


def _runs(
    runs: tuple[Text | HardBreak, ...], address: Address, styles: Mapping[str, str]
) -> Markup:
    return Markup("").join(
        Markup("<br/>") if isinstance(run, HardBreak) else _run(run, address, styles)
        for run in runs
    )


def _run(run: Text, address: Address, styles: Mapping[str, str]) -> Markup:
    result = escape(run.text)
    for mark in run.marks:
        if isinstance(mark, Italic):
            result = Markup("<em>{}</em>").format(result)
        elif isinstance(mark, Bold):
            result = Markup("<strong>{}</strong>").format(result)
    if target := richtext.href(run):
        style = _style("a", styles)
        result = Markup('<a href="{}"{}>{}</a>').format(address(target), style, result)
    return result


def _element(name: str, inner: Markup, styles: Mapping[str, str]) -> Markup:
    return Markup("<{0}{1}>{2}</{0}>").format(name, _style(name, styles), inner)


def _style(name: str, styles: Mapping[str, str]) -> Markup:
    return Markup(' style="{}"').format(styles[name]) if name in styles else Markup("")
