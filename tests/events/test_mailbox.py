"""A mailbox of returned mail: read over IMAP, moved when stored, never deleted, never stuck."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from service.app import App
from service.events import actions as events
from service.events import arrivals, mailbox
from service.events.arrivals import Pace
from service.kit.errors import Invalid
from tests.events import cast
from tests.events.cast import LATER
from tests.events.imap import Imap
from tests.events.returns import GONE, address_of, back, report, standing, tools

SOON = Pace(every=0.01, after_trouble=0.01)


@asynccontextmanager
async def watched(app: App, server: Imap) -> AsyncIterator[None]:
    """Let the worker look into a mailbox meanwhile."""
    stop, where = asyncio.Event(), mailbox.address(server.url)
    async with asyncio.TaskGroup() as group:
        group.create_task(arrivals.watch(app.db, tools(app), where, lambda: LATER, stop, SOON))
        try:
            yield
        finally:
            stop.set()


async def trouble(app: App) -> str:
    """Return what the mailbox's door says of itself."""
    async with app.db.read() as tx:
        return "".join(str(door.trouble) for door in await events.doors(tx))


def returned(app: App, sent: cast.Sent, number: int = 0) -> bytes:
    """Return a report as a mailbox has it: who it came to stands in its own headers."""
    to = back(app, sent.messages[number]).upper()
    head = f"Delivered-To: {to}\nTo: {to}\n".encode()
    return (head + report(address_of(number), GONE)).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("able", [["MOVE"], ["UIDPLUS"], []])
async def test_what_was_stored_is_moved_whatever_the_server_can_do(
    app: App, able: list[str]
) -> None:
    sent = await cast.sent(app, 3)
    async with Imap(*able) as server:
        mails = [returned(app, sent, number) for number in range(3)]
        for mail in mails[:2]:
            server.put(mail)
        async with watched(app, server):
            await server.until(lambda: len(server.folders.get("Rundbrief", ())) == 2)
            server.put(mails[2])  # comes in while the session stands
            await server.until(lambda: len(server.folders["Rundbrief"]) == 3)
        left = set(server.folders["INBOX"]) - server.deleted
    assert not left
    assert not (able and server.folders["INBOX"])
    assert list(server.folders["Rundbrief"].values()) == mails
    for number in range(3):
        assert await standing(app, sent, number) == ["address_gone"]
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from returned_mail") == 3
        assert [d.trouble for d in await events.doors(tx)] == [None]


async def test_a_mailbox_that_locks_says_so_and_is_tried_again(app: App) -> None:
    sent = await cast.sent(app, 1)
    async with Imap("MOVE") as server:
        server.put(returned(app, sent))
        server.locked = "[ALERT] the account is locked"
        async with watched(app, server):
            await server.until(lambda: server.logins == 2)
            async with app.db.read() as tx:
                (door,) = await events.doors(tx)
            assert "the account is locked" in str(door.trouble)
            server.locked = ""
            await server.until(lambda: "Rundbrief" in server.folders)
            await server.until(lambda: len(server.folders["Rundbrief"]) == 1)
    async with app.db.read() as tx:
        assert [d.trouble for d in await events.doors(tx)] == [None]


async def test_a_session_that_breaks_loses_nothing_and_handles_nothing_twice(app: App) -> None:
    sent = await cast.sent(app, 1)
    async with Imap("MOVE") as server:
        server.put(returned(app, sent))
        server.put(returned(app, sent))  # the same mail, delivered twice
        server.lost_after_fetch = True
        async with watched(app, server):
            await server.until(lambda: server.logins >= 3)
            server.lost_after_fetch = False
            await server.until(lambda: len(server.folders["Rundbrief"]) == 2)
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from returned_mail") == 1
        assert await tx.fetchval("select count(*) from event") == 1


@pytest.mark.parametrize("verb", ["SEARCH", "FETCH", "MOVE"])
async def test_a_mailbox_that_locks_midway_says_so_and_nothing_is_lost_or_handled_twice(
    app: App, verb: str
) -> None:
    sent = await cast.sent(app, 2)
    async with Imap("MOVE") as server:
        for number in (0, 1):
            server.put(returned(app, sent, number))
        server.refused = {verb}
        async with watched(app, server):
            await server.until(lambda: server.logins == 3)
            async with app.db.read() as tx:
                (door,) = await events.doors(tx)
            assert "locked by another process" in str(door.trouble)
            server.refused = set()
            await server.until(lambda: len(server.folders["Rundbrief"]) == 2)
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from returned_mail") == 2
        assert await tx.fetchval("select count(*) from event") == 2
        assert [d.trouble for d in await events.doors(tx)] == [None]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SEARCH", b"* SEARCH one two"),
        ("SEARCH", b"* SEARCH \xff\xfe"),
        ("CAPABILITY", b"* CAPABILITY \xff"),
    ],
)
async def test_a_mailbox_that_talks_nonsense_says_so_stops_nothing_and_is_tried_again(
    app: App, command: str, answer: bytes
) -> None:
    sent = await cast.sent(app, 1)
    async with Imap("MOVE") as server, watched(app, server):
        server.nonsense[command] = answer
        server.put(returned(app, sent))
        while "what nobody understands" not in await trouble(app):
            pass  # each look is a round trip to the database
        server.nonsense.clear()
        await server.until(lambda: len(server.folders.get("Rundbrief", ())) == 1)
    assert await standing(app, sent) == ["address_gone"]


async def test_nobody_there_is_said(app: App) -> None:
    server = Imap()
    async with server:
        pass
    stop, where = asyncio.Event(), mailbox.address(server.url)
    async with asyncio.TaskGroup() as group:
        group.create_task(arrivals.watch(app.db, tools(app), where, lambda: LATER, stop, SOON))
        found: list[events.IntakeState] = []
        while not found:
            async with app.db.read() as tx:
                found = await events.doors(tx)
        stop.set()
    assert "does not answer" in str(found[0].trouble)


def test_an_address_of_a_mailbox_is_read_in_full() -> None:
    where = mailbox.address("imaps://r%40x.ch:p%3Aw@mail.x.ch/Zur%C3%BCck?done=Erledigt")
    assert (where.host, where.port, where.secure) == ("mail.x.ch", 993, True)
    assert (where.user, where.password) == ("r@x.ch", "p:w")
    assert (where.folder, where.done) == ("Zurück", "Erledigt")
    for wrong in ("imaps://mail.x.ch/", "http://a:b@c", "imaps://a:b@c:port/"):
        with pytest.raises(Invalid):
            mailbox.address(wrong)
