"""Carries what comes back to the listener for returned mail, over SMTP, one mail after the other.

It tries again while nobody listens yet (pages, mail and listener start side by side), or nobody can
take it just now.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self

from service.delivery import smtp
from service.delivery.model import Accepted, Deferred, Unreachable
from service.demo import answers
from service.demo.answers import DOMAIN, Posted, Received
from service.kit import log
from service.outbox.model import Mail

MOST_WAITING = 1000
_TRIES, _AGAIN = 30, 1.0  # seconds between two tries
_LINE_OF_DOT = re.compile(rb"^\.", re.MULTILINE)
_log = log.logger("demo post")


class Postman:
    """Answers caught mail for the mailboxes that do so; `url` is where it brings the answers."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._url, self._clock = url, clock
        self._answers = {one: by for one, by in answers.load().items() if by.live}
        self._bag: asyncio.Queue[Posted] = asyncio.Queue(MOST_WAITING)

    @classmethod
    @asynccontextmanager
    async def at_work(cls, url: str, clock: Callable[[], datetime]) -> AsyncIterator[Self]:
        """Walk until the block ends; what is still in the bag then is lost."""
        postman = cls(url, clock)
        async with asyncio.TaskGroup() as group:
            walk = group.create_task(postman._walk())
            yield postman
            walk.cancel()

    def caught(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Take a caught mail: for our own returns it goes there, some mailboxes answer it."""
        for recipient in map(str.lower, recipients):
            by = self._answers.get(recipient)
            if recipient.endswith(f"@{DOMAIN}"):
                self._take(Posted(recipient, content))
            elif by and sender.lower().endswith(f"@{DOMAIN}"):
                head = content.partition(b"\r\n\r\n")[0]
                self._take(answers.answer(by, Received(sender, recipient, head), self._clock()))

    def _take(self, posted: Posted) -> None:
        try:
            self._bag.put_nowait(posted)
        except asyncio.QueueFull:
            _log.warning("the bag is full; an answer is lost")

    async def _walk(self) -> None:
        while True:
            await carry(self._url, await self._bag.get())


async def carry(url: str, posted: Posted) -> bool:
    """Hand a mail over; tell whether it was taken."""
    mail = Mail("", posted.to, (_LINE_OF_DOT.sub(b"..", posted.mail),))
    mailer = smtp.mailer(url, "", connections=1)
    for _ in range(_TRIES):
        try:
            line = await mailer.opened()
        except Unreachable:
            await asyncio.sleep(_AGAIN)
            continue
        outcome = await line.hand_over(mail, _always)
        await line.close()
        if not isinstance(outcome, Deferred):
            return isinstance(outcome, Accepted)
        await asyncio.sleep(_AGAIN)
    _log.warning("nobody takes returned mail; an answer is lost")
    return False


async def _always() -> bool:
    return True
