"""Who is picked, who may be written to, and what is on record for it, on a real PostgreSQL."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.audience import actions, consent, coverage, members, parser
from service.audience.consent import MOVES, Move
from service.audience.model import (
    Asked,
    ConsentBasis,
    ConsentRecord,
    SignUp,
    Subscribed,
    SubscriptionState,
    SuspensionReason,
    TooOften,
)
from service.kit.db import Database, Tx
from service.kit.errors import Conflict, Forbidden, NotFound

OFFICE = ConsentRecord(ConsentBasis.OFFICE, "Amtsträger der Gemeinde", "Behördenverzeichnis 2026")
FORM = SignUp("Ich möchte den Rundbrief erhalten.", "/subscribe/rundbrief", "192.0.2.7")
EVERYONE = parser.parse("")


async def candidates(tx: Tx) -> dict[int, tuple[str, str | None, int]]:
    rows = await tx.fetch("select * from candidate")
    return {r["contact_id"]: (r["address"], r["reason"], r["variant"]) for r in rows}


async def test_the_audience_is_frozen_with_a_reason_for_everyone_left_out(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        member = await cast.organisation(tx, "Volken")
        people = {}
        for label, state, facts in (
            ("reached", "active", {}),
            ("gone", "active", {"email": None}),
            ("unsubscribed", "ended", {}),
            ("unconfirmed", "pending", {}),
            ("suspended", "active", {}),
            ("lifted", "active", {}),
            ("paused", "active", {"paused_until": now + timedelta(days=1)}),
            ("back", "active", {"paused_until": now}),
        ):
            people[label] = await cast.contact(tx, member, label, **facts)
            await cast.subscribed(tx, people[label], letter, state)
        people["stranger"] = await cast.contact(tx, member, "stranger")
        await actions.suspend(tx, people["suspended"], SuspensionReason.MAILBOX_FULL, now)
        await actions.suspend(tx, people["lifted"], SuspensionReason.ADDRESS_GONE, now)
        [standing] = await actions.suspensions(tx, people["lifted"])
        assert await actions.lift(tx, standing.id, people["lifted"], now, None)
        await actions.select(tx, letter, [EVERYONE], [], now)
        found = await candidates(tx)
    assert {label: found[i][1] for label, i in people.items() if i in found} == {
        "reached": None,
        "gone": "no_address",
        "unsubscribed": "unsubscribed",
        "unconfirmed": "unconfirmed",
        "suspended": "suspended",
        "lifted": None,
        "paused": "paused",
        "back": None,
    }
    assert people["stranger"] not in found


async def test_the_view_asked_before_the_last_dot_agrees_with_the_frozen_audience(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        for index, state in enumerate(("active", "ended", "pending", "active", "active")):
            one = await cast.contact(
                tx, None, f"k{index}", email=None if index == 4 else f"k{index}@a.example"
            )
            await cast.subscribed(tx, one, letter, state)
            if index == 3:
                await actions.suspend(tx, one, SuspensionReason.COMPLAINED, now)
        await actions.select(tx, letter, [], [], now)
        frozen = {i for i, (_, reason, _) in (await candidates(tx)).items() if reason is None}
        rows = await tx.fetch(
            "select contact_id from eligible_subscription where newsletter_id = $1", letter
        )
    assert {r[0] for r in rows} == frozen
    assert len(frozen) == 1


async def test_a_variant_has_one_bit_for_each_block_segment_that_picks_the_contact(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        small = await cast.organisation(tx, "Volken", population=367)
        large = await cast.organisation(tx, "Uster", population=34_000, kind="canton")
        ids = [
            await cast.contact(tx, o, name) for o, name in ((small, "a"), (large, "b"), (None, "c"))
        ]
        for one in ids:
            await cast.subscribed(tx, one, letter)
        blocks = [parser.parse("population < 2000"), parser.parse('kind = "canton"'), EVERYONE]
        await actions.select(tx, letter, [EVERYONE], blocks, now)
        variants = {i: variant for i, (_, _, variant) in (await candidates(tx)).items()}
    assert [variants[i] for i in ids] == [0b101, 0b110, 0b100]


async def test_all_rules_must_hold_and_erased_people_are_no_candidates(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        member = await cast.organisation(tx, "Volken", population=367)
        kept = await cast.contact(tx, member, "kept", functions=["kesb"])
        other = await cast.contact(tx, member, "other")
        erased = await cast.contact(tx, member, "erased", functions=["kesb"], email=None)
        for one in (kept, other, erased):
            await cast.subscribed(tx, one, letter)
        await tx.execute("update contact set erased_at = $2 where id = $1", erased, now)
        rules = [parser.parse("population < 400"), parser.parse('function = "kesb"')]
        await actions.select(tx, letter, rules, [], now)
        assert set(await candidates(tx)) == {kept}


async def test_everybody_is_greeted_in_the_own_language_unless_a_salutation_is_known(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        for label, facts in (
            ("a", {"language": "fr"}),
            ("b", {"language": "de"}),
            ("c", {"language": "de", "salutation": "Sehr geehrte Frau Präsidentin"}),
        ):
            await cast.subscribed(tx, await cast.contact(tx, None, label, **facts), letter)
        await actions.select(tx, letter, [], [], now)
        rows = await tx.fetch("select salutation from candidate order by address")
    assert [r[0] for r in rows] == ["Bonjour", "Guten Tag", "Sehr geehrte Frau Präsidentin"]


async def test_two_audiences_may_be_frozen_one_after_the_other_in_one_transaction(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        first, second = await cast.newsletter(tx, "eins"), await cast.newsletter(tx, "zwei")
        one = await cast.contact(tx, None, "a")
        await cast.subscribed(tx, one, first)
        await actions.select(tx, first, [], [], now)
        assert set(await candidates(tx)) == {one}
        await actions.select(tx, second, [], [], now)
        assert await candidates(tx) == {}


async def test_coverage_names_the_members_without_a_deliverable_address(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        for name in ("Uster", "Hüttikon", "Regensberg", "Volken"):
            member = await cast.organisation(tx, name)
            if name != "Volken":
                one = await cast.contact(tx, member, name)
                await cast.subscribed(
                    tx, one, letter, "ended" if name == "Regensberg" else "active"
                )
                if name == "Hüttikon":
                    await actions.suspend(tx, one, SuspensionReason.ADDRESS_GONE, now)
        await cast.organisation(tx, "Liestal", canton="BL")
        rule = parser.parse('kind = "municipality" and canton = "ZH"')
        found = await actions.cover(tx, letter, [rule], now)
    assert str(coverage.sentence(found)) == "One person in 1 of 4 municipalities"
    assert (
        str(coverage.gap(found)) == "Hüttikon, Regensberg and Volken have no deliverable address."
    )


async def test_why_names_everything_that_stands_in_the_way(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        member = await cast.organisation(tx, "Uster", population=34_000, district="Uster")
        one = await cast.contact(tx, member, "a", paused_until=now + timedelta(days=9))
        await cast.subscribed(tx, one, letter, "ended")
        await actions.suspend(tx, one, SuspensionReason.MAILBOX_FULL, now, "452 4.2.2")
        rule = parser.parse('district = "Uster" and population < 2000')
        steps = (await actions.why(tx, one, {letter: rule}, now))[letter]
    assert [s.holds for s in steps] == [True, False, False, False, False]
    assert steps[2].detail == ("population < 2000",)
    assert steps[3].detail == ("452 4.2.2",)


async def test_an_office_is_enrolled_on_record_but_never_against_an_unsubscription(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        new, left, known = [await cast.contact(tx, None, label) for label in "abc"]
        await cast.subscribed(tx, left, letter, "ended")
        await cast.subscribed(tx, known, letter, "active")
        assert await actions.enrol(tx, [new, left, known, new], letter, OFFICE, now) == 1
        [record] = await actions.consents(tx, new)
        assert (record.basis, record.source) == (ConsentBasis.OFFICE, OFFICE.source)
        assert await actions.consents(tx, left) == []
        [subscription] = await actions.subscriptions(tx, left)
        assert subscription.state is SubscriptionState.ENDED
        await actions.renew(tx, left, letter, OFFICE, now)
        [subscription] = await actions.subscriptions(tx, left)
        assert subscription.state is SubscriptionState.ACTIVE


async def test_a_sign_up_counts_only_after_its_confirmation_and_keeps_the_wording(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        asked = await actions.ask(tx, letter, "neu@a.example", "fr", FORM, now)
        assert isinstance(asked, Asked)
        [subscription] = await actions.subscriptions(tx, asked.contact_id)
        assert subscription.state is SubscriptionState.PENDING
        for _ in range(2):
            await actions.confirm(tx, asked.request_id, now + timedelta(hours=1))
        [subscription] = await actions.subscriptions(tx, asked.contact_id)
        assert subscription.state is SubscriptionState.ACTIVE
        [record] = await actions.consents(tx, asked.contact_id)
        assert (record.basis, record.wording) == (ConsentBasis.DOUBLE_OPT_IN, FORM.wording)
        again = await actions.ask(tx, letter, "NEU@a.example", "de", FORM, now)
        assert again == Subscribed(asked.contact_id)


async def test_a_confirmation_expires_and_cannot_revive_what_was_ended_since(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        asked = await actions.ask(tx, letter, "neu@a.example", "de", FORM, now)
        assert isinstance(asked, Asked)
    with pytest.raises(Forbidden):
        async with db.tx() as tx:
            await actions.confirm(tx, asked.request_id, now + timedelta(days=8))
    async with db.tx() as tx:
        assert await actions.unsubscribe(tx, asked.contact_id, letter, now, "one-click")
        assert not await actions.unsubscribe(tx, asked.contact_id, letter, now, "one-click")
    with pytest.raises(Conflict):
        async with db.tx() as tx:
            await actions.confirm(tx, asked.request_id, now)


async def test_nobody_can_be_flooded_with_confirmation_mails(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        answers = [
            await actions.ask(tx, letter, "opfer@a.example", "de", FORM, now) for _ in range(5)
        ]
        assert [type(a) for a in answers] == [Asked, Asked, Asked, TooOften, TooOften]
        later = now + timedelta(hours=24)
        assert isinstance(
            await actions.ask(tx, letter, "opfer@a.example", "de", FORM, later), Asked
        )


async def test_who_never_confirmed_is_forgotten_after_thirty_days(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        never = await actions.ask(tx, letter, "nie@a.example", "de", FORM, now)
        done = await actions.ask(tx, letter, "ja@a.example", "de", FORM, now)
        assert isinstance(never, Asked)
        assert isinstance(done, Asked)
        await actions.confirm(tx, done.request_id, now)
        assert await actions.forget(tx, now + timedelta(days=29)) == 0
        assert await actions.forget(tx, now + timedelta(days=31)) == 1
        with pytest.raises(NotFound):
            await actions.contact(tx, never.contact_id)
        assert (await actions.contact(tx, done.contact_id)).email == "ja@a.example"


async def test_two_clicks_at_once_end_a_subscription_once(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        one = await cast.contact(tx, None, "a")
        await cast.subscribed(tx, one, letter)

    async def click() -> bool:
        async with db.tx() as tx:
            return await actions.unsubscribe(tx, one, letter, now, "page")

    assert sorted(await asyncio.gather(*[click() for _ in range(4)])) == [False, False, False, True]


async def test_one_reason_suspends_once_and_several_reasons_stand_side_by_side(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        one = await cast.contact(tx, None, "a")
        assert await actions.suspend(tx, one, SuspensionReason.ADDRESS_GONE, now, "550 5.1.1")
        assert not await actions.suspend(tx, one, SuspensionReason.ADDRESS_GONE, now, "550 5.1.1")
        assert await actions.suspend(tx, one, SuspensionReason.COMPLAINED, now)
        assert len(await actions.suspensions(tx, one)) == 2


async def test_what_a_server_says_late_of_an_erased_contact_is_not_kept(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        one = await cast.contact(tx, None, "Anna")
        await members.erase(tx, one, now)
        said = "550 anna@gemeinde.example unknown"
        assert not await actions.suspend(tx, one, SuspensionReason.ADDRESS_GONE, now, said)
        assert await actions.suspensions(tx, one) == []


async def test_a_misspelt_district_is_hinted_at(db: Database, cast: Any) -> None:
    async with db.tx() as tx:
        await cast.organisation(tx, "Volken", district="Andelfingen")
        [doubt] = await actions.doubts(
            tx, parser.parse('district in ("Andelfigen", "Andelfingen")')
        )
    assert str(doubt) == "Nobody has district “Andelfigen”. Did you mean “Andelfingen”?"


async def test_a_hundred_thousand_contacts_are_frozen_by_one_statement(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        member = await cast.organisation(tx, "Volken", population=367)
        await tx.execute(
            "insert into contact (organisation_id, email, sort_key, created_at, changed_at)"
            " select $1, 'k' || i || '@a.example', '', $2, $2 from generate_series(1, 100000) i",
            member,
            now,
        )
        await tx.execute(
            "insert into subscription (contact_id, newsletter_id, state, since)"
            " select id, $1, 'active', $2 from contact",
            letter,
            now,
        )
        rule = parser.parse('population < 2000 and not topic = "kesb" and not function = "x"')
        await actions.select(tx, letter, [rule], [rule, rule], now)
        assert await tx.fetchval("select count(*) from candidate where variant = 3") == 100_000


def test_every_state_says_what_each_move_does_or_refuses_it() -> None:
    pairs = {(s, m) for s in (None, *SubscriptionState) for m in Move}
    assert pairs - set(MOVES) == {
        (None, Move.CONFIRM),
        (None, Move.END),
        (SubscriptionState.ENDED, Move.CONFIRM),
    }
    with pytest.raises(Conflict):
        consent.after(SubscriptionState.ENDED, Move.CONFIRM)


def test_a_pause_ends_within_two_years_and_a_past_one_is_none(now: datetime) -> None:
    assert consent.pause_end(None, now) is None
    assert consent.pause_end(now, now) is None
    assert consent.pause_end(now + timedelta(days=90), now) == now + timedelta(days=90)
    assert consent.pause_end(now.replace(year=2099), now) == now + consent.LONGEST_PAUSE
