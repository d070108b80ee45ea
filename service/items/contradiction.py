"""Whether two texts that are nearly alike speak of different things. Pure.

A form letter («Uster: Brand …», «Wald: Brand …»; «bleibt bei 1,25 Prozent») is filled with another
number or name in the same place. A copy is retitled, shortened and reworded anywhere. So what
counts is a number or a name that stands between the same words in both texts, and a title of the
same make with a word in it that the whole other text does not know.
"""

import re
from collections import defaultdict
from typing import NamedTuple

_TOKEN = re.compile(r"\d+(?:[.,’']\d+)*|[^\W\d_]+")
# Every publisher has another telephone and address; these contradict nothing.
_CONTACT = re.compile(
    r"\S+@\S+|https?://\S+|www\.\S+|(?:\+|\b0)\d[\d ()/.-]{6,}\d"
    r"|(?:postfach|case postale|casella postale)[, ]*(?:\d{1,4}, *)?\d{4}\b",
    re.IGNORECASE,
)
_PHONE = frozenset({"tel", "telefon", "fax", "phone", "nummer", "nr"})
# German writes every noun with a capital; behind these words it is mostly a name.
_BEFORE_A_NAME = frozenset(
    {"in", "aus", "nach", "gemeinde", "stadt", "kanton", "kantons", "bezirk", "herr", "frau"}
    | {"à", "commune", "ville", "canton", "comune", "città", "cantone"}
)
_ALIKE = 0.5
_LONGEST = 20_000

Place = tuple[str, str, str]


class Spoken(NamedTuple):
    """What a text says: its title's words, all words in small letters, and what fills places.

    A place is between two words: numbers stand behind or before two words, names behind two.
    """

    title: list[str]
    words: frozenset[str]
    places: dict[Place, set[str]]


def spoken(title: str, text: str) -> Spoken:
    """Take a text apart, once for all comparisons with others."""
    tokens = _TOKEN.findall(_CONTACT.sub(" ", f"{title}\n{text[:_LONGEST]}"))
    plain = list(map(str.casefold, tokens))
    return Spoken(_TOKEN.findall(title), frozenset(plain), _places(tokens, plain))


def between(one: Spoken, other: Spoken) -> bool:
    """Tell whether each says something in the same place that the other says differently."""
    return _places_differ(one, other) or _titles_differ(one, other)


def _places_differ(one: Spoken, other: Spoken) -> bool:
    for place in one.places.keys() & other.places.keys():
        said, there = one.places[place], other.places[place]
        if said & there:
            continue
        numbers = all(word[0].isdigit() for word in said | there)
        if numbers or not (said & other.words or there & one.words):
            return True
    return False


def _places(tokens: list[str], plain: list[str]) -> dict[Place, set[str]]:
    found: dict[Place, set[str]] = defaultdict(set)
    words = [not token[0].isdigit() for token in tokens]
    last = len(tokens) - 2
    for index, word in enumerate(words):
        named = word and index >= 2 and plain[index - 1] in _BEFORE_A_NAME
        if named and tokens[index][0].isupper() and words[index - 2]:
            found["name", plain[index - 2], plain[index - 1]].add(plain[index])
        if word:
            continue
        if index >= 2 and words[index - 2] and words[index - 1]:
            _note(found, ("behind", plain[index - 2], plain[index - 1]), tokens[index])
        if index < last and words[index + 1] and words[index + 2]:
            _note(found, ("before", plain[index + 1], plain[index + 2]), tokens[index])
    return dict(found)


def _note(found: dict[Place, set[str]], place: Place, number: str) -> None:
    if place[1] not in _PHONE and place[2] not in _PHONE:
        found[place].add(number)


def _titles_differ(one: Spoken, other: Spoken) -> bool:
    """Tell whether titles of the same make name different things."""
    first = {word.casefold() for word in one.title}
    second = {word.casefold() for word in other.title}
    if not first or not second:
        return False
    if len(first & second) / min(len(first), len(second)) < _ALIKE:
        return False
    return _names_alone(one.title, other.words) and _names_alone(other.title, one.words)


def _names_alone(title: list[str], known: frozenset[str]) -> bool:
    """Tell whether a title has a number or a capital word that a whole text does not have."""
    return any(
        (word[0].isdigit() or (word[0].isupper() and len(word) > 3))
        and word.casefold() not in known
        for word in title
    )
