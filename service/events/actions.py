"""Use cases around later facts: leaving, clicks, returned mail, reports, a contact's history.

Effects upstream happen in the same transaction as the fact that caused them.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

import msgspec

from service.audience import actions as audience
from service.audience.model import Contact, SuspensionReason
from service.editions import actions as editions
from service.editions import compose
from service.events import consequence, control, opening, reach, store
from service.events.bounce.letter import Letter
from service.events.bounce.model import UNREADABLE, Verdict
from service.events.consequence import Weight
from service.events.model import (
    ClickCount,
    EventKind,
    Happening,
    How,
    IntakeDoor,
    IntakeState,
    Leaver,
    Leaving,
    Report,
    Reported,
    Returned,
    ReturnedEffect,
    ReturnedFilter,
    ReturnedKind,
    Target,
    Unsubscribed,
)
from service.events.opening import Opened
from service.items import searching
from service.kit.confine import Confined
from service.kit.db import Database, Tx
from service.kit.errors import Conflict, Forbidden, Invalid, NotFound
from service.kit.render import Renderer
from service.kit.text import Text, msg, one_line
from service.kit.tokens import Signer
from service.outbox import actions as outbox
from service.outbox import links, notices
from service.outbox.model import Message, MessageState, NoticeKind

PAGE = 25
HISTORY = 50
_NEEDS_EYES = frozenset(
    {
        ReturnedEffect.SUSPENDED,
        ReturnedEffect.ENDED,
        ReturnedEffect.FORWARDED,
        ReturnedEffect.UNMATCHED,
    }
)


class Tools(msgspec.Struct, frozen=True):
    """What taking in returned mail needs beside the database."""

    signer: Signer
    renderer: Renderer
    readers: Confined | None = None  # without them mail for a source is returned mail like any


class Came(msgspec.Struct, frozen=True):
    """A returned mail, and what it is."""

    letter: Letter
    kind: ReturnedKind
    verdict: Verdict


class Subject(msgspec.Struct, frozen=True):
    """Whom a returned mail is about, and by which message of ours."""

    message: Message
    contact: Contact
    newsletter_id: int


async def unsubscribe(tx: Tx, leaving: Leaving, now: datetime) -> Unsubscribed:
    """End a subscription and stop what is still queued for it; doing it twice changes nothing.

    A message whose hand-over has begun cannot be called back; every other one is withdrawn before
    this transaction commits, so no hand-over begins after the answer to the unsubscribe.
    """
    who, series = leaving.contact_id, leaving.newsletter_id
    ended = await audience.unsubscribe(tx, who, series, now, leaving.how)
    withdrawn = await outbox.withdraw(tx, who, series, now)
    if leaving.message_id is not None:
        # Whoever leaves by a mail has got it, whatever became of its hand-over.
        await outbox.prove(tx, leaving.message_id, MessageState.ACCEPTED, now)
    if ended:
        kind, detail = EventKind.UNSUBSCRIBED, {"how": leaving.how, "newsletter_id": series}
        await store.append(tx, now, kind, leaving.message_id, who, leaving.dispatch_id, detail)
    return Unsubscribed(ended, withdrawn)


async def used_a_link(tx: Tx, signer: Signer, token: str, now: datetime) -> None:
    """Settle a message of which nobody knew whether it arrived: somebody acts by a link in it."""
    try:
        message = await outbox.message_by_token(tx, signer, token, now)
    except NotFound:
        return  # the link of the page after a confirmation belongs to no message
    await outbox.prove(tx, message.id, MessageState.ACCEPTED, now)


# --- Returned mail ------------------------------------------------------------------------------


async def opened(tools: Tools, mail: bytes, envelope_to: str, size: int = 0) -> Opened:
    """Read a returned mail, in a child process where there is one; before any transaction.

    `size` is the whole mail's, where `mail` is only its beginning.
    """
    return await opening.opened(tools.readers, mail, envelope_to, size)


async def take_in(tx: Tx, tools: Tools, came: Opened, now: datetime) -> int | None:
    """Keep a mail that came back and do what follows from it, in the caller's transaction.

    Returns its id; None where the same mail was taken in before, or where it is one of our own
    control copies, which is noted with its dispatch and not kept. A forged token, or that of
    somebody who was erased, has no effect.
    """
    kept, address, read = came.mail, came.address, came.read
    verdict, leaves = read.verdict, any(links.asks_to_leave(one) for one in read.addressed)
    kind = consequence.kind(verdict, asked_to_leave=leaves)
    if await control.take(tx, tools.signer, (read.own, read.tokens), verdict, kind, now):
        return None
    named, erased = await _subject(tx, tools.signer, read.tokens, now)
    shown = msgspec.structs.replace(verdict, recipients=(), said="") if erased else verdict
    names = one_line(f"{named.message.address if named else ''} {read.letter.sender}")
    found_by = ("", "") if erased else (read.letter.subject, names)
    entry = (address, came.size, b"" if erased else kept, kind, *_columns(shown), *found_by)
    about = (
        (named.message.id, named.contact.id, named.message.dispatch_id) if named else (None,) * 3
    )
    digest = hashlib.sha256(address.lower().encode() + b"\0" + kept).digest()
    returned_id = await store.keep(tx, digest, now, *entry, *about)
    if returned_id is None:
        return None
    effect = ReturnedEffect.UNMATCHED
    if named is not None:
        effect = await _act(tx, tools, named, Came(read.letter, kind, verdict), now)
    elif kind in {ReturnedKind.AUTO_REPLY, ReturnedKind.OTHER} or erased:
        effect = ReturnedEffect.NONE
    eyes = effect in _NEEDS_EYES or verdict.reason == UNREADABLE
    await store.conclude(tx, returned_id, effect, now, eyes)
    return returned_id


async def whom(tx: Tx, signer: Signer, came: Opened, now: datetime) -> int | None:
    """Return the contact that a returned mail is about, None where it names nobody of ours."""
    named, _ = await _subject(tx, signer, came.read.tokens, now)
    return named.contact.id if named else None


def _columns(verdict: Verdict) -> tuple[str, ...]:
    recipient = next(iter(verdict.recipients), "")
    told = (verdict.reason, verdict.status, recipient, verdict.reporter, verdict.said)
    return (verdict.class_.value, *(one_line(value)[:500] for value in told))


async def _subject(
    tx: Tx, signer: Signer, tokens: list[str], now: datetime
) -> tuple[Subject | None, bool]:
    """Return whom the first genuine token names, and whether that person has been erased."""
    for token in tokens:
        try:
            message = await outbox.message_by_token(tx, signer, token, now)
        except (NotFound, Forbidden):
            continue
        try:
            contact = await audience.contact(tx, message.contact_id)
        except NotFound:
            return None, True
        dispatch = await outbox.dispatch(tx, message.dispatch_id)
        return Subject(message, contact, dispatch.newsletter_id), False
    return None, False


async def _act(tx: Tx, tools: Tools, about: Subject, came: Came, now: datetime) -> ReturnedEffect:
    """Do what a returned mail asks for; whatever it is, its message did leave us."""
    if came.kind is ReturnedKind.BOUNCE:
        return await _bounced(tx, about, came.verdict, now)
    await outbox.prove(tx, about.message.id, MessageState.ACCEPTED, now)
    if came.kind is ReturnedKind.COMPLAINT:
        return await _complained(tx, about, came.verdict, now)
    if came.kind is ReturnedKind.UNSUBSCRIBE:
        ids = (about.contact.id, about.newsletter_id)
        leaving = Leaving(*ids, How.MAIL, about.message.id, about.message.dispatch_id)
        done = await unsubscribe(tx, leaving, now)
        return ReturnedEffect.ENDED if done.ended else ReturnedEffect.NONE
    if came.kind is ReturnedKind.HUMAN:
        return await _forward(tx, tools, about, came.letter, now)
    return ReturnedEffect.NONE


async def _bounced(tx: Tx, about: Subject, verdict: Verdict, now: datetime) -> ReturnedEffect:
    message, contact = about.message, about.contact
    if verdict.delayed:
        await outbox.prove(tx, message.id, MessageState.ACCEPTED, now)
        return ReturnedEffect.NONE
    state, said = MessageState.REFUSED, verdict.said
    await outbox.prove(tx, message.id, state, now, verdict.status, said)
    weighs = consequence.weight(verdict, message.address)
    moved = (contact.email or "").lower() != message.address.lower()
    if moved or consequence.is_stale(message.handed_at, await store.lifted(tx, contact.id)):
        weighs = Weight.NONE
    named = {"class": verdict.class_, "reason": verdict.reason, "status": verdict.status}
    detail = {**named, "weight": weighs, "said": one_line(said)}
    ids = (message.id, contact.id, message.dispatch_id)
    await store.append(tx, now, EventKind.BOUNCED, *ids, detail)
    so_far = await store.troubles(tx, [contact.id], now)
    if why := consequence.reason(weighs, so_far):
        stopped = await audience.suspend(tx, contact.id, why, now, one_line(said))
        return ReturnedEffect.SUSPENDED if stopped else ReturnedEffect.NONE
    return ReturnedEffect.NONE if weighs is Weight.NONE else ReturnedEffect.COUNTED


async def _complained(tx: Tx, about: Subject, verdict: Verdict, now: datetime) -> ReturnedEffect:
    message, contact_id, series = about.message, about.contact.id, about.newsletter_id
    detail = {"said": verdict.said, "newsletter_id": series}
    ids = (message.id, contact_id, message.dispatch_id)
    await store.append(tx, now, EventKind.COMPLAINED, *ids, detail)
    ended = await audience.unsubscribe(tx, contact_id, series, now, How.COMPLAINT)
    await outbox.withdraw(tx, contact_id, series, now)
    return ReturnedEffect.ENDED if ended else ReturnedEffect.NONE


async def _forward(
    tx: Tx, tools: Tools, about: Subject, wrote: Letter, now: datetime
) -> ReturnedEffect:
    """Pass on what a person wrote to where answers belong; it stays in the list in any case."""
    newsletter = await editions.newsletter(tx, about.newsletter_id)
    frame = compose.frame(await editions.association(tx), newsletter.look)
    made = await tools.renderer.letter(
        "reply", newsletter.language, **frame, newsletter=newsletter, wrote=wrote
    )
    to = newsletter.reply_to or newsletter.sender_address
    words = (made.subject, made.text, made.html)
    try:
        await notices.notice(tx, NoticeKind.REPLY, to, *words, now=now, reply_to=wrote.address)
    except (Conflict, Invalid):
        # Nobody is set up to get it: it waits in the list, where somebody will see it.
        return ReturnedEffect.UNMATCHED
    return ReturnedEffect.FORWARDED


async def returned_listing(
    tx: Tx, wanted: ReturnedFilter, before: tuple[datetime, int] | None = None
) -> list[Returned]:
    """Return mail that came back, the latest first: a page, and one row more if there is.

    `before` is (at, id) of the last one seen.
    """
    at, last = before or (None, None)
    sought = searching.query(searching.read(wanted.q), {})
    if wanted.q.strip() and not sought:
        return []  # nothing in it is a word
    narrowed = (wanted.kind, wanted.effect, wanted.new, wanted.dispatch_id, sought)
    await store.plan_each_time(tx)
    return await store.returned_listing(tx, *narrowed, at, last, PAGE + 1)


async def returned(tx: Tx, returned_id: int) -> Returned:
    found = await store.returned(tx, returned_id)
    if found is None:
        raise NotFound(msg("This mail is not kept any more."))
    return found


async def original(tx: Tx, returned_id: int) -> bytes:
    """Return a returned mail as it came, as far as it is kept."""
    found = await store.original(tx, returned_id)
    if found is None:
        raise NotFound(msg("This mail is not kept any more."))
    return found.data


async def readable(readers: Confined, original: bytes) -> Letter:
    """Return a returned mail for people: who wrote, about what, and the words."""
    return (await opening.opened(readers, original)).read.letter


async def returned_of(tx: Tx, contact_id: int, limit: int = 5) -> list[Returned]:
    """Return what came back of one contact's mail, the latest first."""
    return await store.returned_of_contact(tx, contact_id, limit)


async def count_new(tx: Tx) -> int:
    """Return how many returned mails nobody has looked at who should."""
    return await store.count_new(tx) or 0


async def see(tx: Tx, last_id: int, now: datetime) -> int:
    """Note that somebody has seen what came in up to `last_id`; returns how many that were."""
    return await store.see(tx, last_id, now)


async def say(tx: Tx, door: IntakeDoor, trouble: Text | None, now: datetime) -> None:
    """Write down how a door stands through which returned mail comes in."""
    await store.say(tx, door, now, trouble)


async def doors(tx: Tx) -> list[IntakeState]:
    """Return how the doors stand through which returned mail comes in."""
    return await store.doors(tx)


async def forget(tx: Tx, now: datetime) -> int:
    """Delete returned mail that is old, or of somebody who was erased; returns how many.

    Of the erased, what servers said about them goes, too.
    """
    await store.blank_events(tx)
    return await store.forget_returned(tx, now)


# --- Clicks and reports -------------------------------------------------------------------------


async def target(tx: Tx, dispatch_id: int, number: int) -> Target:
    """Return where a link of a sent mail leads; raises NotFound for any other number."""
    found = await store.link(tx, dispatch_id, number)
    if found is None:
        raise NotFound(msg("This link does not belong to any of our mails."))
    return found


async def record_clicks(tx: Tx, counts: Iterable[ClickCount]) -> None:
    """Add counted visits of links to their hours; who it was is never known here."""
    columns = tuple(zip(*(msgspec.structs.astuple(count) for count in counts), strict=True))
    if columns:
        await store.count_clicks(tx, *(list(column) for column in columns))


async def report(tx: Tx, dispatch_id: int, candidates: int) -> Report:
    """Return the numbers of one dispatch as its rows stand now."""
    kinds = {row.name: row.count for row in await store.kinds(tx, dispatch_id)}
    return Report(
        candidates=candidates,
        states={row.name: row.count for row in await store.states(tx, dispatch_id)},
        left_out=tuple(await store.left_out(tx, dispatch_id)),
        unsubscribed=kinds.get(EventKind.UNSUBSCRIBED, 0),
        bounced=kinds.get(EventKind.BOUNCED, 0),
        complained=kinds.get(EventKind.COMPLAINED, 0),
        links=tuple(await store.links(tx, dispatch_id)),
        hours=tuple(await store.hours(tx, dispatch_id)),
        coverage=await reach.of(tx, dispatch_id, candidates),
    )


async def reports(
    tx: Tx, newsletter_id: int | None = None, after: tuple[datetime, int] | None = None
) -> list[Reported]:
    """Return the dispatches that have begun, newest first: a page, and one row more if there is."""
    at, last = after or (None, None)
    return await store.reports(tx, at, last, newsletter_id, PAGE + 1)


async def leavers(tx: Tx, dispatch_id: int, after: int = 0, limit: int = PAGE) -> list[Leaver]:
    """Return who unsubscribed by a mail of this dispatch, in order; `after` is the last seen."""
    return await store.leavers(tx, dispatch_id, after, limit)


async def timeline(tx: Tx, contact_id: int) -> list[Happening]:
    """Return what happened between us and one contact, newest first."""
    return await store.history(tx, contact_id, HISTORY)


async def count_finished(db: Database, now: datetime) -> int:
    """Keep the figures of dispatches that came to their end; return how many were counted.

    Whoever's mailbox refused yet another one is suspended then, as by reports that come later.
    """
    async with db.tx() as tx:
        waiting = await store.uncounted(tx, now)
        for dispatch_id in waiting:
            await store.count_figures(tx, dispatch_id, now)
            await _rest_the_worn_out(tx, await store.refused(tx, dispatch_id), now)
    await reach.keep(db, now)
    return len(waiting)


async def _rest_the_worn_out(tx: Tx, contact_ids: list[int], now: datetime) -> None:
    """Suspend those of these people whose mailbox has taken nothing for weeks."""
    troubles = await store.troubles(tx, contact_ids, now) if contact_ids else []
    for contact_id, of_one in groupby(troubles, key=lambda trouble: trouble.contact_id):
        so_far = list(of_one)
        if consequence.worn_out(so_far):
            said = one_line(next((t.reply for t in reversed(so_far) if t.reply), ""))
            await audience.suspend(tx, contact_id, SuspensionReason.MAILBOX_FULL, now, said)
