"""The shapes of workers and of what they do. Decides only who is alive; fetches nothing."""

from datetime import datetime, timedelta

from msgspec import Struct

# Of a worker that has told nothing for so long nobody knows whether it lives; it tells every 10 s.
SILENT = timedelta(seconds=60)


class Deed(Struct, frozen=True):
    """One duty as it was last done; one that has kept the worker for long has no end yet."""

    duty: str
    began_at: datetime
    ended_at: datetime | None = None
    failed: bool = False


class Worker(Struct, frozen=True):
    """One process that works, as it last told of itself, with what it does again and again."""

    name: str
    host: str
    pid: int
    since: datetime
    seen_at: datetime
    deeds: list[Deed]

    def is_alive(self, now: datetime) -> bool:
        """Tell whether it told of itself within the last minute."""
        return now - self.seen_at <= SILENT
