"""Text brought to one form: for prints that ignore noise. It stores nothing."""

import hashlib
import re
import unicodedata

from service.kit.text import normalise

_NOISE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SAME = str.maketrans(dict.fromkeys("‘’‚‛′ʼ`´", "'") | dict.fromkeys("“”„‟«»″", '"') |
                      dict.fromkeys("‐‑‒–—−", "-") | {"…": "..."})  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")


def fingerprint(*texts: str) -> bytes:
    """Return a print that changes with the words, not with white space, quotes or dashes."""
    digest = hashlib.sha256()
    for text in texts:
        plain = _NOISE.sub("", unicodedata.normalize("NFKC", text)).translate(_SAME)
        digest.update(" ".join(plain.split()).encode("utf-8", "replace") + b"\0")
    return digest.digest()


def words(text: str) -> set[str]:
    """Return the words of a title, for telling whether two titles mean the same piece."""
    return set(_WORD.findall(normalise(text).casefold()))


def similar(first: str, second: str) -> float:
    """Return how many of the words two titles share, from 0 to 1."""
    a, b = words(first), words(second)
    return len(a & b) / len(a | b) if a and b else float(a == b)
