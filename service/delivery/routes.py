"""Which group takes a domain's mail, as the DNS says. Workers leave their questions in a table."""

import asyncio
from datetime import datetime, timedelta

from service.delivery import receivers, store
from service.delivery.model import Route
from service.kit.db import Database, Tx
from service.kit.errors import Unavailable
from service.kit.resolve import Resolver

_AT_ONCE = 200  # look-ups in one tick
_AGAIN = timedelta(hours=1)  # after a name server that did not answer
_KEPT = timedelta(days=90)


async def look_up(db: Database, resolver: Resolver, now: datetime) -> int:
    """Ask the DNS who takes the mail of domains that workers met; returns how many are known now.

    Without an answer a domain stays where it is, and is asked about again later.
    """
    async with db.read() as tx:
        due = await store.due_routes(tx, now, _AT_ONCE)
    answers = await asyncio.gather(*(_group(resolver, route) for route in due))
    answered = sorted(zip(due, answers, strict=True), key=lambda pair: pair[0].domain)
    rows = [
        (route.domain, route.destination, None, now + _AGAIN)
        if group is None
        else (route.domain, group, now, None)
        for route, group in answered
    ]
    async with db.tx() as tx:
        await store.set_route.for_each(tx, rows)
    return sum(group is not None for group in answers)


async def forget(tx: Tx, now: datetime) -> None:
    """Delete domains that nobody has written to for long."""
    await store.forget_destinations(tx, now - _KEPT)
    await store.forget_routes(tx, now - _KEPT)


async def _group(resolver: Resolver, route: Route) -> str | None:
    try:
        return receivers.group(await resolver.exchangers(route.domain))
    except Unavailable:  # not logged: which domains people have is nobody's business
        return None
