"""Says how likely a note was written by a machine: a linear model over its words. Pure.

It learned from some thousand notes and letters in four languages (`deploy/training/replies.py`
writes its table) which words, pairs of words and notions machines use and which people. Every
feature stands in the table with its weight, so that a verdict can be explained.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

from msgspec import Struct

from service.events.bounce.absence import Reading

TABLE = Path(__file__).with_name("learned.txt")
# So likely that a letter is hardly ever taken for a note, by how much there is to doubt it.
SURE = (0.87, 0.95, 0.99)
SURE_AS_TITLED = 0.5  # the same of one whose own subject says what it is
NOTION = 0.1  # what a notion counts beside words, whose squares add up to 1
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[?!]")
_LONGEST = 1_500  # characters that are read


class Model(Struct, frozen=True):
    """What was learned: how rare each feature is, and what it says; > 0 for a machine."""

    bias: float
    rarity: dict[str, float]
    weights: dict[str, float]


def words(subject: str, text: str) -> Counter[str]:
    """Return how often each word and each pair of words occurs; numbers are all alike."""
    found: Counter[str] = Counter()
    for mark, part in (("s ", subject), ("", text[:_LONGEST])):
        tokens = ["0" if t[0].isdigit() else t for t in _TOKEN.findall(part.lower())]
        ends = ["^", *tokens, "$"]
        found.update(mark + token for token in ends)
        found.update(f"{mark}{a} {b}" for a, b in pairwise(ends))
    return found


def notions(reading: Reading, length: int) -> list[str]:
    """Return what a reading tells besides: of what it speaks, how strange, how long (words).

    What stands together in one sentence, first and last says more than that it stands somewhere.
    """
    names = [f"={name}" for name in (*reading.spoken, *reading.notions)]
    names += [f"={a} & {b}" for told in reading.sentences for a, b in combinations(sorted(told), 2)]
    for place, told in (("first", reading.sentences[:1]), ("last", reading.sentences[-1:])):
        names += [f"={place} {name}" for notions in told for name in notions]
    names += [f"=sentences {min(5, len(reading.sentences))}"]
    names += [f"=saying nothing {min(4, sum(not told for told in reading.sentences))}"]
    names += [f"=core {min(4, len(reading.core))}", f"=strange {min(5, reading.strange)}"]
    names += [f"=length {min(7, length.bit_length())}"] + ["=personal"] * reading.personal
    return sorted(set(names))


def vector(found: Counter[str], named: Iterable[str], rarity: dict[str, float]) -> dict[str, float]:
    """Return the features whose rarity is known, by it; words to the length of 1."""
    raw = {w: (1 + math.log(n)) * rarity[w] for w, n in found.items() if w in rarity}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    known = {name: NOTION for name in named if name in rarity}
    return {w: value / length for w, value in raw.items()} | known


def likelihood(model: Model, found: Counter[str], named: Iterable[str]) -> float:
    """Return how likely a machine wrote what has these words and notions (0 … 1)."""
    known = vector(found, named, model.rarity)
    value = model.bias + sum(much * model.weights[name] for name, much in known.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


@cache
def table() -> Model:
    """Return what was learned, as the table says."""
    first, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    rarity = {name: float(rare) for name, rare, _ in rows}
    return Model(float(first), rarity, {name: float(weight) for name, _, weight in rows})
