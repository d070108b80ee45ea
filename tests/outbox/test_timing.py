"""A dispatch keeps to its hours, ends in time and sends no more a day than its plan says."""

from datetime import datetime, time, timedelta

import pytest

from service.kit.db import Database
from service.kit.errors import Conflict, Invalid
from service.outbox import actions as outbox
from service.outbox import control, ledger, notices, timing, warm_up
from service.outbox.model import DispatchState, Settled, Ticket
from service.outbox.times import SendHours
from tests.editions import make
from tests.outbox import cast
from tests.outbox.cast import NOW, later

OFFICE = SendHours((1, 2, 3, 4, 5), time(7), time(18))  # NOW is Tuesday, 07:00
LEASE = timedelta(minutes=2)


async def claim(db: Database, now: datetime) -> list[Ticket]:
    async with db.tx() as tx:
        found = await ledger.claim(tx, "w", now, now + LEASE)
    return found.tickets if found else []


async def may(db: Database, tickets: list[Ticket], now: datetime) -> int:
    async with db.tx() as tx:
        return len(await ledger.turn(tx, "w", [], tickets, now))


def accepted(ticket: Ticket, now: datetime) -> Settled:
    fence = (ticket.message_id, ticket.dispatch_id, ticket.chunk, ticket.attempt)
    return Settled(*fence, outbox.MessageState.ACCEPTED, now)


async def keep(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await timing.keep(tx, now)
        await timing.withdraw_late(tx, now)
        await outbox.close(tx, now)


async def with_hours(db: Database, hours: SendHours | None, people: int = 3) -> int:
    dispatch_id = await cast.opened(db, people)
    async with db.tx() as tx:
        known = await outbox.dispatch(tx, dispatch_id)
        await timing.set_hours(tx, known.newsletter_id, hours, NOW)
    return dispatch_id


async def test_outside_its_hours_a_dispatch_claims_nothing_and_starts_no_dot(db: Database) -> None:
    await with_hours(db, OFFICE)
    evening = later(hours=11)
    tickets = await claim(db, evening - timedelta(seconds=1))
    assert len(tickets) == 3
    assert await may(db, tickets[:1], evening - timedelta(milliseconds=1)) == 1
    assert await may(db, tickets[1:], evening) == 0
    async with db.tx() as tx:
        await ledger.give_back(tx, "w", tickets[1:], evening)
        await tx.execute("update chunk set worker = '', due_at = $1", NOW)
    assert await claim(db, evening) == []
    assert await claim(db, later(hours=24)) == [], "not before the next stretch is set"
    await keep(db, later(hours=24))
    assert len(await claim(db, later(hours=24))) == 2


async def test_a_clock_that_jumps_lets_nothing_out_at_a_wrong_hour(db: Database) -> None:
    await with_hours(db, OFFICE)
    for jump in (timedelta(days=4), timedelta(hours=-1), timedelta(hours=13)):
        assert await claim(db, NOW + jump) == [], jump
        await keep(db, NOW + jump)
        assert await claim(db, NOW + jump) == [], jump
    await keep(db, NOW)
    assert len(await claim(db, NOW)) == 3


async def test_hours_that_are_lifted_let_a_dispatch_go_on_at_once(db: Database) -> None:
    dispatch_id = await with_hours(db, SendHours((7,), time(7), time(8)))
    assert await claim(db, NOW) == []
    async with db.tx() as tx:
        known = await outbox.dispatch(tx, dispatch_id)
        assert not known.may_leave(NOW)
        await timing.set_hours(tx, known.newsletter_id, None, NOW)
        assert (await outbox.dispatch(tx, dispatch_id)).may_leave(NOW)
    assert len(await claim(db, NOW)) == 3


async def ending(db: Database, not_after: datetime, people: int = 3) -> int:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, people)
        dispatch_id = await outbox.schedule(tx, edition_id, NOW, None, NOW, not_after)
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    return dispatch_id


@pytest.mark.parametrize("stands", ["running", "paused"])
async def test_what_has_not_left_in_time_is_withdrawn_by_name_and_the_dispatch_ends(
    db: Database, stands: str
) -> None:
    end = later(hours=1)
    dispatch_id = await ending(db, end)
    tickets = await claim(db, NOW)
    assert await may(db, tickets[:1], end - timedelta(milliseconds=1)) == 1
    if stands == "paused":
        async with db.tx() as tx:
            await outbox.pause(tx, dispatch_id, NOW)
    assert await may(db, tickets[1:], end) == 0
    await keep(db, end)
    async with db.tx() as tx:
        late = await timing.too_late(tx, dispatch_id)
        assert [row.contact_id for row in late] == sorted(t.contact_id for t in tickets[1:])
        assert {row.reason for row in late} == {"too_late"}
        known = await outbox.dispatch(tx, dispatch_id)
        assert known.finished_at is None, "one mail is between its dot and the answer"
        await ledger.turn(tx, "w", [accepted(tickets[0], end)], [], end)
        await tx.execute("update chunk set worker = '', due_at = null")
    await keep(db, end)
    async with db.read() as tx:
        known = await outbox.dispatch(tx, dispatch_id)
        assert known.state is DispatchState.FINISHED
        assert (await outbox.progress(tx, dispatch_id, end)).adds_up
    assert await cast.states(db, dispatch_id) == {"accepted": 1, "withdrawn": 2}
    async with db.tx() as tx:
        with pytest.raises(Conflict):
            await outbox.send_again(tx, dispatch_id, None, end)


async def test_a_dispatch_whose_time_is_over_before_it_opens_asks_a_person(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 2)
        end = later(minutes=1)
        dispatch_id = await outbox.schedule(tx, edition_id, NOW, None, NOW, end)
    assert not await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, end)
    async with db.read() as tx:
        assert (await outbox.dispatch(tx, dispatch_id)).state is DispatchState.WAITING


async def test_an_end_before_the_beginning_or_before_the_hours_is_refused(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 2)
    for hours, end in ((None, NOW), (SendHours((5,), time(9), time(10)), later(days=1))):
        with pytest.raises(Invalid) as refused:
            async with db.tx() as tx:
                newsletter_id = await tx.fetchval("select id from newsletter")
                await timing.set_hours(tx, newsletter_id, hours, NOW)
                await outbox.schedule(tx, edition_id, NOW, None, NOW, end)
        assert [fault.where for fault in refused.value.faults] == ["end_clock"]


DOMAIN = "soko.example"
STEPS = [10, 20, 40]


async def send_all(db: Database, now: datetime) -> int:
    """Hand over everything that is let go at an instant; returns how many."""
    done = 0
    async with db.tx() as tx:
        await timing.keep(tx, now)
        await warm_up.release_all(tx, now)
    while tickets := await claim(db, now):
        done += await may(db, tickets, now)
        async with db.tx() as tx:
            await ledger.turn(tx, "w", [accepted(ticket, now) for ticket in tickets], [], now)
            await tx.execute(
                "update chunk set worker = '', lease_until = null, due_at = null where worker = 'w'"
            )
    return done


async def test_a_plan_lets_go_so_many_a_day_evenly_and_then_ends(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 100)
        editor = await make.editor(tx, "chefin@soko.example")
        await warm_up.start(tx, DOMAIN, STEPS, editor, NOW)
        assert await warm_up.days_needed(tx, f"news@{DOMAIN}", 100, NOW) == 4
        dispatch_id = await outbox.schedule(tx, edition_id, NOW, None, NOW)
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    assert await claim(db, NOW) == [], "nothing leaves before the plan lets it go"
    by_day = []
    for day in range(4):
        times = (*range(12), 11.99, 12)
        by_hour = [await send_all(db, later(days=day, hours=hour)) for hour in times]
        by_day.append(sum(by_hour))
        if day < 3:
            assert max(by_hour) <= STEPS[day] / 6 + 1, "evenly over twelve hours"
    assert by_day == [10, 20, 40, 30]
    assert await cast.states(db, dispatch_id) == {"accepted": 100}
    async with db.read() as tx:
        assert [(d.step, d.sent) for d in await warm_up.days(tx, DOMAIN)] == [
            (0, 10),
            (1, 20),
            (2, 40),
        ]
        assert (await warm_up.plans(tx))[0].ended_at == later(days=3)
        assert await warm_up.outlook(tx, await outbox.dispatch(tx, dispatch_id), NOW) is None


async def post_copies(db: Database, now: datetime) -> int:
    """Hand over the control copies that are due; returns how many."""
    done = 0
    async with db.tx() as tx:
        while held := await notices.claim(tx, "n", now, now + LEASE):
            assert await notices.hand_over(tx, "n", held, now, now + LEASE)
            await notices.settle(tx, "n", held, outbox.MessageState.ACCEPTED, now)
            done += 1
    return done


async def test_copies_to_control_addresses_count_as_mails_of_the_day(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 30)
        editor = await make.editor(tx, "chefin@soko.example")
        await warm_up.start(tx, DOMAIN, STEPS, editor, NOW)
        newsletter_id = await tx.fetchval("select id from newsletter")
        addresses = [f"kontrolle@{n}.example" for n in "abc"]
        await control.set_addresses(tx, newsletter_id, addresses)
        await outbox.schedule(tx, edition_id, NOW, None, NOW)
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    assert await send_all(db, later(hours=1)) == 0, "the copies go first"
    assert await post_copies(db, later(hours=1)) == 3
    assert await send_all(db, later(hours=11, minutes=59)) == 7
    async with db.tx() as tx:
        await control.remember(tx)
        await tx.execute("delete from notice")
    assert await send_all(db, later(hours=11, minutes=59)) == 0
    async with db.tx() as tx:
        await warm_up.release_all(tx, later(hours=11, minutes=59))
        assert [(d.step, d.sent) for d in await warm_up.days(tx, DOMAIN)] == [(0, 10)]
    assert await send_all(db, later(days=1, hours=11, minutes=59)) == 20


async def test_a_day_without_workers_or_a_clock_that_jumps_never_doubles_a_days_mails(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=100)
    async with db.tx() as tx:
        editor = await make.editor(tx, "chefin@soko.example")
        await warm_up.start(tx, DOMAIN, STEPS, editor, NOW)
        outlook = await warm_up.outlook(tx, await outbox.dispatch(tx, dispatch_id), NOW)
    assert outlook is not None
    assert outlook.goes_on is None
    async with db.tx() as tx:  # everything of the first day is let go, and no worker takes it
        await warm_up.release_all(tx, later(hours=11, minutes=59))
    for jump in (later(days=1, hours=11), later(hours=11), later(days=1, hours=11, minutes=30)):
        await send_all(db, jump)
    async with db.read() as tx:
        rows = await tx.fetch(
            "select count(*) from message where handed_at is not null"
            " group by handed_at::date order by handed_at::date"
        )
        outlook = await warm_up.outlook(
            tx, await outbox.dispatch(tx, dispatch_id), later(days=1, hours=11, minutes=45)
        )
    assert [row[0] for row in rows] == [10]
    assert outlook is not None
    assert (outlook.today.sent, outlook.today.most) == (10, 10)
    assert outlook.goes_on == later(days=2)


async def test_a_plan_that_is_stopped_lets_everything_go(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=30)
    async with db.tx() as tx:
        editor = await make.editor(tx, "chefin@soko.example")
        await warm_up.start(tx, DOMAIN, [1, 2], editor, NOW)
        with pytest.raises(Conflict):
            await warm_up.start(tx, DOMAIN, [1], editor, NOW)
        await warm_up.change(tx, DOMAIN, "1, 2", [2, 4], NOW)
    assert await send_all(db, later(hours=11)) == 2
    async with db.tx() as tx:
        await warm_up.stop(tx, DOMAIN, NOW)
    assert await send_all(db, later(hours=11)) == 28
    assert await cast.states(db, dispatch_id) == {"accepted": 30}


async def test_control_copies_keep_to_the_hours_as_members_mails_do(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 2)
        newsletter_id = await tx.fetchval("select id from newsletter")
        await timing.set_hours(tx, newsletter_id, OFFICE, NOW)
        await control.set_addresses(tx, newsletter_id, ["kontrolle@anderswo.example"])
        evening = later(hours=12)
        await outbox.schedule(tx, edition_id, evening, None, NOW)
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, evening)
    async with db.tx() as tx:
        almost = later(hours=24) - timedelta(seconds=1)
        assert await notices.claim(tx, "w", almost, almost + LEASE) is None
        assert await notices.claim(tx, "w", later(hours=24), later(hours=25)) is not None
