"""Mails to one person: at once, again when it failed, and given up in time."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from service.delivery import actions as delivery
from service.delivery import smtp
from service.delivery.actions import Answer
from service.delivery.model import Accepted, Deferred, Refused
from service.delivery.smtp import Mailer
from service.kit.db import Database
from service.kit.errors import Invalid, NotFound, Unavailable
from service.outbox import notices
from service.outbox.model import MessageState, NoticeKind
from tests.delivery.relay import OK, Fault, Relay, relay
from tests.delivery.work import LIMITS, SIGNER, Clock, mailer
from tests.outbox import cast
from tests.outbox.cast import NOW


@asynccontextmanager
async def notices_worker(db: Database, target: Mailer, clock: Clock) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(delivery.deliver_notices(db, target, SIGNER, clock, stop))
        try:
            yield
        finally:
            stop.set()


async def owed(db: Database, address: str = "amt@gemeinde.example") -> int:
    async with db.tx() as tx:
        return await notices.notice(
            tx,
            NoticeKind.CONFIRMATION,
            address,
            "Bitte bestätigen",
            "Guten Tag\n",
            "<p>Guten Tag</p>",
            now=NOW,
            sender_name="SoKo",
            sender_address="info@soko.example",
        )


async def state(db: Database, notice_id: int) -> str:
    async with db.read() as tx:
        found: str = await tx.fetchval("select state::text from notice where id = $1", notice_id)
        return found


async def until(db: Database, notice_id: int, wanted: str) -> None:
    while await state(db, notice_id) != wanted:
        pass  # each look is a round trip to the database


async def test_a_confirmation_leaves_at_once_and_reads_well(db: Database) -> None:
    notice_id = await owed(db)
    async with relay() as server, notices_worker(db, mailer(server.url), Clock()):
        await until(db, notice_id, "accepted")
    ((recipient, content),) = server.accepted
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert recipient == "amt@gemeinde.example"
    assert message["Subject"] == "Bitte bestätigen"
    assert message["From"] == "SoKo <info@soko.example>"


async def test_a_confirmation_without_a_clear_answer_is_sent_again(db: Database) -> None:
    notice_id = await owed(db)
    clock = Clock()
    script = lambda _who, time: Fault.AFTER_DOT if time == 1 else OK  # noqa: E731
    async with relay(script) as server, notices_worker(db, mailer(server.url), clock):
        await until(db, notice_id, "deferred")
        clock.now += timedelta(minutes=1)
        await until(db, notice_id, "accepted")
    assert server.dots.total() == 2


async def test_a_relay_that_stays_away_is_given_up_after_half_an_hour(db: Database) -> None:
    notice_id = await owed(db)
    away = Relay()
    await away.start()
    await away.stop()
    clock = Clock()
    async with notices_worker(db, mailer(away.url), clock):
        await until(db, notice_id, "deferred")
        clock.now += timedelta(minutes=29, seconds=30)
        await until(db, notice_id, "refused")


async def test_what_a_killed_worker_had_taken_is_sent_by_the_next(db: Database) -> None:
    notice_id = await owed(db)
    async with db.tx() as tx:
        held = await notices.claim(tx, "gone", NOW, NOW + timedelta(minutes=2))
        assert held is not None
        assert await notices.hand_over(tx, "gone", held, NOW, NOW + timedelta(minutes=2))
    clock = Clock(NOW + timedelta(minutes=3))
    await delivery.recover(db, clock.now)
    async with relay() as server, notices_worker(db, mailer(server.url), clock):
        await until(db, notice_id, "accepted")


async def test_an_answer_that_comes_after_its_lease_still_counts_and_spares_a_second_mail(
    db: Database,
) -> None:
    notice_id = await owed(db)
    async with db.tx() as tx:
        held = await notices.claim(tx, "w", NOW, NOW + timedelta(minutes=2))
        assert held is not None
        assert await notices.hand_over(tx, "w", held, NOW, NOW + timedelta(minutes=2))
        at = NOW + timedelta(minutes=3)
        assert await notices.recover(tx, at) == 1
        await notices.settle(tx, "w", held, MessageState.ACCEPTED, at, code=250)
        assert await notices.claim(tx, "v", at, at) is None
    assert await state(db, notice_id) == "accepted"


async def test_an_address_that_could_smuggle_is_refused_when_the_mail_is_asked_for(
    db: Database,
) -> None:
    with pytest.raises(Invalid):
        await owed(db, "a@b.example\r\nBcc: c@d.example")


async def test_old_notices_are_forgotten(db: Database) -> None:
    await owed(db)
    async with db.tx() as tx:
        assert await notices.forget(tx, NOW + timedelta(days=29)) == 0
        assert await notices.forget(tx, NOW + timedelta(days=31)) == 1


async def send_test(db: Database, target: Mailer, edition_id: int) -> list[Answer]:
    return await delivery.send_test(
        db,
        target,
        cast.RENDERER,
        edition_id,
        "probe@soko.example",
        public_url=cast.PUBLIC,
        now=NOW,
    )


async def test_a_test_mail_shows_the_edition_and_leads_straight_to_its_links(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 1)
    async with relay() as server:
        (answer,) = await send_test(db, mailer(server.url), edition_id)
    assert isinstance(answer.said, Accepted)
    message = email.message_from_bytes(server.accepted[0][1], policy=email.policy.default)
    assert str(message["Subject"]).startswith("[Test] ")
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr, attr-defined]
    assert "https://soko.example/kurse" in text
    assert "@@" not in text


async def test_a_test_mail_tells_what_the_server_said_or_that_there_is_none(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 1)
    async with relay(lambda _who, _time: "554 5.7.1 no") as server:
        target = mailer(server.url)
        (answer,) = await send_test(db, target, edition_id)
        assert isinstance(answer.said, Refused)
        with pytest.raises(NotFound):
            await send_test(db, target, 999999)
    with pytest.raises(Unavailable):
        await send_test(db, target, edition_id)


async def test_a_test_mail_goes_from_server_to_server_and_names_the_one_that_took_it(
    db: Database,
) -> None:
    async with db.tx() as tx:
        edition_id = await cast.approved(tx, 1)
    async with (
        relay(lambda _who, _time: Fault.AT_DATA) as broken,
        relay() as works,
        relay() as third,
    ):
        urls = ("smtp://127.0.0.1:1", broken.url, works.url, third.url)
        target = Mailer(*smtp.relays(" ".join(urls)), helo="test.example", limits=LIMITS)
        answers = await send_test(db, target, edition_id)
    names = [url.removeprefix("smtp://") for url in urls[:3]]
    assert [answer.relay for answer in answers] == names
    assert [type(answer.said) for answer in answers] == [Deferred, Deferred, Accepted]
    assert (len(works.accepted), third.connections) == (1, 0)
