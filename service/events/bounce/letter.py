"""Reads a person's letter for other people: who wrote, about what, and the words. Pure."""

from msgspec import Struct

from service.events.bounce.mime import Part, read
from service.kit.text import normalise, one_line

_LONGEST = 20_000


class Letter(Struct, frozen=True):
    """What a person wrote; `cut` when it was longer than what is passed on."""

    sender: str
    subject: str
    text: str
    files: int
    cut: bool


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
    )


def _words(mail: Part) -> str:
    texts = [p for p in mail.walk() if p.kind == "text/plain" and not _is_file(p)]
    texts = texts or [p for p in mail.walk() if p.kind == "text/html"]
    return "\n".join(part.text for part in texts)


def _is_file(part: Part) -> bool:
    return part.header("content-disposition").lower().startswith("attachment")
