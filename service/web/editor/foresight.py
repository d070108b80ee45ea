"""When a dispatch will have left, told before it is confirmed and while it is on its way."""

from datetime import datetime, timedelta
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from service.delivery import destinations
from service.editions.model import Newsletter
from service.kit.db import Tx
from service.outbox import control, forecast, warm_up
from service.outbox.forecast import Means
from service.web.pages import Page


class Foresight(Struct, frozen=True):
    """About when the last of `owed` mails leaves, and how many leave before its end, if it has one.

    `last` None: later than anybody plans. `means` is why.
    """

    owed: int
    means: Means
    last: datetime | None
    before_end: int

    brief: ClassVar[timedelta] = timedelta(minutes=15)  # what is over so soon needs no words

    @property
    def short(self) -> bool:
        """Whether somebody would not get it in time."""
        return self.before_end < self.owed


async def foresee(
    page: Page, tx: Tx, newsletter: Newsletter, owed: int, begins: datetime, end: datetime | None
) -> Foresight:
    """Return when so many mails of a newsletter, from a moment on, will have left."""
    means = await warm_up.means(tx, newsletter.id, newsletter.sender_address, page.now)
    rate = await destinations.speed(tx, page.app.mailer.relays[0], page.now)
    means = replace(means, rate=rate)
    copies = len(await control.addresses(tx, newsletter.id)) if means.steps else 0
    last = forecast.last(means, begins, owed + copies)
    in_time = owed
    if end is not None and (last is None or last >= end):
        in_time = min(forecast.until(means, begins, end, owed + copies), owed)
    return Foresight(owed, means, last, in_time)
