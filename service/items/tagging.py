"""Topics suggested by their words: rules as data. Says which word it was; an editor decides."""

import re

import msgspec

from service.items.model import Topic

_WORD = re.compile(r"\w+")
_BEGINNING = 800  # characters of the text that stand for a lead where there is none


class Suggestion(msgspec.Struct, frozen=True):
    """A topic with the word that suggested it; `score` grows with the words, most in the title."""

    topic_id: int
    because: str
    score: float


class Said(msgspec.Struct, frozen=True):
    """A text made ready for looking words up: its words between blanks, as written and small."""

    title: str
    small_title: str
    whole: str
    small_whole: str


def said(title: str, lead: str, text: str = "") -> Said:
    """Make a text ready; of a long text only its beginning speaks for a topic."""
    head, whole = _spaced(title), _spaced(f"{title}\n{lead or text[:_BEGINNING]}")
    return Said(head, head.casefold(), whole, whole.casefold())


def suggest(topics: list[Topic], told: Said) -> list[Suggestion]:
    """Return each topic one of whose words begins a word of the title or the lead.

    A word with a minus before it speaks against its topic: then nothing is suggested.
    """
    found = (_suggestion(topic, told) for topic in topics)
    return [one for one in found if one is not None]


def first_word(words: list[str], told: Said) -> str:
    """Return the first of these words that begins a word of the text, or ""."""
    return next((word for word in words if _stands(word, told.whole, told.small_whole)), "")


def _suggestion(topic: Topic, told: Said) -> Suggestion | None:
    against = [word[1:] for word in topic.keywords if word[0] in "-−–"]
    if first_word(against, told):
        return None
    found = [
        word
        for word in topic.keywords
        if word[0] not in "-−–" and _stands(word, told.whole, told.small_whole)
    ]
    if not found:
        return None
    titled = sum(_stands(word, told.title, told.small_title) for word in found)
    return Suggestion(topic.id, found[0], round(1 - 0.5 ** (len(found) + titled), 3))


def _stands(word: str, whole: str, small: str) -> bool:
    # KESB in capitals means the authority; sozialhilfe shall also find Sozialhilfegesetz.
    if word.isupper():
        return _spaced(word) in whole
    return _spaced(word).rstrip().casefold() in small


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "
