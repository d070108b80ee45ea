"""Makes finished mails of claimed messages: slots filled, signed, in threads, a handful at a time.

A signature takes most of a mail's work and runs outside Python's lock, so that every core signs
while the event loop talks to mail servers. It reads no database and decides nothing.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from service.delivery.smtp import Mailer
from service.kit.errors import Invalid
from service.kit.tokens import Signer
from service.outbox import assemble
from service.outbox.assemble import Form
from service.outbox.model import Mail, Ticket

HANDFUL = 8  # mails made in one go; more would let connections wait at the start


class Press:
    """As many threads as there are cores; `close` when no mail is wanted any more."""

    def __init__(self, mailer: Mailer, signer: Signer) -> None:
        self._mailer, self._signer = mailer, signer
        self.threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="press")

    async def make(self, orders: Sequence[tuple[Form, Ticket]]) -> list[Mail | Invalid]:
        """Return the mails in the order asked; a fault for one that cannot be written."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._all, orders)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _all(self, orders: Sequence[tuple[Form, Ticket]]) -> list[Mail | Invalid]:
        return [self._one(form, ticket) for form, ticket in orders]

    def _one(self, form: Form, ticket: Ticket) -> Mail | Invalid:
        token = self._signer.sign("message", ticket.message_id)
        try:
            mail = assemble.write(form, ticket, token)
        except Invalid as fault:
            return fault
        return self._mailer.seal(mail, ticket.dated_at, token)
