"""Every door that stops mail: its answer comes after the last final dot, and nothing follows it."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from service.app import App
from service.delivery.carrier import LEASE
from service.outbox import actions as outbox
from service.outbox import ledger
from service.outbox.model import DOT_WITHIN, Ticket
from tests.browser_like import Client
from tests.events import cast
from tests.events.cast import LATER, Sent

Door = Callable[[Client, Sent, int], Awaitable[httpx.Response]]


def by_token(purpose: str, door: str, **fields: str) -> Door:
    async def post(client: Client, sent: Sent, number: int) -> httpx.Response:
        token = client.app.signer.sign("message", sent.messages[number])
        typed = {name: text.format(newsletter=sent.newsletter_id) for name, text in fields.items()}
        return await client.post(f"/{door}/{token}", data={"language": "de", **typed})

    post.__name__ = purpose
    return post


def by_editor(act: str, **fields: str) -> Door:
    async def post(client: Client, sent: Sent, number: int) -> httpx.Response:
        given = {"newsletter": str(sent.newsletter_id), **fields}
        return await client.submit(f"/contacts/{sent.contacts[number]}{act}", **given)

    return post


FAR = "2099-01-01"
DOORS: dict[str, Door] = {
    "one click": by_token("one", "u", **{"List-Unsubscribe": "One-Click"}),
    "the page behind the link": by_token("page", "u", **{"from": "page"}),
    "leaving on the own page": by_token("leave", "p", shown="{newsletter}"),
    "pausing on the own page": by_token("pause", "p", paused_until=FAR),
    "an editor ends the subscription": by_editor("/unsubscribe"),
    "an editor suspends": by_editor("/suspend", detail="weggezogen"),
    "an editor pauses": by_editor("/pause", until=FAR),
    "an editor takes the address away": by_editor("", label="Sozialamt", version="1"),
    "a person is erased": by_editor("/erase"),
}


async def at_work(app: App, people: int) -> tuple[Sent, list[Ticket]]:
    """Return a dispatch all of whose messages a worker has claimed."""
    sent = await cast.sent(app, people)
    async with app.db.tx() as tx:
        claim = await ledger.claim(tx, "w", LATER, LATER + LEASE)
    assert claim is not None
    return sent, claim.tickets


async def state(app: App, message_id: int) -> str:
    async with app.db.read() as tx:
        return (await outbox.message(tx, message_id)).state.value


async def test_every_door_waits_for_a_dot_that_may_leave_and_withdraws_what_was_claimed(
    app: App, client: Client
) -> None:
    await client.login("administrator")
    sent, tickets = await at_work(app, 2 * len(DOORS))
    at_the_dot = tickets[: len(DOORS)]
    async with app.db.tx() as tx:
        assert len(await ledger.turn(tx, "w", [], at_the_dot, LATER)) == len(DOORS)
    clock = asyncio.get_running_loop().time
    waited: dict[str, float] = {}

    async def knock(number: int, name: str, door: Door) -> None:
        began = clock()
        answer = await door(client, sent, number)
        waited[name] = clock() - began
        assert answer.status_code in {200, 303}, (name, answer.text)
        assert (await door(client, sent, number + len(DOORS))).status_code in {200, 303}, name

    async with asyncio.TaskGroup() as group:
        for number, (name, door) in enumerate(DOORS.items()):
            group.create_task(knock(number, name, door))
    assert min(waited.values()) >= DOT_WITHIN, waited
    late = tickets[len(DOORS) :]
    assert [await state(app, t.message_id) for t in late] == ["withdrawn"] * len(DOORS)
    async with app.db.tx() as tx:
        assert not await ledger.turn(tx, "w", [], late, LATER)


@pytest.mark.parametrize("act", ["pause", "cancel"])
async def test_the_stop_of_a_dispatch_waits_while_a_worker_holds_a_stretch_of_it(
    app: App, client: Client, act: str
) -> None:
    await client.login("approver")
    sent, tickets = await at_work(app, 3)
    began = asyncio.get_running_loop().time()
    answer = await client.submit(f"/dispatches/{sent.dispatch_id}/{act}")
    assert answer.status_code == 303
    assert asyncio.get_running_loop().time() - began >= DOT_WITHIN
    async with app.db.tx() as tx:
        assert not await ledger.turn(tx, "w", [], tickets, LATER)
