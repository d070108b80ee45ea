"""A block as a form and back: fields by kind, every fault at its field. It stores nothing."""

import re
from collections.abc import Callable
from datetime import date, datetime, time

import msgspec

from service.editions import blocks, markdown
from service.editions.model import (
    BlockKind,
    Body,
    Button,
    Deadline,
    Divider,
    Doc,
    Event,
    Greeting,
    Heading,
    ItemBody,
    ItemPicture,
    Prose,
)
from service.kit.errors import Invalid
from service.kit.text import msg
from service.web.forms import Form

_LONGEST_TEXT = 200_000
_PICTURE = re.compile(r"([0-9a-f]{32}\.(?:jpg|png|gif)) (\d{2,4})x(\d{2,4}) (\d{1,7})")


FIELD_NAMES = {
    "text": msg("Text"),
    "title": msg("Title"),
    "lead": msg("Lead"),
    "source": msg("Source"),
    "published": msg("Published on"),
    "url": msg("Address"),
    "link_text": msg("Link text"),
    "due": msg("Until"),
    "starts": msg("Begins on"),
    "starts_time": msg("Begins at"),
    "ends": msg("Ends on"),
    "ends_time": msg("Ends at"),
    "place": msg("Place"),
    "picture": msg("Picture"),
    "picture_alt": msg("Alternative text"),
    "picture_credit": msg("Picture by"),
}


def read(kind: BlockKind, form: Form) -> Body:
    """Return the block that a form describes; its faults are noted in the form."""
    body = _READERS[kind](form)
    named = {fault.where for fault in form.faults}
    form.faults.extend(fault for fault in blocks.faults(body) if fault.where not in named)
    return body


def shown(body: Body) -> dict[str, object]:
    """Return a block's fields as they stand in its form, rich text as Markdown."""
    values: dict[str, object] = {}
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if name == "picture":
            values |= _picture_shown(value)
        elif isinstance(value, Doc):
            values[name] = markdown.write(value)
            values[f"{name}_doc"] = msgspec.json.encode(value).decode()
        elif isinstance(value, datetime):
            values[name], values[f"{name}_time"] = value.date().isoformat(), f"{value:%H:%M}"
        else:
            values[name] = "" if value is None else str(value)
    return values


def _rich(form: Form, name: str) -> Doc:
    typed = form.text(name, limit=_LONGEST_TEXT, lines=True)
    try:
        return blocks.read_text(typed)
    except Invalid as problem:
        for fault in problem.faults:
            form.fault(name, fault.what)
        return Doc()


def _clock(form: Form, name: str) -> datetime | None:
    """Return what the clock on the wall shows on a day, midnight where no time is given."""
    day, hour = form.date(name), form.time(f"{name}_time")
    return datetime.combine(day, hour or time()) if day else None


def _item(form: Form) -> Body:
    return ItemBody(
        title=form.text("title", limit=400),
        lead=_rich(form, "lead"),
        source=form.text("source", limit=400),
        published=form.date("published"),
        url=form.text("url", limit=2000),
        picture=_picture(form),
    )


def _picture(form: Form) -> ItemPicture | msgspec.UnsetType:
    """Return the picture that is ticked; its value carries its sides."""
    ticked = _PICTURE.fullmatch(form.text("picture", limit=60))
    if ticked is None:
        return msgspec.UNSET
    return ItemPicture(
        file=ticked.group(1),
        alt=form.text("picture_alt", limit=300),
        credit=form.text("picture_credit", limit=300),
        width=int(ticked.group(2)),
        height=int(ticked.group(3)),
        size=int(ticked.group(4)),
    )


def _picture_shown(picture: object) -> dict[str, object]:
    if not isinstance(picture, ItemPicture):
        return {}
    value = f"{picture.file} {picture.width}x{picture.height} {picture.size}"
    return {"picture": value, "picture_alt": picture.alt, "picture_credit": picture.credit}


def _deadline(form: Form) -> Body:
    return Deadline(
        title=form.text("title", limit=400),
        due=form.date("due", required=True) or date.min,
        text=_rich(form, "text"),
        url=form.text("url", limit=2000),
        link_text=form.text("link_text", limit=400),
    )


def _event(form: Form) -> Body:
    form.date("starts", required=True)
    return Event(
        title=form.text("title", limit=400),
        starts=_clock(form, "starts") or datetime.combine(date.min, time()),
        ends=_clock(form, "ends"),
        place=form.text("place", limit=400),
        text=_rich(form, "text"),
        url=form.text("url", limit=2000),
        link_text=form.text("link_text", limit=400),
    )


_READERS: dict[BlockKind, Callable[[Form], Body]] = {
    BlockKind.GREETING: lambda form: Greeting(_rich(form, "text")),
    BlockKind.HEADING: lambda form: Heading(form.text("text", limit=400)),
    BlockKind.TEXT: lambda form: Prose(_rich(form, "text")),
    BlockKind.ITEM: _item,
    BlockKind.DEADLINE: _deadline,
    BlockKind.EVENT: _event,
    BlockKind.BUTTON: lambda form: Button(
        form.text("text", limit=400), form.text("url", limit=2000)
    ),
    BlockKind.DIVIDER: lambda _: Divider(),
}
