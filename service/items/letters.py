"""Mail to a source's secret address becomes news: from the bytes of a mail to the inbox.

It is read in a confined child like everything strangers send. Whose mail it is nobody checks: the
secret address is what its owner gave away, and what gets a new one when it is abused.
"""

from datetime import datetime

from service.items import actions
from service.items.intake import Arrival
from service.kit.confine import Confined
from service.kit.db import Database
from service.sources import actions as sources
from service.sources import inbound
from service.sources.model import Gain, Settled


async def receive(db: Database, readers: Confined, token: str, mail: bytes, now: datetime) -> bool:
    """Keep a mail as an item of the source that the secret names; False where it names none."""
    async with db.read() as tx:
        source = await inbound.by_token(tx, token)
    if source is None:
        return False
    answer = await inbound.read(readers, source, mail, now)
    async with db.tx() as tx:
        gain = Gain()
        if answer.reading.entries:
            plan = await actions.plan(tx, source.id, answer.reading.entries)
            new = [Arrival(one, one.entry) for one in plan.new]
            gain = await actions.take_in(tx, source.id, new, [], now)
        await sources.settle(tx, [Settled(source, answer, gain, now)], now)
    return True
