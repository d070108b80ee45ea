"""What a segment asks for that stands nowhere in the data: a district misspelt, a topic long gone.

A hint only: the rule is right as it is, it merely picks nobody for that value.
"""

import difflib
from collections.abc import Iterable

from service.audience import expression as tree
from service.audience.expression import Expression
from service.audience.model import Word
from service.kit.text import Text, msg

_OPEN = {"district", "organisation", "function", "topic", "committee"}


def doubts(where: Expression, vocabulary: Iterable[Word]) -> list[Text]:
    """Return one sentence for each value that nobody has."""
    known: dict[str, set[str]] = {field: set() for field in _OPEN}
    for word in vocabulary:
        known[word.field].add(word.value)
    asked = dict.fromkeys(
        (leaf.field, str(value))
        for leaf in tree.leaves(where)
        if isinstance(leaf, tree.OneOf) and leaf.field in _OPEN
        for value in leaf.values
    )
    return [_doubt(f, value, known[f]) for f, value in asked if value not in known[f]]


def _doubt(field: str, value: str, known: set[str]) -> Text:
    close = difflib.get_close_matches(value, sorted(known), n=1, cutoff=0.6)
    if close:
        return msg(
            "Nobody has %(field)s “%(value)s”. Did you mean “%(meant)s”?",
            field=field,
            value=value,
            meant=close[0],
        )
    return msg("Nobody has %(field)s “%(value)s”.", field=field, value=value)
