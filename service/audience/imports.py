"""Taking in a file of members: a dry run that shows every row's fate, then its application.

The file waits in the database between the two, so nothing is lost on a fault; when it is applied,
every row is judged anew against what is stored by then. 100 000 rows are a handful of statements.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import anyio.to_thread
import msgspec

from service.audience import actions, importing, store
from service.audience.importing import Import, ImportRow, Line, Sheet
from service.audience.model import ConsentRecord, RowFate
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid, NotFound
from service.kit.text import msg, sort_key

PAGE = 50
_GONE = msg("This file is not kept any more. Please upload it again.")
_NAMESAKES = msg("Several members are called “%(name)s”; a column “Kanton” tells them apart.")
_STRANGER = msg("“%(name)s” is no member yet; a column “Art” says what it is.")
_TAKEN = msg("BFS number %(number)s belongs to another member.")


class Upload(msgspec.Struct, frozen=True):
    """A file as it came in, and who brought it."""

    name: str
    data: bytes
    editor_id: int | None


async def read(upload: Upload) -> Sheet:
    """Read a file in a thread; raises Invalid where it is no list of members."""
    return await anyio.to_thread.run_sync(importing.read, upload.data)


async def add(tx: Tx, upload: Upload, sheet: Sheet, now: datetime) -> int:
    """Keep a file and judge its rows; return the import's id. Nobody's data is changed yet."""
    await store.forget_imports(tx, now - importing.KEPT)
    words = (upload.name[:200], sheet.encoding, sheet.separator, sheet.columns, sheet.functions)
    import_id = await store.add_import(tx, *words, now, upload.editor_id)
    if import_id is None:
        raise NotFound(_GONE)
    await store.add_rows(tx, import_id, *_columns(sheet.lines))
    await _judge(tx, import_id)
    return import_id


async def show(tx: Tx, import_id: int) -> Import:
    found = await store.import_of(tx, import_id)
    if found is None:
        raise NotFound(_GONE)
    return found


async def recent(tx: Tx) -> list[Import]:
    """Return the latest files, applied or waiting."""
    return await store.recent_imports(tx)


async def fates(tx: Tx, import_id: int) -> dict[RowFate, int]:
    """Return how many rows have each fate, none left out."""
    counted = {row.fate: row.rows for row in await store.fates(tx, import_id)}
    return {fate: counted.get(fate, 0) for fate in RowFate}


async def rows(
    tx: Tx, import_id: int, fate: RowFate | None = None, after: int = 0, limit: int = PAGE
) -> list[ImportRow]:
    """Return rows in the order of the file, from behind the line `after`."""
    return await store.rows_of(tx, import_id, fate, after, limit)


async def new_functions(tx: Tx, import_id: int) -> list[str]:
    """Return the functions in the file that nobody has had so far."""
    return await store.new_functions(tx, import_id)


async def apply(
    tx: Tx,
    import_id: int,
    newsletter_ids: Sequence[int],
    record: ConsentRecord | None,
    now: datetime,
) -> dict[RowFate, int]:
    """Do what the dry run showed, judged anew; return how many rows had which fate.

    With newsletters, everyone in the file is subscribed to them, with `record` as its basis. Raises
    Conflict where the file was applied already.
    """
    if newsletter_ids and (record is None or not record.source or not record.wording):
        raise Invalid.of("source", msg("A subscription needs its basis on record."))
    if await store.lock_import(tx, import_id) is None:
        await show(tx, import_id)
        raise Conflict(msg("This file was applied already."))
    await _judge(tx, import_id)
    counted = await fates(tx, import_id)
    await _write(tx, import_id, now)
    if record is not None:
        contact_ids = await store.contacts_of_rows(tx, import_id)
        for newsletter_id in newsletter_ids:
            await actions.enrol(tx, contact_ids, newsletter_id, record, now)
    await store.refresh_statistics(tx)
    by = record.editor_id if record else None
    await store.applied(tx, import_id, now, by, {fate.value: n for fate, n in counted.items()})
    return counted


async def drop(tx: Tx, import_id: int) -> None:
    """Throw away a file that was not applied."""
    if not await store.drop_import(tx, import_id):
        raise Conflict(msg("This file was applied already, or is not kept any more."))


async def _judge(tx: Tx, import_id: int) -> None:
    await store.refresh_statistics(tx)
    await store.match_rows(tx, import_id)
    await store.judge_rows(tx, import_id, _NAMESAKES.id, _STRANGER.id, _TAKEN.id)
    await store.refuse_shared_numbers(tx, import_id, _TAKEN.id)


async def _write(tx: Tx, import_id: int, now: datetime) -> None:
    await store.insert_functions(tx, import_id)
    await store.insert_organisations(tx, import_id, now)
    await store.find_organisations(tx, import_id)
    await store.update_organisations(tx, import_id, now)
    await store.insert_contacts(tx, import_id, now)
    await store.refresh_statistics(tx)
    await store.find_contacts(tx, import_id)
    await store.update_contacts(tx, import_id, now)
    await store.drop_functions_of_rows(tx, import_id)
    await store.give_functions_of_rows(tx, import_id)


def _columns(lines: Sequence[Line]) -> Iterator[list[object]]:
    """Turn rows into one array per column, as `unnest` takes them."""
    rows = [
        (
            line.number,
            line.raw,
            line.fate,
            msgspec.json.encode(line.why).decode(),
            line.email,
            line.label,
            line.salutation,
            line.language,
            None if line.functions is None else " ".join(line.functions),
            line.organisation,
            line.kind,
            line.canton,
            line.district,
            line.bfs_nr,
            line.population,
            sort_key(line.label or line.email or ""),
            sort_key(line.organisation),
        )
        for line in lines
    ]
    return (list(column) for column in zip(*rows, strict=True))
