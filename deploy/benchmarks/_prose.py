"""Prose with the statistics of releases: a few small words often, thousands of others seldom.

Words are made of German syllables, so nobody's text is copied; the same seed gives the same text.
Short vocabularies would make everything resemble everything, which real releases do not.
"""

from itertools import accumulate
from random import Random

_SMALL = """
der die das und in zu den mit von für auf ist im dem nicht ein eine als auch es an werden aus sich
bei nach wird sind einer um am über so zum haben nur oder aber vor zur bis mehr durch kann sowie
wurde seit gegen vom können muss unter wenn diese dieser
""".split()  # noqa: SIM905
_BEGINS = """
Ab An Be Ein Er Ge Ver Vor Zu Um Auf Aus Kin Ju Al So Wirt Land Haus Recht Fach
""".split()  # noqa: SIM905
_MIDDLES = """
ar be bil den er fa ge hei in kel lich mei nen ord pfle ran schu ter tra ver wan zen
""".split()  # noqa: SIM905
_ENDS = """
ung heit keit schaft amt recht stelle zeit dienst hilfe plan gesetz rat wesen
""".split()  # noqa: SIM905
_VERB_ENDS = ["en", "et", "te", "ten", "lich", "ig", "isch", "bar"]
_NOUNS, _OTHERS = 5000, 2500


class Prose:
    """A stock of words, and sentences made of them."""

    def __init__(self, seed: int = 0) -> None:
        dice = Random(seed)
        nouns = list(dict.fromkeys(self._made(dice, _ENDS) for _ in range(2 * _NOUNS)))[:_NOUNS]
        others = [self._made(dice, _VERB_ENDS).lower() for _ in range(_OTHERS)]
        self._nouns, self._others = nouns, others
        # Zipf's law, about: the n-th word is as frequent as 1 in n.
        self._noun_weights = list(accumulate(1 / (n + 20) for n in range(len(nouns))))
        self._other_weights = list(accumulate(1 / (n + 20) for n in range(len(others))))

    def _made(self, dice: Random, ends: list[str]) -> str:
        middle = "".join(dice.choice(_MIDDLES) for _ in range(dice.randrange(1, 3)))
        return dice.choice(_BEGINS) + middle + dice.choice(ends)

    def sentence(self, dice: Random) -> str:
        """Return 8 to 20 words, every third sentence with a number in it."""
        length = dice.randrange(8, 20)
        words = [self._word(dice) for _ in range(length)]
        if dice.random() < 0.33:
            words.insert(length // 2, str(dice.randrange(3, 9800)))
        return " ".join(words)[0].upper() + " ".join(words)[1:] + "."

    def sentences(self, dice: Random, least: int, most: int) -> list[str]:
        return [self.sentence(dice) for _ in range(dice.randrange(least, most))]

    def title(self, dice: Random) -> str:
        nouns = dice.choices(self._nouns, cum_weights=self._noun_weights, k=3)
        return f"{nouns[0]} und {nouns[1]}: {nouns[2]} wird {self._other(dice)}"

    def _word(self, dice: Random) -> str:
        draw = dice.random()
        if draw < 0.42:
            return dice.choice(_SMALL)
        if draw < 0.72:
            return dice.choices(self._nouns, cum_weights=self._noun_weights)[0]
        return self._other(dice)

    def _other(self, dice: Random) -> str:
        return dice.choices(self._others, cum_weights=self._other_weights)[0]
