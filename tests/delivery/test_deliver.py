"""Whole dispatches over real PostgreSQL and SMTP: nobody twice, nobody lost, nothing guessed."""

from datetime import timedelta

import dkim

from service.audience import actions as people
from service.delivery import actions as delivery
from service.delivery import dkim as dkim_keys
from service.delivery import smtp
from service.delivery.smtp import Limits, Mailer, Seal
from service.editions import actions as editions
from service.kit.db import Database, Tx
from service.outbox import actions as outbox
from service.outbox import links
from service.outbox.model import DispatchHold, DispatchState, MessageState
from tests.delivery.relay import OK, Answer, Fault, Relay, Script, relay
from tests.delivery.work import SIGNER, Clock, mailer, workers
from tests.outbox import cast
from tests.outbox.cast import NOW, later


async def dispatch_of(db: Database, dispatch_id: int) -> outbox.Dispatch:
    async with db.read() as tx:
        return await outbox.dispatch(tx, dispatch_id)


async def adds_up(db: Database, dispatch_id: int) -> bool:
    async with db.read() as tx:
        return (await outbox.progress(tx, dispatch_id, NOW)).adds_up


async def until_waiting(db: Database, dispatch_id: int) -> None:
    """Read until the dispatch waits; each read is a round trip to the database."""
    while (await dispatch_of(db, dispatch_id)).state is not DispatchState.WAITING:
        pass


def by_number(recipient: str) -> int:
    return int(recipient.partition("@")[0].removeprefix("person-"))


async def test_four_workers_send_everybody_exactly_one_mail_and_the_numbers_add_up_meanwhile(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=500)
    sums = []
    async with relay() as server, workers(db, mailer(server.url), 4):
        while len(server.accepted) < 500:
            seen = len(server.accepted)
            sums.append(await adds_up(db, dispatch_id))
            await server.until(lambda seen=seen: len(server.accepted) > seen)
    assert set(server.recipients.values()) == {1}
    assert len(server.recipients) == 500
    assert sums
    assert all(sums)
    assert await cast.states(db, dispatch_id) == {"accepted": 500}
    async with db.tx() as tx:
        assert await outbox.close(tx, NOW) == 1
        known = await outbox.dispatch(tx, dispatch_id)
        edition = await editions.edition(tx, known.edition_id)
        (message, *_) = await outbox.recipients(tx, dispatch_id, limit=1)
        tries = await delivery.attempts(tx, message)
    assert (known.state, edition.state) == (DispatchState.FINISHED, "sent")
    assert [(a.number, a.outcome, a.code) for a in tries] == [(1, "accepted", 250)]
    assert tries[0].relay == server.url.removeprefix("smtp://")


async def test_each_answer_is_laid_to_its_own_recipient(db: Database) -> None:
    special: dict[int, Answer] = {
        3: "rcpt 550 5.1.1 no such mailbox",
        17: "rcpt 451 4.7.1 greylisted",
        30: "552 5.2.2 mailbox full",
        41: Fault.AFTER_DOT,
        58: Fault.BEFORE_DOT,
        66: "451 4.3.0 later",
        77: Fault.NONSENSE_AFTER_DOT,
    }
    dispatch_id = await cast.opened(db, people=100)
    script: Script = lambda who, _: special.get(by_number(who), OK)  # noqa: E731
    async with relay(script) as server, workers(db, mailer(server.url), 2):
        await server.until(lambda: len(server.tries) == 100)
    async with db.read() as tx:
        rows = await outbox.recipients(tx, dispatch_id, limit=100)
        suspended = await tx.fetch("select contact_id from suspension where lifted_at is null")
        gone = await cast.contact(tx, 3)
        first = await delivery.attempts(tx, rows[3])
    found = {by_number(m.address): m.state for m in rows if m.state is not MessageState.ACCEPTED}
    assert found == {
        3: MessageState.REFUSED,
        17: MessageState.DEFERRED,
        30: MessageState.REFUSED,
        41: MessageState.UNKNOWN,
        58: MessageState.DEFERRED,
        66: MessageState.DEFERRED,
        77: MessageState.UNKNOWN,
    }
    assert rows[3].reply == "5.1.1 no such mailbox"
    assert (rows[3].code, rows[3].status) == (550, "5.1.1")
    assert [(a.number, a.outcome, a.code) for a in first] == [(1, "refused", 550)]
    assert [r["contact_id"] for r in suspended] == [gone]
    assert len(server.recipients) == 93
    assert await adds_up(db, dispatch_id)


async def test_who_was_put_off_gets_it_later_and_not_before(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=3)
    clock = Clock()
    async with relay(lambda _who, time: "rcpt 451 4.7.1 greylisted" if time == 1 else OK) as server:
        async with workers(db, mailer(server.url), 1, clock):
            await server.until(lambda: server.tries.total() == 3)
        assert await cast.states(db, dispatch_id) == {"deferred": 3}
        clock.now = later(minutes=3)
        async with workers(db, mailer(server.url), 1, clock), db.tx() as tx:
            assert await outbox.close(tx, clock.now) == 0
        assert server.tries.total() == 3
        clock.now = later(minutes=8)
        async with workers(db, mailer(server.url), 1, clock):
            await server.until(lambda: len(server.accepted) == 3)
    first, second = server.recipients.values(), await cast.states(db, dispatch_id)
    assert set(first) == {1}
    assert second == {"accepted": 3}


async def test_a_mail_put_off_for_two_days_is_given_up_with_the_last_reply(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=1)
    clock = Clock()
    async with relay(lambda _who, _time: "rcpt 450 4.2.0 try later") as server:
        while (await cast.states(db, dispatch_id)).get("refused") != 1:
            seen = server.tries.total()
            async with workers(db, mailer(server.url), 1, clock):
                await server.until(lambda seen=seen: server.tries.total() > seen)
            clock.now += timedelta(hours=5)
            assert clock.now < later(days=4)
    async with db.read() as tx:
        (message,) = await outbox.recipients(tx, dispatch_id)
        attempts = await delivery.attempts(tx, message)
    assert message.reply == "4.2.0 try later"
    assert len(attempts) == 15


async def test_a_pause_stops_new_mails_and_going_on_sends_the_rest_once(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=400)
    async with relay() as server:
        async with workers(db, mailer(server.url), 2):
            await server.until(lambda: len(server.accepted) >= 20)
            async with db.tx() as tx:
                await outbox.pause(tx, dispatch_id, NOW)
            async with db.read() as tx:
                started = await tx.fetchval(
                    "select count(*) from message where state in ('handing_over', 'accepted')"
                )
        assert len(server.accepted) <= started + 6
        states = await cast.states(db, dispatch_id)
        assert set(states) == {"accepted", "queued"}
        async with db.tx() as tx:
            await outbox.resume(tx, dispatch_id, NOW)
        async with workers(db, mailer(server.url), 2):
            await server.until(lambda: len(server.accepted) == 400)
    assert set(server.recipients.values()) == {1}


async def test_a_cancelled_dispatch_sends_nothing_more_and_says_how_many_it_spared(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=120)
    async with relay() as server, workers(db, mailer(server.url), 2):
        await server.until(lambda: len(server.accepted) >= 20)
        async with db.tx() as tx:
            spared = await outbox.cancel(tx, dispatch_id, NOW)
    states = await cast.states(db, dispatch_id)
    assert states == {"accepted": len(server.accepted), "withdrawn": 120 - len(server.accepted)}
    assert states["withdrawn"] >= spared > 0
    assert await adds_up(db, dispatch_id)


async def test_after_an_unsubscribe_that_stopped_the_mail_no_mail_goes_out(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=200)
    newsletter_id = (await dispatch_of(db, dispatch_id)).newsletter_id
    stopped: set[int] = set()

    async def leave(number: int) -> None:
        async with db.tx() as tx:
            contact_id = await cast.contact(tx, number)
            await people.unsubscribe(tx, contact_id, newsletter_id, NOW, "one_click")
            if await outbox.withdraw(tx, contact_id, newsletter_id, NOW):
                stopped.add(number)

    async with relay() as server, workers(db, mailer(server.url), 2):
        for number in range(199, 0, -7):
            await leave(number)
        await server.until(lambda: len(server.accepted) >= 200 - len(stopped))
    assert stopped
    assert not stopped & {by_number(who) for who in server.recipients}
    states = await cast.states(db, dispatch_id)
    assert states == {"accepted": 200 - len(stopped), "withdrawn": len(stopped)}


async def test_who_is_suspended_meanwhile_is_found_out_before_the_dot(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=4)
    async with db.tx() as tx:
        gone = await cast.contact(tx, 2)
        await people.suspend(tx, gone, people.SuspensionReason.BY_EDITOR, NOW)
    async with relay() as server, workers(db, mailer(server.url)):
        await server.until(lambda: len(server.accepted) == 3)
    assert await cast.states(db, dispatch_id) == {"accepted": 3, "withdrawn": 1}
    assert server.dots["person-00002@gemeinde.example"] == 0


async def test_a_relay_that_is_away_lets_the_dispatch_wait_and_loses_nothing(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=50)
    server = Relay()
    await server.start()
    port = server.port
    await server.stop()
    target = mailer(server.url)
    async with workers(db, target):
        await until_waiting(db, dispatch_id)
    held = await dispatch_of(db, dispatch_id)
    assert held.hold is DispatchHold.RELAY
    assert f"127.0.0.1:{port} cannot be reached" in str(held.trouble)
    assert await cast.states(db, dispatch_id) == {"queued": 50}

    assert not await delivery.probe(db, target, NOW), "too early to knock again"
    assert not await delivery.probe(db, target, later(seconds=6)), "still away"
    again = Relay()
    await again.start(port)
    assert await delivery.probe(db, target, later(minutes=2))
    async with workers(db, target):
        await again.until(lambda: len(again.accepted) == 50)
    await again.stop()
    assert (await dispatch_of(db, dispatch_id)).trouble is None
    assert set(again.recipients.values()) == {1}


async def test_a_relay_that_hangs_up_on_everybody_costs_few_tries_and_nobody_the_mail(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=30)
    script: Script = lambda _who, _time: "rcpt 421 4.3.2 shutting down"  # noqa: E731
    async with relay(script) as server, workers(db, mailer(server.url), 1):
        await server.until(lambda: server.tries.total() >= 3)
    states = await cast.states(db, dispatch_id)
    assert set(states) == {"deferred", "queued"}
    assert states["deferred"] <= 6


async def test_a_wrong_password_stops_the_dispatch_and_touches_no_contact(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=30)
    async with relay() as server:
        server.auth_reply = "535 5.7.8 bad credentials"
        async with workers(db, mailer(server.url.replace("//", "//user:wrong@"))):
            await until_waiting(db, dispatch_id)
    held = await dispatch_of(db, dispatch_id)
    assert held.hold is DispatchHold.PERSON
    assert await cast.states(db, dispatch_id) == {"queued": 30}


async def test_many_unknown_addresses_stop_the_dispatch_and_a_person_may_go_on(
    db: Database,
) -> None:
    dispatch_id = await cast.opened(db, people=400)
    async with relay(
        lambda who, _time: "rcpt 550 5.1.1 unknown" if by_number(who) % 2 else OK
    ) as server:
        async with workers(db, mailer(server.url)):
            await until_waiting(db, dispatch_id)
        held = await dispatch_of(db, dispatch_id)
        assert held.hold is DispatchHold.PERSON
        assert "were refused for good" in str(held.trouble)
        assert server.tries.total() < 200
        async with db.tx() as tx:
            await outbox.resume(tx, dispatch_id, NOW)
        async with workers(db, mailer(server.url)):
            await server.until(lambda: len(server.tries) == 400)
    assert await cast.states(db, dispatch_id) == {"accepted": 200, "refused": 200}


async def test_a_relay_that_never_answers_the_dot_is_left_after_a_few_mails(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=300)
    async with (
        relay(lambda _who, _time: Fault.AFTER_DOT) as server,
        workers(db, mailer(server.url)),
    ):
        await until_waiting(db, dispatch_id)
    held = await dispatch_of(db, dispatch_id)
    assert held.hold is DispatchHold.PERSON
    states = await cast.states(db, dispatch_id)
    assert set(states) == {"queued", "unknown"}
    assert 10 <= states["unknown"] <= 16


async def test_a_stop_ends_within_its_time_and_calls_unknown_what_it_left(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=20)
    limits = Limits(drain=0.2)
    async with (
        relay(lambda who, _time: Fault.STALL_AFTER_DOT if by_number(who) == 5 else OK) as server,
        workers(db, mailer(server.url, connections=1, limits=limits)),
    ):
        await server.until(lambda: server.dots["person-00005@gemeinde.example"] == 1)
    states = await cast.states(db, dispatch_id)
    # Two threads press the mails, so how many were through before the stalled one varies.
    assert states["unknown"] == 1
    assert states["accepted"] + states["queued"] == 19
    assert states["queued"] >= 2


async def test_unknown_ones_are_sent_again_only_when_a_person_says_so(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=6)
    async with relay(
        lambda who, time: Fault.AFTER_DOT if by_number(who) == 4 and time == 1 else OK
    ) as server:
        async with workers(db, mailer(server.url)):
            await server.until(lambda: len(server.tries) == 6)
        async with db.tx() as tx:
            assert await outbox.close(tx, NOW) == 1
            (unknown,) = await outbox.recipients(tx, dispatch_id, state=MessageState.UNKNOWN)
            assert by_number(unknown.address) == 4
            assert await outbox.send_again(tx, dispatch_id, [unknown.id], NOW) == 1
        async with workers(db, mailer(server.url)):
            await server.until(lambda: len(server.accepted) == 6)
    assert await cast.states(db, dispatch_id) == {"accepted": 6}


async def test_a_database_that_drops_its_connections_causes_no_double_and_no_loss(
    db: Database, dsn: str
) -> None:
    dispatch_id = await cast.opened(db, people=150)
    own = await Database.open(dsn, largest=6)
    async with relay() as server, workers(own, mailer(server.url), 2):
        for stage in (20, 60, 100):
            await server.until(lambda stage=stage: len(server.accepted) >= stage)
            async with db.read() as tx:
                await tx.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
                    " current_database() and query like '%message%' and pid <> pg_backend_pid()"
                )
        await server.until(lambda: len(server.accepted) >= 150)
    await own.close()
    assert set(server.recipients.values()) == {1}
    assert await cast.states(db, dispatch_id) == {"accepted": 150}


async def test_a_mail_is_signed_for_its_sender_and_returns_to_an_address_of_its_own(
    db: Database,
) -> None:
    await cast.opened(db, people=2)
    private = dkim_keys.read_key(dkim_keys.new_key(), "soko.example", "a")
    other = dkim_keys.read_key(dkim_keys.new_key(modern=True), "other.example", "a")
    seal = Seal((private, other), "bounce.soko.example")
    async with relay() as server:
        target = Mailer(smtp.relay(server.url), helo="t.example", connections=2, seal=seal)
        async with workers(db, target):
            await server.until(lambda: len(server.accepted) == 2)
    async with db.read() as tx:
        ids = {m.address: m.id for m in await outbox.recipients(tx, await only(tx))}
    record = dkim_keys.record(private).encode()
    for recipient, content in server.accepted:
        assert dkim.verify(content, dnsfunc=lambda *_args, **_kw: record)
        assert content.count(b"DKIM-Signature:") == 1
        token = links.token_of(server.senders[recipient]) or ""
        assert SIGNER.verify("message", token, NOW) == ids[recipient]


async def only(tx: Tx) -> int:
    """Return the id of the only dispatch there is."""
    (line,) = await outbox.listing(tx)
    return line.id


async def test_of_an_erased_contact_only_numbers_stay(db: Database) -> None:
    dispatch_id = await cast.opened(db, people=2)
    script: Script = lambda who, _: "552 5.2.2 full" if by_number(who) == 1 else OK  # noqa: E731
    async with relay(script) as server, workers(db, mailer(server.url)):
        await server.until(lambda: server.tries.total() == 2)
    async with db.tx() as tx:
        await tx.execute(
            "update contact set erased_at = $2, email = null where id = $1",
            await cast.contact(tx, 1),
            NOW,
        )
        assert await outbox.forget(tx) == 1
        assert await delivery.forget(tx) == 1
        kept = await outbox.recipients(tx, dispatch_id)
        progress = await outbox.progress(tx, dispatch_id, NOW)
    assert [m.address for m in kept] == ["", "person-00000@gemeinde.example"]
    assert progress.adds_up
