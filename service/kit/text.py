"""Texts for people: a message id with its parameters, and clean strings. It translates nothing."""

import unicodedata
from collections.abc import Mapping

import msgspec

_KEPT_CONTROLS = {"\n", "\t"}


class Text(msgspec.Struct, frozen=True):
    """A sentence for a person: the English text with `%(name)s` places, and what fills them."""

    id: str
    params: Mapping[str, object] = {}

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.id % self.params if self.params else self.id


def msg(text: str, **params: object) -> Text:
    """Mark `text` for the catalogue and bind its parameters."""
    return Text(text, params)


def normalise(value: str) -> str:
    """Return `value` in NFC, without control characters other than line feed and tab."""
    composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c for c in composed if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cs"}
    )


def one_line(value: str) -> str:
    """Return `value` normalised, with every run of white space as one blank."""
    return " ".join(normalise(value).split())


def sort_key(value: str) -> str:
    """Return a key that sorts German names as people expect: ä as a, ignoring case and marks."""
    bare = unicodedata.normalize("NFD", value.casefold().replace("ß", "ss"))
    return "".join(c for c in bare if not unicodedata.combining(c))
