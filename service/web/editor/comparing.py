"""Two versions of the same fields side by side, with the words marked that only one of them has."""

import asyncio
from collections.abc import Iterable, Mapping

from msgspec import Struct

from service.editions import blocks, markdown
from service.editions.model import Body, Edition, SnapshotBlock
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


async def judged_differ(
    before: SnapshotBlock, after: SnapshotBlock, segments: Mapping[str, str]
) -> list[Difference]:
    """Compare a block as it was judged with what it is now; `segments` are titles by slug."""
    old, new = _fields(before, segments), _fields(after, segments)
    named = {**block_forms.FIELD_NAMES, "segment": msg("Only for"), "language": msg("Language")}
    names = {name: named[name] for name in old | new}
    return await _differences(names, old, new, whole=False)


def _fields(block: SnapshotBlock, segments: Mapping[str, str]) -> dict[str, str]:
    """Return what a block says, to whom and in which language."""
    shown = block_forms.shown(block.content)
    fields = {name: str(value) for name, value in shown.items() if not name.endswith("_doc")}
    only = segments.get(block.segment, block.segment)
    return {**fields, "segment": only, "language": block.language}


async def words_differ(form: Form, theirs: Edition) -> list[Difference]:
    """Compare what was typed about an edition with what somebody else saved."""
    stored = {name: getattr(theirs, name) for name in _WORDS}
    return await _differences(_WORDS, stored, {name: form.first(name) for name in _WORDS})


async def _differences(
    names: Mapping[str, Text],
    stored: Mapping[str, object],
    typed: Mapping[str, str],
    *,
    whole: bool = True,
) -> list[Difference]:
    # A long text takes a moment to compare, and others wait for the loop.
    return await asyncio.to_thread(
        lambda: [
            _difference(field, str(stored.get(name, "")), typed.get(name, ""), whole=whole)
            for name, field in names.items()
            if str(stored.get(name, "")) != typed.get(name, "")
        ]
    )


def _difference(field: Text, theirs: str, mine: str, *, whole: bool) -> Difference:
    """Tell two texts apart; where not the `whole` is asked for, without paragraphs that stayed."""
    told = [p for p in revisions.changes(theirs, mine) if whole or p.fate is not Fate.SAME]
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
