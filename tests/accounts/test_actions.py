"""Accounts on a real database: attempts count exactly, links work once, one administrator stays."""

from datetime import UTC, datetime, timedelta

import anyio
import pytest

from service.accounts import actions as accounts
from service.accounts import sessions
from service.accounts.model import EditorRole, Entry, LoginOutcome, TooMany, WrongLogin
from service.kit.db import Database
from service.kit.errors import Conflict, Forbidden, Invalid, NotFound
from service.kit.tokens import Signer

NOW = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
PASSWORD = "vier Worte am Morgen"
SIGNER = Signer([b"0123456789abcdef0123456789abcdef"])


async def create(
    db: Database, email: str = "lea@verband.example", role: EditorRole = EditorRole.EDITOR
) -> int:
    async with db.tx() as tx:
        editor_id = await accounts.create(
            tx, email=email, name="Redaktion", role=role, language="de", now=NOW
        )
        await accounts.set_password(tx, editor_id, PASSWORD, NOW)
    return editor_id


async def log_in(
    db: Database,
    password: str = PASSWORD,
    email: str = "lea@verband.example",
    host: str = "192.0.2.1",
    now: datetime = NOW,
) -> LoginOutcome:
    return await accounts.log_in(
        db, email=email, password=password, host=host, agent="Firefox/140 Linux", now=now
    )


async def test_the_right_password_opens_a_session_and_the_address_may_be_written_in_capitals(
    db: Database,
) -> None:
    editor_id = await create(db)
    outcome = await log_in(db, email="LEA@verband.example")
    assert isinstance(outcome, Entry)
    assert outcome.session.editor.id == editor_id
    async with db.read() as tx:
        found = await accounts.session(tx, outcome.token, NOW)
    assert found == outcome.session


async def test_the_database_holds_no_token(db: Database) -> None:
    await create(db)
    outcome = await log_in(db)
    assert isinstance(outcome, Entry)
    async with db.read() as tx:
        row = await tx.fetchval("select editor_session::text from editor_session")
    assert outcome.token not in row
    assert outcome.token.encode().hex() not in row


async def test_wrong_password_unknown_address_and_barred_account_get_the_same_answer(
    db: Database,
) -> None:
    editor_id = await create(db)
    assert await log_in(db, "falsch falsch falsch") == WrongLogin()
    assert await log_in(db, email="niemand@verband.example") == WrongLogin()
    async with db.tx() as tx:
        await create_administrator_and_disable(tx, editor_id)
    assert await log_in(db) == WrongLogin()


async def create_administrator_and_disable(tx: accounts.Tx, editor_id: int) -> None:
    await accounts.create(
        tx,
        email="chef@verband.example",
        name="Geschäftsstelle",
        role=EditorRole.ADMINISTRATOR,
        language="de",
        now=NOW,
    )
    await accounts.disable(tx, editor_id, NOW)


async def test_an_invited_editor_without_a_password_cannot_log_in(db: Database) -> None:
    async with db.tx() as tx:
        await accounts.create(
            tx,
            email="neu@verband.example",
            name="Neu",
            role=EditorRole.EDITOR,
            language="de",
            now=NOW,
        )
    assert await log_in(db, "", email="neu@verband.example") == WrongLogin()
    assert await log_in(db, "nobody has this password", email="neu@verband.example") == WrongLogin()


async def test_after_eight_tries_even_the_right_password_waits_until_the_window_ends(
    db: Database,
) -> None:
    await create(db)
    for _ in range(8):
        assert await log_in(db, "falsch falsch falsch") == WrongLogin()
    refused = await log_in(db, now=NOW + timedelta(minutes=1))
    assert refused == TooMany(NOW + timedelta(minutes=15))
    assert isinstance(await log_in(db, now=NOW + timedelta(minutes=15)), Entry)


async def test_a_guesser_elsewhere_does_not_lock_the_editor_out(db: Database) -> None:
    await create(db)
    for _ in range(9):
        await log_in(db, "falsch falsch falsch", host="203.0.113.9")
    assert isinstance(await log_in(db, host="192.0.2.1"), Entry)


async def test_attempts_at_the_same_moment_are_all_counted(db: Database) -> None:
    await create(db)
    outcomes: list[LoginOutcome] = []

    async def attempt() -> None:
        outcomes.append(await log_in(db, "falsch falsch falsch"))

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(attempt)
    assert sum(isinstance(o, WrongLogin) for o in outcomes) == 8
    assert sum(isinstance(o, TooMany) for o in outcomes) == 4


async def test_a_successful_login_forgives_earlier_mistakes(db: Database) -> None:
    await create(db)
    for _ in range(2):
        for _ in range(7):
            await log_in(db, "falsch falsch falsch")
        assert isinstance(await log_in(db), Entry)


async def test_an_outdated_hash_is_renewed_by_the_login_that_proves_the_password(
    db: Database,
) -> None:
    editor_id = await create(db)
    weak = accounts.passwords.argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024)
    async with db.tx() as tx:
        await tx.execute(
            "update editor set password_hash = $2 where id = $1", editor_id, weak.hash(PASSWORD)
        )
    assert isinstance(await log_in(db), Entry)
    async with db.read() as tx:
        stored = await tx.fetchval("select password_hash from editor where id = $1", editor_id)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert isinstance(await log_in(db), Entry)


async def test_a_session_ends_a_day_after_its_last_use_and_use_prolongs_it(db: Database) -> None:
    await create(db)
    outcome = await log_in(db)
    assert isinstance(outcome, Entry)
    async with db.read() as tx:
        later = NOW + timedelta(hours=20)
        assert await accounts.session(tx, outcome.token, later)
        assert await accounts.session(tx, outcome.token, later + timedelta(hours=20))
        assert not await accounts.session(tx, outcome.token, later + timedelta(hours=44, minutes=1))


async def test_no_session_outlives_two_weeks_however_much_it_is_used(db: Database) -> None:
    await create(db)
    outcome = await log_in(db)
    assert isinstance(outcome, Entry)
    async with db.read() as tx:
        for hours in range(12, 14 * 24, 12):
            assert await accounts.session(tx, outcome.token, NOW + timedelta(hours=hours))
        assert not await accounts.session(tx, outcome.token, NOW + sessions.LONGEST)


async def test_reading_pages_writes_nothing_for_five_minutes(db: Database) -> None:
    await create(db)
    outcome = await log_in(db)
    assert isinstance(outcome, Entry)
    async with db.read() as tx:
        before = await tx.fetchval("select xmin::text from editor_session")
        await accounts.session(tx, outcome.token, NOW + timedelta(minutes=4))
        assert await tx.fetchval("select xmin::text from editor_session") == before
        await accounts.session(tx, outcome.token, NOW + timedelta(minutes=6))
        assert await tx.fetchval("select xmin::text from editor_session") != before


async def test_an_invitation_sets_one_password_and_is_void_afterwards(db: Database) -> None:
    editor_id = await create(db)
    async with db.tx() as tx:
        token = await accounts.invitation(tx, SIGNER, editor_id, NOW)
        assert (await accounts.invited(tx, SIGNER, editor_id, token, NOW)).id == editor_id
        await accounts.set_password(tx, editor_id, "ganz andere Worte hier", NOW)
        with pytest.raises(NotFound):
            await accounts.invited(tx, SIGNER, editor_id, token, NOW)


async def test_an_invitation_is_good_for_a_week_and_for_its_own_account_only(db: Database) -> None:
    editor_id = await create(db)
    other = await create(db, "otto@verband.example")
    async with db.tx() as tx:
        token = await accounts.invitation(tx, SIGNER, editor_id, NOW)
        with pytest.raises(Forbidden):
            await accounts.invited(tx, SIGNER, editor_id, token, NOW + timedelta(days=8))
        with pytest.raises(NotFound):
            await accounts.invited(tx, SIGNER, other, token, NOW)
        with pytest.raises(NotFound):
            await accounts.invited(tx, SIGNER, editor_id, token[:-2] + "xx", NOW)


async def test_setting_a_password_ends_every_session_of_the_account_and_no_other(
    db: Database,
) -> None:
    editor_id = await create(db)
    await create(db, "otto@verband.example")
    mine, his = await log_in(db), await log_in(db, email="otto@verband.example")
    assert isinstance(mine, Entry)
    assert isinstance(his, Entry)
    async with db.tx() as tx:
        await accounts.change_password(tx, editor_id, PASSWORD, "ganz andere Worte hier", NOW)
        assert not await accounts.session(tx, mine.token, NOW)
        assert await accounts.session(tx, his.token, NOW)


async def test_ones_own_password_changes_only_with_the_current_one(db: Database) -> None:
    editor_id = await create(db)
    async with db.tx() as tx:
        with pytest.raises(Invalid) as problem:
            await accounts.change_password(tx, editor_id, "falsch", "ganz andere Worte hier", NOW)
    assert problem.value.faults[0].where == "current"


async def test_barring_an_editor_ends_the_sessions_at_once(db: Database) -> None:
    await create(db, "chef@verband.example", EditorRole.ADMINISTRATOR)
    editor_id = await create(db)
    entry = await log_in(db)
    assert isinstance(entry, Entry)
    async with db.tx() as tx:
        await accounts.disable(tx, editor_id, NOW)
        assert not await accounts.session(tx, entry.token, NOW)
    with pytest.raises(NotFound):  # who had just proved a password is too late, too
        async with db.tx() as tx:
            await accounts.open_session(tx, editor_id, "", NOW)
    async with db.tx() as tx:
        await accounts.enable(tx, editor_id)
        assert not await accounts.session(tx, entry.token, NOW), "an old login does not revive"
    assert isinstance(await log_in(db), Entry)


async def test_the_last_administrator_can_neither_be_barred_nor_demoted(db: Database) -> None:
    editor_id = await create(db, role=EditorRole.ADMINISTRATOR)
    async with db.tx() as tx:
        with pytest.raises(Conflict):
            await accounts.disable(tx, editor_id, NOW)
        with pytest.raises(Conflict):
            await accounts.set_role(tx, editor_id, EditorRole.APPROVER)
        await accounts.set_role(tx, editor_id, EditorRole.ADMINISTRATOR)


async def test_two_administrators_cannot_bar_each_other_at_the_same_moment(db: Database) -> None:
    first = await create(db, "eins@verband.example", EditorRole.ADMINISTRATOR)
    second = await create(db, "zwei@verband.example", EditorRole.ADMINISTRATOR)
    refused: list[int] = []

    async def bar(editor_id: int) -> None:
        try:
            async with db.tx() as tx:
                await accounts.disable(tx, editor_id, NOW)
        except Conflict:
            refused.append(editor_id)

    async with anyio.create_task_group() as group:
        group.start_soon(bar, first)
        group.start_soon(bar, second)
    assert len(refused) == 1


async def test_an_address_has_one_account_however_it_is_written(db: Database) -> None:
    await create(db)
    with pytest.raises(Conflict, match="account already"):
        await create(db, "LEA@Verband.example")


async def test_a_form_counts_once_though_it_is_sent_twice_at_the_same_moment(db: Database) -> None:
    taken: list[bool] = []

    async def send() -> None:
        async with db.tx() as tx:
            taken.append(await accounts.submit_once(tx, "a" * 24, "/sources/7", NOW))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(send)
    assert sorted(taken) == [False, False, False, False, True]
    async with db.read() as tx:
        assert await accounts.submitted(tx, "a" * 24) == "/sources/7"


async def test_what_has_lapsed_is_forgotten_and_the_rest_is_kept(db: Database) -> None:
    await create(db)
    entry = await log_in(db)
    await log_in(db, "falsch falsch falsch", host="203.0.113.9")
    async with db.tx() as tx:
        await accounts.submit_once(tx, "a" * 24, "/sources/7", NOW)
        await accounts.forget(tx, NOW + timedelta(minutes=10))
        assert await tx.fetchval("select count(*) from login_attempt") > 0
        assert isinstance(entry, Entry)
        assert await accounts.session(tx, entry.token, NOW)
        await accounts.forget(tx, NOW + timedelta(days=3))
        for table in ("login_attempt", "editor_session", "submission"):
            assert await tx.fetchval(f"select count(*) from {table}") == 0


async def test_approvers_are_those_who_can_log_in_and_may_approve(db: Database) -> None:
    await create(db)
    approver = await create(db, "frei@verband.example", EditorRole.APPROVER)
    administrator = await create(db, "chef@verband.example", EditorRole.ADMINISTRATOR)
    async with db.tx() as tx:
        await accounts.create(
            tx,
            email="neu@verband.example",
            name="Neu",
            role=EditorRole.APPROVER,
            language="de",
            now=NOW,
        )
        assert [e.id for e in await accounts.approvers(tx)] == [approver, administrator]
