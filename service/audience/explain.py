"""Why does this person get this newsletter, or not? The same questions as `compile` asks, in words.

Each step is answered on its own, so that an editor sees everything that stands in the way at once.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from service.audience import expression as tree
from service.audience import match
from service.audience.expression import Expression
from service.audience.model import (
    Contact,
    Person,
    Subscription,
    SubscriptionState,
    Suspension,
    SuspensionReason,
)
from service.kit.text import Text, msg

SUSPENDED = {
    SuspensionReason.ADDRESS_GONE: msg("The address does not exist any more."),
    SuspensionReason.MAILBOX_FULL: msg("The mailbox has been full for weeks."),
    SuspensionReason.COMPLAINED: msg("Our mail was reported as unwanted."),
    SuspensionReason.BY_EDITOR: msg("An editor suspended this contact."),
}
_SUBSCRIBED = {
    SubscriptionState.ACTIVE: msg("Has subscribed to this newsletter."),
    SubscriptionState.PENDING: msg("Has not confirmed the subscription yet."),
    SubscriptionState.ENDED: msg("Has unsubscribed from this newsletter."),
}


class Step(msgspec.Struct, frozen=True):
    """One condition: whether it holds, what it says, and what exactly is missing."""

    holds: bool
    what: Text
    detail: tuple[str, ...] = ()


def steps(
    contact: Contact,
    subscription: Subscription | None,
    standing: Sequence[Suspension],
    segment: tuple[Expression, Person],
    now: datetime,
) -> list[Step]:
    """Return every condition in the order in which sending asks them."""
    found = [_address(contact), _subscription(subscription), _segment(*segment)]
    found += [Step(False, SUSPENDED[s.reason], (s.detail,) if s.detail else ()) for s in standing]
    if contact.paused_until is not None and contact.paused_until > now:
        found.append(Step(False, msg("Has paused all mail for the time being.")))
    return found


def _address(contact: Contact) -> Step:
    if contact.email is None:
        return Step(False, msg("Has no mail address."))
    return Step(True, msg("Has a mail address."))


def _subscription(subscription: Subscription | None) -> Step:
    if subscription is None:
        return Step(False, msg("Never subscribed to this newsletter."))
    state = subscription.state
    return Step(state is SubscriptionState.ACTIVE, _SUBSCRIBED[state])


def _segment(where: Expression, person: Person) -> Step:
    if isinstance(where, tree.Everyone):
        return Step(True, msg("The newsletter goes to everyone who subscribed."))
    if match.matches(where, person):
        return Step(True, msg("Belongs to the newsletter's segment."))
    return Step(False, msg("Does not belong to the newsletter's segment."), _against(where, person))


def _against(where: Expression, person: Person) -> tuple[str, ...]:
    """Return the conditions at the top of the rule that this person does not meet."""
    parts = where.parts if isinstance(where, tree.All) else (where,)
    return tuple(tree.write(part) for part in parts if not match.matches(part, person))
