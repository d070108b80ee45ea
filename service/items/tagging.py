"""Suggests topics by their words, and says which word it was. An editor decides."""

import re
from functools import lru_cache

import msgspec

from service.items.model import Topic


class Suggestion(msgspec.Struct, frozen=True):
    topic_id: int
    because: str


def suggest(topics: list[Topic], title: str, lead: str) -> list[Suggestion]:
    """Return each topic one of whose words begins a word of the title or the lead."""
    text = f"{title}\n{lead}"
    found: list[Suggestion] = []
    for topic in topics:
        word = next((word for word in topic.keywords if _pattern(word).search(text)), "")
        if word:
            found.append(Suggestion(topic.id, word))
    return found


@lru_cache(maxsize=1000)
def _pattern(word: str) -> re.Pattern[str]:
    # KESB in capitals means the authority; sozialhilfe shall also find Sozialhilfegesetz.
    flags = 0 if word.isupper() else re.IGNORECASE
    end = r"\b" if word.isupper() else ""
    return re.compile(rf"\b{re.escape(word)}{end}", flags)
