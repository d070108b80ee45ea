"""Opens returned mail: what it is, by which tokens it names its message, and a person's words.

Whoever knows an address of ours can send anything there, so it is read in a child process whose
time and memory are bounded; the loop that asks never waits for it. It touches no contact.
"""

import asyncio

import msgspec

from service.events import trace
from service.events.bounce import letter
from service.events.bounce.classify import classify
from service.events.bounce.letter import Letter
from service.events.bounce.model import UNREADABLE, Kind, Verdict
from service.kit.confine import Confined, Overrun
from service.kit.text import one_line
from service.outbox import links

FUNCTION = f"{__name__}:answer"
KEPT_BYTES = 256 * 1024
_LONGEST_ADDRESS = 320


class Read(msgspec.Struct, frozen=True):
    """What a returned mail says. `own`: the token of a mail that is itself one of ours."""

    verdict: Verdict
    addressed: list[str]
    tokens: list[str]
    own: str | None
    letter: Letter


class Opened(msgspec.Struct, frozen=True):
    """A returned mail: its beginning, to which address it came, its whole size, what it says."""

    mail: bytes
    address: str
    size: int
    read: Read


class Request(msgspec.Struct, frozen=True):
    mail: bytes
    envelope_to: str


def look(mail: bytes, envelope_to: str) -> Read:
    """Return what a mail says; anything can be asked, nothing raises."""
    addressed = trace.addressed_to(mail, envelope_to)
    tokens, own = trace.tokens(mail, addressed), trace.own_token(mail)
    return Read(classify(mail), addressed, tokens, own, letter.read_letter(mail))


def answer(payload: bytes) -> bytes:
    """Do in a child what `look` does: msgpack of Request in, of Read out."""
    asked = msgspec.msgpack.decode(payload, type=Request)
    return msgspec.msgpack.encode(look(asked.mail, asked.envelope_to))


async def opened(
    readers: Confined | None, mail: bytes, envelope_to: str = "", size: int = 0
) -> Opened:
    """Open a mail in a child, or in a thread where there is none.

    `size` is the whole mail's, where `mail` is only its beginning. A mail that takes too long or
    too much memory is no report: it is kept for people to look at.
    """
    kept, address = mail[:KEPT_BYTES], one_line(envelope_to)[:_LONGEST_ADDRESS]
    if readers is None:
        read = await asyncio.to_thread(look, kept, address)
    else:
        asked = msgspec.msgpack.encode(Request(kept, address))
        found = await readers.call(asked, FUNCTION)
        read = _unread(address) if isinstance(found, Overrun) else _DECODER.decode(found)
    return Opened(kept, address, size or len(mail), read)


def _unread(address: str) -> Read:
    token = links.token_of(address)
    addressed, tokens = ([address], [token]) if token else ([], [])
    words = Letter("", "", "", 0, cut=True)
    return Read(Verdict(Kind.OTHER, reason=UNREADABLE), addressed, tokens, None, words)


_DECODER = msgspec.msgpack.Decoder(Read)
