"""Which members a newsletter reaches: counts, the unreached by name, and the sentence that says so.

It counts people who would get mail now; why one of them does not is told by `explain`.
"""

from collections.abc import Sequence

import msgspec

from service.audience.model import Covered, OrganisationKind
from service.kit.text import Text, msg
from service.kit.wording import number

MOST_NAMED = 5


class Coverage(msgspec.Struct, frozen=True):
    """People who get mail, members with at least one of them, all members, and the unreached."""

    people: int
    reached: int
    members: int
    unreached: tuple[Covered, ...]
    municipalities_only: bool


def of(rows: Sequence[Covered]) -> Coverage:
    """Return the coverage of the members that a rule picks."""
    unreached = tuple(row for row in rows if not row.people)
    return Coverage(
        people=sum(row.people for row in rows),
        reached=len(rows) - len(unreached),
        members=len(rows),
        unreached=unreached,
        municipalities_only=all(r.kind is OrganisationKind.MUNICIPALITY for r in rows),
    )


def sentence(coverage: Coverage) -> Text:
    """Say whom it reaches: «1’842 people in 157 of 160 municipalities»."""
    numbers = {
        "people": number(coverage.people),
        "reached": number(coverage.reached),
        "members": number(coverage.members),
    }
    one = coverage.people == 1
    if coverage.members and coverage.municipalities_only:
        if one:
            return msg("One person in %(reached)s of %(members)s municipalities", **numbers)
        return msg("%(people)s people in %(reached)s of %(members)s municipalities", **numbers)
    if one:
        return msg("One person at %(reached)s of %(members)s members", **numbers)
    return msg("%(people)s people at %(reached)s of %(members)s members", **numbers)


def gap(coverage: Coverage) -> Text | None:
    """Name who has no deliverable address, the first five of many; None where all are reached."""
    names = [row.name for row in coverage.unreached]
    if not names:
        return None
    if len(names) == 1:
        return msg("%(name)s has no deliverable address.", name=names[0])
    if len(names) <= MOST_NAMED:
        return msg(
            "%(names)s and %(last)s have no deliverable address.",
            names=", ".join(names[:-1]),
            last=names[-1],
        )
    return msg(
        "%(names)s and %(more)s others have no deliverable address.",
        names=", ".join(names[:MOST_NAMED]),
        more=len(names) - MOST_NAMED,
    )
