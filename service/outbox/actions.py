"""What people do with dispatches: schedule, look on, pause, resume, cancel, send again.

The moves of single messages while workers hand them over are in `ledger`, single mails in
`notices`. Nothing here speaks to a mail server.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from service.audience.catalogue import Catalogue
from service.editions import actions as editions
from service.editions import snapshot
from service.editions.states import Move as EditionMove
from service.kit import log
from service.kit.db import Database, Tx
from service.kit.errors import Conflict, Invalid, NotFound, Problem, Unavailable
from service.kit.render import Renderer
from service.kit.text import Text, msg
from service.kit.tokens import Signer
from service.outbox import assemble, control, opening, states, store, tally, timing
from service.outbox import recipients as people
from service.outbox.model import (
    DOT_WITHIN,
    Audience,
    Dispatch,
    DispatchHold,
    DispatchLine,
    DispatchState,
    LeftOutLine,
    Link,
    Message,
    MessageState,
    Progress,
    ReasonCount,
)
from service.outbox.states import Move, Step

_LATELY = timedelta(seconds=60)
_LOOK_AGAIN = 0.02  # seconds
_log = log.logger("outbox")


# --- Schedule -----------------------------------------------------------------------------------


async def schedule(
    tx: Tx,
    edition_id: int,
    at: datetime,
    editor_id: int | None,
    now: datetime,
    not_after: datetime | None = None,
) -> int:
    """Owe an approved edition to its audience from `at` on; returns the dispatch's id.

    Whatever has not been handed over at `not_after` is withdrawn then.
    """
    content = await editions.content(tx, edition_id)
    print_now = snapshot.fingerprint(content)
    if await editions.approved_hash(tx, edition_id) != print_now:
        raise Conflict(msg("This edition has changed since it was approved. Hand it in again."))
    if at > now + timedelta(days=366):
        raise Invalid.of("at", msg("Choose a date within the next twelve months."))
    await editions.move(tx, edition_id, EditionMove.SCHEDULE, now)
    newsletter_id = content.newsletter.id
    await timing.check_end(tx, newsletter_id, max(at, now), not_after)
    values = (edition_id, newsletter_id, print_now, max(at, now), editor_id, now, not_after)
    created = await store.add_dispatch(tx, *values)
    if created is None:
        raise Conflict(msg("The dispatch could not be created."))
    return created


async def audience(tx: Tx, edition_id: int, segments: Catalogue, now: datetime) -> Audience:
    """Return whom a dispatch of this edition would be frozen to now. Call it in a transaction."""
    content = await editions.content(tx, edition_id)
    await opening.select(tx, content, segments, now)
    counts = await store.candidates(tx)
    return Audience(
        recipients=sum(c.count for c in counts if not c.reason),
        left_out=[c for c in counts if c.reason],
        domains=await store.candidate_domains(tx),
    )


# --- Open: freeze the audience ------------------------------------------------------------------


async def open_due(
    db: Database, renderer: Renderer, segments: Catalogue, public_url: str, now: datetime
) -> list[int]:
    """Open every dispatch whose minute has come; what cannot be opened waits and says why.

    Returns the ids of those that run now. Each is opened in one transaction: audience, messages,
    people left out, renditions and links stand together or not at all.
    """
    async with db.tx() as tx:
        await store.begin_opening(tx, now)
        due = await store.opening(tx)
    opened = []
    for dispatch_id in due:
        try:
            async with db.tx() as tx:
                if await opening.open_one(tx, dispatch_id, renderer, segments, public_url, now):
                    opened.append(dispatch_id)
        except Unavailable:
            raise
        except Problem as problem:
            await _ask_person(db, dispatch_id, problem.text, now)
        except Exception:  # noqa: BLE001 - one dispatch never stops the others
            _log.exception("dispatch %s could not be opened", dispatch_id)
            why = msg("The mail could not be made. The log of the service says why.")
            await _ask_person(db, dispatch_id, why, now)
    return opened


async def _ask_person(db: Database, dispatch_id: int, why: Text, now: datetime) -> None:
    async with db.tx() as tx:
        if await store.opening_locked(tx, dispatch_id) is not None:
            await hold(tx, dispatch_id, DispatchHold.PERSON, why, now)


# --- Steer --------------------------------------------------------------------------------------


async def pause(tx: Tx, dispatch_id: int, now: datetime) -> None:
    """Start no further hand-over; what is in flight ends."""
    await _move(tx, dispatch_id, Move.PAUSE, now)


async def resume(tx: Tx, dispatch_id: int, now: datetime) -> None:
    """Go on; a dispatch that could not be opened is tried again."""
    opened = (await dispatch(tx, dispatch_id)).opened_at is not None
    await _move(tx, dispatch_id, Move.RESUME if opened else Move.RETRY, now)


async def cancel(tx: Tx, dispatch_id: int, now: datetime) -> int:
    """Stop for good; returns how many will not get it. Where everybody has it: Conflict."""
    await store.finish(tx, now)  # or nobody has noted yet that everybody has it
    before = await _move(tx, dispatch_id, Move.CANCEL, now)
    scheduled = before.opened_at is None
    step = EditionMove.UNSCHEDULE if scheduled else EditionMove.CANCEL
    if scheduled or await _still_sending(tx, before.edition_id):
        await editions.move(tx, before.edition_id, step, now)
    async with tally.called_off(tx, dispatch_id):
        return await store.call_back(tx, dispatch_id, now, "cancelled")


async def _still_sending(tx: Tx, edition_id: int) -> bool:
    return (await editions.edition(tx, edition_id)).state == "sending"


async def send_again(
    tx: Tx, dispatch_id: int, ids: list[int] | None, now: datetime, *, refused: bool = False
) -> int:
    """Owe unknown (or refused) messages again, None: all; returns how many. A person decides."""
    before = await _move(tx, dispatch_id, Move.SEND_AGAIN, now)
    state = MessageState.REFUSED if refused else MessageState.UNKNOWN
    if before.not_after is not None and before.not_after <= now:
        raise Conflict(msg("The time until which this dispatch was to go out has passed."))
    again = await store.send_again(tx, dispatch_id, ids, state.value)
    if not again:
        raise Conflict(
            msg("Somebody has already dealt with this; there is nothing any more to send again.")
        )
    await store.make_due(tx, again, now)
    return len(again)


async def withdraw(tx: Tx, contact_id: int, newsletter_id: int | None, now: datetime) -> int:
    """Stop what one contact is still owed (of one newsletter); returns how many messages."""
    return await store.withdraw(tx, contact_id, newsletter_id, now)


@asynccontextmanager
async def honoured(db: Database, contact_id: int, now: datetime) -> AsyncIterator[Tx]:
    """Give a transaction for what may stop a contact's mail; after it no final dot to it starts.

    Every door goes through it that says "no more mail": leaving, pausing, suspending, erasing. What
    the contact may not get any more is withdrawn in the same transaction: a worker that asks for a
    dot just then finds its row changed, however old what it read about the contact.
    """
    async with db.tx() as tx:
        yield tx
        await store.withdraw_stopped(tx, contact_id, now)
    await until_no_dot_starts(db, contact_id=contact_id)


async def until_no_dot_starts(
    db: Database, *, contact_id: int | None = None, dispatch_id: int | None = None
) -> None:
    """Wait, after a stop was committed, until no final dot to a contact (of a dispatch) can start.

    A worker may have had its permission a moment before. It sends the dot within `DOT_WITHIN` or
    not at all; mostly the message is settled within milliseconds. Of a dispatch every stretch that
    a worker holds counts: nothing tells its rows that it does not run any more.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + DOT_WITHIN
    while clock() < end:
        async with db.read() as tx:
            if not await store.at_the_dot(tx, contact_id, dispatch_id):
                return
        await asyncio.sleep(_LOOK_AGAIN)


async def prove(
    tx: Tx, message_id: int, state: MessageState, now: datetime, status: str = "", reply: str = ""
) -> bool:
    """Settle an unknown message by evidence: a bounce, or an act of whoever got it."""
    step = Step.REFUSE if state is MessageState.REFUSED else Step.ACCEPT
    if states.MESSAGE.get((MessageState.UNKNOWN, step)) is not state:
        raise ValueError(f"nothing proves that a message is {state}")
    return bool(await store.prove(tx, message_id, state.value, now, status, reply))


async def hold(tx: Tx, dispatch_id: int, hold: DispatchHold, why: Text, now: datetime) -> None:
    """Let one dispatch wait, and say why."""
    await _move(tx, dispatch_id, Move.HOLD, now, hold=hold, trouble=why)


async def hold_running(
    tx: Tx, hold: DispatchHold, why: Text, dispatch_id: int | None = None
) -> int:
    """Let every running dispatch (or one, if it runs) wait, and say why; returns how many."""
    return await store.hold_all(tx, hold.value, why, dispatch_id)


async def ask_person(tx: Tx, why: Text) -> int:
    """Leave to a person what waited for the mail server; returns how many dispatches."""
    return await store.ask_person(tx, why)


async def free_held(tx: Tx) -> int:
    """Let every dispatch run again that waited for the mail server; returns how many."""
    return await store.free_all(tx)


async def close(tx: Tx, now: datetime) -> int:
    """Call a dispatch finished once nothing is owed, an edition sent once everybody was tried."""
    await store.call_back_late(tx, now)
    finished = await store.finish(tx, now)
    # Looked at last: what is finished has no edition on its way, whatever was settled meanwhile.
    for edition_id in await store.editions_all_tried(tx):
        await editions.move(tx, edition_id, EditionMove.FINISH, now)
    return finished


async def forget(tx: Tx) -> int:
    """Blank address and salutation of contacts who were erased; their rows stay, as numbers."""
    return await store.forget(tx)


async def _move(
    tx: Tx,
    dispatch_id: int,
    move: Move,
    now: datetime,
    *,
    hold: DispatchHold | None = None,
    trouble: Text | None = None,
) -> Dispatch:
    """Make a move and return the dispatch as it was before."""
    known = await store.dispatch_locked(tx, dispatch_id)
    if known is None:
        raise NotFound(msg("There is no such dispatch."))
    state = states.after(known.state, move)
    if state is DispatchState.WAITING and move is not Move.HOLD:
        hold, trouble = known.hold, known.trouble
    ended = now if state in {DispatchState.FINISHED, DispatchState.CANCELLED} else None
    resumed = now if move is Move.RESUME else None
    held = hold and hold.value
    await store.move(tx, dispatch_id, state.value, held, trouble, ended, resumed)
    return known


# --- Read ---------------------------------------------------------------------------------------


async def dispatch(tx: Tx, dispatch_id: int) -> Dispatch:
    found = await store.dispatch(tx, dispatch_id)
    if found is None:
        raise NotFound(msg("There is no such dispatch."))
    return found


async def dispatch_of_edition(tx: Tx, edition_id: int) -> Dispatch | None:
    """Return the edition's dispatch, the last cancelled one if there is no other."""
    return await store.dispatch_of_edition(tx, edition_id)


async def listing(
    tx: Tx,
    *,
    state: DispatchState | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[DispatchLine]:
    """Return dispatches, the latest first; `before` is (scheduled_at, id) of the last one seen."""
    at, last = before or (None, None)
    return await store.listing(tx, state and state.value, at, last, limit)


async def under_way(tx: Tx, limit: int = 20) -> list[DispatchLine]:
    """Return the dispatches that have not ended, in the order in which they are due."""
    return await store.under_way(tx, limit)


async def count(tx: Tx, state: DispatchState | None = None) -> int:
    return await store.count(tx, state and state.value) or 0


async def progress(tx: Tx, dispatch_id: int, now: datetime) -> Progress:
    """Return how a dispatch stands, its rate over the last minute and when it should end."""
    known = await dispatch(tx, dispatch_id)
    standing = await store.standing(tx, dispatch_id, now - _LATELY)
    if standing is None:
        raise NotFound(msg("There is no such dispatch."))
    rate = standing.rate(min(now - (known.opened_at or now), _LATELY))
    end = None
    if known.state is DispatchState.RUNNING and known.may_leave(now) and not known.warm_up:
        if rate > 0:
            end = now + timedelta(seconds=standing.waiting / rate)
        elif not standing.waiting:
            end = standing.next_at
    return Progress(known, standing, rate, end)


async def recipients(
    tx: Tx,
    dispatch_id: int,
    *,
    state: MessageState | None = None,
    q: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[Message]:
    """Return recipients by address; `after` is (address, id) of the last one seen."""
    return await people.listing(tx, dispatch_id, state, q.strip(), after, limit)


async def count_recipients(
    tx: Tx, dispatch_id: int, *, state: MessageState | None = None, q: str = ""
) -> int:
    return await people.count(tx, dispatch_id, state, q.strip())


async def left_out(
    tx: Tx,
    dispatch_id: int,
    *,
    reason: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[LeftOutLine]:
    """Return people left out, by contact id; `after` is the last one seen."""
    return await store.left_out(tx, dispatch_id, reason, after, limit)


async def left_out_reasons(tx: Tx, dispatch_id: int) -> list[ReasonCount]:
    return await store.left_out_reasons(tx, dispatch_id)


async def message(tx: Tx, message_id: int) -> Message:
    found = await store.message(tx, message_id)
    if found is None:
        raise NotFound(msg("There is no such message."))
    return found


async def message_by_token(tx: Tx, signer: Signer, token: str, now: datetime) -> Message:
    """Return the message that a link in it belongs to; raises NotFound for a forged one."""
    if control.copy_of(signer, token, now) is not None:
        raise NotFound(msg("This mail is a control copy; there is nobody behind it."))
    return await message(tx, signer.verify("message", token, now))


async def history(tx: Tx, contact_id: int, limit: int = 20) -> list[Message]:
    """Return what one contact was owed, the latest first."""
    return await store.history(tx, contact_id, limit)


async def web_version(tx: Tx, shown: Message, signer: Signer) -> str:
    """Return the HTML of a message as its recipient got it."""
    rendition = await store.rendition(tx, shown.dispatch_id, shown.variant)
    if rendition is None:
        raise NotFound(msg("This mail is not kept any more."))
    token = signer.sign("message", shown.id)
    return assemble.web_page(rendition, shown.salutation, shown.address, token)


async def links(tx: Tx, dispatch_id: int) -> list[Link]:
    return await store.links(tx, dispatch_id)


async def link(tx: Tx, dispatch_id: int, number: int) -> str | None:
    """Return the address behind a counted link; None for a number that was never sent."""
    return await store.link(tx, dispatch_id, number)
