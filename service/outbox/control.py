"""Copies of a dispatch to addresses of our own: where one comes back, mail arrives.

A copy is the mail that most recipients get, with a token that belongs to nobody; it is kept beside
the audience, so that no count and no report knows it. What comes back is recognised in events.
"""

from datetime import datetime, timedelta

from service.audience.model import GREETINGS
from service.kit.db import Tx
from service.kit.errors import Forbidden, NotFound
from service.kit.text import msg
from service.kit.tokens import Signer
from service.outbox import assemble, links, mime, notices, store
from service.outbox.model import Letterhead, Mail, MessageState, Notice, NoticeKind, Ticket
from service.outbox.times import ControlCopy, Missing

PURPOSE = "control"
_LATE = timedelta(hours=1)
_REMINDED = timedelta(days=7)


async def addresses(tx: Tx, newsletter_id: int) -> list[str]:
    """Return where copies of a newsletter's dispatches go."""
    return await store.control_addresses(tx, newsletter_id)


async def set_addresses(tx: Tx, newsletter_id: int, wanted: list[str]) -> None:
    """Say where copies of a newsletter's dispatches go; raises Invalid for what is no address."""
    by_name = {mime.checked_address(one).lower(): one for one in wanted}
    await store.drop_control_addresses(tx, newsletter_id)
    rows = [(newsletter_id, address) for address in by_name.values()]
    await store.add_control_address.for_each(tx, rows)


async def order(
    tx: Tx, dispatch_id: int, newsletter_id: int, head: Letterhead, every: int, at: datetime
) -> int:
    """Owe each control address a copy of a dispatch that is being opened; returns how many.

    They leave from `at` on, as the members' mails do. `every` is the variant that shows all blocks;
    where nobody gets that, the commonest is taken.
    """
    wanted = await store.control_addresses(tx, newsletter_id)
    if not wanted:
        return 0
    variant = await store.control_variant(tx, dispatch_id, every)
    # The mail itself is made when it leaves.
    words, names = (head.list_title, "", ""), (head.sender_name, head.sender_address)
    for address in wanted:
        notice_id = await notices.notice(
            tx,
            NoticeKind.CONTROL,
            address,
            *words,
            now=at,
            sender_name=names[0],
            sender_address=names[1],
        )
        await store.add_copy(tx, dispatch_id, address, variant, notice_id)
    return len(wanted)


async def write(tx: Tx, signer: Signer, held: Notice, bounce_domain: str) -> tuple[Mail, str]:
    """Return the copy that a notice stands for, unsigned, and its token."""
    copy = await store.copy_of_notice(tx, held.id)
    rendition = await store.rendition(tx, copy.dispatch_id, copy.variant) if copy else None
    letterhead = await store.letterhead(tx, copy.dispatch_id) if copy else None
    if copy is None or rendition is None or letterhead is None:
        raise NotFound(msg("There is no such dispatch."))
    token = signer.sign(PURPOSE, copy.id)
    address = held.address
    if bounce_domain and address.rpartition("@")[2].lower() == bounce_domain.lower():
        address = links.control_address(token, bounce_domain)
    form = assemble.compile_form(rendition, letterhead.held, bounce_domain)
    language = letterhead.held.language
    ticket = Ticket(
        message_id=-copy.id,  # no message has such an id, so that no other mail looks like it
        dispatch_id=copy.dispatch_id,
        chunk=0,
        contact_id=0,
        address=address,
        salutation=GREETINGS.get(language, GREETINGS["en"]),
        language=language,
        variant=copy.variant,
        dated_at=held.created_at,
        attempt=held.attempt,
        tries=held.tries,
    )
    return assemble.write(form, ticket, token), token


def copy_of(signer: Signer, token: str, now: datetime) -> int | None:
    """Return the copy that a token belongs to; None where it belongs to none."""
    try:
        return signer.verify(PURPOSE, token, now)
    except (NotFound, Forbidden):
        return None


async def arrive(tx: Tx, copy_id: int, now: datetime) -> bool:
    """Note that a copy has arrived; a second time changes nothing."""
    return bool(await store.arrive(tx, copy_id, now))


async def come_back(tx: Tx, copy_id: int, why: str) -> None:
    """Note that a copy could not be delivered."""
    await store.came_back(tx, copy_id, why or "undeliverable")


async def remember(tx: Tx) -> int:
    """Keep when copies left, before their notices are deleted; returns how many."""
    return await store.remember_copies(tx)


async def copies(tx: Tx, dispatch_id: int) -> list[ControlCopy]:
    """Return what became of the copies of a dispatch."""
    return await store.copies(tx, dispatch_id)


def is_missing(copy: ControlCopy, now: datetime) -> bool:
    """Tell whether a copy should have arrived by now and somebody has to be told."""
    failed = copy.came_back or copy.state is MessageState.REFUSED
    late = copy.handed_at is not None and copy.handed_at < now - _LATE
    return copy.arrived_at is None and copy.seen_at is None and bool(failed or late)


async def missing(tx: Tx, now: datetime) -> list[Missing]:
    """Return the dispatches of the last week of whose copies some should have arrived by now."""
    return await store.missing(tx, now - _LATE, now - _REMINDED)


async def see_missing(tx: Tx, dispatch_id: int, now: datetime) -> None:
    """Note that somebody has seen which copies of a dispatch did not arrive."""
    await store.see_missing(tx, dispatch_id, now)
