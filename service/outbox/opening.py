"""Opening a dispatch: the audience frozen, a message per recipient, a rendition per variant.

All of it happens in one transaction of the caller. It decides nothing about when.
"""

from datetime import datetime

from service.audience import actions as people
from service.audience.catalogue import Catalogue
from service.editions import actions as editions
from service.editions import compose, snapshot
from service.editions.model import Content
from service.editions.states import Move as EditionMove
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import Conflict
from service.kit.render import Renderer
from service.kit.text import msg
from service.outbox import assemble, control, states, store, timing, warm_up
from service.outbox.model import Letterhead, Rendition
from service.outbox.states import Move

CHUNK = 200  # messages that one worker leases at a time
MOST_VARIANTS = 200


async def open_one(
    tx: Tx,
    dispatch_id: int,
    renderer: Renderer,
    segments: Catalogue,
    public_url: str,
    now: datetime,
) -> bool:
    """Freeze one dispatch in the caller's transaction; False where somebody else has it.

    Raises Conflict or SlotFault with the reason why it cannot be opened.
    """
    known = await store.opening_locked(tx, dispatch_id)
    if known is None:
        return False
    content = await editions.content(tx, known.edition_id)
    approved = await editions.approved_hash(tx, known.edition_id)
    if not snapshot.fingerprint(content) == known.content_hash == approved:
        raise Conflict(msg("The edition or its sender has changed since the approval."))
    if known.not_after is not None and known.not_after <= now:
        raise Conflict(msg("The time until which this dispatch was to go out has passed."))
    await select(tx, content, segments, now)
    frozen = await store.freeze(tx, dispatch_id, known.edition_id)
    if frozen is None or frozen.recipients == 0:
        raise Conflict(msg("Nobody would get this edition: the audience is empty."))
    await store.cut_chunks(tx, dispatch_id, CHUNK, now)
    head = letterhead(content, public_url)
    await _store_renditions(tx, dispatch_id, renderer, content, head, now)
    every = (1 << len(compose.segments_of(content.blocks))) - 1
    begins = await timing.begins(tx, known.newsletter_id, now)
    await control.order(tx, dispatch_id, known.newsletter_id, head, every, begins)
    await editions.move(tx, known.edition_id, EditionMove.OPEN, now)
    states.after(known.state, Move.START)
    await store.set_letterhead(tx, dispatch_id, now, frozen.recipients + frozen.left_out, head)
    await warm_up.hold_back(tx, dispatch_id, head.sender_address, now)
    await timing.keep(tx, now, dispatch_id)
    return True


def letterhead(content: Content, public_url: str) -> Letterhead:
    """Return what the headers of all mails of an edition share."""
    newsletter = content.newsletter
    public = newsletter.visibility == "public"
    return Letterhead(
        sender_name=newsletter.sender_name,
        sender_address=newsletter.sender_address,
        reply_to=newsletter.reply_to,
        list_title=newsletter.title,
        list_slug=newsletter.slug,
        language=newsletter.language,
        public_url=public_url,
        archive_url=f"{public_url}/archive/{newsletter.slug}" if public else "",
        association=content.association.short_name,
    )


async def _store_renditions(
    tx: Tx, dispatch_id: int, renderer: Renderer, content: Content, head: Letterhead, now: datetime
) -> None:
    variants = await store.variants(tx, dispatch_id)
    if len(variants) > MOST_VARIANTS:
        raise Conflict(
            msg(
                "The segments of the blocks make %(count)s different mails; at most %(most)s can be"
                " sent at once. Limit fewer blocks to segments.",
                count=len(variants),
                most=MOST_VARIANTS,
            )
        )
    today = localtime.local(now).date()
    for variant in variants:
        made = await compose.render(
            renderer, content, variant, public_url=head.public_url, today=today
        )
        kept = Rendition(
            dispatch_id, variant, made.subject, made.preheader, made.html, made.text, made.nonce
        )
        assemble.compile_form(kept, head)  # a slot that nobody fills must stop the dispatch here
        await store.add_rendition(tx, *(getattr(kept, f) for f in Rendition.__struct_fields__))
    numbered = enumerate(compose.links_of(content), start=1)
    await store.add_link.for_each(tx, [(dispatch_id, number, url) for number, url in numbered])


async def select(tx: Tx, content: Content, segments: Catalogue, now: datetime) -> None:
    """Fill the temporary table `candidate` with everyone whom an edition is for."""
    slugs = [s for s in (content.newsletter.segment, content.edition.segment) if s]
    block_slugs = compose.segments_of(content.blocks)
    if missing := [s for s in [*slugs, *block_slugs] if s not in segments]:
        raise Conflict(
            msg("The segment «%(slug)s» does not exist any more.", slug=", ".join(missing))
        )
    where = [segments[s].where for s in slugs]
    block_wheres = [segments[s].where for s in block_slugs]
    await people.select(tx, content.newsletter.id, where, block_wheres, now)
