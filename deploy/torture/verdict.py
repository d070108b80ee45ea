"""Compares the ledger with what the mail server wrote down, recipient by recipient. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from deploy.torture.sink import GONE, TOO_FAST, Dot, Limit

_FINAL = {"accepted", "refused", "deferred", "unknown"}


class Verdict(Struct, frozen=True):
    """What became of everybody. The last four name those for whom it went wrong."""

    messages: int
    accepted: int
    refused: int
    deferred: int
    unknown: int
    lost: list[str]  # called accepted without a mail, or not settled at all
    sent_twice: list[str]
    unexplained: list[str]  # the ledger says what neither the mail server nor a kill explains

    @property
    def sound(self) -> bool:
        return not (self.lost or self.sent_twice or self.unexplained)


def judge(states: Mapping[str, str], dots: Sequence[Dot], in_doubt: int) -> Verdict:
    """Judge recipients by their state; `in_doubt` is how many messages kills may leave unknown.

    That is one per connection and kill; an unknown beyond them must have met a fault after its dot.
    """
    kept = Counter(dot.recipient for dot in dots if dot.kept)
    silent = {dot.recipient for dot in dots if not dot.answered}
    by_state = Counter(states.values())
    unsettled = [who for who, state in states.items() if state not in _FINAL]
    never_came = [who for who, state in states.items() if state == "accepted" and not kept[who]]
    unexplained = [who for who in kept if states.get(who) not in {"accepted", "unknown"}]
    unexplained += [
        who for who, state in states.items() if (state == "refused") != who.startswith(GONE)
    ]
    by_kills = [who for who, s in states.items() if s == "unknown" and who not in silent]
    return Verdict(
        messages=len(states),
        accepted=by_state["accepted"],
        refused=by_state["refused"],
        deferred=by_state["deferred"],
        unknown=by_state["unknown"],
        lost=sorted(unsettled + never_came),
        sent_twice=sorted(who for who, times in kept.items() if times > 1),
        unexplained=sorted(unexplained + by_kills[in_doubt:]),
    )


class Settling(Struct, frozen=True):
    """How we behave towards a mail server that takes `limit` mails in `window` seconds, no more."""

    limit: int
    window: int
    share_of_limit: float  # what was taken in the last minute, as a share of the limit
    refused_share: float  # of everything after the first refusal


def settling(dots: Sequence[Dot], limit: Limit, until: float) -> Settling:
    """Judge a run against a rate limit, by what the mail server wrote down before `until`."""
    seen = [dot for dot in dots if dot.at <= until]
    refusals = [dot.at for dot in seen if dot.said == TOO_FAST]
    after = [dot for dot in seen if refusals and dot.at > min(refusals)]
    refused = sum(dot.said == TOO_FAST for dot in after)
    taken = sum(dot.kept and dot.at > until - 60 for dot in seen)
    share = refused / len(after) if after else 0.0
    used = taken / 60 / limit.mails * limit.window
    return Settling(limit.mails, limit.window, round(used, 3), round(share, 4))
