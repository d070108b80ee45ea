"""Makes finished mails of claimed messages: slots filled, signed, a handful at a time.

Filling is quick and done here; signing is most of the work and done by processes of its own, so
that every core signs while the event loop talks to mail servers. It decides nothing.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from service.delivery.dkim import Draft, Stencil
from service.delivery.signing import Signing
from service.delivery.smtp import Mailer
from service.kit.errors import Invalid
from service.kit.tokens import Signer
from service.outbox import assemble
from service.outbox.assemble import Form, Letter
from service.outbox.model import Letterhead, Mail, Rendition, Ticket

HANDFUL = 16  # mails made in one go: a millisecond in which the loop does nothing else


class Plate(Struct, frozen=True, eq=False):
    """What all mails of one variant share: the compiled form, and what signs them, if anything."""

    form: Form
    stencil: Stencil | None


class Proof(Struct, frozen=True, eq=False):
    """A mail that waits for its signatures."""

    letter: Letter
    sender: str
    token: str
    drafts: Sequence[Draft]

    def signed(self, signatures: Iterator[bytes]) -> Mail:
        """Return the finished mail; takes as many signatures as there are drafts."""
        fields = b"".join([draft.signed(next(signatures)) for draft in self.drafts])
        return Mail(self.sender, self.letter.recipient, self.letter.pieces(fields), self.token)


class Press:
    """Makes mails until `close`."""

    def __init__(self, mailer: Mailer, signer: Signer) -> None:
        self._mailer, self._signer = mailer, signer
        self._signing = Signing(mailer.private_keys)
        self.at_once = 2 * self._signing.children  # one is signed while the next one waits

    def plate(self, rendition: Rendition, letterhead: Letterhead) -> Plate:
        """Prepare whatever mails of one variant have in common; not for the event loop's thread."""
        form = assemble.compile_form(rendition, letterhead, self._mailer.bounce_domain)
        return Plate(form, self._mailer.stencil(form.sender, form.head, assemble.OWN))

    async def make(self, orders: Sequence[tuple[Plate, Ticket]]) -> list[Mail | Invalid]:
        """Return the mails in the order asked; a fault for one that cannot be written."""
        proofs = [self._proof(plate, ticket) for plate, ticket in orders]
        asked = [
            (draft.private, draft.digest)
            for proof in proofs
            if isinstance(proof, Proof)
            for draft in proof.drafts
        ]
        signatures = iter(await self._signing.sign(asked))
        return [p.signed(signatures) if isinstance(p, Proof) else p for p in proofs]

    async def close(self) -> None:
        await self._signing.close()

    def _proof(self, plate: Plate, ticket: Ticket) -> Proof | Invalid:
        token = self._signer.sign("message", ticket.message_id)
        try:
            letter = assemble.fill(plate.form, ticket, token)
        except Invalid as fault:
            return fault
        stencil = plate.stencil
        drafts = stencil.draft(letter.own, letter.body, ticket.dated_at) if stencil else ()
        return Proof(letter, self._mailer.return_path(plate.form.sender, token), token, drafts)
