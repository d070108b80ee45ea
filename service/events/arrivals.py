"""The worker's loops through which returned mail comes in: our own listener, and a mailbox.

Each says how it stands, and goes on by itself after any trouble. It judges nothing.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from service.events import actions as events
from service.events.actions import Tools
from service.events.listener import Arrived, Listener
from service.events.mailbox import Address, Closed, Held, Mailbox
from service.events.model import IntakeDoor
from service.items import letters
from service.kit import log
from service.kit.db import Database
from service.kit.errors import Unavailable
from service.kit.text import Text, msg
from service.outbox import actions as outbox
from service.sources import inbound, mailing

_log = log.logger("returned mail")
_STANDS = 60.0  # seconds between two words on how the listener stands

Clock = Callable[[], datetime]


class Pace(Struct, frozen=True):
    """How often to look into a mailbox, and when to come back to one that is closed: seconds."""

    every: float = 15.0
    after_trouble: float = 60.0


_USUAL = Pace()


async def listen(
    db: Database,
    tools: Tools,
    where: tuple[str, int],
    domain: str,
    clock: Clock,
    stop: asyncio.Event,
) -> None:
    """Take returned mail by SMTP or LMTP until `stop`."""

    async def keep(arrived: Arrived) -> None:
        await take_in(db, tools, arrived, clock)

    async def knows(token: str) -> bool:
        async with db.read() as tx:
            return await inbound.by_token(tx, token) is not None

    while not stop.is_set():
        try:
            async with Listener(*where, domain, keep, knows):
                while not stop.is_set():
                    await _say(db, IntakeDoor.LISTENER, None, clock)
                    await _wait(stop, _STANDS)
        except OSError as error:
            why = msg("Nobody can reach us there: %(why)s", why=error.strerror or str(error))
            await _say(db, IntakeDoor.LISTENER, why, clock)
            await _wait(stop, _USUAL.after_trouble)


async def watch(
    db: Database,
    tools: Tools,
    where: Address,
    clock: Clock,
    stop: asyncio.Event,
    pace: Pace = _USUAL,
) -> None:
    """Look into a mailbox again and again until `stop`."""
    while not stop.is_set():
        mailbox = Mailbox(where)
        try:
            await asyncio.to_thread(mailbox.open)
            await _visit(db, tools, mailbox, clock, stop, pace.every)
        except Closed as closed:
            _log.warning("the mailbox of returned mail: %s", closed)
            await _say(db, IntakeDoor.MAILBOX, closed.text, clock)
        except Unavailable as problem:
            _log.warning("returned mail waits: %s", problem)
        finally:
            await asyncio.to_thread(mailbox.close)
        await _wait(stop, pace.after_trouble)


async def _visit(
    db: Database,
    tools: Tools,
    mailbox: Mailbox,
    clock: Clock,
    stop: asyncio.Event,
    every: float,
) -> None:
    """Take in what there is, again and again in one session."""
    passed_over: set[int] = set()
    while not stop.is_set():
        found = await asyncio.to_thread(mailbox.look, frozenset(passed_over))
        for held in found:
            if len(held.mail) < held.size and mailing.token(held.mail, ""):
                held = await asyncio.to_thread(mailbox.whole, held)  # noqa: PLW2901 - it grew
            if await _taken(db, tools, held, clock):
                await asyncio.to_thread(mailbox.done, held.uid)
            else:
                passed_over.add(held.uid)
        # Not before: a mailbox that can be read but not moved out of is in trouble all the while.
        await _say(db, IntakeDoor.MAILBOX, None, clock)
        if not found:
            await _wait(stop, every)


async def _taken(db: Database, tools: Tools, held: Held, clock: Clock) -> bool:
    """Tell whether a mail is stored; one that cannot be stays where it is, and stops no other."""
    try:
        await take_in(db, tools, Arrived("", held.mail, held.size), clock)
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001 - one mail never stops the others
        _log.exception("a mail of the mailbox could not be kept")
        return False
    return True


async def take_in(db: Database, tools: Tools, arrived: Arrived, clock: Clock) -> None:
    """Keep a mail as news where it was sent to a source's address, else as returned mail.

    Whomever it stops (a wish to leave, a complaint, a dead address) no final dot starts to after.
    """
    came, now = (arrived.mail, arrived.envelope_to), clock()
    token, readers = mailing.token(*came), tools.readers
    if token and readers and await letters.receive(db, readers, token, arrived.mail, now):
        return
    read = await events.opened(tools, *came, arrived.size)
    async with db.read() as tx:
        whom = await events.whom(tx, tools.signer, read, now)
    async with outbox.honoured(db, whom, now) if whom else db.tx() as tx:
        await events.take_in(tx, tools, read, now)


async def _say(db: Database, door: IntakeDoor, trouble: Text | None, clock: Clock) -> None:
    try:
        async with db.tx() as tx:
            await events.say(tx, door, trouble, clock())
    except Unavailable as problem:
        _log.warning("the state of returned mail waits: %s", problem)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
