"""What comes beside an item's words: marks, documents, a picture. It fetches nothing.

A picture is only an address until an edition takes the item; then gleaning.py copies it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from service.items import store
from service.items.intake import Named
from service.items.model import Attached, Beside, File
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.sources.model import Document, Entry


async def keep(tx: Tx, arrived: Sequence[Named], now: datetime) -> None:
    """Keep what comes beside the words of these entries, whose items are stored already."""
    marked = [one for one in arrived if _marked(one.entry)]
    if marked:
        await store.keep_marks(tx, *_columns(_mark(one) for one in marked))
    listed = [one for one in arrived if one.entry.documents]
    if listed:
        names = _columns((one.source_id, one.external_id) for one in listed)
        kept = [document.url for one in listed for document in one.entry.documents]
        await store.forget_documents(tx, *names, kept)
        await _keep_documents(tx, listed, now)


async def keep_of_pages(tx: Tx, pages: Mapping[int, Entry], now: datetime) -> None:
    """Keep what the pages behind items (by their ids) say beside their words, too."""
    known = await store.names_of(tx, list(pages))
    found = [Named(one.source_id, one.external_id, pages[one.id]) for one in known]
    marked = [one for one in found if _marked(one.entry)]
    if marked:
        await store.keep_marks(tx, *_columns(_mark(one) for one in marked))
    await _keep_documents(tx, found, now)


async def _keep_documents(tx: Tx, named: Sequence[Named], now: datetime) -> None:
    rows = [row for one in named for row in _rows(one)]
    if rows:
        await store.keep_documents(tx, *_columns(rows), now)


async def of(tx: Tx, item_id: int) -> Beside:
    """Return an item's documents in their order, its picture, and who wrote it if it was a mail."""
    documents, wrote = await store.documents_of(tx, item_id), await store.wrote(tx, item_id)
    return Beside(documents, await store.picture_of(tx, item_id), wrote)


async def attached(tx: Tx, item_id: int, document_id: int) -> Attached:
    """Return what a mail brought along; raises NotFound for what stands elsewhere on the web."""
    found = await store.document(tx, item_id, document_id)
    if found is None or found.body is None:
        raise NotFound(msg("There is no such document."))
    return found


async def picture(tx: Tx, token: str) -> File:
    """Return a copied picture by its public name; raises NotFound."""
    found = await store.picture(tx, token)
    if found is None:
        raise NotFound(msg("There is no such picture."))
    return found


async def want_picture(tx: Tx, item_id: int, now: datetime) -> None:
    """Have an item's picture copied, if it has one that was not copied yet."""
    await store.want_picture(tx, item_id, now)


def _marked(entry: Entry) -> bool:
    return bool(entry.group or entry.canonical or entry.picture or entry.sender)


def _mark(one: Named) -> tuple[object, ...]:
    entry, picture = one.entry, one.entry.picture
    shown = (picture.url, picture.alt) if picture else ("", "")
    marks = (entry.group, entry.canonical, *shown, entry.sender, entry.via)
    return (one.source_id, one.external_id, *marks)


def _rows(one: Named) -> Iterator[tuple[object, ...]]:
    for position, document in enumerate(one.entry.documents, 1):
        yield (one.source_id, one.external_id, position, *_described(document))


def _described(document: Document) -> tuple[object, ...]:
    return (document.url, document.title, document.type, document.size, document.body)


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
