"""Two versions of the same fields side by side, with the words marked that only one of them has."""

import asyncio
from collections.abc import Iterable, Mapping

from msgspec import Struct

from service.editions import blocks, markdown
from service.editions.model import Body, Edition
from service.items import revisions
from service.items.revisions import Fate, Piece
from service.kit.errors import Invalid
from service.kit.text import Text, msg
from service.web.editor import block_forms
from service.web.forms import Form

_WORDS = {"title": msg("Title"), "subject": msg("Subject"), "preheader": msg("Preheader")}


class Difference(Struct, frozen=True):
    """One field that two editors wrote differently; pieces not `same` stand in one only."""

    field: Text
    theirs: list[Piece]
    mine: list[Piece]


async def blocks_differ(form: Form, theirs: Body) -> list[Difference]:
    """Compare what was typed about a block with what somebody else saved."""
    stored = block_forms.shown(theirs)
    names = {name: block_forms.FIELD_NAMES[name] for name in stored if not name.endswith("_doc")}
    typed = {name: _typed(form.first(name)) for name in names}
    return await _differences(names, stored, typed)


async def words_differ(form: Form, theirs: Edition) -> list[Difference]:
    """Compare what was typed about an edition with what somebody else saved."""
    stored = {name: getattr(theirs, name) for name in _WORDS}
    return await _differences(_WORDS, stored, {name: form.first(name) for name in _WORDS})


async def _differences(
    names: Mapping[str, Text], stored: Mapping[str, object], typed: Mapping[str, str]
) -> list[Difference]:
    # A long text takes a moment to compare, and others wait for the loop.
    return await asyncio.to_thread(
        lambda: [
            _difference(field, str(stored[name]), typed[name])
            for name, field in names.items()
            if str(stored[name]) != typed[name]
        ]
    )


def _difference(field: Text, theirs: str, mine: str) -> Difference:
    told = revisions.changes(theirs, mine)
    return Difference(field, list(_side(told, Fate.GONE)), list(_side(told, Fate.NEW)))


def _side(told: Iterable[revisions.Paragraph], fate: Fate) -> Iterable[Piece]:
    """Yield the pieces of one version, each paragraph with its line end."""
    for paragraph in told:
        pieces = [piece for piece in paragraph.pieces if piece.fate in {Fate.SAME, fate}]
        if pieces:
            yield from pieces
            yield Piece(Fate.SAME, "\n")


def _typed(value: str) -> str:
    """Return a field's text as it stands in a form, rich text as Markdown."""
    if not value.startswith('{"type":"doc"'):
        return value.replace("\r\n", "\n")
    try:
        return markdown.write(blocks.read_text(value))
    except Invalid:
        return value
