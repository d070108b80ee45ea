"""Which items tell the same: exact by address, near by shared runs of words. Pure.

Measured on 46 604 federal releases: similarity alone is 31 % precise, because recurring releases
are nearly identical months apart. So candidates lie within three days of each other, and the
measure is containment: the share of the shorter text's runs of four words that stand in the longer
one too, which finds teasers and shortened copies as well as whole ones. Where both tell differing
numbers or names, the pair is only possibly the same. Grouping is a suggestion; nothing is deleted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from service.kit.text import normalise

WINDOW = timedelta(days=3)
ENOUGH = 0.6  # containment
LEAST_RUNS = 12  # in the shorter text
_RUN = 4
_COMMON = 40  # a run that stands in more texts than this is boilerplate
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,’']\d+)*")
_NAME = re.compile(r"\b[A-ZÄÖÜÉÈÀ][\w-]{3,}")


class Reason(StrEnum):
    ADDRESS = "address"  # the same canonical address
    TRANSLATION = "translation"  # the publisher says that they belong together
    TEXT = "text"  # one text stands in the other
    TITLE = "title"  # the same title, and too little text to compare


class Piece(Struct, frozen=True):
    """What is compared of an item."""

    id: str
    title: str
    text: str
    published: datetime | None
    url: str = ""
    language: str = ""
    group: str = ""  # the publisher's own mark for translations of one release


class Pair(Struct, frozen=True):
    """Two pieces that tell the same, or possibly do; `score` is the containment, 0 … 1."""

    one: str
    other: str
    score: float
    reason: Reason
    possible: bool


class Group(Struct, frozen=True):
    """Pieces that tell the same, oldest first, with the pairs that say so."""

    ids: tuple[str, ...]
    pairs: tuple[Pair, ...]


class _Prepared(Struct, frozen=True):
    piece: Piece
    runs: frozenset[int]
    numbers: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    title: str


def groups(pieces: Sequence[Piece]) -> tuple[list[Group], list[Pair]]:
    """Return the groups of two and more, and the pairs that are only possibly the same.

    Work grows with the pieces times those that share words within three days.
    """
    prepared = [_prepare(piece) for piece in pieces]
    found = list(pairs(prepared))
    sure = [pair for pair in found if not pair.possible]
    leader = {p.piece.id: p.piece.id for p in prepared}

    def lead(one: str) -> str:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for pair in sure:
        leader[lead(pair.other)] = lead(pair.one)
    members: dict[str, list[Piece]] = defaultdict(list)
    for one in prepared:
        members[lead(one.piece.id)].append(one.piece)
    reasons: dict[str, list[Pair]] = defaultdict(list)
    for pair in sure:
        reasons[lead(pair.one)].append(pair)
    told = [
        Group(tuple(p.id for p in sorted(inside, key=_age)), tuple(reasons[head]))
        for head, inside in members.items()
        if len(inside) > 1
    ]
    return told, [pair for pair in found if pair.possible]


def pairs(prepared: Sequence["_Prepared"]) -> Iterator[Pair]:
    """Yield every pair worth telling, each once."""
    for first, second in _candidates(prepared):
        if (pair := compare(prepared[first], prepared[second])) is not None:
            yield pair


def compare(one: "_Prepared", other: "_Prepared") -> Pair | None:
    """Return what two pieces within the window have in common, or None."""
    a, b = one.piece, other.piece
    if a.group and a.group == b.group:
        return Pair(a.id, b.id, 1.0, Reason.TRANSLATION, possible=False)
    if a.url and a.url == b.url and one.title == other.title:
        return Pair(a.id, b.id, 1.0, Reason.ADDRESS, possible=False)
    least = min(len(one.runs), len(other.runs))
    if least < LEAST_RUNS:
        same = one.title == other.title and one.title.count(" ") >= 3
        return Pair(a.id, b.id, 0.0, Reason.TITLE, possible=True) if same else None
    score = len(one.runs & other.runs) / least
    if score < ENOUGH:
        return None
    return Pair(a.id, b.id, round(score, 3), Reason.TEXT, possible=_contradict(one, other))


def _contradict(one: "_Prepared", other: "_Prepared") -> bool:
    """Tell whether each says a number, or a name in its title, that the other does not."""
    numbers = one.numbers - other.numbers and other.numbers - one.numbers
    names = one.names - other.words and other.names - one.words
    return bool(numbers or names)


def prepare(pieces: Iterable[Piece]) -> list["_Prepared"]:
    """Return the pieces with their runs of words, for `pairs`."""
    return [_prepare(piece) for piece in pieces]


def _prepare(piece: Piece) -> "_Prepared":
    whole = normalise(piece.text)
    title = normalise(piece.title)
    words = _WORD.findall(whole.casefold())
    runs = frozenset(hash(tuple(words[i : i + _RUN])) for i in range(max(0, len(words) - _RUN + 1)))
    return _Prepared(
        piece=piece,
        runs=runs,
        numbers=frozenset(_NUMBER.findall(f"{title} {whole}")),
        names=frozenset(name.casefold() for name in _NAME.findall(title)),
        words=frozenset(words) | frozenset(_WORD.findall(title.casefold())),
        title=" ".join(_WORD.findall(title.casefold())),
    )


def _candidates(prepared: Sequence["_Prepared"]) -> Iterator[tuple[int, int]]:
    """Yield index pairs that share an address, a mark, a title or a run, within the window."""
    holders: dict[object, list[int]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for index in sorted(range(len(prepared)), key=lambda i: _age(prepared[i].piece)):
        piece = prepared[index].piece
        marks = [("u", piece.url), ("g", piece.group), ("t", prepared[index].title)]
        for key in (*(mark for mark in marks if mark[1]), *prepared[index].runs):
            near = [h for h in holders[key] if _near(prepared[h].piece, piece)]
            for earlier in near:
                if (earlier, index) not in seen:
                    seen.add((earlier, index))
                    yield earlier, index
            holders[key] = [*near[:_COMMON], index]


def _near(one: Piece, other: Piece) -> bool:
    if one.published is None or other.published is None:
        return bool(one.url and one.url == other.url)
    return abs(one.published - other.published) <= WINDOW


def _age(piece: Piece) -> tuple[float, str]:
    return (piece.published.timestamp() if piece.published else float("inf"), piece.id)
