"""How much an item matters to this association, and why in words. Pure; an editor decides.

Learned from what was picked where there is enough of it; else from the topics' words. The
association's own words come on top: one raises an item, another keeps it out of sight.
"""

from collections.abc import Sequence

from msgspec import Struct

from service.items import learning, tagging
from service.items.learning import Model

SURE = 0.75  # from here on a learned topic is suggested
_NOTHING_SAYS = 0.3
_RAISED = 0.4  # of the distance to certainty that is left


class Words(Struct, frozen=True):
    """The association's own: words that raise an item, and words that mute it."""

    boost: list[str] = []
    mute: list[str] = []

    @property
    def seen(self) -> str:
        """What a form was filled in upon, so that nobody's change is overwritten unseen."""
        return " / ".join((", ".join(self.boost), ", ".join(self.mute)))


class Read(Struct, frozen=True):
    """What is weighed of an item; `suggested_by` are the words that suggested its topics."""

    id: int
    title: str
    lead: str
    text: str
    suggested_by: list[str]


class LearnedTopic(Struct, frozen=True):
    topic_id: int
    because: str
    score: float


class Weighed(Struct, frozen=True):
    """What came of it; `muted_by` is the word that keeps it out of sight, or ""."""

    id: int
    relevance: float
    because: list[str]
    muted_by: str
    topics: list[LearnedTopic]


def weigh(item: Read, words: Words, model: Model | None) -> Weighed:
    """Weigh one item."""
    verdicts = learning.judge(model, item.title, f"{item.lead}\n{item.text}") if model else {}
    learned = verdicts.get(learning.RELEVANCE)
    if learned is not None:
        relevance, because = learned.score, learned.because
    else:
        relevance, because = _by_topics(item.suggested_by), item.suggested_by[:3]
    told = tagging.said(item.title, item.lead, item.text)
    if raised := tagging.first_word(words.boost, told):
        relevance = 1 - (1 - relevance) * _RAISED
        because = [raised, *(word for word in because if word != raised)][:3]
    muted = tagging.first_word(words.mute, told)
    topics = [
        LearnedTopic(int(name), ", ".join(one.because), one.score)
        for name, one in verdicts.items()
        if name != learning.RELEVANCE and one.score >= SURE and one.because
    ]
    return Weighed(item.id, 0.0 if muted else round(relevance, 3), because, muted, topics)


def weigh_all(items: Sequence[Read], words: Words, model: Model | None) -> list[Weighed]:
    """Weigh many items."""
    return [weigh(item, words, model) for item in items]


def _by_topics(suggested_by: Sequence[str]) -> float:
    """Without a model: one topic makes an item worth a look, a second one more so."""
    return 1 - (1 - _NOTHING_SAYS) * 0.5 ** len(suggested_by)
