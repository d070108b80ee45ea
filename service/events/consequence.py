"""What a returned mail means for a contact: rules, as values. Reads nothing and changes nothing.

Precision first: a false «gone» deletes a member. What is about us (policy) or about the network
never touches a contact, and what a report says of another address weighs less.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from service.audience.model import SuspensionReason
from service.delivery.refusal import judge
from service.delivery.refusal.model import Class
from service.events.bounce.model import Kind, Verdict
from service.events.model import ReturnedKind, Trouble

DISPATCHES = 3
OVER = timedelta(days=21)
# Reasons that lie in one mail, and say nothing of the next.
_OF_THE_MAIL = {"mesgtoobig", "exceedlimit"}
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
    lasting = verdict.class_ is Class.RECIPIENT_STATE and verdict.reason not in _OF_THE_MAIL
    return Weight.STATE if lasting else Weight.NONE


def reason(weighs: Weight, so_far: Sequence[Trouble]) -> SuspensionReason | None:
    """Return why mail to a contact stops now; None where it goes on."""
    if weighs is Weight.HARD:
        return SuspensionReason.ADDRESS_GONE
    return SuspensionReason.MAILBOX_FULL if weighs is Weight.STATE and worn_out(so_far) else None


def worn_out(so_far: Sequence[Trouble]) -> bool:
    """Tell whether a mailbox has taken nothing of so many dispatches, over so long a time.

    Reports that came back and refusals at the hand-over count alike; these are judged here, by
    the same words.
    """
    if len({one.dispatch_id for one in so_far}) < DISPATCHES:
        return False
    counted = [one for one in so_far if _is_the_mailboxes(one)]
    if len({one.dispatch_id for one in counted}) < DISPATCHES:
        return False
    return max(one.at for one in counted) - min(one.at for one in counted) >= OVER


def is_stale(handed_at: datetime | None, lifted_at: datetime | None) -> bool:
    """Tell whether a bounce is about a mail from before an editor let the contact in again."""
    return lifted_at is not None and handed_at is not None and handed_at < lifted_at


def _is_the_mailboxes(trouble: Trouble) -> bool:
    """Tell whether a mail was not taken for the mailbox's sake, and not for ours or its size."""
    if trouble.judged:
        return True
    said = judge.judge(f"{trouble.code} {trouble.reply}", trouble.status)
    return said.class_ is Class.RECIPIENT_STATE and said.reason not in _OF_THE_MAIL


def _is_about(verdict: Verdict, address: str) -> bool:
    """Tell whether the report names the mailbox that we wrote to, or nobody.

    One dead member of a shared mailbox, or a dead address that it passes its mail on to, does not
    make the mailbox itself dead. A host may rewrite the domain.
    """
    named = [one.lower() for one in verdict.gone]
    local = address.lower().partition("@")[0]
    return not named or any(one.partition("@")[0] == local for one in named)
