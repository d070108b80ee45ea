"""The segments of the house: one TOML file each, read once when the application starts.

A faulty file stops the start with its name, line and column; a rule nobody can read must never
decide who gets mail.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from service.audience import parser
from service.audience.expression import Everyone, Expression
from service.kit.errors import Fault, Invalid
from service.kit.text import Text, msg, sort_key

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEYS = ("title", "purpose", "owner", "where")


class Segment(msgspec.Struct, frozen=True):
    """A named rule: its slug is the file's name, `text` the rule as written, `where` as a tree."""

    slug: str
    title: str
    purpose: str
    owner: str
    text: str
    where: Expression


Catalogue = Mapping[str, Segment]


def load(folder: Path) -> dict[str, Segment]:
    """Return the segments in order of their titles; raises Invalid naming every fault."""
    found: list[Segment] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(read(path.stem, path.read_text(encoding="utf-8")))
        except Invalid as problem:
            faults += [Fault(f"{path.name}:{f.where}".rstrip(":"), f.what) for f in problem.faults]
        except UnicodeDecodeError:
            faults.append(Fault(path.name, msg("This file is not UTF-8.")))
    if faults:
        raise Invalid(faults)
    return {segment.slug: segment for segment in sorted(found, key=lambda s: sort_key(s.title))}


def read(slug: str, text: str) -> Segment:
    """Return the segment of one file's text; raises Invalid with the place of each fault."""
    if not _SLUG.fullmatch(slug):
        raise Invalid.of("", msg("A segment's file is named in small letters, digits and hyphens."))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid.of("", msg("This is not TOML: %(why)s", why=str(error))) from error
    faults = [Fault(key, what) for key, what in _faults(values)]
    if faults:
        raise Invalid(faults)
    try:
        where = parser.parse(values["where"])
    except parser.Unreadable as problem:
        raise Invalid.of(f"where:{problem.line}:{problem.column}", problem.what) from problem
    words = {key: values[key].strip() for key in _KEYS}
    return Segment(slug, words["title"], words["purpose"], words["owner"], words["where"], where)


def where(segments: Catalogue, slug: str) -> Expression:
    """Return the rule of a slug, everyone for none; raises Invalid where the segment is gone."""
    if not slug:
        return Everyone()
    if slug not in segments:
        raise Invalid.of("segment", msg("There is no segment “%(slug)s” any more.", slug=slug))
    return segments[slug].where


def _faults(values: Mapping[str, Any]) -> list[tuple[str, Text]]:
    found = []
    for key in _KEYS:
        value = values.get(key)
        if not isinstance(value, str) or not value.strip():
            found.append((key, msg("This key is missing or empty.")))
    for key in values.keys() - set(_KEYS):
        found.append(
            (key, msg("There is no such key; there are: %(keys)s.", keys=", ".join(_KEYS)))
        )
    return found
