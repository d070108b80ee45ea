"""What matters: learns from what editors judged, weighs what came in, tries a topic's words.

Learning runs in a process of its own, weighing in a thread: neither ever holds up a page.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from service.items import store, tagging, weighing
from service.items.learning import RELEVANCE, Example, Model
from service.items.model import Topic
from service.items.weighing import Weighed, Words
from service.kit.confine import Confined, Overrun
from service.kit.db import Database, Tx
from service.kit.errors import STALE, Conflict
from service.kit.text import one_line

TRIED = 200
_AT_ONCE = 200
_ENOUGH_NEW = 10  # judgements, before it is worth while to learn again
_FUNCTION = "service.items.learning:work"
_SECONDS = 120
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_WORDS = 200


class Tried(msgspec.Struct, frozen=True):
    """What a topic's words would have found among the last items."""

    matched: int
    of: int
    titles: list[str]


async def learn(db: Database, now: datetime) -> bool:
    """Learn anew where editors have judged enough since the last time; tell whether it did."""
    async with db.read() as tx:
        known = await store.model(tx)
        since = known.trained_at if known else _NEVER
        if (await store.judged_since(tx, since) or 0) < _ENOUGH_NEW:
            return False
        judged = await store.examples(tx)
        topics = await store.topics(tx)
    examples = [_example(one) for one in judged]
    payload = msgspec.msgpack.encode((examples, [RELEVANCE, *(str(one.id) for one in topics)]))
    child = Confined(_FUNCTION, size=1, seconds=_SECONDS)
    try:
        answer = await child.call(payload)
    finally:
        await child.close()
    if isinstance(answer, Overrun):
        return False
    async with db.tx() as tx:
        await store.one_weighing(tx)
        await store.keep_model(tx, now, len(examples), answer)
        await store.weigh_anew(tx)
    return True


async def weigh(db: Database) -> int:
    """Weigh everything that has not been; returns how many items."""
    done = 0
    while True:
        async with db.tx() as tx:
            await store.one_weighing(tx)
            waiting = await store.unweighed(tx, _AT_ONCE)
            if not waiting:
                return done
            own, learned = await words(tx), await model(tx)
            weighed = await asyncio.to_thread(weighing.weigh_all, waiting, own, learned)
            await _note(tx, weighed)
            done += len(weighed)


async def model(tx: Tx) -> Model | None:
    """Return what was learned last, if anything was."""
    known = await store.model(tx)
    return msgspec.msgpack.decode(known.body, type=Model) if known else None


async def learned_from(tx: Tx) -> store.KnownModel | None:
    """Return when and from how many items was learned last."""
    return await store.model(tx)


async def words(tx: Tx) -> Words:
    """Return the association's own words."""
    known = await store.words(tx)
    return Words(
        boost=[one.word for one in known if not one.mutes],
        mute=[one.word for one in known if one.mutes],
    )


async def change_words(
    tx: Tx, boost: Sequence[str], mute: Sequence[str], seen: str | None = None
) -> None:
    """Replace the association's own words; what waits is weighed again.

    Raises Conflict where they are no longer what was `seen`, if anything was.
    """
    given = dict.fromkeys(_clean(mute), True) | dict.fromkeys(_clean(boost), False)
    await store.one_weighing(tx)
    if seen is not None and (await words(tx)).seen != seen:
        raise Conflict(STALE)
    await store.forget_words(tx)
    await store.add_words(tx, list(given), list(given.values()))
    await store.weigh_anew(tx)


async def add_word(tx: Tx, word: str, *, mutes: bool) -> None:
    """Let one more word raise or mute items; a word does one of both."""
    await store.one_weighing(tx)
    known, folded = await words(tx), word.casefold()
    boost = [one for one in known.boost if one.casefold() != folded]
    mute = [one for one in known.mute if one.casefold() != folded]
    (mute if mutes else boost).append(word)
    await change_words(tx, boost, mute)


async def tried(tx: Tx, topics: Sequence[Topic]) -> dict[int, Tried]:
    """Return for each topic what its words would have found among the last items."""
    latest = await store.latest(tx, TRIED)
    return await asyncio.to_thread(_tried, list(topics), latest)


def _tried(topics: list[Topic], latest: Sequence[store.Latest]) -> dict[int, Tried]:
    found: dict[int, list[str]] = {topic.id: [] for topic in topics}
    for one in latest:
        for hit in tagging.suggest(topics, tagging.said(one.title, one.lead, one.text)):
            found[hit.topic_id].append(one.title)
    return {id_: Tried(len(titles), len(latest), titles[:8]) for id_, titles in found.items()}


async def _note(tx: Tx, weighed: list[Weighed]) -> None:
    rows = [(one.id, one.relevance, "\n".join(one.because), one.muted_by) for one in weighed]
    await store.note_weight(tx, *map(list, zip(*rows, strict=True)))
    topics = [(one.id, topic.topic_id, topic.because) for one in weighed for topic in one.topics]
    if topics:
        await store.note_learned(tx, *map(list, zip(*topics, strict=True)))


def _example(one: store.Judged) -> Example:
    classes = [str(topic) for topic in one.topics] + ([RELEVANCE] if one.picked else [])
    return Example(one.id, one.title, f"{one.lead}\n{one.text}", classes)


def _clean(given: Sequence[str]) -> list[str]:
    names = (one_line(word)[:60] for word in given)
    return [name for name in dict.fromkeys(names) if len(name) > 2][:_MOST_WORDS]
