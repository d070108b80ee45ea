"""What people do with newsletters and editions. It sends nothing and knows no reader."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from service.editions import blocks as kinds
from service.editions import snapshot, states, store
from service.editions.model import (
    Association,
    Block,
    Body,
    Content,
    Edition,
    EditionRow,
    EditionState,
    EditionWords,
    Newsletter,
    NewsletterDraft,
    NewsletterVisibility,
    Stale,
    StaleWords,
)
from service.editions.states import Move
from service.items import actions as items
from service.items import beside, deadlines
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid, NotFound
from service.kit.text import msg

MOST_BLOCKS = 40


async def edition(tx: Tx, edition_id: int) -> Edition:
    found = await store.edition(tx, edition_id)
    if found is None:
        raise NotFound(msg("There is no such edition."))
    return found


async def content(tx: Tx, edition_id: int) -> Content:
    """Return everything that decides how an edition looks."""
    found = await edition(tx, edition_id)
    return Content(
        association=await association(tx),
        newsletter=await newsletter(tx, found.newsletter_id),
        edition=found,
        blocks=await store.blocks(tx, edition_id),
    )


async def block(tx: Tx, block_id: int) -> Block:
    found = await store.block(tx, block_id)
    if found is None:
        raise NotFound(msg("There is no such block."))
    return found


async def removed(tx: Tx, edition_id: int) -> list[Block]:
    """Return the blocks that were taken out last; they can be brought back."""
    return await store.removed_blocks(tx, edition_id)


async def listing(
    tx: Tx,
    *,
    newsletter_id: int | None = None,
    states_in: Sequence[EditionState] | None = None,
    q: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[EditionRow]:
    """Return editions, last changed first; `before` is the key of the last row already seen."""
    wanted = None if states_in is None else list(states_in)
    place = before or (None, None)
    return await store.editions(tx, newsletter_id, wanted, _like(q), *place, limit)


async def count(
    tx: Tx,
    *,
    newsletter_id: int | None = None,
    states_in: Sequence[EditionState] | None = None,
    q: str = "",
) -> int:
    wanted = None if states_in is None else list(states_in)
    return await store.count_editions(tx, newsletter_id, wanted, _like(q)) or 0


def _like(q: str) -> str:
    if not q.strip():
        return ""
    escaped = q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def published(
    tx: Tx, newsletter_id: int, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Edition]:
    """Return sent editions for everyone, newest first; who that is, the newsletter says."""
    return await store.published(tx, newsletter_id, *(before or (None, None)), limit)


async def approved_hash(tx: Tx, edition_id: int) -> str | None:
    """Return the fingerprint of the content whose approval stands, if one does."""
    return await store.standing_approval(tx, edition_id)


async def begin(
    tx: Tx, newsletter_id: int, words: EditionWords, editor_id: int | None, now: datetime
) -> int:
    """Create the newsletter's next edition, as an empty draft; returns its id."""
    await newsletter(tx, newsletter_id)
    values = (words.title, words.subject, words.preheader, words.segment)
    created = await store.add_edition(tx, newsletter_id, *values, now, editor_id)
    if created is None:
        raise Conflict(msg("The edition could not be created."))
    return created


async def change_words(
    tx: Tx, edition_id: int, seen: int, words: EditionWords, editor_id: int | None, now: datetime
) -> Edition | StaleWords:
    """Save the edition's own words, unless somebody saved them since version `seen`."""
    current = await locked(tx, edition_id)
    if current.words_version != seen:
        return StaleWords(current)
    said = (words.title, words.subject, words.preheader, words.segment)
    if said == (current.title, current.subject, current.preheader, current.segment):
        return current
    await touch(tx, current, editor_id, now)
    await store.change_words(tx, edition_id, *said)
    return await edition(tx, edition_id)


async def add_block(  # noqa: PLR0913 (one argument per column that an editor decides)
    tx: Tx,
    edition_id: int,
    body: Body,
    editor_id: int | None,
    now: datetime,
    *,
    segment: str = "",
    language: str = "",
    after: int | None = None,
    origin: tuple[int, int] | None = None,
) -> int:
    """Add a block behind block `after` (0: at the beginning; none: at the end).

    `origin` is (item, revision).
    """
    _sound(body)
    current = await locked(tx, edition_id)
    blocks = await store.blocks(tx, edition_id)
    if len(blocks) >= MOST_BLOCKS:
        raise Invalid.of("", msg("An edition has at most %(most)s blocks.", most=MOST_BLOCKS))
    await touch(tx, current, editor_id, now)
    kind = kinds.kind_of(body)
    item_id, revision = origin or (None, None)
    place = len(blocks) + 1
    values = (place, kind, body, segment, language, item_id, revision)
    created = await store.add_block(tx, edition_id, *values, now, editor_id)
    if created is None:
        raise Conflict(msg("The block could not be added."))
    if after is not None:
        ids = [b.id for b in blocks]
        ids.insert(ids.index(after) + 1 if after in ids else len(ids) if after else 0, created)
        await store.place_blocks(tx, edition_id, ids)
    return created


async def change_block(  # noqa: PLR0913 (one argument per column that an editor decides)
    tx: Tx,
    block_id: int,
    seen: int,
    body: Body,
    editor_id: int | None,
    now: datetime,
    *,
    segment: str,
    language: str,
) -> Block | Stale:
    """Save a block, unless somebody saved it since version `seen`."""
    _sound(body)
    current = await locked(tx, (await block(tx, block_id)).edition_id)
    known = await block(tx, block_id)
    if known.version != seen or known.removed_at is not None:
        return Stale(known)
    if kinds.kind_of(body) is not known.kind:
        raise Invalid.of("", msg("A block cannot become one of another kind."))
    if (known.content, known.segment, known.language) == (body, segment, language):
        return known
    await touch(tx, current, editor_id, now)
    await store.change_block(tx, block_id, body, segment, language, now, editor_id)
    return await block(tx, block_id)


async def order(
    tx: Tx, edition_id: int, ids: Sequence[int], editor_id: int | None, now: datetime
) -> None:
    """Put blocks in the given order; blocks that `ids` does not name (yet) follow as they were."""
    current = await locked(tx, edition_id)
    present = [b.id for b in await store.blocks(tx, edition_id)]
    wanted = [i for i in dict.fromkeys(ids) if i in set(present)]
    arranged = wanted + [i for i in present if i not in set(wanted)]
    if arranged != present:
        await touch(tx, current, editor_id, now)
        await store.place_blocks(tx, edition_id, arranged)


async def shift(tx: Tx, block_id: int, by: int, editor_id: int | None, now: datetime) -> None:
    """Move a block up (-1) or down (+1); at the edge it stays."""
    edition_id = (await block(tx, block_id)).edition_id
    ids = [b.id for b in await store.blocks(tx, edition_id)]
    if block_id not in ids:
        raise NotFound(msg("This block has been removed."))
    place = ids.index(block_id)
    ids.insert(min(max(place + by, 0), len(ids) - 1), ids.pop(place))
    await order(tx, edition_id, ids, editor_id, now)


async def remove_block(tx: Tx, block_id: int, editor_id: int | None, now: datetime) -> Block:
    """Take a block out of its edition; `restore_block` undoes it."""
    known = await block(tx, block_id)
    await touch(tx, await locked(tx, known.edition_id), editor_id, now)
    await store.set_removed(tx, block_id, now, now, editor_id)
    return known


async def restore_block(tx: Tx, block_id: int, editor_id: int | None, now: datetime) -> Block:
    known = await block(tx, block_id)
    current = await locked(tx, known.edition_id)
    if len(await store.blocks(tx, known.edition_id)) >= MOST_BLOCKS:
        raise Invalid.of("", msg("An edition has at most %(most)s blocks.", most=MOST_BLOCKS))
    await touch(tx, current, editor_id, now)
    await store.set_removed(tx, block_id, None, now, editor_id)
    return known


async def pick(
    tx: Tx,
    item_id: int,
    edition_id: int,
    editor_id: int | None,
    now: datetime,
    *,
    after: int | None = None,
) -> int:
    """Put an item of the inbox into an edition, behind block `after`, else as its last block.

    0 puts it at the beginning. Returns the block's id.
    """
    item = await items.item(tx, item_id)
    body, origin = kinds.from_item(item), (item.id, item.revision)
    created = await add_block(
        tx, edition_id, body, editor_id, now, language=item.language, origin=origin, after=after
    )
    await items.mark_picked(tx, item_id, editor_id, now)
    await beside.want_picture(tx, item_id, now)
    return created


async def pick_deadline(
    tx: Tx, item_id: int, edition_id: int, due: date, editor_id: int | None, now: datetime
) -> int:
    """Put a deadline that an item's text names into an edition; an editor confirms its words."""
    item = await items.item(tx, item_id)
    found = next((one for one in deadlines.of(item) if one.day == due), None)
    if found is None:
        raise NotFound(msg("The text does not name this date as a deadline."))
    body, origin = kinds.from_deadline(item, found), (item.id, item.revision)
    return await add_block(
        tx, edition_id, body, editor_id, now, language=item.language, origin=origin
    )


async def move(tx: Tx, edition_id: int, step: Move, now: datetime) -> Edition:
    """Make a move that needs no editor's word (schedule, open, finish …), or raise Conflict."""
    current = await locked(tx, edition_id)
    target = states.after(current.state, step)
    if step is Move.FINISH:
        slug = snapshot.public_slug(current.number, current.title)
        await store.publish(tx, edition_id, now, slug)
    await store.set_state(tx, edition_id, target)
    return await edition(tx, edition_id)


def _sound(body: Body) -> None:
    if faults := kinds.faults(body):
        raise Invalid(faults)


async def locked(tx: Tx, edition_id: int) -> Edition:
    """Return an edition that nobody else changes until this transaction ends."""
    found = await store.lock_edition(tx, edition_id)
    if found is None:
        raise NotFound(msg("There is no such edition."))
    return found


async def touch(tx: Tx, current: Edition, editor_id: int | None, now: datetime) -> None:
    """Make a change count: who and when, back to draft, and no approval stands any more."""
    target = states.after(current.state, Move.CHANGE)
    if current.state is not target:
        await store.void_approvals(tx, current.id, now, editor_id)
    await store.touch_edition(tx, current.id, target, now, editor_id)


async def association(tx: Tx) -> Association:
    """Return who signs; all empty until somebody has filled it in."""
    found = await store.association(tx)
    return found or Association("", "", "", "", "", version=0)


async def save_association(tx: Tx, said: Association, editor_id: int | None, now: datetime) -> None:
    """Save the association unless it changed since `said.version`; open approvals are void."""
    fields = (said.name, said.short_name, said.postal_address, said.website, said.email)
    await _unsettle(tx, None, editor_id, now)
    if not await store.save_association(tx, *fields, said.four_eyes, said.version):
        raise Conflict(msg("Somebody else saved this meanwhile. Compare and save again."))


async def newsletters(tx: Tx) -> list[Newsletter]:
    return await store.newsletters(tx)


async def newsletter(tx: Tx, newsletter_id: int) -> Newsletter:
    found = await store.newsletter(tx, newsletter_id)
    if found is None:
        raise NotFound(msg("There is no such newsletter."))
    return found


async def public_newsletter(tx: Tx, slug: str) -> Newsletter:
    """Return a newsletter that the whole world may read; any other does not exist here."""
    found = await store.newsletter_by_slug(tx, slug)
    if found is None or found.visibility is not NewsletterVisibility.PUBLIC:
        raise NotFound(msg("There is no such newsletter."))
    return found


async def latest(tx: Tx, each: int) -> list[tuple[Newsletter, list[Edition]]]:
    """Return every public newsletter with its latest sent editions, at most `each`."""
    public = [n for n in await newsletters(tx) if n.visibility is NewsletterVisibility.PUBLIC]
    sent = await store.latest_public(tx, each)
    return [(n, [e for e in sent if e.newsletter_id == n.id]) for n in public]


async def public_contents(tx: Tx, held: Newsletter, sent: Sequence[Edition]) -> list[Content]:
    """Return sent editions of a public newsletter, with everyone's blocks."""
    signs = await association(tx)
    blocks = await store.blocks_of_editions(tx, [e.id for e in sent])
    return [
        Content(signs, held, e, [b for b in blocks if b.edition_id == e.id and not b.segment])
        for e in sent
    ]


async def public_edition(tx: Tx, held: Newsletter, public_slug: str) -> Content:
    """Return a sent edition of a public newsletter, without the blocks for some readers only."""
    found = await store.published_by_slug(tx, held.id, public_slug)
    if found is None:
        raise NotFound(msg("There is no such edition."))
    open_blocks = [b for b in await store.blocks(tx, found.id) if not b.segment]
    return Content(await association(tx), held, found, open_blocks)


async def add_newsletter(tx: Tx, said: NewsletterDraft, now: datetime) -> int:
    created = await store.add_newsletter(tx, *msgspec.structs.astuple(said), now)
    if created is None:
        raise Conflict(msg("The newsletter could not be created."))
    return created


async def change_newsletter(
    tx: Tx, newsletter_id: int, seen: int, said: NewsletterDraft, editor_id: int, now: datetime
) -> None:
    """Save a newsletter unless it changed since version `seen`; open approvals are void."""
    await _unsettle(tx, newsletter_id, editor_id, now)
    if not await store.change_newsletter(
        tx, newsletter_id, seen, *msgspec.structs.astuple(said), now
    ):
        raise Conflict(msg("Somebody else saved this meanwhile. Compare and save again."))


async def _unsettle(
    tx: Tx, newsletter_id: int | None, editor_id: int | None, now: datetime
) -> None:
    """Void the approvals that a change touches; refuse the change while an edition goes out."""
    busy = [EditionState.SCHEDULED, EditionState.SENDING]
    if await store.editions_in(tx, newsletter_id, busy):
        raise Conflict(
            msg("An edition is scheduled or being sent. Wait, or take it off the schedule first.")
        )
    judged = [EditionState.IN_REVIEW, EditionState.APPROVED]
    for edition_id in await store.editions_in(tx, newsletter_id, judged):
        await touch(tx, await locked(tx, edition_id), editor_id, now)
