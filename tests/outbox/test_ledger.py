"""The ledger moves rows exactly as the table of states says, and only for who holds them."""

import contextlib
from collections.abc import Awaitable, Callable

import pytest
from msgspec import structs

from service.audience import actions as people
from service.kit.db import Database, Tx
from service.kit.errors import Conflict
from service.outbox import actions as outbox
from service.outbox import ledger, states, store
from service.outbox.model import DispatchState, Lease, MessageState, Settled, Ticket
from service.outbox.states import Step
from tests.outbox import cast
from tests.outbox.cast import NOW, later

Act = Callable[[Tx, Ticket], Awaitable[object]]

RESULTS = {
    Step.ACCEPT: MessageState.ACCEPTED,
    Step.DEFER: MessageState.DEFERRED,
    Step.REFUSE: MessageState.REFUSED,
    Step.LOSE: MessageState.UNKNOWN,
}


def settled(ticket: Ticket, state: MessageState) -> Settled:
    fence = ticket.dispatch_id, ticket.chunk, ticket.attempt
    return Settled(ticket.message_id, *fence, state, NOW, code=250, reply="said", relay="mx")


async def claimed(db: Database, people_: int = 1) -> tuple[int, list[Ticket]]:
    dispatch_id = await cast.opened(db, people=people_)
    async with db.tx() as tx:
        claim = await ledger.claim(tx, "w", NOW, later(seconds=90))
    assert claim is not None
    return dispatch_id, claim.tickets


def lease_of(tickets: list[Ticket]) -> Lease:
    first, last = tickets[0], tickets[-1].message_id
    return Lease(first.dispatch_id, first.chunk, first.attempt, first.message_id, last)


async def settle_as(tx: Tx, ticket: Ticket, step: Step) -> None:
    await ledger.turn(tx, "w", [settled(ticket, RESULTS[step])], [], NOW)


async def act(tx: Tx, dispatch_id: int, ticket: Ticket, step: Step) -> None:
    """Try a step by the action that makes it."""
    if step in RESULTS:
        await settle_as(tx, ticket, step)
    elif step is Step.RELEASE:
        await ledger.give_back(tx, "w", [ticket], NOW)
    elif step is Step.HAND_OVER:
        await ledger.turn(tx, "w", [], [ticket], NOW)
    elif step is Step.SEND_AGAIN:
        for refused in (False, True):
            with contextlib.suppress(Conflict):  # nothing to send again
                await outbox.send_again(tx, dispatch_id, None, NOW, refused=refused)
    else:
        await outbox.withdraw(tx, ticket.contact_id, None, NOW)


@pytest.mark.parametrize("step", list(Step))
async def test_a_step_moves_a_message_as_the_table_says_and_else_not_at_all(
    db: Database, step: Step
) -> None:
    dispatch_id, (ticket,) = await claimed(db)
    for state in MessageState:
        async with db.tx() as tx:
            await tx.execute(
                "update message set state = $1::message_state, attempt = $2, next_at = $3,"
                " settled_at = null",
                state.value,
                ticket.attempt,
                NOW,
            )
            await act(tx, dispatch_id, ticket, step)
            found = (await outbox.message(tx, ticket.message_id)).state
        assert found == states.MESSAGE.get((state, step), state), f"{state} + {step}"


async def test_a_result_of_an_older_attempt_changes_nothing(db: Database) -> None:
    _, (ticket,) = await claimed(db)
    async with db.tx() as tx:
        await ledger.turn(tx, "w", [], [ticket], NOW)
        old = structs.replace(ticket, attempt=ticket.attempt - 1)
        await ledger.turn(tx, "w", [settled(old, MessageState.ACCEPTED)], [], NOW)
        assert (await outbox.message(tx, ticket.message_id)).state is MessageState.HANDING_OVER


async def test_who_lost_the_lease_can_neither_hand_over_nor_put_off_nor_refuse(
    db: Database,
) -> None:
    _, (ticket,) = await claimed(db)
    async with db.tx() as tx:
        await ledger.recover(tx, later(minutes=5))
        stale = [("w", ticket)]
        claim = await ledger.claim(tx, "v", later(minutes=5), later(minutes=10))
        assert claim is not None
        stale += [("w", claim.tickets[0]), ("v", ticket)]
        for worker, lost in stale:
            assert await ledger.turn(tx, worker, [], [lost], NOW) == frozenset()
            for state in (MessageState.DEFERRED, MessageState.REFUSED):
                await ledger.turn(tx, worker, [settled(lost, state)], [], NOW)
        assert await ledger.turn(tx, "v", [], claim.tickets, NOW)


async def test_a_permission_and_the_end_of_its_lease_never_cross(db: Database) -> None:
    dispatch_id, (ticket,) = await claimed(db)
    async with db.tx() as tx:
        assert await ledger.turn(tx, "w", [], [ticket], NOW)
        async with db.tx() as other:
            assert await ledger.recover(other, later(minutes=5)) == ledger.Recovered(0, 0)
    async with db.tx() as tx:
        assert await ledger.recover(tx, later(minutes=5)) == ledger.Recovered(0, 1)
    assert await cast.states(db, dispatch_id) == {"unknown": 1}


async def test_a_result_that_is_told_twice_counts_once(db: Database) -> None:
    _, (ticket,) = await claimed(db)
    async with db.tx() as tx:
        for _ in range(2):
            await ledger.turn(tx, "w", [settled(ticket, MessageState.DEFERRED)], [], NOW)
        assert (await outbox.message(tx, ticket.message_id)).tries == 1


async def lost(db: Database, people_: int = 2) -> tuple[int, list[Ticket]]:
    """Return messages at their final dot whose worker was given up; all others are settled."""
    dispatch_id, tickets = await claimed(db, people_)
    async with db.tx() as tx:
        await ledger.turn(tx, "w", [], tickets, NOW)
        assert await ledger.recover(tx, later(minutes=5)) == ledger.Recovered(0, people_)
        claim = await ledger.claim(tx, "v", later(minutes=5), later(minutes=7))
        assert claim is not None
        assert claim.tickets == []
        await ledger.finish(tx, "v", claim.lease, later(minutes=5))
        await outbox.close(tx, later(minutes=5))
        assert (await outbox.dispatch(tx, dispatch_id)).state is DispatchState.FINISHED
    return dispatch_id, tickets


async def test_what_a_worker_puts_off_or_gives_back_that_was_given_up_is_tried_again(
    db: Database,
) -> None:
    dispatch_id, (put_off, given_back) = await lost(db)
    fence = put_off.dispatch_id, put_off.chunk, put_off.attempt
    soon = later(minutes=11)
    said = Settled(put_off.message_id, *fence, MessageState.DEFERRED, later(minutes=6), soon, 451)
    async with db.tx() as tx:
        await ledger.turn(tx, "w", [said], [], later(minutes=6))
        await outbox.close(tx, later(minutes=6))
        assert (await outbox.dispatch(tx, dispatch_id)).state is DispatchState.RUNNING
        assert await ledger.claim(tx, "v", later(minutes=7), later(minutes=9)) is None
        await ledger.give_back(tx, "w", [given_back], later(minutes=8))
        claim = await ledger.claim(tx, "v", later(minutes=8), later(minutes=10))
        assert claim is not None
        assert [t.message_id for t in claim.tickets] == [given_back.message_id]
        await ledger.turn(tx, "v", [], claim.tickets, later(minutes=8))
        done = settled(claim.tickets[0], MessageState.ACCEPTED)
        await ledger.turn(tx, "v", [done], [], later(minutes=8))
        await ledger.finish(tx, "v", claim.lease, later(minutes=8))
        claim = await ledger.claim(tx, "v", soon, later(minutes=15))
        assert claim is not None
        assert [t.message_id for t in claim.tickets] == [put_off.message_id]


@pytest.mark.parametrize("given_up", [True, False])
async def test_what_was_at_its_dot_when_the_dispatch_was_cancelled_is_not_owed_any_more(
    db: Database, given_up: bool
) -> None:
    dispatch_id, tickets = await claimed(db, 3)
    async with db.tx() as tx:
        await ledger.turn(tx, "w", [], tickets, NOW)
        await outbox.cancel(tx, dispatch_id, NOW)
        if given_up:
            await ledger.recover(tx, later(minutes=5))
            await outbox.close(tx, later(minutes=5))
        put_off = structs.replace(
            settled(tickets[0], MessageState.DEFERRED), next_at=later(hours=1)
        )
        done = settled(tickets[1], MessageState.ACCEPTED)
        await ledger.turn(tx, "w", [put_off, done], [], later(minutes=6))
        await ledger.give_back(tx, "w", tickets[2:], later(minutes=6))
        await ledger.finish(tx, "w", lease_of(tickets), later(minutes=6))
        await outbox.close(tx, later(minutes=6))
        progress = await outbox.progress(tx, dispatch_id, later(minutes=6))
    assert await cast.states(db, dispatch_id) == {"accepted": 1, "withdrawn": 2}
    assert (progress.owed, progress.adds_up) == (0, True)


async def test_a_stretch_that_a_wrong_clock_took_from_a_worker_is_due_by_the_right_one(
    db: Database,
) -> None:
    await claimed(db)
    async with db.tx() as tx:
        assert await ledger.recover(tx, later(days=1)) == ledger.Recovered(1, 0)
        assert await ledger.claim(tx, "v", later(minutes=2), later(minutes=4))


async def test_no_dot_is_allowed_to_who_left_or_while_the_dispatch_does_not_run(
    db: Database,
) -> None:
    dispatch_id, tickets = await claimed(db, 3)
    async with db.tx() as tx:
        newsletter_id = (await outbox.dispatch(tx, dispatch_id)).newsletter_id
        await people.unsubscribe(tx, tickets[0].contact_id, newsletter_id, NOW, "test")
        await tx.execute(
            "update contact set paused_until = $2 where id = $1",
            tickets[1].contact_id,
            later(days=1),
        )
        allowed = await ledger.turn(tx, "w", [], tickets, NOW)
        assert allowed == {tickets[2].message_id}
        await ledger.give_back(tx, "w", tickets[:2], NOW)
    assert await cast.states(db, dispatch_id) == {"handing_over": 1, "withdrawn": 2}
    async with db.tx() as tx:
        await tx.execute("update message set state = 'queued'")
        await outbox.pause(tx, dispatch_id, NOW)
        assert await ledger.turn(tx, "w", [], [tickets[2]], NOW) == frozenset()


async def test_two_workers_never_lease_the_same_stretch(db: Database) -> None:
    await cast.opened(db, people=450)
    seen: list[int] = []
    async with db.tx() as one, db.tx() as two:
        for tx, worker in ((one, "a"), (two, "b"), (one, "a")):
            claim = await ledger.claim(tx, worker, NOW, later(seconds=90))
            assert claim is not None
            seen += [t.message_id for t in claim.tickets]
        assert await ledger.claim(two, "b", NOW, later(seconds=90)) is None
    assert len(seen) == len(set(seen)) == 450


async def test_an_extended_lease_is_not_recovered_and_an_expired_one_is(db: Database) -> None:
    dispatch_id, tickets = await claimed(db, 4)
    async with db.tx() as tx:
        await ledger.turn(tx, "w", [], tickets[:1], NOW)
        assert await ledger.renew(tx, "w", [lease_of(tickets)], later(minutes=10)) == 1
        assert await ledger.recover(tx, later(minutes=5)) == ledger.Recovered(0, 0)
        assert await ledger.recover(tx, later(minutes=11)) == ledger.Recovered(3, 1)
        late = settled(tickets[0], MessageState.ACCEPTED)
        await ledger.turn(tx, "w", [late], [], NOW)
    assert await cast.states(db, dispatch_id) == {"accepted": 1, "queued": 3}


async def test_a_lease_that_nobody_knows_of_runs_out_while_its_worker_lives(db: Database) -> None:
    await cast.opened(db, people=450)
    async with db.tx() as tx:
        known = await ledger.claim(tx, "w", NOW, later(seconds=90))
        assert known is not None
        assert await ledger.claim(tx, "w", NOW, later(seconds=90))  # the answer was lost
        assert await ledger.renew(tx, "w", [known.lease], later(minutes=10)) == 1
        assert await ledger.recover(tx, later(minutes=5)) == ledger.Recovered(200, 0)
        stale = structs.replace(known.lease, attempt=known.lease.attempt - 1)
        assert await ledger.renew(tx, "w", [stale], later(minutes=20)) == 0


async def test_a_retry_carries_the_date_of_the_first_claim(db: Database) -> None:
    _, (first,) = await claimed(db)
    async with db.tx() as tx:
        await ledger.give_back(tx, "w", [first], NOW)
        await tx.execute("update chunk set worker = '', lease_until = null")
        again = await ledger.claim(tx, "v", later(hours=5), later(hours=6))
    assert again is not None
    assert again.tickets[0].dated_at == first.dated_at == NOW
    assert again.tickets[0].attempt == first.attempt + 1


async def test_progress_tells_rate_and_expected_end(db: Database) -> None:
    dispatch_id, tickets = await claimed(db, 40)
    async with db.tx() as tx:
        await ledger.turn(tx, "w", [], tickets[:10], NOW)
        await ledger.turn(
            tx, "w", [settled(t, MessageState.ACCEPTED) for t in tickets[:10]], [], NOW
        )
        early = await outbox.progress(tx, dispatch_id, later(seconds=1))
        progress = await outbox.progress(tx, dispatch_id, later(seconds=10))
    assert (early.rate, early.expected_end) == (0, None), "a second says nothing"
    assert progress.rate == 1.0
    assert progress.expected_end == later(seconds=40)
    assert (progress.owed, progress.standing.claimed, progress.standing.queued) == (30, 30, 0)
    assert progress.adds_up
    async with db.tx() as tx:
        last = [settled(t, MessageState.ACCEPTED) for t in tickets[10:]]
        await ledger.turn(tx, "w", [], tickets[10:], NOW)
        await ledger.turn(tx, "w", last, [], NOW)
        assert (await outbox.progress(tx, dispatch_id, later(seconds=20))).rate == 0


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (DispatchState.FINISHED, states.Move.PAUSE),
        (DispatchState.CANCELLED, states.Move.RESUME),
        (DispatchState.SCHEDULED, states.Move.PAUSE),
        (DispatchState.FINISHED, states.Move.CANCEL),
    ],
)
def test_a_move_that_the_table_lacks_is_a_conflict(state: DispatchState, move: states.Move) -> None:
    assert not states.allows(state, move)
    with pytest.raises(outbox.Conflict):
        states.after(state, move)


def test_every_state_of_a_dispatch_has_a_name() -> None:
    assert set(states.NAMES) == set(DispatchState)


async def test_a_stretch_finds_its_messages_by_number_though_there_are_other_dispatches(
    db: Database,
) -> None:
    await cast.opened(db, people=450)
    async with db.read() as tx:
        trial = tx.transaction()
        await trial.start()
        await tx.execute("alter table message alter column dispatch_id set (n_distinct = 30)")
        await tx.execute("analyze message, chunk")
        await tx.execute("set local enable_seqscan = off")  # these rows are too few to matter
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        await tx.execute(f"prepare stretch as {store.tickets.text}")
        plan = "\n".join([row[0] for row in await tx.fetch("explain execute stretch(1, 1, now())")])
        await tx.execute("deallocate stretch")
        await trial.rollback()
    assert "message_by_address" not in plan, plan
