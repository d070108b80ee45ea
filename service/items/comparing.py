"""What takes the processor long at intake, as a confined child does it: bytes in, bytes out.

Naming and printing what a source lists, the prints that copies are looked up by, comparing texts.
"""

from collections.abc import Iterable

import msgspec

from service.items import dedupe, similarity
from service.items.dedupe import Identified
from service.items.similarity import Pair, Piece
from service.sources.model import Entry

FUNCTION = f"{__name__}:answer"


class Identify(msgspec.Struct, frozen=True, tag=True):
    """Name these entries of one source; answered by a list of Identified."""

    entries: list[Entry]

    def answer(self) -> list[Identified]:
        return dedupe.identify(self.entries)


class Index(msgspec.Struct, frozen=True, tag=True):
    """Find what pieces are looked up by; answered by items and their runs, in two lists.

    These are PostgreSQL's array literals: tens of thousands of numbers cost the loop nothing then.
    """

    pieces: list[Piece]

    def answer(self) -> tuple[str, str]:
        found = [(one.id, str(run)) for one in self.pieces for run in similarity.lookup(one)]
        return _literal(name for name, _ in found), _literal(run for _, run in found)


class Compare(msgspec.Struct, frozen=True, tag=True):
    """Compare every fresh piece with every other one; answered by pairs."""

    fresh: list[Piece]
    others: list[Piece]

    def answer(self) -> list[Pair]:
        return list(similarity.against(self.fresh, self.others))


Work = Identify | Index | Compare


def _literal(numbers: Iterable[str]) -> str:
    return "{" + ",".join(numbers) + "}"


def answer(payload: bytes) -> bytes:
    """Do one encoded piece of work and return what came of it, encoded."""
    return msgspec.msgpack.encode(msgspec.msgpack.decode(payload, type=Work).answer())
