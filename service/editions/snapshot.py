"""An edition as it was judged: its snapshot, its fingerprint, and what changed since. Pure."""

import hashlib
import re

import msgspec

from service.editions.model import Content, Snapshot, SnapshotBlock
from service.kit.text import sort_key

_ENCODER = msgspec.json.Encoder(order="sorted")


class Change(msgspec.Struct, frozen=True):
    """One block that was added, removed, changed or moved between two snapshots."""

    kind: str
    before: SnapshotBlock | None
    after: SnapshotBlock | None


def take(content: Content) -> Snapshot:
    """Return what counts for an approval: everything that a recipient could notice."""
    newsletter, edition = content.newsletter, content.edition
    return Snapshot(
        association=msgspec.structs.replace(content.association, version=0, four_eyes=True),
        newsletter=newsletter.title,
        sender_name=newsletter.sender_name,
        sender_address=newsletter.sender_address,
        reply_to=newsletter.reply_to,
        language=newsletter.language,
        look=newsletter.look,
        audience=[newsletter.segment, edition.segment],
        number=edition.number,
        title=edition.title,
        subject=edition.subject,
        preheader=edition.preheader,
        blocks=[SnapshotBlock(b.id, b.content, b.segment, b.language) for b in content.blocks],
    )


def fingerprint(content: Content) -> str:
    """Return the hash that an approval is bound to; equal content gives an equal hash."""
    return hashlib.sha256(_ENCODER.encode(take(content))).hexdigest()


def public_slug(number: int, title: str) -> str:
    """Return the edition's part of its public address, such as `12-fruehling-im-sozialamt`."""
    spelt = title.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        spelt = spelt.replace(umlaut, letters)
    words = re.findall(r"[a-z0-9]+", sort_key(spelt))
    return "-".join([str(number), *words])[:80].rstrip("-")


_WORDS = (
    *("title", "subject", "preheader", "number", "newsletter", "language", "audience"),
    *("sender_name", "sender_address", "reply_to"),
)


def words_changed(before: Snapshot, after: Snapshot) -> list[tuple[str, str, str]]:
    """Return (field, before, after) for all that changed beside the blocks.

    Of the association and of the look only the values that differ are told.
    """
    told = [
        (name, _written(getattr(before, name)), _written(getattr(after, name))) for name in _WORDS
    ]
    told += [
        ("association", *_other(before.association, after.association)),
        ("look", *_other(before.look, after.look)),
    ]
    return [(name, old, new) for name, old, new in told if old != new]


def _other(before: msgspec.Struct, after: msgspec.Struct) -> tuple[str, str]:
    """Return the values in which two structs of one kind differ."""
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    names = [name for name in old if old[name] != new[name]]
    return _written([old[name] for name in names]), _written([new[name] for name in names])


def _written(value: object) -> str:
    return ", ".join(str(one) for one in value if one) if isinstance(value, list) else str(value)


def blocks_changed(before: Snapshot, after: Snapshot) -> list[Change]:
    """Return what happened to the blocks, in the order of the newer snapshot, removed ones last."""
    old = {b.id: b for b in before.blocks}
    kept_order = [b.id for b in after.blocks if b.id in old]
    moved = _moved([b.id for b in before.blocks if b.id in set(kept_order)], kept_order)
    changes = []
    for block in after.blocks:
        earlier = old.pop(block.id, None)
        if earlier is None:
            changes.append(Change("added", None, block))
        elif earlier != block:
            changes.append(Change("changed", earlier, block))
        elif block.id in moved:
            changes.append(Change("moved", earlier, block))
    return changes + [Change("removed", gone, None) for gone in old.values()]


def _moved(before: list[int], after: list[int]) -> set[int]:
    """Return the fewest ids whose move explains the new order: all outside a longest common run."""
    rank = {block_id: place for place, block_id in enumerate(before)}
    longest: list[list[int]] = []
    for index, block_id in enumerate(after):
        best = max(
            (longest[j] for j in range(index) if rank[after[j]] < rank[block_id]),
            key=len,
            default=[],
        )
        longest.append([*best, block_id])
    stayed = max(longest, key=len, default=[])
    return set(after) - set(stayed)
