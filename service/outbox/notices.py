"""Mails to one person: confirmations, requests for approval, tests. Their own small ledger.

They leave at once, are retried for half an hour, and an unclear one is sent again: a confirmation
that comes twice does no harm, one that never comes does.
"""

from datetime import datetime, timedelta

from service.editions import actions as editions
from service.kit.db import Tx
from service.kit.errors import Conflict
from service.kit.text import msg, one_line
from service.outbox import assemble, mime, store
from service.outbox.model import Mail, MessageState, Notice, NoticeKind

GIVE_UP_AFTER = timedelta(minutes=30)
KEPT = timedelta(days=30)


async def notice(  # noqa: PLR0913 (the parts of a mail)
    tx: Tx,
    kind: NoticeKind,
    address: str,
    subject: str,
    text: str,
    html: str,
    *,
    now: datetime,
    contact_id: int | None = None,
    sender_name: str = "",
    sender_address: str = "",
    reply_to: str = "",
) -> int:
    """Owe one mail, from the association unless a sender is given; returns its id.

    `reply_to`: whom an answer reaches, where that is not the sender; a letter passed on has one.
    Raises Invalid for an address that mail cannot be sent to.
    """
    mime.international_address(address)
    if not sender_address:
        signs = await editions.association(tx)
        if not signs.email:
            raise Conflict(
                msg("The association has no mail address yet. Fill it in under Settings.")
            )
        sender_name, sender_address = sender_name or signs.name, signs.email
    sender = (one_line(sender_name), mime.checked_address(sender_address))
    words = (one_line(subject), text, html, mime.checked_address(reply_to) if reply_to else "")
    times = (now, now + GIVE_UP_AFTER)
    created = await store.add_notice(tx, kind.value, contact_id, address, *sender, *words, *times)
    if created is None:
        raise Conflict(msg("The mail could not be stored."))
    return created


async def claim(tx: Tx, worker: str, now: datetime, until: datetime) -> Notice | None:
    """Take the notice that is due longest; None when none is."""
    return await store.claim_notice(tx, worker, now, until)


def write(held: Notice) -> Mail:
    """Return a notice as a mail; raises Invalid for an address that mail cannot take."""
    mail = assemble.write_notice(held)
    if not held.reply_to:
        return mail
    answers = mime.mailbox("Reply-To", "", held.reply_to)
    return Mail(mail.sender, mail.recipient, (answers, *mail.pieces))


async def hand_over(tx: Tx, worker: str, held: Notice, now: datetime, until: datetime) -> bool:
    """Write down that the final dot starts now; False when the claim is no longer ours."""
    return await store.hand_over_notice(tx, worker, held.id, held.attempt, now, until) == 1


async def settle(  # noqa: PLR0913 (a reply's parts)
    tx: Tx,
    worker: str,
    held: Notice,
    state: MessageState,
    now: datetime,
    *,
    next_at: datetime | None = None,
    code: int = 0,
    status: str = "",
    reply: str = "",
) -> None:
    values = (state.value, now, next_at, code, status, reply)
    await store.settle_notice(tx, held.id, worker, held.attempt, *values)


async def recover(tx: Tx, now: datetime) -> int:
    """Send again what a worker that is gone had taken; returns how many."""
    return await store.recover_notices(tx, now)


async def forget(tx: Tx, now: datetime) -> int:
    """Delete notices that nobody needs any more; returns how many."""
    return await store.forget_notices(tx, now - KEPT)
