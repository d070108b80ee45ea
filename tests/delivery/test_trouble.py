"""A database without space, a clock that jumps, a key that is none: nobody lost, none twice."""

import asyncio
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from service import app as composition
from service.delivery import actions as delivery
from service.delivery import dkim, smtp, store
from service.delivery.carrier import break_off
from service.delivery.desk import Desk
from service.delivery.model import Limits
from service.kit.db import Database
from service.kit.errors import Invalid, Unavailable
from service.kit.settings import Settings
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold, DispatchState, Mail, Ticket
from tests.delivery.relay import relay
from tests.delivery.work import Clock, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW

PEOPLE = 450  # three stretches
HOUR = timedelta(hours=1)
_FULL = (
    "create function no_space() returns trigger language plpgsql as"
    " $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$",
    "create trigger disk_full before update on message"
    " for each statement execute function no_space()",
)


async def until_accepted(db: Database, dispatch_id: int) -> None:
    while await cast.states(db, dispatch_id) != {"accepted": PEOPLE}:
        pass  # each look is a round trip to the database


async def recovered(db: Database, clock: Clock) -> int:
    """Recover as the worker's tick does: again, where workers wrote at the same moment."""
    while True:
        with contextlib.suppress(Unavailable):
            return sum(await delivery.recover(db, clock.now))


async def test_while_the_database_has_no_space_results_wait_and_nobody_gets_a_mail_untold(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE)
    async with relay() as server, workers(db, mailer(server.url), 2):
        await server.until(lambda: len(server.accepted) >= 100)
        async with db.tx() as tx:
            for statement in _FULL:
                await tx.execute(statement)
        try:
            before, seen = len(server.accepted), server.connections
            await server.until(lambda: server.connections > seen + 2)  # hand-overs are left
            assert len(server.accepted) <= before + 2 * 3, "at most what was at the dot"
            with pytest.raises(Unavailable):
                async with db.tx() as tx:
                    await tx.execute("update message set tries = 0")
        finally:
            async with db.tx() as tx:
                await tx.execute("drop function no_space cascade")
        await until_accepted(db, dispatch_id)
    assert set(server.recipients.values()) == {1}


async def test_a_clock_that_jumps_ahead_takes_leases_from_the_living_and_sends_nothing_twice(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE)
    clock = Clock()
    taken = 0
    async with relay() as server, workers(db, mailer(server.url), 2, clock):
        for stage in (60, 200, 300):
            await server.until(lambda stage=stage: len(server.accepted) >= stage)
            clock.now += HOUR
            taken += await recovered(db, clock)
        await until_accepted(db, dispatch_id)
    assert taken, "leases were over while their workers worked"
    assert set(server.recipients.values()) == {1}


async def test_a_clock_that_jumps_back_lets_the_rest_wait_and_loses_nobody(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE)
    clock = Clock()
    async with relay() as server, workers(db, mailer(server.url), 1, clock):
        await server.until(lambda: len(server.accepted) >= 30)
        clock.now -= HOUR
        await server.until(lambda: len(server.accepted) >= 200)  # what was leased is finished
        assert await delivery.recover(db, clock.now) == (0, 0)
        clock.now = NOW
        await until_accepted(db, dispatch_id)
    assert set(server.recipients.values()) == {1}


async def test_a_relay_found_down_by_a_wrong_clock_is_knocked_at_by_the_right_one(
    db: Database,
) -> None:
    async with relay() as server:
        target = mailer(server.url)
        name = target.relays[0].name
        async with db.tx() as tx:
            tomorrow = NOW + 24 * HOUR
            await store.relay_down(tx, name, "down", tomorrow, msg("gone"), tomorrow)
        assert await delivery.probe(db, target, NOW)
        assert server.connections == 1


async def test_a_desk_that_has_ended_keeps_nobody_waiting(db: Database) -> None:
    ticket = Ticket(1, 1, 0, 1, 1, "a@b.example", "Guten Tag", "de", 0, NOW)
    desk = Desk(db, "w", Clock())

    async def ask() -> None:
        with pytest.raises(Unavailable):
            await desk.permit(ticket)

    async with asyncio.TaskGroup() as group:
        group.create_task(ask())
        group.create_task(desk.written())
        run = group.create_task(desk.run())
        async with db.tx() as tx:
            await tx.execute("lock table message")
            while not await tx.fetchval("select exists (select from pg_locks where not granted)"):
                pass  # until what was asked is being written
            run.cancel()
    await ask()
    await desk.written()


async def test_when_a_clock_that_was_ahead_is_set_right_no_destination_waits_for_the_old_time(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=90)
    clock = Clock(NOW + 24 * HOUR)
    async with db.tx() as tx:
        await tx.execute(
            "insert into destination (kind, name, ceiling, slowed_at, flow_at, changed_at)"
            " values ('domain', 'gemeinde.example', 30, $1, $1, $1)",
            clock.now - HOUR / 12,
        )
    async with relay() as server, workers(db, mailer(server.url), 1, clock):
        await server.until(lambda: len(server.accepted) >= 20)
        clock.now = NOW
        async with asyncio.timeout(60):
            while await cast.states(db, dispatch_id) != {"accepted": 90}:
                pass  # each look is a round trip to the database
    assert set(server.recipients.values()) == {1}


@pytest.mark.parametrize("known", [True, False])
async def test_nothing_waits_for_a_relay_that_stands_whoever_found_that_out(
    db: Database, known: bool
) -> None:
    dispatch_id = await cast.opened(db, people=3)
    async with relay() as server:
        target = mailer(server.url)
        async with db.tx() as tx:
            await outbox.hold_running(tx, DispatchHold.RELAY, msg("It cannot be reached."))
            if known:  # another worker has found it standing; else SMTP_URL has just been changed
                await store.relay_down(tx, target.relays[0].name, "down", NOW, msg("gone"), NOW)
                await store.relay_up(tx, target.relays[0].name, NOW)
        assert await delivery.probe(db, target, NOW)
    async with db.read() as tx:
        assert (await outbox.dispatch(tx, dispatch_id)).state is DispatchState.RUNNING


def public_half() -> bytes:
    key = dkim.read_key(dkim.new_key(), "a.example", "a")
    return dkim.record(key).encode()


def test_a_key_that_cannot_be_read_or_is_nobodys_is_named_by_its_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    folder = composition.dkim_folder(settings)
    (folder / "rb1@a.example.pem").mkdir(parents=True)
    with pytest.raises(Invalid, match="cannot be read"):
        composition.dkim_keys(settings)
    (folder / "rb1@a.example.pem").rmdir()
    (folder / "@a.example.pem").write_bytes(dkim.new_key())
    with pytest.raises(Invalid, match="named SELECTOR@DOMAIN"):
        composition.dkim_keys(settings)


def test_a_key_signs_for_its_domain_however_it_is_written(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    composition.dkim_folder(settings).mkdir()
    (composition.dkim_folder(settings) / "rb1@A.Example.pem").write_bytes(dkim.new_key())
    sealing = smtp.Seal(tuple(composition.dkim_keys(settings)))
    mail = Mail("News@a.EXAMPLE", "b@b.example", (b"From: <News@a.EXAMPLE>\r\n\r\nHallo\r\n",))
    sealed = smtp.mailer("", "https://a.example", 1, sealing).seal(mail, NOW)
    assert sealed.content.startswith(b"DKIM-Signature:")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"-----BEGIN PRIVATE KEY-----\n", public_half()]
)
def test_a_key_that_is_no_key_is_named_by_its_file(content: bytes, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    folder = composition.dkim_folder(settings)
    folder.mkdir()
    (folder / "rb1@a.example.pem").write_bytes(content)
    with pytest.raises(Invalid) as caught:
        composition.dkim_keys(settings)
    assert [fault.where for fault in caught.value.faults] == [str(folder / "rb1@a.example.pem")]


async def test_who_loses_a_cancellation_is_cancelled_again_and_the_stop_goes_on() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while lost < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                lost += 1

    async with asyncio.TaskGroup() as group:
        hands = [group.create_task(stubborn()), group.create_task(asyncio.sleep(0))]
        await asyncio.sleep(0)
        await break_off(hands)
        assert lost == 2
        assert all(hand.done() for hand in hands)


async def test_a_stop_does_not_wait_for_ever_for_a_database_that_takes_nothing(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE)
    clock, limits = Clock(), Limits(drain=2, writing=0.5)
    async with relay() as server, asyncio.timeout(30):
        async with workers(db, mailer(server.url, limits=limits), 1, clock):
            await server.until(lambda: len(server.accepted) >= 50)
            async with db.tx() as tx:
                for statement in _FULL:
                    await tx.execute(statement)
            seen = server.connections
            await server.until(lambda: server.connections > seen + 2)  # hand-overs are left
        async with db.tx() as tx:
            await tx.execute("drop function no_space cascade")
        clock.now += HOUR
        await delivery.recover(db, clock.now)
        states = await cast.states(db, dispatch_id)
        assert states["accepted"] + states["unknown"] == len(server.accepted)
        assert 0 < states["unknown"] <= 3
        assert f"{states['unknown']} results were not written" in caplog.text
        async with workers(db, mailer(server.url), 1, clock):
            await server.until(lambda: len(server.accepted) == PEOPLE)
    assert set(server.recipients.values()) == {1}
