"""Writing, ordering, handing in and approving, on a real PostgreSQL."""

import asyncio

import pytest
from msgspec import structs

from service.editions import actions, approval, snapshot
from service.editions.model import (
    Button,
    EditionState,
    Heading,
    Look,
    NewsletterVisibility,
    Stale,
    StaleWords,
)
from service.editions.states import Move
from service.kit.db import Database
from service.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tests.editions import make

NOW = make.NOW


async def approved(db: Database) -> tuple[int, int]:
    """Return (edition, approver) of an edition that was handed in and approved."""
    async with db.tx() as tx:
        writer, approver = await make.editor(tx), await make.editor(tx, "freigabe@soko.example")
        edition_id = await make.edition(tx, await make.newsletter(tx))
        await approval.hand_in(tx, edition_id, writer, NOW)
        seen = snapshot.fingerprint(await actions.content(tx, edition_id))
        await approval.approve(tx, edition_id, seen, approver, NOW)
    return edition_id, approver


async def test_blocks_come_back_as_they_were_written(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx))
    async with db.read() as tx:
        held = await actions.content(tx, edition_id)
    assert [b.content for b in held.blocks] == make.BODIES
    assert held.association == structs.replace(make.ASSOCIATION, version=1)


async def test_editions_of_a_newsletter_are_numbered_from_one(db: Database) -> None:
    async with db.tx() as tx:
        one = await make.newsletter(tx)
        two = await make.newsletter(tx, structs.replace(make.DRAFT, slug="zwei"))
        ids = [await make.edition(tx, n, []) for n in (one, one, two)]
        assert [(await actions.edition(tx, i)).number for i in ids] == [1, 2, 1]


async def test_an_approval_holds_for_exactly_what_was_approved(db: Database) -> None:
    edition_id, _ = await approved(db)
    async with db.read() as tx:
        held = await actions.content(tx, edition_id)
        assert held.edition.state is EditionState.APPROVED
        assert await actions.approved_hash(tx, edition_id) == snapshot.fingerprint(held)


async def test_any_change_voids_the_approval_and_says_by_whom(db: Database) -> None:
    edition_id, approver = await approved(db)
    async with db.tx() as tx:
        first = (await actions.content(tx, edition_id)).blocks[0]
        await actions.shift(tx, first.id, 1, approver, NOW)
    async with db.read() as tx:
        assert (await actions.edition(tx, edition_id)).state is EditionState.DRAFT
        assert await actions.approved_hash(tx, edition_id) is None
        assert (await approval.history(tx, edition_id))[0].voided_by == approver


async def test_a_new_look_or_postal_address_voids_approvals_too(db: Database) -> None:
    edition_id, approver = await approved(db)
    async with db.tx() as tx:
        newsletter_id = (await actions.edition(tx, edition_id)).newsletter_id
        said = structs.replace(make.DRAFT, look=Look(accent="#7a1f3d"))
        await actions.change_newsletter(tx, newsletter_id, 1, said, approver, NOW)
        assert await actions.approved_hash(tx, edition_id) is None


async def test_a_scheduled_edition_is_locked_with_everything_that_shapes_it(db: Database) -> None:
    edition_id, approver = await approved(db)
    async with db.tx() as tx:
        await actions.move(tx, edition_id, Move.SCHEDULE, NOW)
        held = await actions.content(tx, edition_id)
    with pytest.raises(Conflict, match="schedule"):
        async with db.tx() as tx:
            await actions.remove_block(tx, held.blocks[0].id, approver, NOW)
    with pytest.raises(Conflict, match="schedule"):
        async with db.tx() as tx:
            await actions.save_association(tx, held.association, approver, NOW)


async def test_who_handed_in_may_not_approve_unless_the_association_allows_it(
    db: Database,
) -> None:
    async with db.tx() as tx:
        writer = await make.editor(tx)
        edition_id = await make.edition(tx, await make.newsletter(tx))
        await approval.hand_in(tx, edition_id, writer, NOW)
        seen = snapshot.fingerprint(await actions.content(tx, edition_id))
    with pytest.raises(Forbidden):
        async with db.tx() as tx:
            await approval.approve(tx, edition_id, seen, writer, NOW)
    async with db.tx() as tx:
        relaxed = structs.replace(await actions.association(tx), four_eyes=False)
        await tx.execute("update edition set state = 'draft'")
        await actions.save_association(tx, relaxed, writer, NOW)
        await approval.hand_in(tx, edition_id, writer, NOW)
        await approval.approve(tx, edition_id, seen, writer, NOW)


async def test_nobody_approves_what_they_have_not_seen(db: Database) -> None:
    async with db.tx() as tx:
        writer, approver = await make.editor(tx), await make.editor(tx, "freigabe@soko.example")
        edition_id = await make.edition(tx, await make.newsletter(tx))
        seen = snapshot.fingerprint(await actions.content(tx, edition_id))
        await actions.add_block(tx, edition_id, Heading("Nachtrag"), writer, NOW)
        await approval.hand_in(tx, edition_id, writer, NOW)
    with pytest.raises(Conflict, match="changed since"):
        async with db.tx() as tx:
            await approval.approve(tx, edition_id, seen, approver, NOW)


async def test_an_edition_is_returned_only_with_a_remark_and_goes_back_to_draft(
    db: Database,
) -> None:
    async with db.tx() as tx:
        writer, approver = await make.editor(tx), await make.editor(tx, "freigabe@soko.example")
        edition_id = await make.edition(tx, await make.newsletter(tx))
        await approval.hand_in(tx, edition_id, writer, NOW)
    with pytest.raises(Invalid):
        async with db.tx() as tx:
            await approval.send_back(tx, edition_id, "  ", approver, NOW)
    async with db.tx() as tx:
        await approval.send_back(tx, edition_id, "Titel kürzen", approver, NOW)
        assert (await actions.edition(tx, edition_id)).state is EditionState.DRAFT
        last = (await approval.history(tx, edition_id))[0]
    assert (last.remark, last.editor) == ("Titel kürzen", "freigabe@soko.example")
    assert snapshot.blocks_changed(last.content, last.content) == []


async def test_the_second_saver_of_a_block_is_shown_what_the_first_one_saved(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx), [Heading("alt")])
        block = (await actions.content(tx, edition_id)).blocks[0]

    async def save(words: str) -> object:
        async with db.tx() as tx:
            return await actions.change_block(
                tx, block.id, block.version, Heading(words), None, NOW, segment="", language=""
            )

    outcomes = await asyncio.gather(save("eins"), save("zwei"))
    stale = [o for o in outcomes if isinstance(o, Stale)]
    assert len(stale) == 1
    async with db.read() as tx:
        assert stale[0].current == await actions.block(tx, block.id)


async def test_the_second_saver_of_the_words_is_shown_the_first_ones(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx), [])
        first = structs.replace(make.WORDS, subject="Erster")
        second = structs.replace(make.WORDS, subject="Zweiter")
        await actions.change_words(tx, edition_id, 1, first, None, NOW)
        outcome = await actions.change_words(tx, edition_id, 1, second, None, NOW)
    assert isinstance(outcome, StaleWords)
    assert outcome.current.subject == "Erster"


async def test_words_saved_as_they_stand_void_no_approval(db: Database) -> None:
    edition_id, approver = await approved(db)
    async with db.tx() as tx:
        stands = await actions.edition(tx, edition_id)
        seen = stands.words_version
        assert await actions.change_words(tx, edition_id, seen, make.WORDS, approver, NOW) == stands
        assert await actions.approved_hash(tx, edition_id) is not None


async def test_blocks_are_moved_dropped_and_brought_back_to_their_place(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await make.edition(
            tx, await make.newsletter(tx), [Heading("a"), Heading("b"), Heading("c")]
        )

        async def titles() -> str:
            held = await actions.content(tx, edition_id)
            return "".join(b.content.text for b in held.blocks if isinstance(b.content, Heading))

        a, b, c = [block.id for block in (await actions.content(tx, edition_id)).blocks]
        await actions.shift(tx, c, -1, None, NOW)
        assert await titles() == "acb"
        await actions.order(tx, edition_id, [b, 999, b, a], None, NOW)
        assert await titles() == "bac"
        await actions.remove_block(tx, a, None, NOW)
        assert await titles() == "bc"
        await actions.restore_block(tx, a, None, NOW)
        assert await titles() == "bac"
        await actions.add_block(tx, edition_id, Heading("d"), None, NOW, after=b)
        assert await titles() == "bdac"
        await actions.shift(tx, b, -1, None, NOW)
        assert await titles() == "bdac"


async def test_a_block_with_an_unsafe_address_is_never_stored(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx), [])
    with pytest.raises(Invalid) as caught:
        async with db.tx() as tx:
            await actions.add_block(tx, edition_id, Button("x", "javascript:alert(1)"), None, NOW)
    assert [f.where for f in caught.value.faults] == ["url"]


async def test_an_edition_holds_at_most_forty_blocks(db: Database) -> None:
    async with db.tx() as tx:
        edition_id = await make.edition(tx, await make.newsletter(tx), [Heading("x")] * 40)
    with pytest.raises(Invalid, match="40"):
        async with db.tx() as tx:
            await actions.add_block(tx, edition_id, Heading("x"), None, NOW)


async def test_only_sent_editions_of_public_newsletters_are_for_the_world(db: Database) -> None:
    async with db.tx() as tx:
        secret = structs.replace(make.DRAFT, slug="intern", visibility=NewsletterVisibility.MEMBERS)
        ids = [await make.newsletter(tx), await make.newsletter(tx, secret)]
        for newsletter_id in ids:
            edition_id = await make.edition(tx, newsletter_id)
            segment_only = await actions.add_block(
                tx, edition_id, Heading("nur für Gemeinden"), None, NOW, segment="gemeinden"
            )
            assert segment_only
            await make.edition(tx, newsletter_id)
            await tx.execute("update edition set state = 'sending' where id = $1", edition_id)
            await actions.move(tx, edition_id, Move.FINISH, NOW)
        public = await actions.public_newsletter(tx, "soko-aktuell")
        [sent] = await actions.published(tx, public.id)
        assert sent.public_slug == "1-fruehling-im-sozialamt"
        shown = await actions.public_edition(tx, public, sent.public_slug)
        assert "nur für Gemeinden" not in str(shown.blocks)
        for slug in ("intern", "gibt-es-nicht"):
            with pytest.raises(NotFound):
                await actions.public_newsletter(tx, slug)
        with pytest.raises(NotFound):
            await actions.public_edition(tx, public, "2-fruehling-im-sozialamt")


async def test_two_newsletters_cannot_share_an_address(db: Database) -> None:
    async with db.tx() as tx:
        await make.newsletter(tx)
    with pytest.raises(Conflict, match="address already"):
        async with db.tx() as tx:
            await make.newsletter(tx)


async def test_a_list_of_editions_goes_on_where_it_stopped(db: Database) -> None:
    async with db.tx() as tx:
        newsletter_id = await make.newsletter(tx)
        ids = [await make.edition(tx, newsletter_id, []) for _ in range(5)]
        first = await actions.listing(tx, limit=3)
        rest = await actions.listing(tx, before=(first[-1].changed_at, first[-1].id), limit=3)
        assert [row.id for row in first + rest] == ids[::-1]
        assert await actions.count(tx, q="frühling") == 5
        assert await actions.count(tx, q="50%") == 0
        assert await actions.count(tx, states_in=[EditionState.SENT]) == 0
