"""Whether two texts that are nearly alike speak of different things. Pure.

A form letter («Uster: Brand …», «Wald: Brand …»; «bleibt bei 1,25 Prozent») is filled with another
number or name in the same place. A copy is retitled, shortened and reworded anywhere. So what
counts is a number or a name that stands between the same words in both texts, and a title of the
same make with a word in it that the whole other text does not know.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

_TOKEN = re.compile(r"\d+(?:[.,’']\d+)*|[^\W\d_]+")
_PHONE = frozenset({"tel", "telefon", "fax", "phone", "nummer", "nr"})
# German writes every noun with a capital; behind these words it is mostly a name.
_BEFORE_A_NAME = frozenset(
    {"in", "aus", "nach", "gemeinde", "stadt", "kanton", "kantons", "bezirk", "herr", "frau"}
    | {"à", "commune", "ville", "canton", "comune", "città", "cantone"}
)
_ALIKE = 0.5
_LONGEST = 20_000

Text = tuple[str, str]  # title and text


def between(one: Text, other: Text) -> bool:
    """Tell whether each says something in the same place that the other says differently."""
    ours, theirs = _tokens(one), _tokens(other)
    return _slots_differ(ours, theirs) or _titles_differ(one[0], other[0], ours, theirs)


def _tokens(text: Text) -> list[str]:
    return _TOKEN.findall(f"{text[0]}\n{text[1][:_LONGEST]}")


def _slots_differ(ours: list[str], theirs: list[str]) -> bool:
    known = _slots(theirs)
    words = {word.casefold() for word in theirs}, {word.casefold() for word in ours}
    for place, said in _slots(ours).items():
        there = known.get(place)
        if there is None or said & there:
            continue
        numbers = all(word[0].isdigit() for word in said | there)
        if numbers or not (said & words[0] or there & words[1]):
            return True
    return False


def _slots(tokens: list[str]) -> dict[tuple[str, str, str], set[str]]:
    """Return what stands between which words: numbers behind or before two, names behind two."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    plain = [token.casefold() for token in tokens]
    for index, token in enumerate(tokens):
        for side, a, b in _sides(plain, index):
            if token[0].isdigit():
                if not {a, b} & _PHONE:
                    found[f"number {side}", a, b].add(token)
            elif side == "behind" and token[0].isupper() and b in _BEFORE_A_NAME:
                found["name", a, b].add(plain[index])
    return found


def _sides(plain: list[str], index: int) -> Iterator[tuple[str, str, str]]:
    """Yield the two words before and the two after a place, where they are words."""
    if index >= 2:
        a, b = plain[index - 2], plain[index - 1]
        if not a[0].isdigit() and not b[0].isdigit():
            yield "behind", a, b
    if index + 2 < len(plain):
        a, b = plain[index + 1], plain[index + 2]
        if not a[0].isdigit() and not b[0].isdigit():
            yield "before", a, b


def _titles_differ(one: str, other: str, ours: list[str], theirs: list[str]) -> bool:
    """Tell whether titles of the same make name different things."""
    a, b = _TOKEN.findall(one), _TOKEN.findall(other)
    first, second = {w.casefold() for w in a}, {w.casefold() for w in b}
    if not first or not second:
        return False
    if len(first & second) / min(len(first), len(second)) < _ALIKE:
        return False
    return _names_alone(a, theirs) and _names_alone(b, ours)


def _names_alone(title: list[str], text: list[str]) -> bool:
    """Tell whether a title has a number or a capital word that a whole text does not have."""
    known = {word.casefold() for word in text}
    return any(
        (word[0].isdigit() or (word[0].isupper() and len(word) > 3))
        and word.casefold() not in known
        for word in title
    )
