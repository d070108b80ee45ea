"""What a returned mail means for a contact: rules, as values. Reads nothing and changes nothing.

Precision first: a false «gone» deletes a member. What is about us (policy) or about the network
never touches a contact, and what a report says of another address weighs less.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from service.audience.model import SuspensionReason
from service.delivery.refusal.model import Class
from service.events.bounce.model import Kind, Verdict
from service.events.model import ReturnedKind, Weighed

DISPATCHES = 3
OVER = timedelta(days=21)
_UNWANTED = {"", "abuse", "fraud", "opt-out", "opt-out-list", "complaint", "miscategorized"}


class Weight(StrEnum):
    """How much a bounce says against a contact's address."""

    NONE = "none"
    STATE = "state"  # once is nothing; often, over weeks, is enough
    HARD = "hard"


def kind(verdict: Verdict, *, asked_to_leave: bool) -> ReturnedKind:
    """Return what a mail is, also by the address that it came to.

    Nobody but a person (or the person's mail program) writes to the address of List-Unsubscribe.
    """
    if verdict.kind is Kind.BOUNCE:
        return ReturnedKind.BOUNCE
    if asked_to_leave or verdict.reason == "unsubscribe":
        return ReturnedKind.UNSUBSCRIBE
    if verdict.kind is Kind.COMPLAINT and verdict.said not in _UNWANTED:
        # «not-spam» and reports on signatures are no complaints.
        return ReturnedKind.OTHER
    return ReturnedKind(verdict.kind.value)


def weight(verdict: Verdict, address: str) -> Weight:
    """Return how much a bounce of a mail to `address` weighs."""
    if verdict.kind is not Kind.BOUNCE or verdict.delayed:
        return Weight.NONE
    if verdict.hard:
        return Weight.HARD if _is_about(verdict, address) else Weight.STATE
    return Weight.STATE if verdict.class_ is Class.RECIPIENT_STATE else Weight.NONE


def reason(weighs: Weight, so_far: Weighed) -> SuspensionReason | None:
    """Return why mail to a contact stops now; None where it goes on."""
    if weighs is Weight.HARD:
        return SuspensionReason.ADDRESS_GONE
    if weighs is Weight.NONE or so_far.first is None or so_far.last is None:
        return None
    often = so_far.dispatches >= DISPATCHES and so_far.last - so_far.first >= OVER
    return SuspensionReason.MAILBOX_FULL if often else None


def is_stale(handed_at: datetime | None, so_far: Weighed) -> bool:
    """Tell whether a bounce is about a mail from before an editor let the contact in again."""
    lifted = so_far.lifted_at
    return lifted is not None and handed_at is not None and handed_at < lifted


def _is_about(verdict: Verdict, address: str) -> bool:
    """Tell whether the report names the mailbox that we wrote to, or nobody.

    One dead member of a shared mailbox, or a dead address that it passes its mail on to, does not
    make the mailbox itself dead. A host may rewrite the domain.
    """
    named = [one.lower() for one in verdict.gone]
    local = address.lower().partition("@")[0]
    return not named or any(one.partition("@")[0] == local for one in named)
