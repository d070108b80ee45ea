"""Folds new items into the stories near them; asks the rules (similarity, folding), writes.

Only items within three days are compared, and only with the few that share most of their runs of
words, which an index finds. So the work grows neither with the years nor with a busy day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.items import folding, similarity, store, work
from service.items.folding import Told
from service.items.similarity import WINDOW, Pair, Piece
from service.kit.confine import Confined
from service.kit.db import Tx

# Copies come within days: what is older when it comes in is history, and is not compared.
KEPT = timedelta(days=14)
_CANDIDATES = 12


async def fold(
    tx: Tx, item_ids: Sequence[int], now: datetime, children: Confined | None = None
) -> None:
    """Look for copies of these items and make stories of them."""
    known = await store.texts(tx, list(item_ids)) if item_ids else []
    fresh = [_piece(one) for one in known if one.at > now - KEPT]
    if not fresh:
        return
    keys = await work.index(children, fresh)
    await store.one_at_a_time(tx)
    await store.keep_runs(tx, *keys)
    alike = await store.resembling(tx, *keys, _CANDIDATES, WINDOW)
    if not alike:
        return
    ids = {int(one.id) for one in fresh}
    others = [_piece(one) for one in await store.texts(tx, sorted(set(alike) - ids))]
    await _write(tx, ids, await work.compare(children, fresh, others), now)


async def forget(tx: Tx, now: datetime) -> None:
    """Delete the prints of texts that nothing is compared with any more."""
    await store.forget_runs(tx, now - KEPT - WINDOW)


async def settle(tx: Tx, told: Sequence[Told], fresh: Sequence[int], now: datetime) -> None:
    """Write stories as they shall be; `fresh` items follow what was decided on theirs."""
    new = iter(await store.new_stories(tx, sum(not one.known for one in told), now))
    story_of = [one.known[0] if one.known else next(new) for one in told]
    rows = [
        (p.id, story, p.folded, p.why.reason if p.why else None, p.why.score if p.why else None)
        for story, one in zip(story_of, told, strict=True)
        for p in one.placed
    ]
    if not rows:
        return
    await store.join_stories(tx, *map(list, zip(*rows, strict=True)))
    await store.forget_stories(tx, [old for one in told for old in one.known[1:]])
    await store.follow(tx, story_of, now, list(fresh))
    await store.forget_hints(tx, [row[0] for row in rows])


async def _write(tx: Tx, fresh: set[int], pairs: list[Pair], now: datetime) -> None:
    named = sorted({int(name) for pair in pairs for name in (pair.one, pair.other)})
    if not named:
        return
    members = await store.members(tx, named)
    parted = [(one.one_id, one.other_id) for one in await store.apart(tx, [m.id for m in members])]
    apart = frozenset(parted)
    sure = [pair for pair in pairs if not pair.possible]
    hints = [
        (int(pair.one), int(pair.other), pair.reason, pair.score)
        for pair in pairs
        if pair.possible and not _known(pair, apart)
    ]
    if hints:
        await store.hint(tx, *map(list, zip(*hints, strict=True)))
    opposed = {(int(one), int(other)) for one, other in similarity.contradictions(pairs)}
    await settle(tx, folding.arrange(members, sure, apart | opposed), sorted(fresh), now)
    await store.forget_hints(tx, named)


def _known(pair: Pair, apart: frozenset[tuple[int, int]]) -> bool:
    one, other = int(pair.one), int(pair.other)
    return (min(one, other), max(one, other)) in apart


def _piece(one: store.StoryText) -> Piece:
    text = one.text if one.text.startswith(one.lead) else f"{one.lead}\n{one.text}"
    return Piece(str(one.id), one.title, text, one.at, one.url, one.language, one.publisher_group)
