"""What can be done with accounts: log in and out, invite, change roles and passwords.

Also remembers forms that may count only once. It mails nothing.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import anyio

from service.accounts import limits, passwords, sessions, store
from service.accounts.model import (
    Account,
    Credentials,
    Editor,
    EditorRole,
    Entry,
    LoginOutcome,
    OpenSession,
    Session,
    TooMany,
    WrongLogin,
)
from service.kit.db import Database, Tx
from service.kit.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from service.kit.text import msg
from service.kit.tokens import NOT_VALID, Signer

T = TypeVar("T")

# Two hashes at a time: each takes 19 MiB and some 30 ms of a core.
_HASHING = anyio.CapacityLimiter(2)
INVITATION_LASTS = timedelta(days=7)
_SUBMISSIONS_KEPT = timedelta(days=2)


async def _hash(work: Callable[..., T], *args: str | None) -> T:
    return await anyio.to_thread.run_sync(work, *args, limiter=_HASHING)


# Sessions


async def log_in(
    db: Database, *, email: str, password: str, host: str, agent: str, now: datetime
) -> LoginOutcome:
    """Check a login and open a session with a new token.

    Takes `db`, not a transaction: an attempt counts even where the rest fails, and nobody holds a
    connection while a password is hashed.
    """
    async with db.tx() as tx:
        if until := await _count(tx, limits.counters(email, host), now):
            return TooMany(until)
        known = await store.credentials(tx, email)
    usable = known if known and known.disabled_at is None else None
    stored = usable.password_hash if usable else None
    if not await _hash(passwords.matches, stored, password) or usable is None:
        return WrongLogin()
    renewed = await _hash(passwords.hashed, password) if passwords.outdated(stored or "") else None
    async with db.tx() as tx:
        if renewed:
            await store.set_password(tx, usable.editor_id, renewed, now)
        await store.clear_attempts(tx, limits.counters(email, host)[0].key)
        return await open_session(tx, usable.editor_id, agent, now)


async def _count(tx: Tx, counters: tuple[limits.Counter, ...], now: datetime) -> datetime | None:
    until: datetime | None = None
    for counter in counters:
        count = await store.count_attempt(tx, counter.key, now, now - limits.WINDOW)
        if count and (opens := limits.open_again(counter, count)):
            until = max(until or opens, opens)
    return until


async def open_session(tx: Tx, editor_id: int, agent: str, now: datetime) -> Entry:
    """Open a session for an editor whose identity is established; its token is always new."""
    token = secrets.token_urlsafe(32)
    key = sessions.key(token)
    ends = sessions.expiry(now, now)
    await store.open_session(
        tx, key, editor_id, secrets.token_urlsafe(24), sessions.agent_label(agent), now, ends
    )
    opened = await store.find_session(tx, key, now)
    if opened is None:
        raise NotFound(msg("This account does not exist or is disabled."))
    return Entry(token, opened)


async def session(tx: Tx, token: str, now: datetime) -> Session | None:
    """Return the session of a token, and note from time to time that it is in use."""
    found = await store.find_session(tx, sessions.key(token), now)
    if found and sessions.due_for_touch(found.seen_at, now):
        await store.touch_session(tx, found.key, now, sessions.expiry(found.created_at, now))
    return found


async def log_out(tx: Tx, key: bytes) -> None:
    await store.end_session(tx, key)


async def sessions_of(tx: Tx, editor_id: int, now: datetime) -> list[OpenSession]:
    """Return an editor's open sessions, the last used first."""
    return await store.open_sessions(tx, editor_id, now)


async def end_session(tx: Tx, editor_id: int, key: bytes) -> None:
    """End one of an editor's own sessions; ending one that has ended is no error."""
    await store.end_session_of(tx, key, editor_id)


async def end_other_sessions(tx: Tx, editor_id: int, keep: bytes) -> int:
    """End all of an editor's sessions but one; return how many."""
    return await store.end_sessions(tx, editor_id, keep)


# Accounts


async def editor(tx: Tx, editor_id: int) -> Editor | None:
    """Return somebody to be named, whether enabled or not."""
    return await store.editor(tx, editor_id)


async def account(tx: Tx, editor_id: int) -> Account:
    """Return an account; raises NotFound."""
    found = await store.account(tx, editor_id)
    if found is None:
        raise NotFound(msg("This account does not exist."))
    return found


async def listing(tx: Tx) -> list[Account]:
    """Return every account, the disabled ones last; there are a handful."""
    return await store.listing(tx)


async def approvers(tx: Tx) -> list[Editor]:
    """Return everybody who can log in and approve an edition."""
    return await store.approvers(tx)


async def create(
    tx: Tx, *, email: str, name: str, role: EditorRole, language: str, now: datetime
) -> int:
    """Create an account without a password, for its owner to set by an invitation; return its id.

    Raises Conflict where the address has an account.
    """
    created = await store.create(tx, email, name, role, language, now)
    if created is None:
        raise RuntimeError("an insert without a condition returned no row")
    return created


async def set_role(tx: Tx, editor_id: int, role: EditorRole) -> None:
    """Change a role, from the next page on; raises Conflict for the last administrator's."""
    await _keep_one_administrator(tx, editor_id, leaves=role is not EditorRole.ADMINISTRATOR)
    if not await store.set_role(tx, editor_id, role):
        raise NotFound(msg("This account does not exist."))


async def rename(tx: Tx, editor_id: int, name: str, language: str) -> None:
    """Change what an editor is called and which language the pages speak to them."""
    await store.rename(tx, editor_id, name, language)


async def disable(tx: Tx, editor_id: int, now: datetime) -> None:
    """Bar an account and end its sessions; what it did stays under its name."""
    await _keep_one_administrator(tx, editor_id, leaves=True)
    await store.disable(tx, editor_id, now)
    await store.end_sessions(tx, editor_id, None)


async def enable(tx: Tx, editor_id: int) -> None:
    """Let a disabled account in again, with the password it had."""
    await store.enable(tx, editor_id)


async def _keep_one_administrator(tx: Tx, editor_id: int, *, leaves: bool) -> None:
    # The rows are locked, so that two administrators cannot remove each other at the same moment.
    remaining = await store.lock_administrators(tx)
    if leaves and remaining == [editor_id]:
        raise Conflict(
            msg("This is the last administrator. Make somebody else administrator first.")
        )


# Passwords


async def set_password(tx: Tx, editor_id: int, password: str, now: datetime) -> None:
    """Set a password and end every session of the account; raises Invalid where it is weak."""
    known = await account(tx, editor_id)
    if weak := passwords.weakness(password, known.email, known.name):
        raise Invalid([Fault("password", weak)])
    await store.set_password(tx, editor_id, await _hash(passwords.hashed, password), now)
    await store.end_sessions(tx, editor_id, None)


async def change_password(
    tx: Tx, editor_id: int, current: str, password: str, now: datetime
) -> None:
    """Set one's own password; raises Invalid where the current one is wrong or the new one weak."""
    known = await store.credentials_of(tx, editor_id)
    if known is None or not await _hash(passwords.matches, known.password_hash, current):
        raise Invalid([Fault("current", msg("This is not your current password."))])
    await set_password(tx, editor_id, password, now)


async def invitation(tx: Tx, signer: Signer, editor_id: int, now: datetime) -> str:
    """Return a token for setting a password: good for a week, and only until one is set with it."""
    known = await _credentials(tx, editor_id)
    return signer.sign(_invitation_purpose(known), editor_id, now + INVITATION_LASTS)


async def invited(tx: Tx, signer: Signer, editor_id: int, token: str, now: datetime) -> Account:
    """Return the account an invitation is for; raises NotFound or Forbidden as the signer does."""
    known = await _credentials(tx, editor_id)
    if signer.verify(_invitation_purpose(known), token, now) != editor_id:
        raise NotFound(NOT_VALID)
    return await account(tx, editor_id)


async def accept(
    tx: Tx, signer: Signer, editor_id: int, token: str, password: str, now: datetime
) -> None:
    """Set a password by an invitation, which that uses up; raises as `invited`, `set_password`."""
    # Of two who use it at the same moment the second waits here, and finds it used up.
    await store.lock(tx, editor_id)
    await invited(tx, signer, editor_id, token, now)
    await set_password(tx, editor_id, password, now)


async def forgotten(tx: Tx, email: str, host: str, now: datetime) -> Account | TooMany | None:
    """Return whose password is forgotten, where that may be asked: None for nobody of ours."""
    if until := await _count(tx, limits.letter_counters(email, host), now):
        return TooMany(until)
    known = await store.credentials(tx, email)
    return await account(tx, known.editor_id) if known and known.disabled_at is None else None


async def _credentials(tx: Tx, editor_id: int) -> Credentials:
    known = await store.credentials_of(tx, editor_id)
    if known is None or known.disabled_at is not None:
        raise Forbidden(msg("This account does not exist or is disabled."))
    return known


def _invitation_purpose(known: Credentials) -> str:
    # Bound to the present password: once a new one is set, every earlier link is void.
    return f"invitation {known.password_hash or ''}"


# Forms that may be sent once


async def submitted(tx: Tx, token: str) -> str | None:
    """Return where the form with this token led when it was sent before."""
    return await store.submission(tx, token)


async def submit_once(tx: Tx, token: str, location: str, now: datetime) -> bool:
    """Remember a sent form in the transaction that does its work; False where it was sent before.

    A second sender waits here for the first to commit, so exactly one of them gets True.
    """
    return await store.remember_submission(tx, token, location, now) is not None


async def forget(tx: Tx, now: datetime) -> None:
    """Delete ended sessions, old attempts and old forms; for the worker's slow tick."""
    await store.forget(tx, now, now - limits.WINDOW, now - _SUBMISSIONS_KEPT)
