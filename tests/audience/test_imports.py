"""A file of members on a real PostgreSQL: the dry run tells each row's fate."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.audience import actions, imports, members
from service.audience.importing import Change
from service.audience.imports import Upload
from service.audience.model import (
    ConsentBasis,
    ConsentRecord,
    ContactFilter,
    MemberFilter,
    RowFate,
)
from service.kit.db import Database, Tx
from service.kit.errors import Conflict, Invalid, NotFound

OFFICE = ConsentRecord(ConsentBasis.OFFICE, "Amtsträger der Gemeinde", "Staatskalender 2026")
HEADING = "Mitglied;Art;Kanton;Bezirk;Einwohner;E-Mail;Kontakt;Funktion\n"


async def take(tx: Tx, text: str, now: datetime) -> int:
    upload = Upload("mitglieder.csv", text.encode(), None)
    return await imports.add(tx, upload, await imports.read(upload), now)


async def fates(tx: Tx, import_id: int) -> list[str]:
    return [row.fate.value for row in await imports.rows(tx, import_id)]


async def test_a_dry_run_shows_each_rows_fate_and_changes_nothing(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        volken = await cast.organisation(tx, "Volken", district="Andelfingen", population=367)
        await cast.contact(tx, volken, "Kanzlei", email="kanzlei@volken.example")
        await cast.contact(
            tx,
            volken,
            "Sozialvorstand",
            email="sozial@volken.example",
            functions=["sozialvorstand"],
        )
        import_id = await take(
            tx,
            HEADING
            + "Volken;;;;;kanzlei@volken.example;Kanzlei;\n"
            + "volken;;ZH;;371;Sozial@volken.example;Sozialvorstand;Leitung, Sozialvorstand\n"
            + "Volken;;;;;neu@volken.example;Neu;\n"
            + "Uster;Gemeinde;ZH;Uster;;info@uster.example;Info;Leitung\n"
            + "Uster;;;;;INFO@uster.example;Info;\n"
            + "Nirgends;;;;;x@nirgends.example;X;\n"
            + "Uster;;;;;kaputt;Y;\n",
            now,
        )
        rows = await imports.rows(tx, import_id)
        assert [row.fate.value for row in rows] == [
            "unchanged", "changed", "new", "new", "duplicate", "refused", "refused",
        ]  # fmt: skip
        assert rows[1].changes == [
            Change("functions", "sozialvorstand", "leitung, sozialvorstand"),
            Change("population", "367", "371"),
        ]
        assert "is no member yet" in str(rows[5].why[0])
        assert await imports.new_functions(tx, import_id) == ["leitung"]
        counted = await imports.fates(tx, import_id)
        assert counted == {
            RowFate.NEW: 2,
            RowFate.CHANGED: 1,
            RowFate.UNCHANGED: 1,
            RowFate.DUPLICATE: 1,
            RowFate.REFUSED: 2,
        }
        assert await members.how_many(tx, MemberFilter()) == 1
        assert await members.how_many_contacts(tx, ContactFilter(), now) == 2


async def test_applying_does_what_the_dry_run_showed_and_a_second_file_finds_nothing_to_do(
    db: Database, cast: Any, now: datetime
) -> None:
    text = (
        HEADING
        + "Uster;Gemeinde;ZH;Uster;34000;info@uster.example;Info;Leitung\n"
        + "Uster;;ZH;;;kesb@uster.example;KESB;Fachperson\n"
        + "Haus am See;Institution;;;;haus@see.example;Haus;\n"
        + "Regensberg;Gemeinde;ZH;Dielsdorf;;;;\n"
    )
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        counted = await imports.apply(tx, await take(tx, text, now), [letter], OFFICE, now)
        assert counted[RowFate.NEW] == 4
        listed = await members.by_name(tx, MemberFilter())
        assert [(o.name, o.contacts, o.reachable) for o in listed] == [
            ("Haus am See", 1, 1),
            ("Regensberg", 0, 0),
            ("Uster", 2, 2),
        ]
        [info, *_] = await members.contacts(tx, ContactFilter("info@uster"), now)
        assert info.functions == ["Leitung"]
        [record] = await actions.consents(tx, info.id)
        assert (record.basis, record.source) == (ConsentBasis.OFFICE, "Staatskalender 2026")
        again = await take(tx, text, now)
        assert set(await fates(tx, again)) == {"unchanged"}
        await imports.apply(tx, again, [letter], OFFICE, now)
        assert len(await actions.consents(tx, info.id)) == 1
        shown = await imports.show(tx, again)
        assert shown.receipt is not None
        assert shown.receipt["unchanged"] == 4


async def test_a_changed_row_changes_only_what_it_says(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        volken = await cast.organisation(tx, "Volken", district="Andelfingen", population=367)
        uster = await cast.organisation(tx, "Uster", district="Uster")
        one = await cast.contact(
            tx,
            volken,
            "Alt",
            email="a@b.example",
            salutation="Liebe Kanzlei",
            functions=["leitung"],
        )
        import_id = await take(tx, HEADING + "Uster;;;;;a@b.example;Neu;\nVolken;;;;370;;;\n", now)
        await imports.apply(tx, import_id, [], None, now)
        found = await actions.contact(tx, one)
        assert (found.organisation_id, found.label, found.salutation) == (
            uster,
            "Neu",
            "Liebe Kanzlei",
        )
        assert [f.slug for f in await members.functions_of(tx, one)] == ["leitung"]
        changed = await members.organisation(tx, volken)
        assert (changed.population, changed.district, changed.version) == (370, "Andelfingen", 2)


async def test_what_changed_since_the_dry_run_is_judged_anew_when_applied(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        volken = await cast.organisation(tx, "Volken")
        import_id = await take(tx, HEADING + "Volken;;;;;a@b.example;Neu;\n", now)
        assert await fates(tx, import_id) == ["new"]
        await cast.contact(tx, volken, "Neu", email="A@b.example")
        counted = await imports.apply(tx, import_id, [], None, now)
        assert counted[RowFate.UNCHANGED] == 1


async def test_a_file_is_applied_once(db: Database, cast: Any, now: datetime) -> None:
    async with db.tx() as tx:
        import_id = await take(tx, HEADING + "Uster;Gemeinde;;;;a@b.example;;\n", now)
        await imports.apply(tx, import_id, [], None, now)
    with pytest.raises(Conflict):
        async with db.tx() as tx:
            await imports.apply(tx, import_id, [], None, now)
    with pytest.raises(Conflict):
        async with db.tx() as tx:
            await imports.drop(tx, import_id)


async def test_a_subscription_without_its_basis_is_refused_and_nothing_is_written(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        import_id = await take(tx, HEADING + "Uster;Gemeinde;;;;a@b.example;;\n", now)
    for record in (None, ConsentRecord(ConsentBasis.OFFICE, "Amt", "")):
        with pytest.raises(Invalid):
            async with db.tx() as tx:
                await imports.apply(tx, import_id, [letter], record, now)
    async with db.tx() as tx:
        assert await members.how_many(tx, MemberFilter()) == 0
        assert await fates(tx, import_id) == ["new"]


async def test_members_of_one_name_are_told_apart_by_their_canton(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        await cast.organisation(tx, "Buchs", canton="ZH")
        await cast.organisation(tx, "Buchs", canton="AG")
        import_id = await take(
            tx, HEADING + "Buchs;;;;;a@b.example;;\nBuchs;;AG;;;c@d.example;;\n", now
        )
        rows = await imports.rows(tx, import_id)
        assert [row.fate for row in rows] == [RowFate.REFUSED, RowFate.NEW]
        assert "Kanton" in str(rows[0].why[0])


async def test_a_bfs_number_belongs_to_one_member_in_the_data_and_in_the_file(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        await cast.organisation(tx, "Uster", bfs_nr=198)
        import_id = await take(
            tx,
            "Gemeinde;BFS-Nr;E-Mail\nVolken;198;a@b.example\nA;7;c@d.example\nB;7;e@f.example\n",
            now,
        )
        assert await fates(tx, import_id) == ["refused", "refused", "refused"]
        counted = await imports.apply(tx, import_id, [], None, now)
        assert counted[RowFate.REFUSED] == 3


async def test_a_file_is_forgotten_after_thirty_days(
    db: Database, cast: Any, now: datetime
) -> None:
    async with db.tx() as tx:
        old = await take(tx, HEADING + "Uster;Gemeinde;;;;a@b.example;;\n", now)
        await take(tx, HEADING + "Uster;Gemeinde;;;;a@b.example;;\n", now + timedelta(days=31))
        with pytest.raises(NotFound):
            await imports.show(tx, old)


async def test_thousands_of_rows_are_taken_in_by_a_handful_of_statements(
    db: Database, cast: Any, now: datetime
) -> None:
    many, asked = 3_000, []
    rows = [
        f"Gemeinde {i % 160};Gemeinde;ZH;Bezirk;;k{i}@g.example;Kontakt {i};Leitung"
        for i in range(many)
    ]
    async with db.tx() as tx:
        letter = await cast.newsletter(tx)
        tx.add_query_logger(lambda one: asked.append(one.query))
        import_id = await take(tx, HEADING + "\n".join(rows), now)
        assert (await imports.fates(tx, import_id))[RowFate.NEW] == many
        await imports.apply(tx, import_id, [letter], OFFICE, now)
        assert await members.how_many(tx, MemberFilter()) == 160
        assert await members.how_many_contacts(tx, ContactFilter(), now) == many
        again = await take(tx, HEADING + "\n".join(rows), now)
        assert (await imports.fates(tx, again))[RowFate.UNCHANGED] == many
    assert 1 < len(asked) < 100, asked


async def test_no_file_brings_back_or_keeps_somebody_who_was_erased(
    db: Database, cast: Any, now: datetime
) -> None:
    told = HEADING + "Volken;Gemeinde;ZH;;;anna@volken.example;Anna;\n"
    async with db.tx() as tx:
        applied = await take(tx, told, now)
        await imports.apply(tx, applied, [], None, now)
        waiting = await take(tx, told + "Volken;;;;;bea@volken.example;Bea;\n", now)
        [anna] = await members.contacts(tx, ContactFilter("anna"), now)
        await members.erase(tx, anna.id, now)
        assert await imports.rows(tx, applied) == []
        await imports.apply(tx, waiting, [], None, now)
        assert [c.label for c in await members.contacts(tx, ContactFilter(), now)] == ["Bea"]
