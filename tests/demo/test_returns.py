"""What comes back in the demo, by its own listener, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from service.app import App
from service.demo import answers, doors, returns, seeds
from service.demo.answers import DOMAIN, Kind, Received
from service.demo.past import Doors
from service.demo.postman import Postman
from service.demo.site import Site
from service.events import arrivals
from service.events.actions import Tools
from service.events.bounce.classify import classify
from service.events.listener import Arrived, Listener
from service.kit import clock
from service.outbox import links

SITE = Site("http://127.0.0.1:9")


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
async def listening(app: App) -> AsyncIterator[str]:
    """The address of a listener that takes returned mail in, as the worker's does."""
    tools = Tools(app.signer, app.renderer, app.readers)

    async def keep(arrived: Arrived) -> None:
        await arrivals.take_in(app.db, tools, arrived, clock.now)

    async with Listener("127.0.0.1", 0, DOMAIN, keep) as listener:
        yield f"smtp://127.0.0.1:{listener.port}"


@pytest.mark.parametrize("first_id", [1, 1_005])
async def test_each_kind_of_answer_has_its_effect_and_none_comes_twice(
    app: App, listening: str, now: datetime, first_id: int
) -> None:
    opening = Doors(app.renderer, app.segments, app.settings.public_url)
    async with app.db.tx() as tx:
        for table in ("contact", "message"):
            await tx.execute(f"alter table {table} alter column id restart with {first_id}")
        await seeds.prepare(tx, SITE, app.settings.data_dir, opening, now)
    past = [one for one in answers.load().values() if one.past]
    assert await returns.come(app.db, app.signer, listening, now) == len(past)
    assert await returns.come(app.db, app.signer, listening, now) == 0
    async with app.db.read() as tx:
        rows = await tx.fetch(
            "select c.email, r.kind::text, r.effect::text"
            " from returned_mail r join contact c on c.id = r.contact_id"
        )
    assert {(row[0].partition("@")[2], row[1], row[2]) for row in rows} == {
        ("birsfelden.example", "bounce", "suspended"),
        ("binningen.example", "bounce", "counted"),
        ("allschwil.example", "bounce", "none"),
        ("buelach.example", "auto_reply", "none"),
        ("adliswil.example", "human", "forwarded"),
        ("dietikon.example", "complaint", "ended"),
        ("bassersdorf.example", "unsubscribe", "ended"),
    }


async def test_a_caught_mail_is_answered_by_its_mailbox_and_only_by_it(
    app: App, tmp_path: Path
) -> None:
    came: asyncio.Queue[Arrived] = asyncio.Queue()
    token = app.signer.sign("message", 7)
    sender = links.return_path(token, DOMAIN)
    gone = next(one for one in answers.load().values() if one.live and one.kind is Kind.REPORT)
    head = b"Subject: Rundbrief\r\n\r\nGuten Tag\r\n"
    async with (
        Listener("127.0.0.1", 0, DOMAIN, came.put) as listener,
        Postman.at_work(f"smtp://127.0.0.1:{listener.port}", clock.now) as postman,
    ):
        postman.caught(sender, ["niemand@uster.example", gone.address], head)
        postman.caught("info@konferenz.example", [gone.address], head)  # a notice: nobody answers
        postman.caught(sender, [links.control_address(token, DOMAIN)], head)
        answered, copied = await came.get(), await came.get()
    assert answered.envelope_to == sender
    assert classify(answered.mail).recipients == (gone.address,)
    assert copied.envelope_to.startswith("control+")
    assert copied.mail == head
    assert came.empty()


async def test_whoever_wants_to_leave_writes_where_the_mail_says() -> None:
    by = next(one for one in answers.load().values() if one.kind is Kind.LEAVE)
    head = b"List-Unsubscribe: <https://x.example/u/t>,\r\n <mailto:u+token@x.example?subject=x>"
    posted = answers.answer(by, Received("b+token@x.example", by.address, head), clock.now())
    assert posted.to == "u+token@x.example"


async def test_the_listener_keeps_its_port_from_start_to_start(tmp_path: Path) -> None:
    async with doors.opened(tmp_path, clock.now) as first:
        pass
    async with doors.opened(tmp_path, clock.now) as second:
        assert second.returns_url == first.returns_url
