"""How the database stands: its version and size, for the operator's eyes. It changes nothing."""

import msgspec

from service.kit.db import Tx


class Standing(msgspec.Struct, frozen=True):
    """The server's version, and the size of our database in bytes."""

    version: str
    size: int


async def standing(tx: Tx) -> Standing:
    """Return how the database stands."""
    row = await tx.fetchrow(
        "select current_setting('server_version'), pg_database_size(current_database())"
    )
    if row is None:
        raise RuntimeError("a select without a condition returned no row")
    return Standing(row[0], row[1])
