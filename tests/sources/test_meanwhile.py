"""What a person decides while a source is being asked holds against what the answer brings."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from service.kit.db import Database, Tx
from service.kit.errors import Conflict
from service.sources import actions as sources
from service.sources import inbound
from service.sources.model import (
    Answer,
    Draft,
    FetchOutcome,
    Gain,
    Settled,
    Source,
    SourceKind,
    SourceState,
)

NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
OTHER = Draft(SourceKind.FEED, "Amt", "https://neu.example/feed")


async def settled(tx: Tx, asked: Source) -> Source:
    one = Settled(asked, Answer(FetchOutcome.UNCHANGED, etag="alt"), Gain(), NOW)
    await sources.settle(tx, [one], NOW)
    return await sources.source(tx, asked.id)


@pytest.mark.parametrize(
    ("decide", "state", "url"),
    [
        (lambda tx, id_: sources.pause(tx, id_, NOW), SourceState.PAUSED, "https://a.example/feed"),
        (lambda tx, id_: sources.change(tx, id_, 1, OTHER, NOW), SourceState.ACTIVE, OTHER.url),
    ],
    ids=["paused", "changed"],
)
async def test_a_source_stays_as_somebody_put_it_while_it_was_asked(
    db: Database, decide: Callable[[Tx, int], Awaitable[None]], state: SourceState, url: str
) -> None:
    async with db.tx() as tx:
        draft = Draft(SourceKind.FEED, "Amt", "https://a.example/feed")
        known = await sources.add(tx, draft, NOW)
        [asked] = await sources.claim(tx, NOW, 5)
        await decide(tx, known)
        with pytest.raises(Conflict):
            await sources.claim_one(tx, await sources.add(tx, other_of(asked), NOW), NOW)
        after = await settled(tx, asked)
        assert (after.state, after.url, after.etag) == (state, url, "")
        assert len(await sources.log(tx, known)) == 1
        assert await sources.claim_one(tx, known, NOW)


def other_of(asked: Source) -> Draft:
    """Return another source of the same host, which is held until the answer is settled."""
    return Draft(SourceKind.FEED, "Zweite", f"{asked.url}/zwei")


async def test_a_new_secret_address_holds_while_a_mail_to_the_old_one_is_read(
    db: Database,
) -> None:
    async with db.tx() as tx:
        known = await sources.add(tx, Draft(SourceKind.MAIL, "Amt", ""), NOW)
        asked = await sources.source(tx, known)
        await inbound.renew(tx, known)
        renewed = await sources.source(tx, known)
        after = await settled(tx, asked)
        assert after.url == renewed.url != asked.url
