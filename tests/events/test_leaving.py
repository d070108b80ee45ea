"""Unsubscribing: one fact, one effect, whoever asks and however often."""

from service.app import App
from service.events import actions as events
from service.events.model import How, Leaving
from tests.events import cast
from tests.events.cast import LATER


async def test_leaving_ends_the_subscription_and_stops_what_is_still_queued(app: App) -> None:
    sent = await cast.sent(app)
    leaving = Leaving(
        sent.contacts[0], sent.newsletter_id, How.ONE_CLICK, sent.messages[0], sent.dispatch_id
    )
    async with app.db.tx() as tx:
        done = await events.unsubscribe(tx, leaving, LATER)
    assert done.ended
    assert done.withdrawn == 1
    async with app.db.read() as tx:
        states = await tx.fetch("select state::text from message order by address")
        subscription = await tx.fetchval(
            "select state::text from subscription where contact_id = $1", sent.contacts[0]
        )
        facts = await tx.fetch("select * from event")
    assert [row["state"] for row in states] == ["withdrawn", "queued", "queued"]
    assert subscription == "ended"
    assert [(f["kind"], f["message_id"], f["dispatch_id"]) for f in facts] == [
        ("unsubscribed", sent.messages[0], sent.dispatch_id)
    ]


async def test_leaving_twice_is_one_fact(app: App) -> None:
    sent = await cast.sent(app)
    leaving = Leaving(sent.contacts[0], sent.newsletter_id, How.PAGE, sent.messages[0])
    for _ in range(2):
        async with app.db.tx() as tx:
            done = await events.unsubscribe(tx, leaving, LATER)
    assert not done.ended
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from event") == 1


async def test_what_is_being_handed_over_cannot_be_called_back(app: App) -> None:
    sent = await cast.sent(app)
    async with app.db.tx() as tx:
        await cast.settle(tx, sent.messages[0], "handing_over", "")
        leaving = Leaving(sent.contacts[0], sent.newsletter_id, How.ONE_CLICK, sent.messages[0])
        done = await events.unsubscribe(tx, leaving, LATER)
        assert done.withdrawn == 0
        assert done.ended
        state = await tx.fetchval("select state::text from message where id = $1", sent.messages[0])
    assert state == "handing_over"


async def test_a_contact_has_one_history_of_messages_and_facts(app: App) -> None:
    sent = await cast.sent(app)
    contact, message = sent.contacts[0], sent.messages[0]
    async with app.db.tx() as tx:
        await cast.settle(tx, message, "accepted")
        leaving = Leaving(contact, sent.newsletter_id, How.PAGE, message, sent.dispatch_id)
        await events.unsubscribe(tx, leaving, LATER)
        history = await events.timeline(tx, contact)
    assert sorted(line.what for line in history) == ["accepted", "unsubscribed"]
    assert {line.title for line in history} == {"Frühling im Sozialamt"}
