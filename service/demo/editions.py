"""The invented association's newsletters and editions, read from data. Pure but for reading it."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from service.demo import releases
from service.demo.releases import Release
from service.demo.site import PUBLISHERS
from service.editions import markdown
from service.editions.model import (
    Body,
    Button,
    Deadline,
    Divider,
    Doc,
    Event,
    Greeting,
    Heading,
    ItemBody,
    NewsletterDraft,
    Prose,
)


class BlockDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A block as the data file has it; `kind` says which of the fields count."""

    kind: str
    text: str = ""
    title: str = ""
    release: str = ""
    in_days: int = 0
    at: time = time(0)
    until: time = time(0)
    place: str = ""
    url: str = ""
    link_text: str = ""
    segment: str = ""


class EditionDraft(msgspec.Struct, frozen=True):
    newsletter: str
    state: str
    weeks_ago: int
    title: str
    subject: str
    preheader: str
    block: tuple[BlockDraft, ...]


class Content(msgspec.Struct, frozen=True):
    newsletter: tuple[NewsletterDraft, ...]
    edition: tuple[EditionDraft, ...]


def load() -> Content:
    """Read the file of this folder."""
    path = Path(__file__).with_name("data") / "editions.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(
        {
            "newsletter": [{"language": "de", **given} for given in raw["newsletter"]],
            "edition": raw["edition"],
        },
        Content,
    )


def body(draft: BlockDraft, day: date, release: Release | None, link: str) -> Body:
    """Return what a block holds; an item's words come from its release unless it has its own."""
    text = markdown.parse(draft.text)
    makers: dict[str, Callable[[], Body]] = {
        "greeting": lambda: Greeting(text),
        "heading": lambda: Heading(draft.text),
        "text": lambda: Prose(text),
        "button": lambda: Button(draft.text, draft.url),
        "divider": Divider,
        "item": lambda: _item(draft, text, release, link),
        "deadline": lambda: _deadline(draft, text, day, release),
        "event": lambda: _event(draft, text, day),
    }
    return makers[draft.kind]()


def _item(draft: BlockDraft, text: Doc, release: Release | None, link: str) -> ItemBody:
    if release is None:
        raise LookupError(draft.release)
    lead = text if draft.text else markdown.parse(release.lead)
    return ItemBody(release.title, lead, PUBLISHERS[release.source], release.day, link)


def _deadline(draft: BlockDraft, text: Doc, day: date, release: Release | None) -> Deadline:
    on = day + timedelta(days=draft.in_days)
    friday_at_last = on - timedelta(days=max(0, on.weekday() - 4))
    due = releases.deadline(release.day) if release else friday_at_last
    return Deadline(draft.title, due, text, draft.url, draft.link_text)


def _event(draft: BlockDraft, text: Doc, day: date) -> Event:
    on = day + timedelta(days=draft.in_days)
    monday_at_first = on + timedelta(days=(7 - on.weekday()) if on.weekday() > 4 else 0)
    starts = datetime.combine(monday_at_first, draft.at)
    ends = datetime.combine(monday_at_first, draft.until)
    return Event(draft.title, starts, ends, draft.place, text, draft.url, draft.link_text)
