"""What was typed into the search, as terms; the words each finds; where they stand in a text. Pure.

Every term finds its continuations (sozialhilfe: Sozialhilfegesetz), its other endings (Gesuche:
Gesuch) and, where it has four letters or more, the words it stands inside of (Bundessozialhilfe);
"…" is an exact phrase, and a leading minus excludes. Case, accents and umlauts make no difference:
`fold` spells as `search_words` in the database does (a test compares the two).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from service.kit.text import normalise

INSIDE = 4  # letters from which a term is also sought inside of longer words
_PREFIX = 3  # shorter terms (IV, AI) are whole words
_MOST_TERMS = 12
_MOST_INSIDE = 250  # beginnings of longer words that a search has in all; each costs
_LONGEST = 100
_TERM = re.compile(r'-?"[^"]*"?|-?\S+')
_WORD = re.compile(
    r"(?:[a-z0-9]|[^\x00-\xbf\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f])+"
)
_MARKS = dict.fromkeys(map(ord, "\u0300\u0301\u0302\u0303\u0306\u0307\u0308\u030a\u030b\u030c"
                                "\u0323\u0327\u0328\u00ad"))  # fmt: skip
_SPELT = (("ß", "ss"), ("œ", "o"), ("ae", "a"), ("oe", "o"), ("ue", "u"))
# Endings that German, French and Italian bend words with; one is taken off and the others tried.
_ENDINGS = ("innen", "ern", "en", "er", "em", "es", "in", "e", "n", "s", "a", "o", "i", "")
_SHORTEST_STEM = 4
# How a folded letter may have been written.
_WRITTEN = {
    "a": "(?:ae|[aàáâãäåæ])", "o": "(?:oe|[oòóôõöøœ])", "u": "(?:ue|[uùúûü])",
    "e": "[eèéêë]", "i": "[iìíîï]", "c": "[cç]", "n": "[nñ]", "y": "[yÿ]",
}  # fmt: skip
_TAG = re.compile(r'(<(?:"[^"]*"|[^">])*>|&#?\w+;)')


class Term(Struct, frozen=True):
    """One thing sought: a word, or the words of a phrase; folded."""

    words: tuple[str, ...]
    phrase: bool = False
    excluded: bool = False


class Part(Struct, frozen=True):
    """A piece of a text; `hit` where it is what was sought."""

    text: str
    hit: bool


def fold(text: str) -> str:
    """Return a text in the one spelling that searches compare."""
    bare = unicodedata.normalize("NFKD", text).lower().translate(_MARKS)
    for written, spelt in _SPELT:
        bare = bare.replace(written, spelt)
    return bare


def read(typed: str) -> list[Term]:
    """Return the terms of what was typed (at most 12); [] where there is no word in it."""
    terms = []
    for given in _TERM.findall(normalise(typed))[:_MOST_TERMS]:
        words = tuple(word[:_LONGEST] for word in _WORD.findall(fold(given)))
        bare = given.lstrip("-")
        if bare.startswith('"') and words:
            terms.append(Term(words, phrase=True, excluded=bare != given))
        else:
            terms += [Term((word,), excluded=bare != given) for word in words]
    return terms


def inside(terms: Sequence[Term]) -> list[str]:
    """Return the words that are also to be sought inside of others."""
    found = {t.words[0] for t in terms if not t.phrase and len(t.words[0]) >= INSIDE}
    return sorted(found)


def query(terms: Sequence[Term], containing: Mapping[str, Sequence[str]]) -> str:
    """Return the terms as a tsquery; `containing` are the words in which each stands."""
    parts = []
    share = _MOST_INSIDE // max(1, len(inside(terms)))
    for term in terms:
        if term.phrase:
            found = " <-> ".join(map(_quoted, term.words))
        else:
            found = " | ".join(_alternatives(term.words[0], containing, share))
        parts.append(f"!({found})" if term.excluded else f"({found})")
    return " & ".join(parts)


def pattern(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """Return what finds the terms in a text as it was written; None where nothing is sought."""
    found = [_written_term(term) for term in terms if not term.excluded]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def parts(text: str, sought: re.Pattern[str]) -> list[Part]:
    """Return a text in pieces, with the whole words in which a term stands as hits."""
    pieces, at = [], 0
    for start, end in _spans(text, sought):
        if start > at:
            pieces.append(Part(text[at:start], hit=False))
        pieces.append(Part(text[start:end], hit=True))
        at = end
    return [*pieces, Part(text[at:], hit=False)] if at < len(text) else pieces


def passage(text: str, sought: re.Pattern[str], length: int = 160) -> str:
    """Return the words around the first hit of a text, or "" where there is none."""
    first = sought.search(text)
    if first is None:
        return ""
    start = max(0, first.start() - length // 3)
    start = text.find(" ", start) + 1 if start else 0
    cut = " ".join(text[start : start + length].split())
    return ("… " if start else "") + cut + (" …" if start + length < len(text) else "")


def marked(html: str, sought: re.Pattern[str]) -> str:
    """Return clean HTML with the hits of its text in <mark>; tags and entities stay as they are."""
    pieces = _TAG.split(html)
    for n in range(0, len(pieces), 2):  # between them stand the tags
        pieces[n] = "".join(
            f"<mark>{one.text}</mark>" if one.hit else one.text for one in parts(pieces[n], sought)
        )
    return "".join(pieces)


def _alternatives(word: str, containing: Mapping[str, Sequence[str]], share: int) -> Iterator[str]:
    if len(word) < _PREFIX:
        yield _quoted(word)
        return
    yield _quoted(word) + ":*"
    stem = _stem(word)
    if stem:
        bent = (stem + ending for ending in _ENDINGS)
        yield from (_quoted(one) for one in bent if not one.startswith(word))
    begun = (known[: known.index(word, 1) + len(word)] for known in containing.get(word, ()))
    yield from (f"{_quoted(one)}:*" for one in islice(dict.fromkeys(begun), share))


def _stem(word: str) -> str:
    """Return a word without its ending, or "" where too little is left or there is none."""
    ending = next((e for e in _ENDINGS if word.endswith(e)), "")
    stem = word.removesuffix(ending)
    return stem if ending and len(stem) >= _SHORTEST_STEM else ""


def _quoted(word: str) -> str:
    return f"'{word}'"  # a folded word holds neither quotes nor backslashes


def _written_term(term: Term) -> str:
    start, end = r"(?<![^\W_])", r"(?![^\W_])"
    if term.phrase:
        return start + r"[\W_]+".join(map(_written, term.words)) + end
    word = term.words[0]
    if len(word) < _PREFIX:
        return start + _written(word) + end
    begin = "" if len(word) >= INSIDE else start
    stem = _stem(word)
    bent = f"|{start}{_written(stem)}(?:{'|'.join(_ENDINGS)}){end}" if stem else ""
    return f"{begin}{_written(word)}{bent}"


def _written(word: str) -> str:
    spelt = "".join(_WRITTEN.get(letter, re.escape(letter)) for letter in word)
    return spelt.replace("ss", "(?:ß|ss)")


def _spans(text: str, sought: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield where hits begin and end, widened to whole words, each once."""
    at = 0
    for match in sought.finditer(text):
        start, end = match.span()
        while start > at and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        if start >= at and end > at:
            yield start, end
            at = end
