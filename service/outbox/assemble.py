"""From a rendition to the bytes that one recipient gets. Pure.

A rendition is compiled once per dispatch and variant: slots split off, everything else encoded. Per
recipient only the slots are filled, on bytes. The same ticket always gives the same bytes, so that
whoever gets a retry twice can tell that it is one mail.
"""

import html
import re
from datetime import datetime

from msgspec import Struct

from service.outbox import links, mime
from service.outbox.model import Letterhead, Mail, Notice, Rendition, Ticket

_REGIONS = {"de": "de-CH", "fr": "fr-CH", "it": "it-CH", "en": "en"}
_FILLED = {"TOKEN", "SALUTATION", "ADDRESS"}


# The header fields that differ from one recipient to the next, in the order of a mail.
OWN = (b"to", b"date", b"message-id", b"list-unsubscribe")


class Form(Struct, frozen=True):
    """A compiled rendition: the header fields that all its mails share, up to and with the empty
    line, and a body in literal bytes, with at which indexes which value goes in.
    """

    head: bytes
    parts: tuple[bytes, ...]
    slots: tuple[tuple[int, str], ...]
    sender: str
    seed: str
    unsubscribe: str
    bounce_domain: str = ""


class Letter(Struct, frozen=True, eq=False):
    """What one recipient gets, in pieces: header fields of its own, those of all, and the body."""

    recipient: str
    own: bytes
    head: bytes
    body: bytes

    def content(self, signature: bytes = b"") -> bytes:
        """Return the mail; `signature` are the fields that go in front."""
        return b"".join((signature, self.own, self.head, self.body))


class SlotFault(ValueError):
    """A rendition has a slot that nobody fills, or a mark of one that is no slot."""


def compile_form(rendition: Rendition, letterhead: Letterhead, bounce_domain: str = "") -> Form:
    """Encode everything of a rendition that is the same for all its recipients."""
    seed = f"{rendition.dispatch_id}:{rendition.variant}:{rendition.nonce}"
    limit = mime.boundary(seed)
    head = (
        mime.mailbox("From", letterhead.sender_name, letterhead.sender_address),
        _fixed_head(rendition, letterhead),
        mime.multipart(limit),
    )
    pieces: list[bytes | str] = [
        mime.part_start(limit, "plain"),
        *_pieces(rendition, rendition.text, "text"),
        mime.part_end(limit, last=False),
        mime.part_start(limit, "html"),
        *_pieces(rendition, rendition.html, "html"),
        mime.part_end(limit, last=True),
    ]
    return Form(
        head=b"".join(head),
        parts=tuple(b"" if isinstance(p, str) else p for p in pieces),
        slots=tuple((i, p) for i, p in enumerate(pieces) if isinstance(p, str)),
        sender=mime.checked_address(letterhead.sender_address),
        seed=seed,
        unsubscribe=f"{letterhead.public_url}/u/",
        bounce_domain=bounce_domain,
    )


def write(form: Form, ticket: Ticket, token: str) -> Mail:
    """Return the mail for one recipient; raises Invalid for an address that mail cannot take."""
    letter = fill(form, ticket, token)
    return Mail(form.sender, letter.recipient, letter.content())


def fill(form: Form, ticket: Ticket, token: str) -> Letter:
    """Return what one recipient gets; raises Invalid for an address that mail cannot take."""
    address = mime.international_address(ticket.address)
    values = {
        **_both("TOKEN", token),
        **_both("SALUTATION", ticket.salutation),
        **_both("ADDRESS", ticket.address),
    }
    parts = list(form.parts)
    for index, name in form.slots:
        parts[index] = values[name]
    own = _own_head(form, ticket.message_id, address, ticket.dated_at, token)
    return Letter(address, own, form.head, b"".join(parts))


def web_page(rendition: Rendition, salutation: str, address: str, token: str) -> str:
    """Return the HTML part as a page, with its slots filled."""
    values = {
        "TOKEN": token,
        "DISPATCH": str(rendition.dispatch_id),
        "SALUTATION": html.escape(salutation),
        "ADDRESS": html.escape(address),
    }
    return _slot(rendition.nonce).sub(lambda found: values[found[1]], rendition.html)


def write_notice(notice: Notice) -> Mail:
    """Return a mail to one person: no list headers, its own stream."""
    seed = f"notice:{notice.id}:{notice.created_at.isoformat()}"
    limit = mime.boundary(seed)
    address = mime.international_address(notice.address)
    parts = [
        mime.mailbox("From", notice.sender_name, notice.sender_address),
        mime.recipient(address),
        mime.unstructured("Subject", notice.subject),
        mime.date(notice.created_at),
        mime.structured("Message-ID", mime.message_id(seed, notice.sender_address)),
        b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n",
        mime.multipart(limit),
        mime.part_start(limit, "plain"),
        mime.quoted(_lines(notice.text)),
        mime.part_end(limit, last=False),
        mime.part_start(limit, "html"),
        mime.quoted(_lines(notice.html)),
        mime.part_end(limit, last=True),
    ]
    return Mail(mime.checked_address(notice.sender_address), address, b"".join(parts))


def _both(slot: str, value: str) -> dict[str, bytes]:
    """Return a value as the text part and as the HTML part show it."""
    plain, escaped = mime.inline(value), html.escape(value)
    return {
        f"text {slot}": plain,
        f"html {slot}": plain if escaped == value else mime.inline(escaped),
    }


def _own_head(form: Form, message_id: int, address: str, dated: datetime, token: str) -> bytes:
    return b"".join(
        (
            mime.recipient(address),
            mime.date(dated),
            mime.structured(
                "Message-ID", mime.message_id(f"{form.seed}:{message_id}", form.sender)
            ),
            mime.structured("List-Unsubscribe", *_ways_out(form, token)),
        )
    )


def _ways_out(form: Form, token: str) -> list[str]:
    """Return where one recipient can unsubscribe, the best way first, separated by commas.

    RFC 8058: an HTTPS address that takes a POST, and the header that says so. The mail address is
    for programs that know nothing newer, and only where somebody reads what comes to it.
    """
    page = f"<{form.unsubscribe}{token}>"
    if not form.bounce_domain:
        return [page]
    address = links.unsubscribe_address(token, form.bounce_domain)
    return [f"{page},", f"<mailto:{address}?subject=unsubscribe>"]


def _fixed_head(rendition: Rendition, letterhead: Letterhead) -> bytes:
    domain = mime.checked_address(letterhead.sender_address).rpartition("@")[2]
    answer_to = mime.checked_address(letterhead.reply_to or letterhead.sender_address)
    sender_id = re.sub(r"[^a-z0-9]", "", letterhead.association.lower())[:15] or "rundbrief"
    feedback = f"{rendition.dispatch_id}:{letterhead.list_slug}:newsletter:{sender_id}"
    lines = [
        mime.mailbox("Reply-To", "", answer_to),
        mime.unstructured("Subject", rendition.subject),
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        mime.named("List-Id", letterhead.list_title, f"{letterhead.list_slug}.{domain}"),
        mime.structured("List-Help", f"<mailto:{answer_to}>"),
        mime.structured("List-Owner", f"<mailto:{answer_to}>"),
        mime.structured("Feedback-ID", feedback),
        b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n",
        b"Precedence: bulk\r\n",
        mime.structured("Content-Language", _REGIONS.get(letterhead.language, letterhead.language)),
    ]
    if letterhead.archive_url:
        lines.append(mime.structured("List-Archive", f"<{letterhead.archive_url}>"))
    return b"".join(lines)


def _pieces(rendition: Rendition, body: str, part: str) -> list[bytes | str]:
    """Split a body at its slots and encode what lies between them."""
    numbered = _lines(body).replace(f"@@{rendition.nonce}_DISPATCH@@", str(rendition.dispatch_id))
    split = _slot(rendition.nonce).split(numbered)
    pieces: list[bytes | str] = []
    for index, piece in enumerate(split):
        if index % 2:
            if piece not in _FILLED:
                raise SlotFault(f"nobody fills the slot {piece}")
            pieces.append(f"{part} {piece}")
            continue
        if f"@@{rendition.nonce}" in piece:
            raise SlotFault("a slot's mark is damaged")
        literal = mime.quoted(piece)
        before_slot = index < len(split) - 1 and literal and not literal.endswith(b"\r\n")
        pieces.append(literal + b"=\r\n" if before_slot else literal)
    return pieces


def _slot(nonce: str) -> re.Pattern[str]:
    return re.compile(f"@@{re.escape(nonce)}_([A-Z]+)@@")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
