"""The shapes of accounts: editors, sessions and what a login attempt came to. No I/O, no rules."""

from datetime import datetime
from enum import StrEnum

import msgspec


class EditorRole(StrEnum):
    """What somebody may do; each role may do all that the ones before it may."""

    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"

    def covers(self, needed: "EditorRole") -> bool:
        """Tell whether this role may do what `needed` may."""
        ranks = list(EditorRole)
        return ranks.index(self) >= ranks.index(needed)


class Editor(msgspec.Struct, frozen=True):
    """Somebody who is logged in, or may be named by other stages. Carries no secret."""

    id: int
    email: str
    name: str
    role: EditorRole
    language: str


class Account(msgspec.Struct, frozen=True):
    """An editor as administrators see them."""

    id: int
    email: str
    name: str
    role: EditorRole
    language: str
    disabled_at: datetime | None
    created_at: datetime
    password_set_at: datetime | None
    seen_at: datetime | None


class Credentials(msgspec.Struct, frozen=True):
    """What a login is checked against; the hash is None until the invitation is accepted."""

    editor_id: int
    password_hash: str | None
    disabled_at: datetime | None


class Session(msgspec.Struct, frozen=True):
    """An open session, found by its token."""

    key: bytes
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    editor: Editor


class OpenSession(msgspec.Struct, frozen=True):
    """A session as its owner sees it in a list."""

    key: bytes
    agent: str
    created_at: datetime
    seen_at: datetime


class Entry(msgspec.Struct, frozen=True):
    """A fresh session: the token goes to the browser and is kept nowhere."""

    token: str
    session: Session


class WrongLogin(msgspec.Struct, frozen=True):
    """Address and password do not belong together; which of the two is wrong is not told."""


class TooMany(msgspec.Struct, frozen=True):
    """Too many attempts; the next is possible after `until`."""

    until: datetime


LoginOutcome = Entry | WrongLogin | TooMany
