"""What is counted by stretch is what the rows say, whatever happens and in whatever order."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from msgspec import structs

from deploy.torture import counts
from service.kit.db import Database, Tx
from service.kit.errors import Conflict, Unavailable
from service.outbox import actions as outbox
from service.outbox import ledger, tally
from service.outbox.model import MessageState, Settled, Ticket
from tests.outbox import cast
from tests.outbox.cast import NOW, later

PEOPLE = 450  # in three stretches
RESULTS = (
    MessageState.ACCEPTED,
    MessageState.DEFERRED,
    MessageState.REFUSED,
    MessageState.UNKNOWN,
)


REPLIES = ((250, "2.0.0"), (450, "4.2.2"), (550, "5.1.1"), (550, "5.7.1"), (554, "5.7.26"), (0, ""))
# What the breaker judges by, row by row.
SEEN = """
select count(*) as tried,
       count(*) filter (where m.state = 'refused' and m.code >= 500 and d.resumed_at is null),
       count(distinct m.status) filter (where m.state = 'refused' and m.status like '5.7.%'),
       count(*) filter (where m.state in ('deferred', 'refused') and m.status = '5.7.26'),
       count(*) filter (where m.state = 'unknown' and m.reply <> '')
from message m
join dispatch d on d.id = m.dispatch_id
where d.id = $1 and m.settled_at >= coalesce(d.resumed_at, d.opened_at)
  and m.state in ('accepted', 'deferred', 'refused', 'unknown')
"""


class World:
    """A dispatch, and everybody who does something to its messages, each by chance."""

    def __init__(self, dispatch_id: int, chance: random.Random) -> None:
        self.dispatch_id, self.chance = dispatch_id, chance
        self.claims: list[tuple[str, ledger.Claim]] = []
        self.minutes = self.seconds = 0

    @property
    def now(self) -> datetime:
        self.seconds += 1
        return later(seconds=self.seconds)

    @property
    def acts(self) -> list[Callable[[Tx], Awaitable[object]]]:
        workers = [self.claim, self.turn, self.turn, self.give_back, self.finish, self.recover]
        people = [self.withdraw, self.prove, self.send_again, self.go_on]
        return [*workers, self.close, *people]

    def some(self, claim: ledger.Claim) -> list[Ticket]:
        tickets = claim.tickets
        picked = self.chance.sample(tickets, min(len(tickets), self.chance.randint(1, 60)))
        return sorted(picked, key=lambda t: t.message_id)

    async def claim(self, tx: Tx) -> None:
        worker = f"w{self.chance.randrange(10**6)}"
        if claim := await ledger.claim(tx, worker, later(days=1), later(minutes=self.minutes + 5)):
            self.claims.append((worker, claim))

    async def turn(self, tx: Tx) -> None:
        """Report what was allowed before, and some that never were; leases may be over."""
        if not self.claims:
            return
        worker, claim = self.chance.choice(self.claims)
        now = self.now
        told = [self._settled(ticket, now) for ticket in self.some(claim)]
        await ledger.turn(tx, worker, told, self.some(claim), now)

    def _settled(self, ticket: Ticket, now: datetime) -> Settled:
        state = self.chance.choice(RESULTS)
        fence = ticket.dispatch_id, ticket.chunk, ticket.attempt
        next_at = later(minutes=self.chance.randint(1, 60))
        code, status = self.chance.choice(REPLIES)
        told = Settled(ticket.message_id, *fence, state, now, next_at, code, status)
        return structs.replace(told, reply=self.chance.choice(["", "as it said"]))

    async def give_back(self, tx: Tx) -> None:
        if self.claims:
            worker, claim = self.chance.choice(self.claims)
            await ledger.give_back(tx, worker, self.some(claim), NOW)

    async def finish(self, tx: Tx) -> None:
        if self.claims:
            worker, claim = self.chance.choice(self.claims)
            await ledger.finish(tx, worker, claim.lease, NOW)

    async def recover(self, tx: Tx) -> None:
        self.minutes += 2
        await ledger.recover(tx, later(minutes=self.minutes))

    async def close(self, tx: Tx) -> None:
        await outbox.close(tx, NOW)

    async def withdraw(self, tx: Tx) -> None:
        number = self.chance.randrange(PEOPLE)
        await outbox.withdraw(tx, await cast.contact(tx, number), None, NOW)

    async def prove(self, tx: Tx) -> None:
        known = await outbox.recipients(tx, self.dispatch_id, state=MessageState.UNKNOWN, limit=5)
        for one in known:
            await outbox.prove(tx, one.id, self.chance.choice(RESULTS[::2]), NOW)

    async def send_again(self, tx: Tx) -> None:
        state = self.chance.choice([MessageState.REFUSED, MessageState.UNKNOWN])
        found = await outbox.recipients(tx, self.dispatch_id, state=state, limit=40)
        refused = state is MessageState.REFUSED
        ids = [one.id for one in found]
        if ids:
            await outbox.send_again(tx, self.dispatch_id, ids, NOW, refused=refused)

    async def go_on(self, tx: Tx) -> None:
        await outbox.pause(tx, self.dispatch_id, self.now)
        await outbox.resume(tx, self.dispatch_id, self.now)


async def check(tx: Tx, dispatch_id: int) -> None:
    assert await counts.wrong(tx) == []
    assert (await outbox.progress(tx, dispatch_id, NOW)).adds_up


@pytest.mark.parametrize("seed", range(4))
async def test_after_every_act_the_counts_are_those_of_the_rows(db: Database, seed: int) -> None:
    world = World(await cast.opened(db, people=PEOPLE), random.Random(seed))
    for _ in range(120):
        act = world.chance.choice(world.acts)
        async with db.tx() as tx:
            await act(tx)
            await check(tx, world.dispatch_id)
            seen = await ledger.first_results(tx, world.dispatch_id)
            assert structs.astuple(seen) == tuple(await tx.fetchrow(SEEN, world.dispatch_id))
    async with db.tx() as tx:
        await outbox.cancel(tx, world.dispatch_id, NOW)
        await check(tx, world.dispatch_id)
        waiting = await tx.fetchval("select count(*) from chunk where tally is null")
        assert waiting == await tx.fetchval("select count(*) from chunk where worker <> ''")


async def test_the_counts_are_right_at_every_instant_while_many_act_at_once(db: Database) -> None:
    world = World(await cast.opened(db, people=PEOPLE), random.Random(7))
    looks = 0

    async def act() -> None:
        for _ in range(60):
            try:
                async with db.tx() as tx:
                    for one in world.chance.choices(world.acts, k=2):
                        await one(tx)
            except (Conflict, Unavailable):
                continue  # two waited for each other, and one gave way

    async def look(acting: asyncio.Future[list[None]]) -> None:
        nonlocal looks
        while not acting.done():
            async with db.read() as tx:
                await check(tx, world.dispatch_id)
            looks += 1

    acting = asyncio.gather(*(act() for _ in range(5)))
    await look(acting)
    await acting
    async with db.tx() as tx:
        await ledger.recover(tx, later(days=2))
        await tally.count(tx)
        assert not await tx.fetchval("select count(*) from chunk where tally is null")
        await check(tx, world.dispatch_id)
    assert looks
