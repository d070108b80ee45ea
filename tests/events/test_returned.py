"""What follows from mail that comes back: whom it touches, whom never, and that nothing is lost."""

import asyncio
from datetime import timedelta

import pytest

from service.app import App
from service.audience import actions as audience
from service.audience import members
from service.audience.model import SuspensionReason
from service.delivery import actions as delivery
from service.events import actions as events
from service.events import opening
from service.kit.tokens import Signer
from service.outbox import actions as outbox
from service.outbox import links
from tests.events import cast
from tests.events.cast import LATER
from tests.events.returns import (
    DOMAIN,
    FULL,
    GONE,
    address_of,
    back,
    come,
    complaint,
    letter,
    report,
    standing,
    state,
    subscription,
    tools,
    way_out,
)


async def test_an_unknown_mailbox_stops_all_mail_to_it_at_once_and_the_mail_is_kept(
    app: App,
) -> None:
    sent = await cast.sent(app)
    mail = report(address_of(0), GONE)
    one = await come(app, mail, back(app, sent.messages[0]).upper())
    assert one is not None
    assert (one.kind, one.effect, one.reason) == ("bounce", "suspended", "userunknown")
    assert (one.reporter, one.status) == ("mx.gemeinde.example", "5.1.1")
    assert (one.contact_id, one.dispatch_id) == (sent.contacts[0], sent.dispatch_id)
    assert await standing(app, sent) == ["address_gone"]
    assert await standing(app, sent, 1) == []
    assert await subscription(app, sent) == "active"
    async with app.db.read() as tx:
        assert await events.original(tx, one.id) == mail
        assert await events.count_new(tx) == 1
        seen = await events.report(tx, sent.dispatch_id, 3)
    assert (seen.bounced, seen.complained) == (1, 0)


async def test_the_same_mail_is_handled_once_also_when_two_workers_take_it_in(app: App) -> None:
    sent = await cast.sent(app)
    mail, to = report(address_of(0), GONE), back(app, sent.messages[0])
    done = await asyncio.gather(*(come(app, mail, to) for _ in range(4)))
    assert sum(one is not None for one in done) == 1
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from event") == 1


async def test_two_reports_on_one_mail_count_once_and_suspend_once(app: App) -> None:
    """A list server and the gateway behind it both report; or the same report takes two ways."""
    sent = await cast.sent(app, 1)
    mail, to = report(address_of(0), GONE), back(app, sent.messages[0])
    first = await come(app, mail, to)
    second = await come(app, b"Received: from relay.example by mx.example\n" + mail, to)
    assert first is not None
    assert second is not None
    assert (first.effect, second.effect) == ("suspended", "none")
    assert await standing(app, sent) == ["address_gone"]
    async with app.db.read() as tx:
        assert (await events.report(tx, sent.dispatch_id, 1)).bounced == 1
        assert await tx.fetchval("select count(*) from suspension") == 1


@pytest.mark.parametrize(
    ("said", "class_"),
    [
        ("554 5.7.1 Client host blocked using zen.spamhaus.org", "sender_policy"),
        ("550 5.7.26 Unauthenticated email is not accepted", "sender_policy"),
        ("554 5.4.6 Too many hops", "infra"),
        ("452 4.4.1 Connection timed out", "infra"),
    ],
)
async def test_what_is_about_us_or_about_the_network_never_touches_a_contact(
    app: App, said: str, class_: str
) -> None:
    sent = await cast.sent(app, 1)
    for day in (1, 20, 40, 60):
        when = LATER + timedelta(days=day)
        mail = report(address_of(0), f"{said} {day}")
        one = await come(app, mail, back(app, sent.messages[0]), when)
        assert one is not None
        assert (one.class_, one.effect) == (class_, "none")
    assert await standing(app, sent) == []


async def full(app: App, sent: cast.Sent, dispatch: int, day: int) -> str:
    """Let a mailbox be full for another dispatch; returns what followed."""
    when = LATER + timedelta(days=day)
    async with app.db.tx() as tx:
        # The row of another edition to the same contact, as its own dispatch would have made it.
        other = await tx.fetchval(
            "with d as (insert into dispatch (edition_id, newsletter_id, state, content_hash,"
            " scheduled_at, created_at) select edition_id, newsletter_id, 'cancelled', '', $2, $2"
            " from dispatch where id = $1 returning id)"
            " insert into message (dispatch_id, contact_id, address, salutation, language,"
            " variant, state, handed_at) select d.id, $3, $4, '', 'de', 0, 'accepted', $2 from d"
            " returning id",
            sent.dispatch_id,
            when - timedelta(hours=1),
            sent.contacts[0],
            address_of(0),
        )
    mail = report(address_of(0), f"{FULL} {dispatch}")
    one = await come(app, mail, back(app, other), when)
    assert one is not None
    return one.effect.value


async def test_a_full_mailbox_is_suspended_after_three_dispatches_over_three_weeks(
    app: App,
) -> None:
    sent = await cast.sent(app, 1)
    days = [(1, 0), (2, 7), (3, 14), (4, 20), (5, 21)]
    effects = [await full(app, sent, *day) for day in days]
    assert effects == ["counted", "counted", "counted", "counted", "suspended"]
    assert await standing(app, sent) == ["mailbox_full"]


REFUSED = [
    (552, "5.2.2", "5.2.2 Mailbox is full", ["mailbox_full"]),
    (552, "", "Das Postfach ist voll", ["mailbox_full"]),
    # What says nothing of the mailbox, however often: no connection, our name, the size of a mail.
    (0, "", "no connection", []),
    (554, "5.7.1", "5.7.1 Service unavailable; client host blocked", []),
    (552, "5.3.4", "5.3.4 Message too big", []),
    (550, "", "No", []),
]


@pytest.mark.parametrize(("code", "status", "reply", "expected"), REFUSED)
async def test_refusals_at_the_hand_over_count_as_much_as_reports_that_come_later(
    app: App, code: int, status: str, reply: str, expected: list[str]
) -> None:
    sent = await cast.sent(app, 2)
    for dispatch, day in ((1, -30), (2, -20)):
        assert await full(app, sent, dispatch, day) == "counted"
    async with app.db.tx() as tx:
        for number in (0, 1):
            await cast.settle(tx, sent.messages[number], "refused", reply)
        await tx.execute(
            "update message set code = $1, status = $2 where state = 'refused'", code, status
        )
        await tx.execute(
            "update dispatch set state = 'finished', finished_at = $2 where id = $1",
            sent.dispatch_id,
            LATER,
        )
    assert await standing(app, sent) == []
    await events.count_finished(app.db, LATER + timedelta(seconds=1))
    assert await standing(app, sent) == expected
    assert await standing(app, sent, 1) == []


async def test_mails_that_are_too_large_say_nothing_of_the_mailbox(app: App) -> None:
    sent = await cast.sent(app, 1)
    for day in (1, 20, 40):
        mail = report(address_of(0), f"552 5.3.4 Message size exceeds fixed limit {day}")
        one = await come(app, mail, back(app, sent.messages[0]), LATER + timedelta(days=day))
        assert one is not None
        assert (one.reason, one.effect) == ("mesgtoobig", "none")
    assert await standing(app, sent) == []


async def test_whoever_an_editor_lets_in_again_starts_anew(app: App) -> None:
    sent = await cast.sent(app, 1)
    for dispatch, day in ((1, 0), (2, 14), (3, 30)):
        effect = await full(app, sent, dispatch, day)
    assert effect == "suspended"
    async with app.db.tx() as tx:
        held = (await audience.suspensions(tx, sent.contacts[0]))[0]
        await audience.lift(tx, held.id, sent.contacts[0], LATER + timedelta(days=31), None)
    assert await full(app, sent, 4, 40) == "counted"
    # A late report on a mail from before the decision says nothing new.
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "accepted")
    late = await come(
        app, report(address_of(0), GONE), back(app, sent.messages[0]), LATER + timedelta(days=41)
    )
    assert late is not None
    assert late.effect == "none"
    assert await standing(app, sent) == []


async def test_a_report_on_another_mailbox_behind_the_address_is_only_noted(app: App) -> None:
    """A shared mailbox passes its mail on; one of those behind it has left."""
    sent = await cast.sent(app, 1)
    one = await come(app, report("p.muster@anders.example", GONE), back(app, sent.messages[0]))
    assert one is not None
    assert one.effect == "counted"
    assert await standing(app, sent) == []


async def test_a_report_on_an_address_that_was_corrected_since_changes_nothing(app: App) -> None:
    sent = await cast.sent(app, 1)
    async with app.db.tx() as tx:
        await tx.execute("update contact set email = 'neu@gemeinde.example'")
    one = await come(app, report(address_of(0), GONE), back(app, sent.messages[0]))
    assert one is not None
    assert one.effect == "none"
    assert await standing(app, sent) == []


async def test_a_forged_token_is_recorded_and_has_no_effect(app: App) -> None:
    sent = await cast.sent(app, 1)
    forged = Signer([b"somebody else's key, long enough"]).sign("message", sent.messages[0])
    other_purpose = app.signer.sign("contact", sent.contacts[0])
    for token in (forged, other_purpose):
        one = await come(app, report(address_of(0), GONE), links.return_path(token, DOMAIN))
        assert one is not None
        assert (one.effect, one.contact_id) == ("unmatched", None)
    nobody = await come(app, report(address_of(0), GONE), "")
    assert nobody is not None
    assert nobody.effect == "unmatched"
    assert await standing(app, sent) == []
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from event") == 0


async def test_of_somebody_who_was_erased_nothing_is_kept(app: App) -> None:
    sent = await cast.sent(app, 2)
    async with app.db.tx() as tx:
        for message in sent.messages:
            await cast.settle(tx, message, "accepted")
    said = f"550 5.1.1 <{address_of(1)}>: User unknown"
    before = await come(app, report(address_of(1), said), back(app, sent.messages[1]))
    assert {"event", "suspension"} <= set(await places_of(app, address_of(1)))
    async with app.db.tx() as tx:
        for contact in sent.contacts:
            await members.erase(tx, contact, LATER)
    after = await come(app, report(address_of(0), GONE), back(app, sent.messages[0]))
    assert before is not None
    assert after is not None
    assert (after.effect, after.recipient, after.contact_id) == ("none", "", None)
    async with app.db.tx() as tx:
        assert await events.original(tx, after.id) == b""
        assert await events.forget(tx, LATER) == 1
        assert not await tx.fetchval("select count(*) from returned_mail where original <> ''")
        await outbox.forget(tx)
        await delivery.forget(tx)
    assert await places_of(app, address_of(1)) == []


async def places_of(app: App, words: str) -> list[str]:
    """Return the tables in which words stand anywhere."""
    async with app.db.read() as tx:
        tables = await tx.fetch("select tablename from pg_tables where schemaname = 'public'")
        return [
            name
            for (name,) in tables
            if await tx.fetchval(
                f'select exists (select from "{name}" t where strpos(t::text, $1) > 0)', words
            )
        ]


async def test_a_complaint_ends_the_subscription_at_once_whoever_it_hides(app: App) -> None:
    sent = await cast.sent(app)
    link = f"http://rundbrief.test/u/{app.signer.sign('message', sent.messages[0])}"
    carried = f"List-Unsubscribe: <{link}>"
    one = await come(app, complaint(carried=carried), "abuse@soko.example")
    assert one is not None
    assert (one.kind, one.effect) == ("complaint", "ended")
    assert await subscription(app, sent) == "ended"
    assert await subscription(app, sent, 1) == "active"
    assert await state(app, sent.messages[0]) == "withdrawn"
    async with app.db.read() as tx:
        assert (await events.report(tx, sent.dispatch_id, 3)).complained == 1


async def test_a_feedback_report_that_is_no_complaint_ends_nothing(app: App) -> None:
    sent = await cast.sent(app, 1)
    for kind in ("not-spam", "auth-failure"):
        carried = f"Return-Path: <{back(app, sent.messages[0])}>"
        one = await come(app, complaint(kind, carried), "abuse@soko.example")
        assert one is not None
        assert (one.kind, one.effect) == ("other", "none")
    assert await subscription(app, sent) == "active"


@pytest.mark.parametrize("mail", [letter("unsubscribe", ""), letter("", "Bitte keine Mails mehr.")])
async def test_whatever_is_written_to_the_address_to_leave_by_ends_the_subscription(
    app: App, mail: bytes
) -> None:
    sent = await cast.sent(app, 2)
    one = await come(app, mail, way_out(app, sent.messages[0]))
    assert one is not None
    assert (one.kind, one.effect) == ("unsubscribe", "ended")
    assert await subscription(app, sent) == "ended"
    async with app.db.read() as tx:
        history = await events.timeline(tx, sent.contacts[0])
        assert (await events.report(tx, sent.dispatch_id, 2)).unsubscribed == 1
    assert [line.detail for line in history if line.what == "unsubscribed"] == ["mail"]


async def test_an_automatic_answer_changes_nothing_and_waits_for_nobody(app: App) -> None:
    sent = await cast.sent(app, 1)
    mail = letter("Abwesenheitsnotiz", "Ich bin bis zum 14. März abwesend.")
    one = await come(app, mail, back(app, sent.messages[0]))
    assert one is not None
    assert (one.kind, one.effect) == ("auto_reply", "none")
    async with app.db.read() as tx:
        assert await events.count_new(tx) == 0
        assert await tx.fetchval("select count(*) from notice") == 0
        assert await tx.fetchval("select count(*) from event") == 0


async def test_what_a_person_writes_is_passed_on_to_where_answers_belong(app: App) -> None:
    sent = await cast.sent(app, 1)
    hostile = "Können Sie <mj-include path='/etc/passwd'/> {{ 7 * 7 }} &amp; mir helfen?"
    one = await come(app, letter("AW: SoKo", hostile), back(app, sent.messages[0]))
    assert one is not None
    assert (one.kind, one.effect) == ("human", "forwarded")
    async with app.db.read() as tx:
        notice = await tx.fetchrow("select * from notice")
        newsletter = await tx.fetchrow("select reply_to, sender_address from newsletter")
    assert notice["address"] == (newsletter["reply_to"] or newsletter["sender_address"])
    assert hostile in notice["text"]
    assert "leitung@gemeinde.example" in notice["text"]
    assert "AW: SoKo" in notice["subject"]
    assert "{{ 7 * 7 }}" in notice["html"]
    assert "<mj-include" not in notice["html"]


async def test_an_answer_that_cannot_be_passed_on_waits_in_the_list(app: App) -> None:
    sent = await cast.sent(app, 1)
    async with app.db.tx() as tx:
        await tx.execute("update association set email = ''")
    one = await come(app, letter("AW: SoKo", "Danke für alles"), back(app, sent.messages[0]))
    assert one is not None
    assert one.effect == "unmatched"
    async with app.db.read() as tx:
        assert await events.count_new(tx) == 1


@pytest.mark.parametrize(
    ("mail", "to", "expected"),
    [
        (report(address_of(0), GONE), back, "refused"),
        (report(address_of(0), "452 4.4.1 timed out", action="delayed"), back, "accepted"),
        (letter("Abwesenheitsnotiz", "Ich bin abwesend."), back, "accepted"),
        (letter("unsubscribe", ""), way_out, "accepted"),
    ],
)
async def test_an_unknown_message_is_explained_by_what_comes_back(
    app: App, mail: bytes, to: object, expected: str
) -> None:
    sent = await cast.sent(app, 2)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "unknown", "")
        await cast.settle(tx, sent.messages[1], "accepted")
    assert callable(to)
    await come(app, mail, to(app, sent.messages[0]))
    assert await state(app, sent.messages[0]) == expected
    await come(app, mail, to(app, sent.messages[1]))
    assert await state(app, sent.messages[1]) == "accepted"


async def test_any_bytes_are_kept_and_only_the_beginning_of_a_large_mail(app: App) -> None:
    sent = await cast.sent(app, 1)
    odd = b"From: \0\xff\xfe <x@y>\nSubject: \0\n\n\0\0" + b"x" * 300_000
    to = back(app, sent.messages[0]) + "\0"
    came = await events.opened(tools(app), odd, to, 9_000_000)
    async with app.db.tx() as tx:
        known = await events.take_in(tx, tools(app), came, LATER)
        assert known is not None
        one = await events.returned(tx, known)
        assert one.size == 9_000_000
        assert await events.original(tx, known) == odd[: opening.KEPT_BYTES]


async def test_an_editors_own_suspension_is_not_replaced(app: App) -> None:
    sent = await cast.sent(app, 1)
    async with app.db.tx() as tx:
        contact = sent.contacts[0]
        await audience.suspend(tx, contact, SuspensionReason.BY_EDITOR, LATER, "auf Wunsch")
    await come(app, report(address_of(0), GONE), back(app, sent.messages[0]))
    assert sorted(await standing(app, sent)) == ["address_gone", "by_editor"]
