"""The text of a page that nobody has described, without what stands around it.

What surely is no text goes first: navigation, boxes whose heading says what they are («Kontakt»,
«Weitere Meldungen»), blocks that are mostly links. Trafilatura finds the text in the rest. Dates
are never taken from a page: they come from the list. It is slow (milliseconds to tens of them) and
runs only in a confined child process.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

import trafilatura
from lxml import html

from service.kit import html as kit_html
from service.sources.readers import wording
from service.sources.readers.config import select

_NO_TEXT = (
    "script, style, noscript, template, svg, nav, aside, form, button, dialog, iframe, [hidden],"
    " [aria-hidden=true], [role=navigation], [role=complementary], [role=dialog], [role=search],"
    " [class*=breadcrumb], [id*=breadcrumb], [class*=cookie], [class*=consent], [class*=backlink],"
    " [class*=sharing], [class*=pagination], [class*=skiplink], [class*=toolbar]"
)
# The words of headings that open a box about the text, not a part of it.
_BOX = re.compile(
    r"(?:medien|presse)?kontakte?\b|ansprechpersone?n?\b|(?:weitere |adressen? für )?(?:auskünfte|"
    r"auskunft|rückfragen)|herausgeber|zugehörige (?:objekte|dokumente)|dokumente?$|downloads?$|"
    r"anhänge|teilen|share|weitere (?:meldungen|news|mitteilungen|themen|informationen$|beiträge)|"
    r"das könnte sie|mehr zum thema|verwandte|ähnliche|newsletter|schlagwörter|"
    r"contacts?$|renseignements|adresse pour|partager|documents?$|autres (?:communiqués|articles)|"
    r"contatt[oi]$|informazioni$|indirizzo per|documenti$|altre notizie|condividi",
    re.IGNORECASE,
)
_FOOT = re.compile(r"©|\(c\) \d|alle rechte vorbehalten|tous droits réservés|tutti i diritti", re.I)
LONGEST = 1_000_000  # characters of a page; what stands behind is no news
_NEVER_TEXT = ("script", "style", "noscript", "template", "svg")
_TITLE = re.compile(r"\s*<h([1-6])>(.*?)</h\1>", re.DOTALL)
_BETWEEN = re.compile(r">\n\s*<")
_LEAST = 80  # characters; less is a rest of the page, not a text
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CONTAINERS = ("div", "section", "table", "td")
_BLOCKS = ("div", "section", "ul", "ol", "td", "p", "table", "header", "footer")
_OF_A_BOX = 600  # characters; a longer block is not one box
_LINKED, _LEAST_LINKS = 0.7, 3
_MOST_BLOCKS = 5_000


def read(page: html.HtmlElement, title: str, base: str) -> str:
    """Return the clean markup of a page's text, "" where none is found.

    A first heading that is the title again is left out. The page is taken apart.
    """
    _strip(page)
    found = trafilatura.extract(
        page,
        fast=True,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_links=True,
    )
    written = wording.tidy(_BETWEEN.sub("><", _untitled(found or "", title)), base)
    return written if len(kit_html.to_text(written)) >= _LEAST else ""


def _strip(page: html.HtmlElement) -> None:
    # Some sites wrap the whole page in a form, or name its container as we name a box.
    most = len(_words(page)) / 2
    for part in [*select(page, _NO_TEXT), *_consent(page)]:
        if part.tag in _NEVER_TEXT or len(_words(part)) < most:
            _drop(part)
    for heading in list(page.iter(*_HEADINGS)):
        if _BOX.match(_words(heading)):
            _drop_box(heading)
    for block in list(page.iter(*_BLOCKS))[:_MOST_BLOCKS]:
        if _is_list_of_links(block) or _is_foot(block):
            _drop(block)


def _consent(page: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield what asks for consent to cookies: the block around its button."""
    for button in page.iter("button"):
        block = button.getparent()
        words = "" if block is None else _words(block)
        if block is not None and len(words) < 2 * _OF_A_BOX and "cookie" in words.casefold():
            yield block


def _drop_box(heading: html.HtmlElement) -> None:
    """Drop the block that a heading opens; else what follows it until the next heading."""
    block = heading.getparent()
    if block is None:
        return
    if block[0] is heading and block.tag != "body" and len(_words(block)) < _OF_A_BOX:
        _drop(block)
        return
    behind = list(takewhile(lambda part: part.tag not in _HEADINGS, heading.itersiblings()))
    if sum(len(_words(part)) for part in behind) < _OF_A_BOX:
        for part in [heading, *behind]:
            _drop(part)


def _is_list_of_links(block: html.HtmlElement) -> bool:
    links = [link for link in block.iter("a") if link.get("href")]
    if len(links) < _LEAST_LINKS:
        return False
    linked = sum(len(_words(link)) for link in links)
    return linked > _LINKED * len(_words(block))


def _is_foot(block: html.HtmlElement) -> bool:
    words = _words(block)
    if len(words) > _OF_A_BOX or _FOOT.search(words) is None:
        return False
    return next(block.iterdescendants(*_CONTAINERS), None) is None


def _drop(part: html.HtmlElement) -> None:
    if part.getparent() is not None:
        part.drop_tree()


def _words(part: html.HtmlElement) -> str:
    return " ".join(part.text_content().split())


def _untitled(document: str, title: str) -> str:
    """Drop a first heading that says the title: the reading pane shows it already."""
    body = document.partition("<body>")[2].rpartition("</body>")[0]
    heading = _TITLE.match(body)
    if heading is None or wording.line(heading.group(2)).casefold() != title.casefold():
        return body
    return body[heading.end() :]
