"""Reads a person's letter for other people: who wrote, about what, and the words. Pure."""

import re

from msgspec import Struct

from service.audience import addresses
from service.events.bounce import report
from service.events.bounce.mime import Part, read
from service.kit.text import normalise, one_line
from service.outbox import links

_LONGEST = 20_000
_LONGEST_FIELD = 1_000
_BRACKETED = re.compile(r"<([^<>]+)>")


class Letter(Struct, frozen=True):
    """What a person wrote; `cut` when it was longer than what is passed on."""

    sender: str
    subject: str
    text: str
    files: int
    cut: bool
    address: str = ""  # of whoever wrote, where an answer can be sent to it

    @property
    def name(self) -> str:
        """What whoever wrote is called; the whole field where there is no name in it."""
        return self.sender.partition("<")[0].strip(' "') or self.sender


def read_letter(data: bytes) -> Letter:
    """Return a letter's words, whatever the mail looks like."""
    mail = read(data)
    text = normalise(_words(mail)).strip()
    return Letter(
        sender=one_line(mail.header("reply-to") or mail.header("from"))[:200],
        subject=one_line(mail.header("subject"))[:200],
        text=text[:_LONGEST],
        files=sum(1 for part in mail.walk() if _is_file(part)),
        cut=len(text) > _LONGEST,
        address=_address(mail),
    )


def _address(mail: Part) -> str:
    """Return the first address that an answer can be sent to: Reply-To's, else From's.

    None of our own that carry a token: to answer there would speak for another member.
    """
    for name in ("reply-to", "from"):
        field = next(iter(mail.headers.get(name, ())), "")[:_LONGEST_FIELD]
        for written in _BRACKETED.findall(field) or report.ADDRESS.findall(field):
            address, _ = addresses.plain(written)
            if address and address.isascii() and links.token_of(address) is None:
                return address
    return ""


def _words(mail: Part) -> str:
    texts = [p for p in mail.walk() if p.kind == "text/plain" and not _is_file(p)]
    texts = texts or [p for p in mail.walk() if p.kind == "text/html"]
    return "\n".join(part.text for part in texts)


def _is_file(part: Part) -> bool:
    return part.header("content-disposition").lower().startswith("attachment")
