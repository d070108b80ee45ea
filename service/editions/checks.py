"""What to look at before an edition is approved; each finding names its block. Pure.

Blocking findings stop an edition from being handed in; the others are for people to weigh.
"""

import re
from collections.abc import Callable, Iterator, Set
from datetime import date, timedelta

import msgspec

from service.editions import blocks, colours, compose, richtext
from service.editions.model import (
    Block,
    Content,
    Deadline,
    Event,
    Finding,
    ItemBody,
    Text,
)
from service.kit import filetypes
from service.kit.text import Text as Message
from service.kit.text import msg

LONGEST_SUBJECT = 60
STALE_AFTER = timedelta(days=60)
HEAVY_PICTURE = 500_000
LARGE_HTML, TOO_LARGE_HTML = 80_000, 100_000  # Gmail cuts a mail at 102 KB
EMPTY_LINK_TEXTS = frozenset(
    {"hier", "hier klicken", "klicken sie hier", "link", "mehr", "weiter", "here", "click here"}
    | {"more", "read more", "ici", "qui"}
)
_STRAIGHT = re.compile(r"(?<!\d)\"|(?<!\w)'|'(?!\w)")


class Facts(msgspec.Struct, frozen=True):
    """What the content itself cannot know: sizes, segments that exist, fates of picked items."""

    today: date
    segments: Set[str] = frozenset()
    html_size: int = 0
    changed_items: Set[int] = frozenset()
    repeated_items: Set[int] = frozenset()
    doubled_items: Set[int] = frozenset()


Check = Callable[[Content, Facts], Iterator[Finding]]


def find(content: Content, facts: Facts) -> list[Finding]:
    """Return every finding, blocking ones first, else in reading order."""
    found = [finding for check in CHECKS for finding in check(content, facts)]
    place = {block.id: index for index, block in enumerate(content.blocks)}
    return sorted(found, key=lambda f: (not f.blocking, place.get(f.block_id or 0, -1)))


def _blocks(what: Message, check: str, block: Block | None = None) -> Finding:
    return Finding(check, blocking=True, what=what, block_id=block.id if block else None)


def _weigh(what: Message, check: str, block: Block | None = None) -> Finding:
    return Finding(check, blocking=False, what=what, block_id=block.id if block else None)


def _subject(content: Content, _: Facts) -> Iterator[Finding]:
    subject = content.edition.subject
    letters = [c for c in subject if c.isalpha()]
    if not subject.strip():
        yield _blocks(msg("The subject is empty."), "subject")
    elif len(subject) > LONGEST_SUBJECT:
        yield _weigh(
            msg(
                "The subject has %(length)s characters; phones show about %(most)s.",
                length=len(subject),
                most=LONGEST_SUBJECT,
            ),
            "subject",
        )
    shouting = len(letters) > 8 and sum(c.isupper() for c in letters) > len(letters) * 0.6
    if shouting or "!!" in subject:
        yield _weigh(msg("The subject shouts; spam filters and people dislike it."), "subject")


def _preheader(content: Content, _: Facts) -> Iterator[Finding]:
    if not content.edition.preheader.strip():
        yield _weigh(
            msg("There is no preheader: inboxes will show the first words of the mail instead."),
            "preheader",
        )


def _sender(content: Content, _: Facts) -> Iterator[Finding]:
    if not (content.association.name.strip() and content.association.postal_address.strip()):
        yield _blocks(
            msg("Name and postal address of the association are missing. Fill in the settings."),
            "sender",
        )


def _variants(content: Content, _: Facts) -> Iterator[Finding]:
    if not content.blocks:
        yield _blocks(msg("The edition has no blocks."), "variants")
    elif not compose.visible(content.blocks, 0):
        yield _weigh(
            msg("People outside the segments of the blocks would get an empty mail."), "variants"
        )


def _segments(content: Content, facts: Facts) -> Iterator[Finding]:
    for block in content.blocks:
        if block.segment and block.segment not in facts.segments:
            text = msg("The segment «%(segment)s» does not exist.", segment=block.segment)
            yield _blocks(text, "segments", block)
    for segment in {content.edition.segment, content.newsletter.segment} - {""} - facts.segments:
        yield _blocks(msg("The segment «%(segment)s» does not exist.", segment=segment), "segments")


def _link_texts(content: Content, _: Facts) -> Iterator[Finding]:
    for block in content.blocks:
        body, texts = block.content, []
        if isinstance(body, Deadline | Event):
            texts.append(body.link_text)
        texts += [
            node.text
            for node in richtext.walk(blocks.doc_of(body))
            if isinstance(node, Text) and richtext.href(node)
        ]
        for text in texts:
            if text.strip(" .,:…»«").lower() in EMPTY_LINK_TEXTS:
                yield _weigh(
                    msg(
                        "The link text «%(words)s» does not say where it leads.", words=text.strip()
                    ),
                    "link-text",
                    block,
                )


def _dates(content: Content, facts: Facts) -> Iterator[Finding]:
    for block in content.blocks:
        match block.content:
            case Deadline(due=due) if due < facts.today:
                yield _weigh(msg("This deadline is over."), "date", block)
            case Event(starts=starts) if starts.date() < facts.today:
                yield _weigh(msg("This event lies in the past."), "date", block)
            case ItemBody(published=published) if published:
                if facts.today - published > STALE_AFTER:
                    yield _weigh(msg("This item is older than 60 days."), "date", block)


def _orthography(content: Content, _: Facts) -> Iterator[Finding]:
    for block in content.blocks:
        if (block.language or content.newsletter.language) == "de":
            body = block.content
            text = f"{blocks.title_of(body)}\n{richtext.words(blocks.doc_of(body))}"
            yield from _swiss(text, block)
    if content.newsletter.language == "de":
        edition = content.edition
        yield from _swiss(f"{edition.title}\n{edition.subject}\n{edition.preheader}", None)


def _swiss(text: str, block: Block | None) -> Iterator[Finding]:
    if "ß" in text:
        yield _weigh(msg("Switzerland writes «ss», not the German sharp s."), "orthography", block)
    if _STRAIGHT.search(text) or "„" in text:
        yield _weigh(msg("Use « » as quotation marks."), "orthography", block)


def _headings(content: Content, _: Facts) -> Iterator[Finding]:
    previous: Block | None = None
    for block in content.blocks:
        if previous and previous.kind is block.kind and previous.kind == "heading":
            yield _weigh(msg("This heading has nothing below it."), "headings", previous)
        previous = block
    if previous and previous.kind == "heading":
        yield _weigh(msg("This heading has nothing below it."), "headings", previous)


def _size(_: Content, facts: Facts) -> Iterator[Finding]:
    kilobytes = facts.html_size // 1000
    if facts.html_size > TOO_LARGE_HTML:
        text = msg("The mail has %(size)s kB; Gmail cuts it at 102. Shorten it.", size=kilobytes)
        yield _blocks(text, "size")
    elif facts.html_size > LARGE_HTML:
        text = msg("The mail has %(size)s kB; from 102 on, Gmail cuts it.", size=kilobytes)
        yield _weigh(text, "size")


def _items(content: Content, facts: Facts) -> Iterator[Finding]:
    for block in content.blocks:
        if block.id in facts.changed_items:
            text = msg("The source changed this item after it was picked. Compare them.")
            yield _weigh(text, "source", block)
        if block.id in facts.repeated_items:
            text = msg(
                "This item stands in another edition of this newsletter, sent or about to be."
            )
            yield _weigh(text, "repeated", block)
        if block.id in facts.doubled_items:
            text = msg("Another block of this edition tells the same story.")
            yield _weigh(text, "doubled", block)


def _pictures(content: Content, _: Facts) -> Iterator[Finding]:
    for block in content.blocks:
        body = block.content
        picture = body.picture if isinstance(body, ItemBody) else None
        if picture and not picture.alt.strip():
            text = msg("The picture has no alternative text: say in a few words what it shows.")
            yield _blocks(text, "picture", block)
        if picture and picture.size > HEAVY_PICTURE:
            size = filetypes.size(picture.size, content.newsletter.language)
            text = msg("The picture has %(size)s: on a phone it comes late.", size=size)
            yield _weigh(text, "picture", block)


def _contrast(content: Content, _: Facts) -> Iterator[Finding]:
    look = content.newsletter.look
    for colour in (look.ink, look.accent):
        if colours.contrast(colour, look.paper) < colours.ENOUGH:
            text = msg(
                "The colour %(colour)s is too pale on the newsletter's paper.", colour=colour
            )
            yield _weigh(text, "contrast")


CHECKS: tuple[Check, ...] = (
    _sender,
    _subject,
    _preheader,
    _variants,
    _segments,
    _size,
    _contrast,
    _orthography,
    _headings,
    _link_texts,
    _dates,
    _pictures,
    _items,
)
