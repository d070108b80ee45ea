"""A copy to an address of our own leaves with the dispatch, comes back, and is counted nowhere."""

import asyncio
import email

import pytest

from service.app import App
from service.delivery import actions as delivery
from service.delivery import smtp
from service.delivery.smtp import Mailer, Seal
from service.kit.errors import Invalid
from service.outbox import actions as outbox
from service.outbox import control, links, notices
from service.outbox.times import ControlCopy
from tests.browser_like import Client
from tests.delivery.relay import Relay, relay
from tests.events import cast
from tests.events.cast import LATER, NOW
from tests.events.returns import DOMAIN, GONE, come, letter, report

OWN = f"probe@{DOMAIN}"
FORWARDING = "kontrolle@anderswo.example"


async def sent(app: App, addresses: list[str]) -> int:
    """Open a dispatch to two people, of a newsletter with control addresses."""
    async with app.db.tx() as tx:
        edition_id, newsletter_id, _ = await cast.approved(tx, 2)
        await control.set_addresses(tx, newsletter_id, addresses)
        dispatch_id = await outbox.schedule(tx, edition_id, NOW, None, NOW)
    public = app.settings.public_url
    assert await outbox.open_due(app.db, app.renderer, app.segments, public, NOW) == [dispatch_id]
    return dispatch_id


async def left(app: App, server: Relay, count: int) -> None:
    stop = asyncio.Event()
    target = Mailer(smtp.relay(server.url), helo="t.example", connections=2, seal=Seal((), DOMAIN))
    tools = (app.db, target, app.signer, lambda: LATER, stop)
    async with asyncio.TaskGroup() as group:
        group.create_task(delivery.deliver(*tools))
        group.create_task(delivery.deliver_notices(*tools))
        await server.until(lambda: len(server.accepted) == count)
        stop.set()


async def copies(app: App, dispatch_id: int) -> dict[str, ControlCopy]:
    async with app.db.read() as tx:
        return {copy.address: copy for copy in await control.copies(tx, dispatch_id)}


async def test_a_copy_is_a_members_mail_and_its_return_proves_that_mail_arrives(app: App) -> None:
    dispatch_id = await sent(app, [FORWARDING, OWN])
    async with relay() as server:
        await left(app, server, 4)
    mails = {to: email.message_from_bytes(mail) for to, mail in server.accepted}
    own = next(to for to in mails if to.startswith("control+"))
    member = mails["kontakt-0000@gemeinde.example"]
    for to in (own, FORWARDING):
        assert mails[to].keys() == member.keys()
        assert mails[to]["Subject"] == member["Subject"]
        assert mails[to]["Message-ID"] != member["Message-ID"]
        assert server.senders[to].endswith(f"@{DOMAIN}")
        assert len(mails[to].get_payload()) == 2
    async with app.db.read() as tx:
        progress = await outbox.progress(tx, dispatch_id, LATER)
        assert progress.dispatch.candidates == progress.standing.accepted == 2

    as_sent = dict(server.accepted)
    assert await come(app, as_sent[own], own) is None, "it is no returned mail"
    came = await copies(app, dispatch_id)
    assert came[OWN].arrived_at is not None
    assert came[OWN].handed_at is not None
    assert came[FORWARDING].arrived_at is None
    forwarded = b"Received: from anderswo.example\r\nX-Forwarded-To: x\r\n" + as_sent[FORWARDING]
    await come(app, forwarded, f"rueck@{DOMAIN}")
    assert (await copies(app, dispatch_id))[FORWARDING].arrived_at is not None


async def test_the_links_of_a_copy_say_what_it_is_and_its_times_outlive_its_notice(
    app: App, client: Client
) -> None:
    dispatch_id = await sent(app, [FORWARDING])
    async with relay() as server:
        await left(app, server, 3)
    token = links.token_of(server.senders[FORWARDING])
    for path in ("u", "p", "w"):
        answer = await client.get(f"/{path}/{token}")
        assert answer.status_code == 404
        assert "Kontrollkopie" in answer.text
    async with app.db.tx() as tx:
        await control.remember(tx)
        await notices.forget(tx, LATER.replace(year=LATER.year + 1))
    assert (await copies(app, dispatch_id))[FORWARDING].handed_at is not None


async def test_a_copy_that_is_missing_after_an_hour_is_told_until_somebody_has_seen_it(
    app: App,
) -> None:
    dispatch_id = await sent(app, [FORWARDING, OWN])
    async with relay() as server:
        await left(app, server, 4)
    own = next(to for to, _ in server.accepted if to.startswith("control+"))
    await come(app, dict(server.accepted)[own], own)
    async with app.db.tx() as tx:
        assert await control.missing(tx, LATER) == []
        late = LATER.replace(hour=LATER.hour + 1, minute=59)
        assert [(m.dispatch_id, m.missing) for m in await control.missing(tx, late)] == [
            (dispatch_id, 1)
        ]
        await control.see_missing(tx, dispatch_id, late)
        assert await control.missing(tx, late) == []


async def test_a_copy_that_cannot_be_delivered_says_why_and_a_members_mail_is_no_copy(
    app: App,
) -> None:
    dispatch_id = await sent(app, [FORWARDING])
    async with relay() as server:
        await left(app, server, 3)
    mails = dict(server.accepted)
    await come(app, report(FORWARDING, GONE), server.senders[FORWARDING])
    assert "User unknown" in (await copies(app, dispatch_id))[FORWARDING].came_back
    # A member who forwards the own mail, a reply to a copy, a token of nobody: not a copy.
    member = mails["kontakt-0000@gemeinde.example"]
    assert await come(app, member, server.senders["kontakt-0000@gemeinde.example"]) is not None
    answer = letter("AW: Rundbrief", "Danke")
    assert await come(app, answer, server.senders[FORWARDING]) is not None
    forged = links.control_address(app.signer.sign("message", 1), DOMAIN)
    assert await come(app, letter("x", "y"), forged) is not None
    assert (await copies(app, dispatch_id))[FORWARDING].arrived_at is None


@pytest.mark.parametrize("address", ["kein-at", "a@b@c.example", ""])
async def test_what_is_no_address_is_no_control_address(app: App, address: str) -> None:

    async with app.db.tx() as tx:
        _, newsletter_id, _ = await cast.approved(tx, 1)
    with pytest.raises(Invalid):
        async with app.db.tx() as tx:
            await control.set_addresses(tx, newsletter_id, [address])
