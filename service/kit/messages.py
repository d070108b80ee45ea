"""The catalogue of UI texts: English is the message id, other languages lie in `.po` files.

A language's folder may hold several files (one per area); they are read as one.
"""

from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path

from babel.messages.pofile import read_po

from service.kit.text import Text

LANGUAGES = ("de", "en")


class Translations(NullTranslations):
    """One language's texts; what is missing stays English."""

    def __init__(self, singles: Mapping[str, str], plurals: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self.singles, self.plurals = singles, plurals

    def gettext(self, message: str) -> str:
        return self.singles.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        one, many = self.plurals.get(msgid1, (msgid1, msgid2))
        return one if n == 1 else many


class Catalogue:
    """Every language's texts."""

    def __init__(self, languages: Mapping[str, Translations]) -> None:
        self._languages = languages

    @classmethod
    def load(cls, folder: Path) -> "Catalogue":
        """Read `folder`/<language>/*.po; raises ValueError for a text given twice differently."""
        return cls({code: _read(folder / code) for code in LANGUAGES})

    def of(self, language: str) -> Translations:
        """Return the texts of a language, English where it is unknown."""
        return self._languages.get(language) or self._languages["en"]

    def translate(self, text: Text | str, language: str) -> str:
        """Return a text in a language, places filled; a Text in a place is translated too."""
        if isinstance(text, str):
            return self.of(language).gettext(text)
        template = self.of(language).gettext(text.id)
        if not text.params:
            return template
        filled = {
            key: self.translate(value, language) if isinstance(value, Text) else value
            for key, value in text.params.items()
        }
        return template % filled


def _read(folder: Path) -> Translations:
    singles: dict[str, str] = {}
    plurals: dict[str, tuple[str, str]] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=folder.name)
        for message in catalogue:
            if not message.id:
                continue
            if isinstance(message.id, (list, tuple)):
                plurals[message.id[0]] = (message.string[0], message.string[1])
            elif message.string:
                if singles.get(message.id, message.string) != message.string:
                    raise ValueError(f"{path}: «{message.id}» is translated twice, differently")
                singles[message.id] = str(message.string)
    return Translations(singles, plurals)
