"""Who was refused because of us gets the mail once that is mended, by name, and nobody twice."""

import pytest

from service.app import App
from service.delivery import actions as delivery
from service.delivery import outcome
from service.delivery.model import Reply
from service.kit import clock
from service.outbox import actions as outbox
from service.outbox.model import MessageState
from tests.browser_like import Client
from tests.delivery.relay import OK, Answer, relay
from tests.delivery.test_deliver import dispatch_of, until_waiting
from tests.delivery.work import Clock, mailer, workers
from tests.outbox import cast

GONE = "550 5.1.1 no such mailbox"
POLICIES = (
    "550 5.7.1 SPF check failed",
    "550 5.7.25 no PTR record",
    "550 5.7.23 SPF validation failed",
)


@pytest.mark.parametrize(
    ("said", "over_us"),
    [
        (Reply(550, "5.7.1", "5.7.1 your IP is on a blocklist"), True),
        (Reply(550, "5.7.26", "5.7.26 unauthenticated mail"), True),
        (Reply(554, "", "Client host rejected: Access denied"), True),
        (Reply(550, "5.1.1", "5.1.1 user unknown"), False),
        (Reply(550, "", "no such user here"), False),
        (Reply(552, "5.2.2", "5.2.2 mailbox full"), False),
        (Reply(552, "5.3.4", "larger than this mail server takes"), False),
        (Reply(0, "5.6.7", "this mail server takes no address beyond ASCII (SMTPUTF8)"), False),
        (Reply(451, "4.7.1", "4.7.1 greylisted"), False),
    ],
)
def test_what_was_about_us_is_told_from_what_was_about_an_address(
    said: Reply, over_us: bool
) -> None:
    assert outcome.over_us(said) is over_us


async def test_after_the_breaker_those_refused_because_of_us_get_it_once_and_nobody_else(
    app: App, client: Client
) -> None:
    await client.login("approver")
    dispatch_id = await cast.opened(app.db, people=60)
    url = f"/dispatches/{dispatch_id}"

    def strict(recipient: str, _time: int) -> Answer:
        number = int(recipient[7:12])
        return f"rcpt {GONE}" if number % 9 == 0 else f"rcpt {POLICIES[number % 3]}"

    async with relay(strict) as server, workers(app.db, mailer(server.url)):
        await until_waiting(app.db, dispatch_id)
    async with app.db.read() as tx:
        messages = await outbox.recipients(tx, dispatch_id, limit=60)
        over_us = await delivery.refused_over_us(tx, dispatch_id)
    refused = [m for m in messages if m.state is MessageState.REFUSED]
    gone = {m.address for m in refused if m.status == "5.1.1"}
    assert {m.address for m in over_us} == {m.address for m in refused} - gone
    assert over_us
    assert gone
    page = await client.get(f"{url}/refused")
    assert all(m.address in page.text for m in over_us)
    assert not any(address in page.text for address in gone)
    every = [str(m.id) for m in messages]  # whatever a page sends back
    assert (await client.submit(f"{url}/refused", message=every)).status_code == 303
    assert (await client.submit(f"{url}/refused", message=every)).status_code == 409
    async with relay(lambda _who, _time: OK) as server:
        assert (await client.submit(f"{url}/resume")).status_code == 303
        async with workers(app.db, mailer(server.url), clock=Clock(clock.now())):
            await server.until(lambda: len(server.accepted) == 60 - len(gone))
        assert set(server.recipients.values()) == {1}
        assert not gone & set(server.tries)
    assert (await dispatch_of(app.db, dispatch_id)).hold is None
    assert await cast.states(app.db, dispatch_id) == {
        "accepted": 60 - len(gone),
        "refused": len(gone),
    }


async def test_only_an_approver_sends_again(app: App, client: Client) -> None:
    await client.login("editor")
    dispatch_id = await cast.opened(app.db, people=1)
    answer = await client.submit(f"/dispatches/{dispatch_id}/refused", message="1")
    assert answer.status_code == 403
