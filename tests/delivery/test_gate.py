"""Workers at receivers that say "too fast", and at mail servers that come and go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise

from service.delivery import actions as delivery
from service.delivery import receivers, routes, smtp
from service.delivery.desk import Desk
from service.delivery.gate import Gate, Time
from service.delivery.jobs import Jobs
from service.delivery.lane import Lane
from service.delivery.lines import Lines
from service.delivery.model import Accepted, Deferred, DestinationKind, Reply, Scope
from service.delivery.pace import Pace
from service.delivery.pacer import Pacer
from service.delivery.press import Plate
from service.delivery.smtp import Mailer
from service.kit.db import Database, Tx
from service.kit.resolve import Resolver
from service.outbox.ledger import Claim
from service.outbox.model import DispatchState, Lease, Ticket
from tests.delivery.relay import OK, Answer, Greeting, Relay, relay
from tests.delivery.test_deliver import dispatch_of, until_waiting
from tests.delivery.test_doctor import serving
from tests.delivery.work import LIMITS, Clock, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW

TOO_FAST = "rcpt 450 4.7.1 too many mails, slow down"
SLOW, QUICK = "langsam.example", "rasch.example"


async def spread(db: Database, dispatch_id: int, *domains: str) -> None:
    """Let the recipients of a dispatch be at these domains, in turn."""
    async with db.tx() as tx:
        for number, domain in enumerate(domains):
            await tx.execute(
                "update message set address = 'p' || id || '@' || $1"
                " where dispatch_id = $2 and id % $3 = $4",
                domain,
                dispatch_id,
                len(domains),
                number,
            )


async def limited(db: Database) -> dict[tuple[str, str], float]:
    async with db.read() as tx:
        rows = await tx.fetch("select kind::text, name, ceiling from destination")
    return {(row["kind"], row["name"]): row["ceiling"] for row in rows if row["ceiling"]}


async def put_off(db: Database) -> bool:
    """Tell whether a stretch is left alone for a while."""
    async with db.read() as tx:
        soonest = NOW + timedelta(seconds=10)
        return bool(
            await tx.fetchval("select exists (select from chunk where due_at > $1)", soonest)
        )


async def test_a_destination_that_is_too_slow_holds_up_nobody_and_costs_no_tries(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=1200)
    await spread(db, dispatch_id, SLOW, QUICK)

    def script(who: str, _time: int) -> Answer:
        return TOO_FAST if who.endswith(SLOW) and server.tries.total() > 5 else OK

    async with relay() as server:
        server.script = script
        async with workers(db, mailer(server.url), 2):
            await server.until(lambda: sum(w.endswith(QUICK) for w in server.recipients) == 600)
        async with workers(db, mailer(server.url)):
            while not await put_off(db):
                pass  # each look is a round trip to the database
    refused = sum(times for who, times in server.tries.items() if who not in server.recipients)
    assert 1 <= refused <= 12
    assert set(await limited(db)) == {("domain", SLOW)}
    async with db.read() as tx:
        tried = await tx.fetchval("select count(*) from message where state <> 'queued'")
    assert tried == len(server.accepted) + refused, "whoever waits has not been touched"


async def test_when_three_destinations_complain_at_once_it_is_our_own_mail_server(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=300)
    await spread(db, dispatch_id, *(f"gemeinde-{n}.example" for n in range(10)))

    def script(_who: str, _time: int) -> Answer:
        return OK if server.tries.total() <= 40 else TOO_FAST

    async with relay() as server:
        server.script = script
        async with workers(db, mailer(server.url), 2):
            while "relay" not in {kind for kind, _ in await limited(db)}:
                pass  # each look is a round trip to the database
            assert set(await limited(db)) == {("relay", server.url.removeprefix("smtp://"))}
    async with db.read() as tx:
        said = await tx.fetchval("select last_reply from destination where kind = 'relay'")
    assert said == "4.7.1 too many mails, slow down"


async def test_mail_takes_the_first_server_that_stands_and_goes_back_to_the_preferred_one(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=600)
    clock = Clock()
    first, second = Relay(greeting=Greeting.HANG_UP), Relay()
    await first.start()
    await second.start()
    target = Mailer(
        *smtp.relays(f"{first.url}, {second.url}"), helo="t.example", connections=3, limits=LIMITS
    )

    second.pause = 0.02  # so that something is left for the first
    async with workers(db, target, 1, clock):
        await second.until(lambda: len(second.accepted) >= 20)
        assert (await dispatch_of(db, dispatch_id)).state is DispatchState.RUNNING
        async with db.read() as tx:
            state, _ = await delivery.relay_states(tx, target)
        assert (state.relay, state.condition) == (target.relays[0].name, "down")
        first.greeting = "220 relay.example"
        clock.now += timedelta(seconds=10)
        assert await delivery.probe(db, target, clock.now)
        await first.until(lambda: len(first.accepted) > 0)
        second.pause = 0.0
        await first.until(lambda: len(first.accepted) + len(second.accepted) == 600)
    assert len(first.accepted) > 0
    assert not set(first.recipients) & set(second.recipients)
    await first.stop()
    await second.stop()


async def test_dispatches_wait_only_when_no_mail_server_stands(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=20)
    first, second = Relay(greeting=Greeting.HANG_UP), Relay(greeting=Greeting.HANG_UP)
    await first.start()
    await second.start()
    target = Mailer(*smtp.relays(f"{first.url} {second.url}"), helo="t.example", limits=LIMITS)
    clock = Clock()
    async with workers(db, target, 1, clock):
        await until_waiting(db, dispatch_id)
        second.greeting = "220 relay.example"
        while len(second.accepted) < 20:  # each knock is a round trip or two
            clock.now += timedelta(minutes=1)
            await delivery.probe(db, target, clock.now)
    async with db.read() as tx:
        states = {s.relay: s.condition for s in await delivery.relay_states(tx, target)}
    assert states == {target.relays[0].name: "down", target.relays[1].name: "up"}
    await first.stop()
    await second.stop()


async def test_who_takes_a_domains_mail_is_asked_of_the_dns_and_asked_again_without_an_answer(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=6)
    await spread(db, dispatch_id, "thun.example", "bern.example", "genf.example")
    async with relay() as server, workers(db, mailer(server.url)):
        await server.until(lambda: len(server.accepted) == 6)
    zone = {
        ("thun.example", "MX"): ["10 thun-ch.mail.protection.outlook.com."],
        ("bern.example", "MX"): ["20 mx2.kanton.example.", "10 mx1.kanton.example."],
    }
    async with serving(zone) as address:
        host, _, port = address.partition(":")
        assert (
            await routes.look_up(db, Resolver([host], int(port)), NOW + timedelta(minutes=1)) == 3
        )
    async with db.read() as tx:
        known = dict(await tx.fetch("select domain, destination from mail_route"))
    assert known == {
        "thun.example": "microsoft",
        "bern.example": "mx1.kanton.example",
        "genf.example": "",
    }


def test_a_receiver_known_to_take_few_at_once_gets_few_at_once() -> None:
    lane = Lane(DestinationKind.GROUP, "orange", receivers.limits("orange"))
    sent = []
    for _ in range(20):
        while lane.wait(NOW, 0, 1) == 0:
            lane.leave(NOW, 0, 1)
        sent.append(lane.on_way)
        lane.on_way -= 1
        lane.count(Accepted(Reply(250, "", "")), None, NOW)
    assert sent[:3] == [1, 2, 3], "and at first even fewer"
    assert max(sent) == 3
    assert lane.wait(NOW, 0, 1) == 0


def test_a_server_that_breaks_off_often_is_too_busy_one_that_does_so_rarely_is_not() -> None:
    off = Deferred(Reply(421, "4.3.2", "closing"), Scope.RELAY)

    def complains(often: int) -> bool:
        lane = Lane(DestinationKind.RELAY, "r:25", receivers.limits(""))
        for number in range(1000):
            at = NOW + number * timedelta(milliseconds=10)
            said = off if number % often == 0 else Accepted(Reply(250, "", ""))
            lane.count(said, None, at)
            if number % 100 == 0:
                lane.beat(at.timestamp())
        return lane.seen.urgent

    assert complains(often=2)
    assert not complains(often=200)


def test_a_server_that_breaks_off_before_and_after_a_clock_is_put_back_is_counted_on() -> None:
    off = Deferred(Reply(421, "4.3.2", "closing"), Scope.RELAY)
    lane = Lane(DestinationKind.RELAY, "r:25", receivers.limits(""))
    for at in (NOW, NOW - timedelta(days=1), NOW - timedelta(days=1)):
        assert not lane.seen.urgent
        lane.count(off, None, at)
    assert lane.seen.urgent


def test_slots_of_several_workers_never_fall_together() -> None:
    lanes = [Lane(DestinationKind.GROUP, "x", receivers.Receiver("", (), rate=4)) for _ in range(3)]
    left: list[datetime] = []
    for step in range(3000):
        at = NOW + step * timedelta(milliseconds=10)
        for place, lane in enumerate(lanes):
            if lane.wait(at, place, 3) == 0:
                lane.leave(at, place, 3)
                lane.on_way, left = 0, [*left, at]
    gaps = [(b - a).total_seconds() for a, b in pairwise(left)]
    assert len(left) in range(118, 123), "four a second, for half a minute"
    assert min(gaps) > 0.2


async def test_what_was_put_off_comes_back_in_its_order_however_often_it_is_looked_at(
    db: Database,
) -> None:
    clock = Clock()
    jobs = Jobs(Desk(db, "w", clock), clock)
    gate = Gate(Time(clock, lambda: None), jobs.put_off)
    gate.assign("x.example", "")
    resting = Pace(1.0, NOW, paused_until=NOW + timedelta(seconds=60), window=60)
    gate.learn({(DestinationKind.DOMAIN, "x.example"): resting}, 0, 1)

    def comes(number: int) -> datetime:
        """Claim a stretch; return when it is worth another look."""
        ids = range(1000 * number, 1000 * number + 200)
        tickets = [Ticket(n, 1, number, 1, n, "a@x.example", "", "de", 0, NOW) for n in ids]
        claim = Claim(Lease(1, number, 1, ids[0], ids[-1]), tickets)
        claimed = jobs.take_up(claim, {0: Plate(None, None)})  # type: ignore[arg-type]
        gate.admit(claimed)
        assert claimed[-1].stretch.due_at is not None
        return claimed[-1].stretch.due_at

    due = [comes(number) for number in range(5)]
    assert due == sorted(due)
    for number in range(5, 9):  # the first one, claimed anew
        clock.now = due[0]
        due[0] = comes(number)
        assert due[0] < clock.now + timedelta(seconds=20), "there is always something to send"
        assert due[0] < due[1]


async def test_no_more_is_claimed_while_what_waits_could_go(db: Database) -> None:
    clock = Clock()
    jobs = Jobs(Desk(db, "w", clock), clock)
    gate = Gate(Time(clock, lambda: None), jobs.put_off)
    gate.relay = gate.lane(DestinationKind.RELAY, "relay.example:25")
    tickets = [Ticket(n, 1, 0, 1, n, f"a@x{n}.example", "", "de", 0, NOW) for n in range(1, 201)]
    claim = Claim(Lease(1, 0, 1, 1, 200), tickets)
    gate.admit(jobs.take_up(claim, {0: Plate(None, None)}))  # type: ignore[arg-type]
    room, gone = asyncio.ensure_future(gate.room()), 0
    while True:  # a new relay gets one mail, then two, then four
        done, _ = await asyncio.wait({room}, timeout=0)
        if done:
            break
        for job in await gate.take(16) or ():
            gate.done(job, Accepted(Reply(250, "2.0.0", "taken")), gate.relay.name)
            gone += 1
    assert gone >= 150


async def test_a_stretch_claimed_ahead_keeps_to_its_group_however_long_it_waits(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=1000)
    domains = [f"gemeinde-{number}.example" for number in range(200)]
    await spread(db, dispatch_id, *domains)
    group = set(domains[::2])
    async with db.tx() as tx:
        await tx.execute(
            "insert into mail_route (domain, destination, looked_up_at)"
            " select domain, 'mx1.kanton.example', $1 from unnest($2::text[]) domain",
            NOW,
            sorted(group),
        )
    clock = Clock()

    async def told() -> int:
        async with db.read() as tx:
            name = "mx1.kanton.example"
            return await tx.fetchval("select accepted from destination where name = $1", name) or 0

    async with relay() as server, workers(db, mailer(server.url), 1, clock):
        # A new mail server gets few mails at once: the next stretch waits beside the first.
        await server.until(lambda: any(to.partition("@")[2] in group for to, _ in server.accepted))
        server.pause = 0.2
        clock.now += timedelta(seconds=21)  # what takes whose mail is asked anew
        while not await told():
            pass  # each look is a round trip to the database
        assert len(server.accepted) < 100
        server.pause = 0.0
        await server.until(lambda: len(server.accepted) == 1000)
    assert await told() == 500


async def test_ways_that_are_forgotten_while_others_are_looked_up_are_looked_up_as_well(
    db: Database,
) -> None:
    clock = Clock()
    gate = Gate(Time(clock, lambda: None), lambda _job, _due: None)

    class Interrupted(Database):
        """The same database; the first time that it is asked, all ways are forgotten."""

        asked = 0

        @asynccontextmanager
        async def tx(self) -> AsyncIterator[Tx]:
            async with super().tx() as tx:
                yield tx
            if not self.asked:
                gate.ask_again()
            self.asked += 1

    interrupted = Interrupted(db._pool)
    pacer = Pacer(interrupted, gate, Lines(db, mailer("smtp://127.0.0.1:1"), gate), "w")
    await pacer.exchange(read=True)
    gate.assign("known.example", "mx1.kanton.example")
    interrupted.asked = 0
    await pacer.routes(["known.example", "new.example"])
    assert gate.unknown(["known.example", "new.example"]) == []


async def test_of_more_destinations_than_are_kept_in_mind_each_mail_still_takes_its_own_way(
    db: Database,
) -> None:
    clock = Clock()
    jobs = Jobs(Desk(db, "w", clock), clock)
    gate = Gate(Time(clock, lambda: None), jobs.put_off)
    gate.relay = gate.lane(DestinationKind.RELAY, "relay.example:25")
    for stretch in range(20):
        ids = range(200 * stretch + 1, 200 * stretch + 201)
        tickets = [Ticket(n, 1, 0, 1, n, f"a@x{n}.example", "", "de", 0, NOW) for n in ids]
        claim = Claim(Lease(1, stretch, 1, ids[0], ids[-1]), tickets)
        claimed = jobs.take_up(claim, {0: Plate(None, None)})  # type: ignore[arg-type]
        for domain in gate.unknown([job.domain for job in claimed]):
            gate.assign(domain, domain.replace("x", "mx") if int(domain[1:-8]) % 2 else "")
        gate.admit(claimed)
        group, itself = DestinationKind.GROUP, DestinationKind.DOMAIN
        assert [job.lane.kind for job in claimed] == [group, itself] * 100
        gone = 0
        while gone < 200:
            for job in await gate.take(16) or ():
                gate.done(job, Accepted(Reply(250, "2.0.0", "taken")), gate.relay.name)
                gone += 1
        for lane in gate.lanes.values():
            if lane.troubled:
                lane.told()  # as the table is, now and then
    assert len(gate.lanes) < 2500
