"""Lets come back what the planted past is owed: some mailboxes answer the last edition they got.

It comes through the listener as any mail does, so nothing of what follows is planted. A mailbox
about which something has come back already is left alone: at a second start nothing is told twice.
"""

from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime, formataddr

from msgspec import Struct

from service.demo import answers, postman
from service.demo.answers import DOMAIN, Received
from service.kit import sql
from service.kit.db import Database
from service.kit.tokens import Signer
from service.outbox import links

LATELY = timedelta(days=30)
_AFTER = timedelta(minutes=3)


class Taken(Struct, frozen=True):
    """The last mail that a mailbox took."""

    message_id: int
    address: str
    at: datetime
    subject: str
    sender_name: str
    sender_address: str


_q = sql.beside(__file__, "returns.sql")
_unanswered = _q.many("unanswered", Taken)


async def come(db: Database, signer: Signer, url: str, now: datetime) -> int:
    """Hand over what the mailboxes answer; returns how many mails were taken."""
    known = {address: by for address, by in answers.load().items() if by.past}
    async with db.read() as tx:
        taken = await _unanswered(tx, list(known), now - LATELY)
    came = 0
    for one in taken:
        received = _received(one, signer)
        posted = answers.answer(known[one.address], received, one.at + _AFTER)
        came += await postman.carry(url, posted)
    return came


def _received(one: Taken, signer: Signer) -> Received:
    """Return what a mailbox knows of our mail: the envelope and the head."""
    token = signer.sign("message", one.message_id)
    leave = links.unsubscribe_address(token, DOMAIN)
    head = (
        f"From: {formataddr((one.sender_name, one.sender_address))}",
        f"To: <{one.address}>",
        f"Subject: {Header(one.subject).encode()}",
        f"Date: {format_datetime(one.at)}",
        f"List-Unsubscribe: <mailto:{leave}?subject=unsubscribe>",
    )
    return Received(links.return_path(token, DOMAIN), one.address, "\r\n".join(head).encode())
