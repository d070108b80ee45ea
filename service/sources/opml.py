"""Lists of sources as feed readers exchange them (OPML 2.0), with what only we know beside.

Our own attributes begin with `rundbrief`: the kind and the description of a list. Other readers
ignore them, and we do without them.
"""

from collections.abc import Iterable

import msgspec
from lxml import etree

from service.kit.errors import Invalid
from service.kit.text import msg, one_line
from service.sources.model import Draft, Source, SourceKind

MOST_BYTES = 5_000_000
_MOST = 20_000
# An address that mail comes to is a secret, and no list of ours names it.
_LISTED = set(SourceKind) - {SourceKind.MAIL}


def read(body: bytes) -> list[Draft]:
    """Return the sources of an OPML file, each address once; raises Invalid for what is none."""
    if len(body) > MOST_BYTES:
        raise Invalid.of("file", msg("The file is larger than 5 MB."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid.of("file", msg("This is not an OPML file.")) from error
    if root is None or root.tag != "opml":
        raise Invalid.of("file", msg("This is not an OPML file."))
    drafts = [_draft(outline) for outline in root.iter("outline") if outline.get("xmlUrl")]
    if not drafts:
        raise Invalid.of("file", msg("The OPML file names no sources."))
    return list({draft.url: draft for draft in reversed(drafts[:_MOST])}.values())[::-1]


def write(sources: Iterable[Source]) -> bytes:
    """Return the sources as an OPML file."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Rundbrief"
    body = etree.SubElement(root, "body")
    for source in sources:
        outline = etree.SubElement(body, "outline", type="rss", text=source.title)
        outline.set("title", source.title)
        outline.set("xmlUrl", source.url)
        extra = {"htmlUrl": source.site_url, "language": source.language}
        if source.kind is not SourceKind.FEED:
            extra["rundbriefKind"] = source.kind.value
        if source.config:
            extra["rundbriefConfig"] = msgspec.json.encode(source.config).decode()
        for name, value in extra.items():
            if value:
                outline.set(name, value)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _draft(outline: etree._Element) -> Draft:
    kind, config = outline.get("rundbriefKind", ""), outline.get("rundbriefConfig", "")
    url = outline.get("xmlUrl", "").strip()
    named = outline.get("title") or outline.get("text") or url
    language = outline.get("language", "")[:2].lower()
    return Draft(
        kind=SourceKind(kind) if kind in _LISTED else SourceKind.FEED,
        title=one_line(named)[:200] or url[:200],
        url=url,
        site_url=outline.get("htmlUrl", "").strip(),
        config=_config(config),
        language=language if language in {"de", "fr", "it", "en"} else "",
    )


def _config(written: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(written, type=dict[str, object]) if written else {}
    except (msgspec.DecodeError, RecursionError):
        return {}
