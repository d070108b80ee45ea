"""Years of German and French releases for the search benchmark; the same seed, the same texts.

Words follow Zipf's law, as they do in life; German compounds are made of parts, so that rare ones
keep coming. Some terms are sown at a known frequency, whole, inside compounds, behind hyphens and
slashes, with and without umlauts. These are no real releases: they measure speed and recall, they
do not tell how good a ranking is.
"""

import tomllib
from bisect import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_SMALL_DE = _WORDS["small_de"].split()
_SMALL_FR = _WORDS["small_fr"].split()
_PARTS = _WORDS["parts"].split()
_HEADS = _WORDS["heads"].split()
_VERBS = _WORDS["verbs"].split()
_FRENCH = _WORDS["french"].split()
# Sown terms: how often of a thousand texts, and the forms they take there.
SOWN: dict[str, tuple[int, tuple[str, ...]]] = {
    "sozialhilfe": (30, (
        "Sozialhilfe", "Sozialhilfegesetz", "Sozialhilfebeziehende", "Bundessozialhilfe",
        "Nothilfe-Sozialhilfe", "Asyl/Sozialhilfe", "Asylsozialhilfe", "SOZIALHILFE",
    )),
    "kinderschutz": (3, (
        "Kinderschutz", "Kinderschutzgruppe", "Jugendkinderschutz", "Kinderschutz-Tag",
    )),
    "mietzinsmaxima": (1, ("Mietzinsmaxima", "Gemeindemietzinsmaxima", "mietzinsmaximalen")),
    "altersgeschäft": (2, ("Altersgeschäft", "Altersgeschäfte", "Bundesaltersgeschäft")),
    "réfugiés": (8, ("réfugiés", "réfugiés-relais", "Réfugiés")),
}  # fmt: skip


def texts(count: int, seed: int, newest: datetime) -> Iterator[tuple[str, str, str, str, datetime]]:
    """Yield title, lead, text, language and time, the oldest first; eleven minutes lie between."""
    dice = Random(seed)
    german, french = _Tongue(dice, _german(dice), _SMALL_DE), _Tongue(dice, _FRENCH, _SMALL_FR)
    for n in range(count):
        language = "fr" if dice.random() < 0.2 else "de"
        tongue = french if language == "fr" else german
        words = tongue.words(dice.randint(120, 380))
        for per_thousand, forms in SOWN.values():
            if dice.random() * 1000 < per_thousand:
                words.insert(dice.randrange(len(words)), dice.choice(forms))
        title, lead = " ".join(words[:9]), " ".join(words[9:32])
        yield (
            title,
            lead,
            _paragraphs(words[32:]),
            language,
            newest - timedelta(minutes=11) * (count - n),
        )


class _Tongue:
    """Words of one language: every second or so a small one, the others by Zipf's law."""

    def __init__(self, dice: Random, known: list[str], small: list[str]) -> None:
        self._dice, self._known, self._small = dice, known, small
        self._heap = list(accumulate(1 / (rank + 3) for rank in range(len(known))))

    def words(self, count: int) -> list[str]:
        return [self._word() for _ in range(count)]

    def _word(self) -> str:
        dice = self._dice
        if dice.random() < 0.45:
            return dice.choice(self._small)
        if dice.random() < 0.04 and self._known[0] not in _FRENCH:
            return f"{dice.choice(_PARTS)}{dice.choice(_PARTS).lower()}{dice.choice(_HEADS)}"
        return self._known[bisect(self._heap, dice.random() * self._heap[-1])]


def _german(dice: Random) -> list[str]:
    two = [f"{part}{head}" for part in _PARTS for head in _HEADS]
    dice.shuffle(two)
    common = [*_PARTS[:20], *_VERBS, *(head.capitalize() for head in _HEADS[:20])]
    dice.shuffle(common)
    return ["Gemeinden", "Regierungsrat", *common, *two]


def _paragraphs(words: list[str]) -> str:
    lines = [" ".join(words[n : n + 40]) for n in range(0, len(words), 40)]
    return ".\n".join(lines) + "."
