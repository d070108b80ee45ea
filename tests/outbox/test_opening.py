"""Opening a dispatch: whom it is frozen to, what it waits for, and that the numbers add up."""

import asyncio
from datetime import datetime

import pytest

from service.audience import actions as people
from service.audience.model import SuspensionReason
from service.editions import actions as editions
from service.editions.states import Move
from service.kit.db import Database
from service.kit.errors import Conflict
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold, DispatchState
from tests.outbox import cast
from tests.outbox.cast import NOW, later


async def test_everybody_is_owed_one_message_or_stands_on_record_with_a_reason(
    db: Database,
) -> None:
    async with db.tx() as tx:
        dispatch_id = await cast.scheduled(tx, people=6)
        newsletter_id = (await outbox.dispatch(tx, dispatch_id)).newsletter_id
        ids = [await cast.contact(tx, n) for n in range(6)]
        await people.unsubscribe(tx, ids[0], newsletter_id, NOW, "test")
        await people.suspend(tx, ids[1], SuspensionReason.BY_EDITOR, NOW)
        await tx.execute(
            "update contact set paused_until = $2 where id = $1", ids[2], later(days=9)
        )
        await tx.execute("update contact set email = null where id = $1", ids[3])
        asked = await outbox.audience(
            tx, (await outbox.dispatch(tx, dispatch_id)).edition_id, cast.SEGMENTS, NOW
        )
    await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    async with db.read() as tx:
        progress = await outbox.progress(tx, dispatch_id, NOW)
        reasons = {r.reason: r.count for r in await outbox.left_out_reasons(tx, dispatch_id)}
        owed = [m.contact_id for m in await outbox.recipients(tx, dispatch_id)]
        edition = await editions.edition(tx, progress.dispatch.edition_id)
    assert reasons == {"unsubscribed": 1, "suspended": 1, "paused": 1, "no_address": 1}
    assert owed == ids[4:]
    assert (asked.recipients, sum(r.count for r in asked.left_out)) == (2, 4)
    assert progress.dispatch.candidates == 6
    assert progress.adds_up
    assert progress.dispatch.state is DispatchState.RUNNING
    assert edition.state == "sending"


async def test_a_dispatch_opens_at_its_minute_and_not_before(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 2)
        dispatch_id = await outbox.schedule(tx, edition_id, later(hours=1), None, NOW)

    async def open_at(now: datetime) -> list[int]:
        return await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, now)

    assert await open_at(later(minutes=59)) == []
    assert await open_at(later(minutes=60)) == [dispatch_id]
    assert await open_at(later(minutes=61)) == []


async def test_two_workers_that_open_at_once_owe_each_message_once(db: Database) -> None:
    async with db.tx() as tx:
        dispatch_id = await cast.scheduled(tx, people=30)
    opened = await asyncio.gather(
        *(outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW) for _ in range(4))
    )
    assert sorted(opened) == [[], [], [], [dispatch_id]]
    assert await cast.states(db, dispatch_id) == {"queued": 30}


async def test_an_edition_that_is_not_approved_cannot_be_scheduled(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 1)
        await editions.move(tx, edition_id, Move.WITHDRAW, NOW)
        with pytest.raises(Conflict):
            await outbox.schedule(tx, edition_id, NOW, None, NOW)


async def test_content_that_differs_from_the_approved_one_is_never_sent(db: Database) -> None:
    async with db.tx() as tx:
        dispatch_id = await cast.scheduled(tx)
        await tx.execute("update edition set subject = 'Etwas anderes'")
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW) == []
    async with db.read() as tx:
        waiting = await outbox.dispatch(tx, dispatch_id)
    assert waiting.state is DispatchState.WAITING
    assert waiting.hold is DispatchHold.PERSON
    assert waiting.trouble is not None
    assert "changed since the approval" in str(waiting.trouble)
    assert await cast.states(db, dispatch_id) == {}


async def test_a_dispatch_without_recipients_waits_and_opens_when_there_are_some(
    db: Database,
) -> None:
    async with db.tx() as tx:
        dispatch_id = await cast.scheduled(tx, people=0)
    assert await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW) == []
    async with db.tx() as tx:
        waiting = await outbox.dispatch(tx, dispatch_id)
        assert "Nobody would get this" in str(waiting.trouble)
        await cast.subscribe(tx, waiting.newsletter_id, 2, "gemeinde.example")
        await outbox.resume(tx, dispatch_id, NOW)
    opened = await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    assert opened == [dispatch_id]


async def test_one_edition_has_one_dispatch_that_is_not_cancelled(db: Database) -> None:
    async with db.tx() as tx:
        dispatch_id = await cast.scheduled(tx)
        edition_id = (await outbox.dispatch(tx, dispatch_id)).edition_id
    with pytest.raises(Conflict):
        async with db.tx() as tx:
            await outbox.schedule(tx, edition_id, NOW, None, NOW)
    async with db.tx() as tx:
        assert await outbox.cancel(tx, dispatch_id, NOW) == 0
        assert (await editions.edition(tx, edition_id)).state == "approved"
        again = await outbox.schedule(tx, edition_id, NOW, None, NOW)
        shown = await outbox.dispatch_of_edition(tx, edition_id)
    assert shown is not None
    assert shown.id == again != dispatch_id


async def test_who_has_the_edition_already_does_not_get_it_again(db: Database) -> None:
    first = await cast.opened(db, people=3)
    async with db.tx() as tx:
        edition_id = (await outbox.dispatch(tx, first)).edition_id
        await tx.execute(
            "update message set state = 'accepted' where contact_id = $1", await cast.contact(tx, 0)
        )
        await tx.execute(
            "update message set state = 'unknown' where contact_id = $1", await cast.contact(tx, 1)
        )
        assert await outbox.cancel(tx, first, NOW) == 1
        await editions.move(tx, edition_id, Move.REOPEN, NOW)
        await cast.approve(tx, edition_id, 2)
        second = await outbox.schedule(tx, edition_id, NOW, None, NOW)
    await outbox.open_due(db, cast.RENDERER, cast.SEGMENTS, cast.PUBLIC, NOW)
    async with db.read() as tx:
        reasons = await outbox.left_out_reasons(tx, second)
        owed = [m.contact_id for m in await outbox.recipients(tx, second)]
        assert owed == [await cast.contact(tx, 2)]
    assert [(r.reason, r.count) for r in reasons] == [("already_had_it", 2)]


async def test_counted_links_lead_where_the_edition_says(db: Database) -> None:
    dispatch_id = await cast.opened(db)
    async with db.read() as tx:
        assert await outbox.link(tx, dispatch_id, 1) == "https://soko.example/kurse"
        assert await outbox.link(tx, dispatch_id, 2) is None
