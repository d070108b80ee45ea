"""What an editor takes over from an item into its block, beside its words: links to documents."""

from datetime import datetime

from service.editions import actions as editions
from service.editions import blocks
from service.editions.model import Block, ItemBody, Stale
from service.items import beside
from service.kit.db import Tx
from service.kit.errors import Conflict
from service.kit.text import msg


async def add_documents(tx: Tx, block_id: int, editor_id: int | None, now: datetime) -> Block:
    """Put links to an item's documents below the words of its block; a second time adds none."""
    known = await editions.block(tx, block_id)
    edition = await editions.locked(tx, known.edition_id)
    if not isinstance(known.content, ItemBody) or known.item_id is None:
        raise Conflict(msg("This block has no documents."))
    found = (await beside.of(tx, known.item_id)).documents
    series = await editions.newsletter(tx, edition.newsletter_id)
    body = blocks.with_documents(known.content, found, known.language or series.language)
    saved = await editions.change_block(
        tx, block_id, known.version, body, editor_id, now,
        segment=known.segment, language=known.language,
    )  # fmt: skip
    return saved.current if isinstance(saved, Stale) else saved
