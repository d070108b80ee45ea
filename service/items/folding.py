"""What becomes of stories when copies are found: who belongs together, who leads. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from service.items import similarity
from service.items.model import Member, StoryReason
from service.items.similarity import Pair

# A copy with this share of the longest text says as much: then the earliest leads.
_AS_LONG = 0.6


class Placed(Struct, frozen=True):
    """Where an item belongs; `why` is None where it stood there already."""

    id: int
    folded: bool
    why: Pair | None


class Told(Struct, frozen=True):
    """A story as it shall be: under the oldest of the `known` ids, or a new one."""

    known: tuple[int, ...]
    placed: tuple[Placed, ...]


def arrange(
    members: Sequence[Member], sure: Sequence[Pair], apart: frozenset[tuple[int, int]]
) -> list[Told]:
    """Return the stories that the pairs make of these items, as far as anything changes."""
    by_id = {str(one.id): one for one in members}
    known: dict[int, list[str]] = defaultdict(list)
    for one in members:
        if one.story_id is not None:
            known[one.story_id].append(str(one.id))
    parted = frozenset((str(a), str(b)) for one in apart for a, b in (one, one[::-1]))
    at = {name: one.at for name, one in by_id.items()}
    found = similarity.clusters(list(known.values()), sure, dict(at), parted)
    groups = [[by_id[name] for name in inside] for inside in found]
    why = best(sure)
    return [_told(group, why) for group in groups if _changes(group)]


def best(sure: Sequence[Pair]) -> Mapping[int, Pair]:
    """Return for every item the pair that says most plainly where it belongs."""
    found: dict[int, Pair] = {}
    for pair in sorted(sure, key=lambda pair: (pair.reason is StoryReason.TEXT, -pair.score)):
        found.setdefault(int(pair.one), pair)
        found.setdefault(int(pair.other), pair)
    return found


def leading(members: Sequence[Member]) -> int:
    """Return who leads: what an edition has, else the earliest of those that say most."""
    longest = max(one.size for one in members)
    return min(
        members, key=lambda one: (not one.picked, one.size < _AS_LONG * longest, one.at, one.id)
    ).id


def _changes(group: Sequence[Member]) -> bool:
    stories = {one.story_id for one in group}
    return None in stories or len(stories) > 1


def _told(group: Sequence[Member], why: Mapping[int, Pair]) -> Told:
    leader = leading(group)
    stories = tuple(sorted({one.story_id for one in group if one.story_id is not None}))
    return Told(
        stories,
        tuple(
            Placed(one.id, one.id != leader, why.get(one.id) if one.story_id is None else None)
            for one in group
        ),
    )
