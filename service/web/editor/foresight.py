"""When a dispatch will have left, told before it is confirmed and while it is on its way."""

import math
from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from service.delivery import destinations
from service.editions.model import Newsletter
from service.kit.db import Tx
from service.outbox import control, forecast, timing, warm_up
from service.outbox.forecast import Means, Slow
from service.outbox.model import Progress
from service.web.pages import Page


class Foresight(Struct, frozen=True):
    """About when the last of `owed` mails leaves, and how many leave before its end, if it has one.

    `last` None: later than anybody plans. `means` is why, and `slowest` who the last waits for.
    """

    owed: int
    means: Means
    last: datetime | None
    slowest: Slow | None
    before_end: int

    brief: ClassVar[timedelta] = timedelta(minutes=15)  # what is over so soon needs no words

    @property
    def short(self) -> bool:
        """Whether somebody would not get it in time."""
        return self.before_end < self.owed


class Ask(Struct, frozen=True):
    """What is to leave: so many mails of a newsletter, some to slow receivers, from when on.

    `end`: until when, if anybody said; `dispatch_id`: of what has been opened.
    """

    newsletter: Newsletter
    owed: int
    slow: tuple[Slow, ...]
    begins: datetime
    end: datetime | None = None
    dispatch_id: int | None = None


async def foresee(page: Page, tx: Tx, asked: Ask) -> Foresight:
    """Return when all of it will have left, as things stand."""
    sender = asked.newsletter.sender_address
    means = await warm_up.means(tx, asked.newsletter.id, sender, page.now)
    means = replace(
        means,
        rate=await destinations.speed(tx, page.app.mailer.relays[0], page.now),
        slow=asked.slow,
    )
    if means.steps or means.rate < math.inf:
        plan = warm_up.domain_of(sender) if means.steps else None
        means = replace(means, ahead=await timing.ahead(tx, plan, asked.dispatch_id))
    copies = len(await control.addresses(tx, asked.newsletter.id)) if means.steps else 0
    owed, begins, end = asked.owed + copies, asked.begins, asked.end
    last = forecast.last(means, begins, owed)
    in_time = asked.owed
    if end is not None and (last is None or last >= end):
        in_time = min(forecast.until(means, begins, end, owed), asked.owed)
    return Foresight(asked.owed, means, last, forecast.slowest(means, begins, owed), in_time)


async def slow(tx: Tx, dispatch_id: int, now: datetime) -> tuple[Slow, ...]:
    """Return the receivers that hold up what a dispatch still owes."""
    if not await destinations.count_slowed(tx, now):
        return ()
    return await destinations.slow(tx, await timing.owed_domains(tx, dispatch_id), now)


async def done_by(tx: Tx, progress: Progress, now: datetime) -> datetime | None:
    """Return about when a running dispatch is done: by its speed, or by its slowest receiver's."""
    if progress.expected_end is None:
        return None
    means = Means(slow=await slow(tx, progress.dispatch.id, now))
    return max(progress.expected_end, forecast.last(means, now, 0) or progress.expected_end)
