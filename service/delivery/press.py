"""Makes finished mails of claimed messages: slots filled, signed, in threads, a handful at a time.

A signature takes most of a mail's work and runs outside Python's lock, so that every core signs
while the event loop talks to mail servers. It reads no database and decides nothing.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from service.delivery.smtp import Mailer
from service.kit.errors import Invalid
from service.kit.tokens import Signer
from service.outbox import assemble
from service.outbox.assemble import Form, Sign
from service.outbox.model import Letterhead, Mail, Rendition, Ticket

HANDFUL = 16  # mails made in one go; more would let connections wait at the start


class Plate(Struct, frozen=True, eq=False):
    """What all mails of one variant share: the compiled form, and what signs them, if anything."""

    form: Form
    sign: Sign | None


class Press:
    """As many threads as there are cores; `close` when no mail is wanted any more."""

    def __init__(self, mailer: Mailer, signer: Signer) -> None:
        self._mailer, self._signer = mailer, signer
        self.threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="press")

    async def plate(self, rendition: Rendition, letterhead: Letterhead) -> Plate:
        """Prepare whatever mails of one variant have in common."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._plate, rendition, letterhead)

    async def make(self, orders: Sequence[tuple[Plate, Ticket]]) -> list[Mail | Invalid]:
        """Return the mails in the order asked; a fault for one that cannot be written."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._all, orders)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _plate(self, rendition: Rendition, letterhead: Letterhead) -> Plate:
        form = assemble.compile_form(rendition, letterhead, self._mailer.bounce_domain)
        stencil = self._mailer.stencil(form.sender, form.head, assemble.OWN)
        return Plate(form, stencil.sign if stencil else None)

    def _all(self, orders: Sequence[tuple[Plate, Ticket]]) -> list[Mail | Invalid]:
        return [self._one(plate, ticket) for plate, ticket in orders]

    def _one(self, plate: Plate, ticket: Ticket) -> Mail | Invalid:
        token = self._signer.sign("message", ticket.message_id)
        try:
            mail = assemble.write(plate.form, ticket, token, plate.sign)
        except Invalid as fault:
            return fault
        sender = self._mailer.return_path(mail.sender, token)
        return Mail(sender, mail.recipient, mail.content, token)
