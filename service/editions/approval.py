"""Approval: an edition is handed in, approved as it stands, or returned with a remark.

It changes no content; `actions` voids an approval as soon as somebody does.
"""

from collections.abc import Set
from datetime import date, datetime

from service.editions import actions, checks, snapshot, states, store
from service.editions.model import Approval, ApprovalVerdict, Content
from service.editions.states import Move
from service.kit.db import Tx
from service.kit.errors import Conflict, Forbidden, Invalid
from service.kit.text import msg


async def history(tx: Tx, edition_id: int) -> list[Approval]:
    """Return every word of an approver on this edition, the last one first."""
    return await store.approvals(tx, edition_id)


async def hand_in(tx: Tx, edition_id: int, editor_id: int, now: datetime) -> None:
    """Ask for approval of the edition as it stands."""
    current = await actions.locked(tx, edition_id)
    target = states.after(current.state, Move.HAND_IN)
    if not (await actions.content(tx, edition_id)).blocks:
        raise Conflict(msg("An edition without blocks cannot be handed in."))
    await store.hand_in(tx, edition_id, now, editor_id)
    await store.set_state(tx, edition_id, target)


async def approve(tx: Tx, edition_id: int, seen_hash: str, editor_id: int, now: datetime) -> None:
    """Approve exactly the content with the fingerprint `seen_hash`; Conflict if it changed."""
    current = await actions.locked(tx, edition_id)
    target = states.after(current.state, Move.APPROVE)
    held = await actions.content(tx, edition_id)
    if held.association.four_eyes and current.handed_in_by == editor_id:
        raise Forbidden(msg("Who handed an edition in cannot approve it. Ask a second person."))
    if snapshot.fingerprint(held) != seen_hash:
        raise Conflict(msg("The edition has changed since you opened it. Read it again, please."))
    await _decide(tx, held, editor_id, ApprovalVerdict.APPROVED, "", now)
    await store.set_state(tx, edition_id, target)


async def send_back(tx: Tx, edition_id: int, remark: str, editor_id: int, now: datetime) -> None:
    """Return an edition to its editors with a remark that says what is missing."""
    current = await actions.locked(tx, edition_id)
    target = states.after(current.state, Move.RETURN)
    if not remark.strip():
        raise Invalid.of("remark", msg("Say what should change."))
    held = await actions.content(tx, edition_id)
    await _decide(tx, held, editor_id, ApprovalVerdict.RETURNED, remark.strip(), now)
    await store.set_state(tx, edition_id, target)


async def take_back(
    tx: Tx, edition_id: int, step: Move, editor_id: int | None, now: datetime
) -> None:
    """Withdraw, cancel or reopen an edition; an approval that stood is void."""
    current = await actions.locked(tx, edition_id)
    target = states.after(current.state, step)
    await store.void_approvals(tx, edition_id, now, editor_id)
    await store.touch_edition(tx, edition_id, target, now, editor_id)


async def _decide(
    tx: Tx, held: Content, editor_id: int, verdict: ApprovalVerdict, remark: str, now: datetime
) -> None:
    taken = snapshot.take(held)
    fingerprint = snapshot.fingerprint(held)
    values = (fingerprint, taken, editor_id, verdict, remark, now)
    await store.add_approval(tx, held.edition.id, *values)


async def facts(
    tx: Tx, content: Content, *, segments: Set[str], html_size: int, today: date
) -> checks.Facts:
    """Return what the checks need to know beyond the content itself."""
    edition = content.edition
    return checks.Facts(
        today=today,
        segments=segments,
        html_size=html_size,
        changed_items=frozenset(await store.changed_items(tx, edition.id)),
        repeated_items=frozenset(await store.repeated_items(tx, edition.id, edition.newsletter_id)),
        doubled_items=frozenset(await store.doubled_items(tx, edition.id)),
    )
