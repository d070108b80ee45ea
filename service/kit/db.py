"""The door to PostgreSQL: a pool, transactions, and database errors as the product's own errors.

It knows no table; statements live in `queries.sql` files beside the stores (service.kit.sql).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from traceback import walk_tb
from typing import Any, TypeAlias

import asyncpg
import msgspec

from service.kit.errors import Conflict, Invalid, Unavailable
from service.kit.text import Text, msg

Tx: TypeAlias = (
    "asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
)

# A constraint's name → what a person is told when it is violated. Stores register theirs.
CONSTRAINTS: dict[str, Text] = {}


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    @classmethod
    async def open(cls, dsn: str, *, smallest: int = 1, largest: int = 10) -> "Database":
        """Connect; raises Unavailable with the server's words where that fails."""
        with _told():
            pool = await asyncpg.create_pool(
                dsn,
                min_size=smallest,
                max_size=largest,
                init=prepare,
                command_timeout=60,
                server_settings={"application_name": "rundbrief", "timezone": "UTC"},
            )
        return cls(pool)

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """Open a transaction; it commits when the block ends without an error."""
        with _told():
            async with self._pool.acquire() as connection, connection.transaction():
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Give a connection for reading, without a transaction around it."""
        with _told():
            async with self._pool.acquire() as connection:
                yield connection


@asynccontextmanager
async def single(dsn: str) -> AsyncIterator[Tx]:
    """Give one connection outside any pool, for migrations and tests."""
    with _told():
        connection = await asyncpg.connect(dsn, server_settings={"timezone": "UTC"})
        try:
            await prepare(connection)
            yield connection
        finally:
            await connection.close()


async def prepare(connection: Tx) -> None:
    """Teach a connection our JSON: structs and builtins in, builtins out."""
    await connection.set_type_codec(
        "jsonb", encoder=_to_json, decoder=msgspec.json.decode, schema="pg_catalog"
    )


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Conflict(_text_of(error, msg("This exists already."))) from error
    except asyncpg.ForeignKeyViolationError as error:
        raise Conflict(_text_of(error, msg("Something else still refers to this."))) from error
    except asyncpg.CheckViolationError as error:
        raise Invalid.of(
            "", _text_of(error, msg("A value is outside of what is allowed."))
        ) from error
    except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
        raise Invalid.of("", msg("The text contains a character that cannot be stored.")) from error
    except (
        asyncpg.InsufficientResourcesError,  # a full disk, no memory: what is asked again later
        asyncpg.PostgresSystemError,
        asyncpg.ReadOnlySQLTransactionError,  # a server that another one has replaced
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.DeadlockDetectedError,
        asyncpg.QueryCanceledError,  # by an administrator, or a time limit of the server's own
        asyncpg.LockNotAvailableError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # a server killed in the middle of a reply leaves it so
        OSError,
    ) as error:
        if isinstance(error, OSError) and not _of_the_connection(error):
            raise
        _cancelled(error)
        raise Unavailable(msg("The database does not answer at the moment.")) from error
    except (
        asyncpg.InvalidCatalogNameError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError,
    ) as error:
        _cancelled(error)
        raise Unavailable(msg("The database does not let us in at the moment.")) from error


def _of_the_connection(error: OSError) -> bool:
    """Tell whether the connection broke or took too long, rather than a file or somebody else.

    Both look alike (even a TimeoutError is an OSError); only where it came from tells them apart.
    """
    places = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(name.partition(".")[0] == "asyncpg" for name in places)


def _cancelled(error: BaseException) -> None:
    """Let a task end that was cancelled when its connection broke: the roll-back's error hides it.

    Who handles "unavailable" and goes on would else go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


def _text_of(error: asyncpg.PostgresError, fallback: Text) -> Text:
    return CONSTRAINTS.get(getattr(error, "constraint_name", "") or "", fallback)
