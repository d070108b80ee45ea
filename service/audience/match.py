"""A segment read in Python: does it pick this person? For previews and explanations.

`compile` is the other reading of the same tree; a property test holds the two together. Every
leaf is total: without a value it is false, and `not` turns that into true.
"""

from collections.abc import Callable
from operator import ge, gt, le, lt

from service.audience import expression as tree
from service.audience.expression import Expression, Leaf
from service.audience.model import Person

_COMPARE: dict[str, Callable[[int, int], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_SETS = {"function": "functions", "topic": "topics", "committee": "committees"}


def matches(expression: Expression, person: Person) -> bool:
    """Return whether the segment picks the person."""
    match expression:
        case tree.Everyone():
            return True
        case tree.Not(part):
            return not matches(part, person)
        case tree.All(parts):
            return all(matches(part, person) for part in parts)
        case tree.Some(parts):
            return any(matches(part, person) for part in parts)
        case _:
            return _holds(expression, person)


def values(person: Person, field: str) -> frozenset[str] | frozenset[int]:
    """Return what the person has in a field: nothing, one value, or several."""
    if field in _SETS:
        return frozenset(getattr(person, _SETS[field]))
    value = getattr(person, field)
    return frozenset() if value is None or value == "" else frozenset({value})


def _holds(leaf: Leaf, person: Person) -> bool:
    found = values(person, leaf.field)
    match leaf:
        case tree.OneOf(_, wanted):
            return not found.isdisjoint(wanted)
        case tree.Compare(_, operator, bound):
            return any(_COMPARE[operator](int(value), bound) for value in found)
        case tree.Missing():
            return not found
