"""Recognises the copies of our dispatches to control addresses, and reports about them.

It keeps nothing of them: that one arrived, or why it did not, is noted with its dispatch.
"""

from datetime import datetime

from service.events.bounce.model import Verdict
from service.events.model import ReturnedKind
from service.kit.db import Tx
from service.kit.tokens import Signer
from service.outbox import control


async def take(
    tx: Tx,
    signer: Signer,
    came: tuple[str | None, list[str]],
    verdict: Verdict,
    kind: ReturnedKind,
    now: datetime,
) -> bool:
    """Tell whether a mail is a control copy, or a report about one.

    `came`: the token of a mail that is itself one of ours, and the tokens in it.

    The copy itself is known by its own header to leave by; whatever else carries its token is
    judged as any mail is, and only a report that it could not be delivered belongs here.
    """
    own, tokens = came
    copy_id = control.copy_of(signer, own, now) if own else None
    if copy_id is not None:
        await control.arrive(tx, copy_id, now)
        return True
    known = (control.copy_of(signer, token, now) for token in tokens)
    copy_id = next((one for one in known if one is not None), None)
    if copy_id is None or kind is not ReturnedKind.BOUNCE:
        return False
    if not verdict.delayed:
        await control.come_back(tx, copy_id, verdict.said or verdict.reason)
    return True
