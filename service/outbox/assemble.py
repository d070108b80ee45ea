"""From a rendition to the bytes that one recipient gets. Pure.

A rendition is compiled once per dispatch and variant: slots split off, everything else encoded. Per
recipient only the slots are filled, on bytes. The same ticket always gives the same bytes, so that
whoever gets a retry twice can tell that it is one mail.
"""

import html
import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from service.outbox import links, mime
from service.outbox.model import Letterhead, Mail, Notice, Rendition, Ticket

_Value = Callable[[Ticket], bytes]
_Piece = bytes | _Value | None  # literal, what is the recipient's, or the place of the token

_PLAIN: dict[str, _Piece] = {
    "TOKEN": None,
    "SALUTATION": lambda ticket: mime.inline(ticket.salutation),
    "ADDRESS": lambda ticket: mime.inline(ticket.address),
}
_HTML: dict[str, _Piece] = {
    "TOKEN": None,  # it holds nothing that HTML would have to escape
    "SALUTATION": lambda ticket: mime.inline(html.escape(ticket.salutation)),
    "ADDRESS": lambda ticket: mime.inline(html.escape(ticket.address)),
}
_REGIONS = {"de": "de-CH", "fr": "fr-CH", "it": "it-CH", "en": "en"}

# The header fields that differ from one recipient to the next, in the order of a mail.
OWN = (b"to", b"date", b"message-id", b"list-unsubscribe")


class Form(Struct, frozen=True):
    """A compiled rendition: the header fields that all its mails share, up to and with the empty
    line, and a body cut at every place of the recipient's token.

    `personal`: which segments hold more of the recipient than that, as templates with their values.
    """

    head: bytes
    segments: tuple[bytes, ...]
    personal: tuple[tuple[int, bytes, tuple[_Value, ...]], ...]
    sender: str
    domain: str
    seed: str
    unsubscribe: str
    bounce_domain: str = ""


class Letter(Struct, frozen=True, eq=False):
    """What one recipient gets, in pieces: header fields of its own, those of all, and the body."""

    recipient: str
    own: bytes
    head: bytes
    body: bytes

    def pieces(self, signature: bytes = b"") -> tuple[bytes, bytes]:
        """Return the mail's header and body; `signature` are the fields that go in front."""
        return b"".join((signature, self.own, self.head)), self.body


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
    segments = _segments(
        [
            mime.part_start(limit, "plain"),
            *_pieces(rendition, rendition.text, _PLAIN),
            mime.part_end(limit, last=False),
            mime.part_start(limit, "html"),
            *_pieces(rendition, rendition.html, _HTML),
            mime.part_end(limit, last=True),
        ]
    )
    sender = mime.checked_address(letterhead.sender_address)
    return Form(
        head=b"".join(head),
        segments=tuple(template % () if not values else b"" for template, values in segments),
        personal=tuple((i, *segment) for i, segment in enumerate(segments) if segment[1]),
        sender=sender,
        domain=sender.rpartition("@")[2],
        seed=seed,
        unsubscribe=mime.ascii_only("List-Unsubscribe", f"{letterhead.public_url}/u/"),
        bounce_domain=bounce_domain,
    )


def write(form: Form, ticket: Ticket, token: str) -> Mail:
    """Return the mail for one recipient; raises Invalid for an address that mail cannot take."""
    letter = fill(form, ticket, token)
    return Mail(form.sender, letter.recipient, letter.pieces())


def fill(form: Form, ticket: Ticket, token: str) -> Letter:
    """Return what one recipient gets; raises Invalid for an address that mail cannot take."""
    address = mime.international_address(ticket.address)
    segments = list(form.segments)
    for index, template, values in form.personal:
        segments[index] = template % tuple([value(ticket) for value in values])
    body = mime.inline(token).join(segments)
    return Letter(address, _own_head(form, ticket, address, token), form.head, body)


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
    return Mail(mime.checked_address(notice.sender_address), address, (b"".join(parts),))


def _own_head(form: Form, ticket: Ticket, address: str, token: str) -> bytes:
    """Return the fields of OWN; folded where a line would be too long, but with no other blanks.

    RFC 8058: an HTTPS address that takes a POST, and the header that says so. The mail address is
    for programs that know nothing newer, and only where somebody reads what comes to it.
    """
    ways_out = f"<{form.unsubscribe}{token}>"
    if form.bounce_domain:
        mailbox = links.unsubscribe_address(token, form.bounce_domain)
        ways_out += f",\r\n <mailto:{mailbox}?subject=unsubscribe>"
    unique = mime.unique(f"{form.seed}:{ticket.message_id}")
    return (
        f"To: <{address}>\r\nDate: {mime.written(ticket.dated_at)}\r\n"
        f"Message-ID: <{unique}@{form.domain}>\r\nList-Unsubscribe: {ways_out}\r\n"
    ).encode()


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


def _pieces(rendition: Rendition, body: str, values: dict[str, _Piece]) -> list[_Piece]:
    """Split a body at its slots and encode what lies between them."""
    numbered = _lines(body).replace(f"@@{rendition.nonce}_DISPATCH@@", str(rendition.dispatch_id))
    split = _slot(rendition.nonce).split(numbered)
    pieces: list[_Piece] = []
    for index, piece in enumerate(split):
        if index % 2:
            if piece not in values:
                raise SlotFault(f"nobody fills the slot {piece}")
            pieces.append(values[piece])
            continue
        if f"@@{rendition.nonce}" in piece:
            raise SlotFault("a slot's mark is damaged")
        literal = mime.quoted(piece)
        before_slot = index < len(split) - 1 and literal and not literal.endswith(b"\r\n")
        pieces.append(literal + b"=\r\n" if before_slot else literal)
    return pieces


def _segments(pieces: Sequence[_Piece]) -> list[tuple[bytes, tuple[_Value, ...]]]:
    """Cut pieces at the token's places into templates, each with the values that it takes."""
    segments: list[tuple[bytes, tuple[_Value, ...]]] = [(b"", ())]
    for piece in pieces:
        template, values = segments[-1]
        if piece is None:
            segments.append((b"", ()))
        elif isinstance(piece, bytes):
            segments[-1] = template + piece.replace(b"%", b"%%"), values
        else:
            segments[-1] = template + b"%b", (*values, piece)
    return segments


def _slot(nonce: str) -> re.Pattern[str]:
    return re.compile(f"@@{re.escape(nonce)}_([A-Z]+)@@")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
