"""What other stages ask of the audience: pick people, change what they wish for, tell why.

Writes the audience's tables only. Mail to people (a confirmation, say) is owed by the outbox.
Keeping members and contacts is `members`, taking in a file is `imports`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from service.audience import compile as compiler
from service.audience import consent, coverage, explain, hints, importing, store
from service.audience.catalogue import Catalogue
from service.audience.consent import Move
from service.audience.coverage import Coverage
from service.audience.explain import Step
from service.audience.expression import Expression
from service.audience.model import (
    Ask,
    Asked,
    Consent,
    ConsentBasis,
    ConsentRecord,
    Contact,
    Count,
    Person,
    Sampled,
    SignUp,
    Subscribed,
    Subscription,
    SubscriptionState,
    Suspension,
    SuspensionReason,
    Term,
    TooOften,
)
from service.kit.db import Tx
from service.kit.errors import Forbidden, NotFound
from service.kit.text import Text, msg, sort_key

# Picking people


async def select(
    tx: Tx,
    newsletter_id: int,
    where: Sequence[Expression],
    block_wheres: Sequence[Expression],
    now: datetime,
) -> None:
    """Freeze who belongs to a dispatch into the temporary table `candidate`, in one statement.

    Columns: contact_id, address, salutation, language, reason (null, or a LeftOut), variant (bit i
    set where `block_wheres[i]` picks the contact). In it is everyone whom all of `where` pick and
    who ever had a subscription to the newsletter. The table ends with the transaction.
    """
    await store.select(tx, compiler.selecting(newsletter_id, where, block_wheres, now))


async def count(tx: Tx, where: Expression, now: datetime) -> Count:
    """Return how many contacts a segment picks, at how many members, subscribed or not."""
    return (await store.counts(tx, compiler.counting([where], now)))[0]


async def counts(tx: Tx, segments: Catalogue, now: datetime) -> dict[str, Count]:
    """Return for each segment what `count` returns, in one pass over the contacts."""
    if not segments:
        return {}
    wheres = [segment.where for segment in segments.values()]
    found = await store.counts(tx, compiler.counting(wheres, now))
    return dict(zip(segments, found, strict=True))


async def sample(tx: Tx, where: Expression, now: datetime, most: int = 20) -> Sequence[Sampled]:
    """Return the first of those a segment picks, by member."""
    return await store.sample(tx, compiler.sampling(where, now, most))


async def cover(tx: Tx, newsletter_id: int, where: Sequence[Expression], now: datetime) -> Coverage:
    """Return how many people at how many members get a newsletter, and which members it misses."""
    return (await cover_each(tx, [newsletter_id], where, now))[newsletter_id]


async def cover_each(
    tx: Tx, newsletter_ids: Sequence[int], where: Sequence[Expression], now: datetime
) -> dict[int, Coverage]:
    """Return the coverage of the same members by each newsletter."""
    rows = await store.covered(tx, compiler.covering(newsletter_ids, where, now))
    return {i: coverage.of([r for r in rows if r.newsletter_id == i]) for i in newsletter_ids}


async def doubts(tx: Tx, where: Expression) -> list[Text]:
    """Return what a segment asks for that nobody has, such as a district that does not exist."""
    return hints.doubts(where, await store.vocabulary(tx))


# Contacts and what they wish for


async def contact(tx: Tx, contact_id: int) -> Contact:
    """Return a contact; raises NotFound also for one that was erased."""
    found = await store.contact(tx, contact_id)
    if found is None or found.erased_at is not None:
        raise NotFound(NO_CONTACT)
    return found


NO_CONTACT = msg("This contact does not exist any more.")


async def person(tx: Tx, contact_id: int, now: datetime) -> Person:
    """Return what segments see of one contact."""
    found = await store.person(tx, contact_id, compiler.day_of(now))
    if found is None:
        raise NotFound(NO_CONTACT)
    return found


async def subscriptions(tx: Tx, contact_id: int) -> list[Subscription]:
    return await store.subscriptions(tx, contact_id)


async def consents(tx: Tx, contact_id: int) -> list[Consent]:
    return await store.consents(tx, contact_id)


async def why(
    tx: Tx, contact_id: int, wheres: Mapping[int, Expression], now: datetime
) -> dict[int, list[Step]]:
    """Return for each newsletter (with its rule), step by step, why a contact gets it or not."""
    about = await contact(tx, contact_id)
    known = {s.newsletter_id: s for s in await store.subscriptions(tx, contact_id)}
    standing = [s for s in await store.suspensions(tx, contact_id) if s.lifted_at is None]
    seen = await person(tx, contact_id, now)
    return {
        newsletter_id: explain.steps(about, known.get(newsletter_id), standing, (where, seen), now)
        for newsletter_id, where in wheres.items()
    }


async def enrol(
    tx: Tx,
    contact_ids: Sequence[int],
    newsletter_id: int,
    record: ConsentRecord,
    now: datetime,
) -> int:
    """Subscribe official contacts and put the basis on record; return how many are new.

    Whoever unsubscribed stays so.
    """
    started = await store.enrol_all(tx, list(contact_ids), newsletter_id, now)
    await _record(tx, started, newsletter_id, record, now)
    return len(started)


async def renew(
    tx: Tx,
    contact_id: int,
    newsletter_id: int,
    record: ConsentRecord,
    now: datetime,
) -> None:
    """Subscribe one contact, also one who had unsubscribed: a person says so, on record."""
    await _move(tx, contact_id, newsletter_id, Move.ENROL, now)
    await _record(tx, [contact_id], newsletter_id, record, now)


async def unsubscribe(tx: Tx, contact_id: int, newsletter_id: int, now: datetime, how: str) -> bool:
    """End a subscription, `how` is for the record; return False where there was none to end."""
    known = await store.subscription(tx, contact_id, newsletter_id)
    if known is None or known.state is SubscriptionState.ENDED:
        return False
    return await _move(tx, contact_id, newsletter_id, Move.END, now, how)


async def choose_topics(tx: Tx, contact_id: int, topic_ids: Sequence[int]) -> None:
    """Set which topics a contact picked."""
    await store.drop_topics(tx, contact_id, list(topic_ids))
    await store.give_topics(tx, contact_id, list(topic_ids))


async def topics(tx: Tx) -> list[Term]:
    return await store.topics(tx)


async def topics_of(tx: Tx, contact_id: int) -> list[Term]:
    return await store.topics_of(tx, contact_id)


async def speak(tx: Tx, contact_id: int, language: str, now: datetime) -> None:
    """Change the language a contact reads."""
    await store.change_language(tx, contact_id, consent.spoken(language), now)


async def pause(tx: Tx, contact_id: int, until: datetime | None, now: datetime) -> datetime | None:
    """Send nothing to a contact until then (None: go on at once); return until when it holds."""
    ends = consent.pause_end(until, now)
    await store.pause(tx, contact_id, ends, now)
    return ends


# Suspensions


async def suspend(
    tx: Tx, contact_id: int, reason: SuspensionReason, now: datetime, detail: str = ""
) -> bool:
    """Send nothing to a contact until somebody lifts it; False where it stands already."""
    return bool(await store.suspend(tx, contact_id, reason, detail, now))


async def lift(
    tx: Tx, suspension_id: int, contact_id: int, now: datetime, editor_id: int | None
) -> bool:
    return bool(await store.lift(tx, suspension_id, contact_id, now, editor_id))


async def suspensions(tx: Tx, contact_id: int) -> list[Suspension]:
    return await store.suspensions(tx, contact_id)


# The public form


async def ask(
    tx: Tx, newsletter_id: int, email: str, language: str, form: SignUp, now: datetime
) -> Asked | Subscribed | TooOften:
    """Note that somebody typed an address into the public form; it counts once confirmed."""
    if await _too_often(tx, email, form.network, now):
        return TooOften()
    contact_id = await store.contact_by_email(tx, email)
    if contact_id is None:
        contact_id = await store.add_contact(
            tx, None, email, "", "", consent.spoken(language), sort_key(email), now
        )
    if contact_id is None:
        raise NotFound(NO_CONTACT)
    known = await store.subscription(tx, contact_id, newsletter_id)
    if known is not None and known.state is SubscriptionState.ACTIVE:
        return Subscribed(contact_id)
    await _move(tx, contact_id, newsletter_id, Move.ASK, now)
    request_id = await store.add_request(
        tx, contact_id, newsletter_id, form.wording, form.source, now
    )
    return Asked(request_id or 0, contact_id)


async def asked(tx: Tx, request_id: int) -> Ask:
    """Return what a confirmation link stands for."""
    found = await store.request(tx, request_id)
    if found is None:
        raise NotFound(msg("This subscription was never confirmed and is forgotten by now."))
    return found


async def confirm(tx: Tx, request_id: int, now: datetime) -> Ask:
    """Start the subscription that was asked for; doing it twice changes nothing."""
    request = await asked(tx, request_id)
    if now - request.asked_at > consent.CONFIRMATION_LASTS:
        raise Forbidden(msg("This link has expired. Please ask for a new one."))
    if await store.confirm_request(tx, request_id, now):
        await _move(tx, request.contact_id, request.newsletter_id, Move.CONFIRM, now)
        record = ConsentRecord(ConsentBasis.DOUBLE_OPT_IN, request.wording, request.source)
        await _record(tx, [request.contact_id], request.newsletter_id, record, now)
    return request


async def forget(tx: Tx, now: datetime) -> int:
    """Forget who did not confirm within 30 days; return how many. Counters and files go, too."""
    await store.forget_asks(tx, now)
    await store.forget_imports(tx, now - importing.KEPT)
    return await store.forget_unconfirmed(tx, now - consent.FORGOTTEN_AFTER, now) or 0


async def _too_often(tx: Tx, email: str, network: str, now: datetime) -> bool:
    ends = now + consent.ASK_WINDOW
    by_address = await store.count_ask(tx, _bucket("address", email.lower()), now, ends) or 0
    by_network = await store.count_ask(tx, _bucket("network", network), now, ends) or 0
    return by_address > consent.MOST_ASKS_PER_ADDRESS or by_network > consent.MOST_ASKS_PER_NETWORK


def _bucket(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


async def _move(
    tx: Tx, contact_id: int, newsletter_id: int, move: Move, now: datetime, how: str = ""
) -> bool:
    # The contact's row is locked, so that two clicks at once cannot both read the old state.
    if await store.lock_contact(tx, contact_id) is None:
        raise NotFound(NO_CONTACT)
    known = await store.subscription(tx, contact_id, newsletter_id)
    state = consent.after(known.state if known else None, move)
    if known is not None and known.state is state:
        return False
    ended = now if state is SubscriptionState.ENDED else None
    await store.set_subscription(tx, contact_id, newsletter_id, state, now, ended, how)
    return True


async def _record(
    tx: Tx,
    contact_ids: Sequence[int],
    newsletter_id: int,
    record: ConsentRecord,
    now: datetime,
) -> None:
    words = (record.basis, record.wording, record.source, now, record.editor_id)
    await store.record_consents(tx, list(contact_ids), newsletter_id, *words)
