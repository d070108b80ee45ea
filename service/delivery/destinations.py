"""How the destinations of our mail stand, for people to look at, and to try one again at once.

It reads what the workers' gates found out (`pacer` writes it) and decides nothing about speed.
"""

import math
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.delivery import pace, receivers, store
from service.delivery.model import DestinationKind
from service.delivery.sight import Sight
from service.delivery.smtp import Relay
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.outbox import timing
from service.outbox.forecast import Slow
from service.outbox.model import DomainCount

PAGE = 50


class Wanted(Struct, frozen=True):
    """Which destinations a page is about; `after` is (calm, name, kind) of the last one seen."""

    dispatch_id: int | None = None
    slowed: bool = False
    q: str = ""
    after: tuple[bool, str, DestinationKind] | None = None


async def overview(tx: Tx, wanted: Wanted, now: datetime) -> list[Sight]:
    """Return destinations, those that slow us down first: a page, and one row more if there is."""
    calm, name, kind = wanted.after or (None, None, None)
    asked = (wanted.dispatch_id, now - pace.PEACE, wanted.slowed, wanted.q.strip())
    return await store.overview(tx, *asked, calm, name, kind and kind.value, PAGE + 1)


async def relays(tx: Tx, names: list[str]) -> list[Sight]:
    """Return what is known of the speed of our mail servers; one without trouble is left out."""
    return await store.relays(tx, names)


async def speed(tx: Tx, relay: Relay, now: datetime) -> float:
    """Return how many mails a second a mail server of ours takes, as far as we know; inf: no limit.

    One that rests is taken for as fast as it will be after.
    """
    most = receivers.limits(receivers.of_host(relay.host)).rate or math.inf
    return min([most, *(_awake(one, now) for one in await store.relays(tx, [relay.name]))])


async def slow(tx: Tx, owed: Sequence[DomainCount], now: datetime) -> tuple[Slow, ...]:
    """Return who of the receivers of these mails takes less than we could send."""
    counts = [one.domain for one in owed], [one.mails for one in owed]
    seen = await store.slow(tx, *counts, now - pace.PEACE)
    rates = [(one, _awake(one, now)) for one in seen]
    return tuple(
        Slow(one.waiting, rate, receivers.title(one.name)) for one, rate in rates if rate < math.inf
    )


def _awake(seen: Sight, now: datetime) -> float:
    """Return the rate of one that rests as it will be after."""
    return seen.rate(max(now, seen.paused_until or now))


async def count_slowed(tx: Tx, now: datetime) -> int:
    """Return how many destinations called us too fast lately."""
    return await store.count_slowed(tx, now - pace.PEACE) or 0


async def try_again(tx: Tx, kind: DestinationKind, name: str, now: datetime) -> None:
    """Forget that a destination called us too fast, and let what waits for it leave now.

    A mail server that does not answer is knocked at within seconds. Raises NotFound for a
    destination that nothing is known of.
    """
    found = await store.set_free(tx, kind.value, name)
    if kind is DestinationKind.RELAY:
        if not await store.knock(tx, name, now) and not found:
            raise NotFound(msg("There is no such destination."))
        return
    domains = [name] if kind is DestinationKind.DOMAIN else await store.domains_of(tx, name)
    if not await timing.hurry(tx, domains, now) and not found:
        raise NotFound(msg("There is no such destination."))
