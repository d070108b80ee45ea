"""The five families of error that a person may meet; how they look is decided at the doors."""

from collections.abc import Sequence

import msgspec

from service.kit.text import Text, msg

# Said with a Conflict by whatever a person changes upon what was seen before.
STALE = msg("Somebody else changed this in the meantime. Compare, then save again.")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one input: where (a field's name, "" for the whole) and what."""

    where: str
    what: Text


class Problem(Exception):
    """A broken expectation that can be told to a person in one sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class NotFound(Problem):
    """What was asked for does not exist (any more)."""


class Conflict(Problem):
    """It cannot be done in the present state, for example because somebody was faster."""


class Forbidden(Problem):
    """The person may not do this."""


class Unavailable(Problem):
    """Something that we depend on does not answer; trying again later makes sense."""


class Invalid(Problem):
    """The input has faults; all of them are named at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].what)
        self.faults = tuple(faults)

    @classmethod
    def of(cls, where: str, what: Text) -> "Invalid":
        """Return the error for a single fault."""
        return cls([Fault(where, what)])

    def __str__(self) -> str:
        """Return all faults in English, one a line."""
        return "\n".join(f"{f.where}: {f.what}" if f.where else str(f.what) for f in self.faults)
