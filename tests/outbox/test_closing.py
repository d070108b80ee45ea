"""The end of a dispatch: any number of workers may call it at once."""

import asyncio
from datetime import datetime

import pytest

from service.kit.db import Database, Tx
from service.kit.errors import Conflict
from service.outbox import actions as outbox
from service.outbox import store
from tests.outbox import cast
from tests.outbox.cast import NOW


async def test_many_workers_close_a_dispatch_at_once_and_one_of_them_does(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=3)
    async with db.tx() as tx:
        await tx.execute("update message set state = 'accepted', settled_at = $1", NOW)
        await tx.execute("update chunk set due_at = null, worker = '', tally = null")

    async def close() -> int:
        async with db.tx() as tx:
            return await outbox.close(tx, NOW)

    assert sorted(await asyncio.gather(*(close() for _ in range(8)))) == [0] * 7 + [1]
    async with db.read() as tx:
        assert (await outbox.dispatch(tx, dispatch_id)).finished_at == NOW
        edition = await tx.fetchval("select state::text from edition")
    assert edition == "sent"


async def test_what_everybody_has_is_finished_and_cannot_be_cancelled(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=3)
    async with db.tx() as tx:
        await tx.execute("update message set state = 'accepted', settled_at = $1", NOW)
        await tx.execute("update chunk set due_at = null, worker = '', tally = null")
    with pytest.raises(Conflict):
        async with db.tx() as tx:
            await outbox.cancel(tx, dispatch_id, NOW)
    async with db.tx() as tx:
        await outbox.close(tx, NOW)
        assert await tx.fetchval("select state::text from edition") == "sent"


async def test_what_is_finished_has_no_edition_on_its_way(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch_id = await cast.opened(db, people=3)
    finish = store.finish

    async def after_the_last_answer(tx: Tx, now: datetime) -> int:
        """Settle the last mails on another connection, just before."""
        async with db.tx() as other:
            await other.execute("update message set state = 'accepted', settled_at = $1", NOW)
            await other.execute("update chunk set due_at = null, worker = '', tally = null")
        return await finish(tx, now)

    monkeypatch.setattr(store, "finish", after_the_last_answer)
    async with db.tx() as tx:
        assert await outbox.close(tx, NOW) == 1
        assert (await outbox.dispatch(tx, dispatch_id)).finished_at == NOW
        assert await tx.fetchval("select state::text from edition") == "sent"
