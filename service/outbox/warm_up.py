"""Warm-up plans: a sender's new domain sends a few mails on its first day and more on each next.

A dispatch under a plan is cut into small portions that no worker can claim; this lets them go, so
many a day, evenly over the open hours. So no worker needs to count, and none can send too many:
what has been let go and has not left yet counts as well, and so do copies to control addresses:
they are the same mail to real servers. It hands nothing over.
"""

from datetime import datetime, time, timedelta

from msgspec import Struct

from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import STALE, Conflict, NotFound
from service.kit.text import msg
from service.outbox import hours, store, warming
from service.outbox.forecast import Means
from service.outbox.model import Dispatch
from service.outbox.times import SendHours, Stretch, Used, Warming, WarmUp, WarmUpDay

_LARGEST = 200  # messages of one portion


class Today(Struct, frozen=True):
    """How a plan stands today: its step (from 0), the day's number, what left of it."""

    step: int
    most: int
    sent: int


class Outlook(Struct, frozen=True):
    """What a dispatch page says: today's numbers, and when the next mails leave; None: now."""

    today: Today
    goes_on: datetime | None


def domain_of(address: str) -> str:
    """Return the domain of a sender's address, as plans are kept by it."""
    return address.rpartition("@")[2].lower()


async def plans(tx: Tx) -> list[WarmUp]:
    return await store.warm_ups(tx)


async def days(tx: Tx, domain: str) -> list[WarmUpDay]:
    """Return the days of a plan on which a dispatch was under way, the first one first."""
    return await store.warm_up_days(tx, domain)


async def start(tx: Tx, domain: str, steps: list[int], editor_id: int, now: datetime) -> None:
    """Put a sender's domain under a plan, from its first step on; what is under way follows it."""
    known = await store.warm_up_locked(tx, domain)
    if known is not None and known.ended_at is None:
        raise Conflict(msg("This domain has a plan already."))
    await store.forget_days(tx, domain)
    await store.start_warm_up(tx, domain, steps, now, editor_id)
    for dispatch_id in await store.senders_under_way(tx, domain):
        await _put_under(tx, dispatch_id, domain, steps[0])
    await release(tx, domain, now)


async def change(tx: Tx, domain: str, seen: str, steps: list[int], now: datetime) -> None:
    """Change the numbers of a plan; it goes on at the step that it has reached.

    Raises Conflict where the plan is no longer what was `seen`.
    """
    if (await _standing(tx, domain)).seen != seen:
        raise Conflict(STALE)
    await store.change_warm_up(tx, domain, steps)
    for dispatch_id in await store.senders_under_way(tx, domain):
        await _put_under(tx, dispatch_id, domain, min(steps))
    await release(tx, domain, now)


async def stop(tx: Tx, domain: str, now: datetime) -> None:
    """End a plan: everything may leave as fast as it can."""
    await _standing(tx, domain)
    await store.end_warm_up(tx, domain, now)
    await store.let_all_go(tx, domain, now)


async def _standing(tx: Tx, domain: str) -> WarmUp:
    known = await store.warm_up_locked(tx, domain)
    if known is None or known.ended_at is not None:
        raise NotFound(msg("This domain has no plan."))
    return known


async def hold_back(tx: Tx, dispatch_id: int, sender_address: str, now: datetime) -> None:
    """Put a dispatch that is being opened under the plan of its sender's domain, if any."""
    domain = domain_of(sender_address)
    plan = await store.warm_up(tx, domain)
    if plan is None or plan.ended_at is not None:
        return
    today = await _today(tx, plan, now)
    if today is not None:
        await _put_under(tx, dispatch_id, domain, today.most)


async def _put_under(tx: Tx, dispatch_id: int, domain: str, most: int) -> None:
    await store.put_under(tx, dispatch_id, domain)
    await store.cut_anew(tx, dispatch_id, warming.portion(most, _LARGEST))


async def release_all(tx: Tx, now: datetime) -> int:
    """Let go what every plan allows by now; returns how many messages."""
    standing = [plan for plan in await store.warm_ups(tx) if plan.ended_at is None]
    return sum([await release(tx, plan.domain, now) for plan in standing])


async def release(tx: Tx, domain: str, now: datetime) -> int:
    """Let go what one plan allows by now; of several workers one does it at a time."""
    plan = await store.warm_up_locked(tx, domain)
    if plan is None or plan.ended_at is not None:
        return 0
    today = await _today(tx, plan, now)
    if today is None:
        await store.end_warm_up(tx, domain, now)
        return await store.let_all_go(tx, domain, now)
    running = await store.warming(tx, domain)
    used = await _used(tx, domain, now)
    if running or used.sent:
        day = localtime.local(now).date()
        await store.count_day(tx, domain, day, today.step, today.most, used.sent)
    gone = 0
    for one in running:
        open_now = hours.stretch(_hours(one), now)
        allowed = warming.allowed(today.most, open_now, one.opened_at, now)
        free = allowed - used.sent - used.on_the_way - gone
        if free > 0:
            gone += await store.let_go(tx, one.id, free, now) or 0
    return gone


async def _today(tx: Tx, plan: WarmUp, now: datetime) -> Today | None:
    """Return how a plan stands today; None where its last step is done."""
    day = localtime.local(now).date()
    earlier = [one for one in await store.warm_up_days(tx, plan.domain) if one.day < day]
    reached = warming.step(plan.steps, earlier)
    if reached is None:
        return None
    return Today(reached, plan.steps[reached], (await _used(tx, plan.domain, now)).sent)


async def _used(tx: Tx, domain: str, now: datetime) -> Used:
    today = localtime.local(now).date()
    ends = [localtime.at(day, time(0)) for day in (today, today + timedelta(days=1))]
    return await store.used(tx, domain, *ends) or Used(0, 0)


def _hours(one: Warming) -> SendHours:
    if one.days is None or one.opens is None or one.closes is None:
        return warming.HOURS
    return SendHours(one.days, one.opens, one.closes)


async def outlook(tx: Tx, dispatch: Dispatch, now: datetime) -> Outlook | None:
    """Return what a dispatch's plan lets leave today, and when it goes on; None without a plan."""
    plan = await store.warm_up(tx, dispatch.warm_up) if dispatch.warm_up else None
    today = await _today(tx, plan, now) if plan and plan.ended_at is None else None
    if today is None:
        return None
    own = await store.hours(tx, dispatch.newsletter_id) or warming.HOURS
    stretch = hours.stretch(own, now)
    return Outlook(today, _goes_on(own, stretch, today, now))


def _goes_on(own: SendHours, stretch: Stretch, today: Today, now: datetime) -> datetime | None:
    if now < stretch.opens_at:
        return stretch.opens_at
    if today.sent < today.most:
        return None
    tomorrow = localtime.local(now).date() + timedelta(days=1)
    return hours.stretch(own, localtime.at(tomorrow, time(0))).opens_at


async def means(tx: Tx, newsletter_id: int, sender_address: str, now: datetime) -> Means:
    """Return what holds mail of a newsletter up as things stand, but for the mail server's pace."""
    known = await store.hours(tx, newsletter_id)
    plan = await store.warm_up(tx, domain_of(sender_address))
    today = await _today(tx, plan, now) if plan and plan.ended_at is None else None
    if plan is None or today is None:
        return Means(known, today=now)
    return Means(known, steps=tuple(plan.steps[today.step :]), sent=today.sent, today=now)


async def days_needed(tx: Tx, sender_address: str, owed: int, now: datetime) -> int:
    """Return over how many days a dispatch to `owed` recipients would stretch; 0 without a plan.

    What others under the plan owe leaves before it.
    """
    domain = domain_of(sender_address)
    plan = await store.warm_up(tx, domain)
    today = await _today(tx, plan, now) if plan and plan.ended_at is None else None
    if plan is None or today is None:
        return 0
    owed += await store.ahead(tx, domain, None) or 0
    return warming.days_needed(plan.steps, today.step, today.sent, owed)
