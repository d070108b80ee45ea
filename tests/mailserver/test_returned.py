"""Bounces that Postfix writes, fetched from dovecot by the worker, each to its own contact."""

import asyncio
import imaplib

import pytest

from service.delivery import smtp
from service.delivery.smtp import Mailer, Seal
from service.events import actions as events
from service.events import arrivals, mailbox
from service.events.arrivals import Pace
from service.kit.db import Database
from tests.delivery.work import LIMITS, SIGNER, workers
from tests.mailserver.servers import BOUNCES, PASSWORD, Servers
from tests.outbox import cast
from tests.outbox.cast import NOW, RENDERER

pytestmark = pytest.mark.mailserver

PEOPLE = 3


async def test_a_real_mailbox_is_read_and_what_was_stored_lies_in_another_folder(
    db: Database, servers: Servers
) -> None:
    dispatch_id = await cast.opened(db, people=PEOPLE, domain="far.example")
    seal = Seal((), BOUNCES)
    target = Mailer(smtp.relay(servers.url), helo="t.example", limits=LIMITS, seal=seal)
    async with workers(db, target):
        while (await cast.states(db, dispatch_id)).get("accepted") != PEOPLE:
            pass  # each look is a round trip to the database
    waiting = len(await asyncio.to_thread(servers.delivered, "bounces", PEOPLE))
    where = mailbox.address(
        f"imap://bounces:{PASSWORD}@127.0.0.1:{servers.ports['imap']}/INBOX?done=R%C3%BCckl%C3%A4ufer"
    )
    stop, tools = asyncio.Event(), events.Tools(SIGNER, RENDERER)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(arrivals.watch(db, tools, where, lambda: NOW, stop, Pace(0.05, 0.05)))
        while len(await listed(db)) < waiting or in_folder(servers, "INBOX"):
            await asyncio.to_thread(in_folder, servers, "INBOX")
        stop.set()
    ours = [one for one in await listed(db) if one.dispatch_id == dispatch_id]
    assert sorted(one.recipient for one in ours) == [
        f"person-{number:05}@far.example" for number in range(PEOPLE)
    ]
    assert len({one.contact_id for one in ours}) == PEOPLE
    assert in_folder(servers, "R&APw-ckl&AOQ-ufer") == waiting


async def listed(db: Database) -> list[events.Returned]:
    async with db.read() as tx:
        return await events.returned_listing(tx, events.ReturnedFilter())


def in_folder(servers: Servers, name: str) -> int:
    """Return how many mails a folder of the mailbox holds."""
    with imaplib.IMAP4("127.0.0.1", servers.ports["imap"]) as imap:
        imap.login("bounces", PASSWORD)
        status, found = imap.select(name, readonly=True)
        return int(found[0] or b"0") if status == "OK" else 0
