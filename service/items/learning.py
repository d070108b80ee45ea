"""A small linear model that learns from what editors file and pick. Pure, and the same every time.

Texts become hashed words weighed by how rare they are (TF-IDF); one logistic regression each says
how likely a topic fits and how likely editors pick the piece. What it says it can explain: the
words that weighed most. It knows nothing of items, and decides nothing.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from zlib import crc32

import msgspec

from service.items.fillers import FILLERS

RELEVANCE = "relevance"
LEAST = 8  # examples of either side, before a class is learned at all
_BUCKETS = 1 << 18
_STEM = 7  # letters by which long words are also known: Sozialhilfegesetz, Sozialhilfe
_EPOCHS, _RATE, _DECAY = 12, 2.0, 1e-4
_WORD = re.compile(r"[^\W\d_]{3,}")
_LONGEST = 3000
_MOST_WEIGHT = 4.0


class Example(msgspec.Struct, frozen=True):
    """A text that editors judged: the classes that fit it."""

    id: int
    title: str
    text: str
    classes: list[str]


class Linear(msgspec.Struct, frozen=True):
    """One class: how much each word speaks for it."""

    bias: float
    weights: dict[int, float]
    positives: int


class Model(msgspec.Struct, frozen=True):
    """What was learned: how rare words are, and every class."""

    rarity: dict[int, float]
    classes: dict[str, Linear]


class Verdict(msgspec.Struct, frozen=True):
    """How likely a class fits (0 … 1), and the words that say so most."""

    score: float
    because: list[str]


def train(examples: Sequence[Example], classes: Sequence[str]) -> Model:
    """Learn every class of which there are enough examples for and against."""
    ordered = sorted(examples, key=lambda one: one.id)
    counted = [_counted(one.title, one.text)[0] for one in ordered]
    seen = Counter(bucket for counts in counted for bucket in counts)
    known = {bucket: n for bucket, n in seen.items() if n > 1}
    rarity = {bucket: math.log((1 + len(ordered)) / (1 + n)) + 1 for bucket, n in known.items()}
    vectors = [_vector(counts, rarity) for counts in counted]
    learned = {}
    for name in classes:
        fits = [name in one.classes for one in ordered]
        if min(sum(fits), len(fits) - sum(fits)) >= LEAST:
            learned[name] = _learn(name, vectors, fits)
    return Model({bucket: round(value, 4) for bucket, value in rarity.items()}, learned)


def judge(model: Model, title: str, text: str) -> dict[str, Verdict]:
    """Return what every learned class says of a text."""
    counts, words = _counted(title, text)
    vector = _vector(counts, model.rarity)
    return {name: _verdict(one, vector, words) for name, one in model.classes.items()}


def work(payload: bytes) -> bytes:
    """Train in a process of its own: examples and classes in, a model out, all as MessagePack."""
    examples, classes = msgspec.msgpack.decode(payload, type=tuple[list[Example], list[str]])
    return msgspec.msgpack.encode(train(examples, classes))


def _verdict(one: Linear, vector: dict[int, float], words: dict[int, str]) -> Verdict:
    parts = {bucket: value * one.weights.get(bucket, 0.0) for bucket, value in vector.items()}
    score = _sigmoid(one.bias + sum(parts.values()))
    best = sorted((part for part in parts if parts[part] > 0.05), key=lambda b: (-parts[b], b))
    return Verdict(round(score, 3), list(dict.fromkeys(words[b] for b in best))[:3])


def _counted(title: str, text: str) -> tuple[dict[int, float], dict[int, str]]:
    """Return how often each word occurs (twice for the title), and each as it was written."""
    counts: dict[int, float] = defaultdict(float)
    words: dict[int, str] = {}
    for weight, part in ((2.0, title), (1.0, text[:_LONGEST])):
        for word in _WORD.findall(part):
            folded = word.casefold()
            if folded in FILLERS:
                continue
            forms = (folded, folded[:_STEM] + "*") if len(folded) > _STEM + 1 else (folded,)
            for form in forms:
                bucket = crc32(form.encode("utf-8", "replace")) % _BUCKETS
                counts[bucket] += weight
                words.setdefault(bucket, word)
    return counts, words


def _vector(counts: dict[int, float], rarity: dict[int, float]) -> dict[int, float]:
    raw = {b: (1 + math.log(n)) * rarity[b] for b, n in counts.items() if b in rarity}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {bucket: value / length for bucket, value in raw.items()}


def _learn(name: str, vectors: Sequence[dict[int, float]], fits: Sequence[bool]) -> Linear:
    """Descend along one example after another, in an order that is mixed but always the same."""
    weights: dict[int, float] = defaultdict(float)
    bias = 0.0
    balance = min((len(fits) - sum(fits)) / sum(fits), _MOST_WEIGHT)
    for epoch in range(_EPOCHS):
        rate = _RATE / (1 + 0.3 * epoch)
        for index in sorted(range(len(fits)), key=lambda i: crc32(f"{name} {epoch} {i}".encode())):
            vector = vectors[index]
            score = _sigmoid(bias + sum(weights[b] * value for b, value in vector.items()))
            step = rate * (fits[index] - score) * (balance if fits[index] else 1.0)
            bias += 0.1 * step
            for bucket, value in vector.items():
                weights[bucket] += step * value - _DECAY * weights[bucket]
    kept = {bucket: round(w, 4) for bucket, w in weights.items() if abs(w) > 0.01}
    return Linear(round(bias, 4), kept, sum(fits))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
