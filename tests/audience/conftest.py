"""The cast of the audience's tests: two newsletters, a few members, functions, topics, people."""

from datetime import UTC, datetime

import pytest

from service.kit.db import Database, Tx
from service.kit.text import sort_key

NOW = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


class Cast:
    """Puts people on the stage, by name."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def newsletter(self, tx: Tx, slug: str = "rundbrief") -> int:
        return await tx.fetchval(
            "insert into newsletter (slug, title, description, sender_name, sender_address,"
            " reply_to, language, visibility, look, created_at, changed_at)"
            " values ($1, $1, '', 'Verband', 'post@verband.example', '', 'de', 'public', '{}',"
            " $2, $2) returning id",
            slug,
            NOW,
        )

    async def organisation(self, tx: Tx, name: str, **facts: object) -> int:
        return await tx.fetchval(
            "insert into organisation (kind, name, canton, district, bfs_nr, population, sort_key,"
            " created_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning id",
            facts.get("kind", "municipality"),
            name,
            facts.get("canton", "ZH"),
            facts.get("district", ""),
            facts.get("bfs_nr"),
            facts.get("population"),
            sort_key(name),
            NOW,
        )

    async def contact(
        self, tx: Tx, organisation_id: int | None, label: str, **facts: object
    ) -> int:
        contact_id = await tx.fetchval(
            "insert into contact (organisation_id, email, label, language, salutation,"
            " paused_until, sort_key, created_at, changed_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning id",
            organisation_id,
            facts.get("email", f"{sort_key(label).replace(' ', '.')}@gemeinde.example"),
            label,
            facts.get("language", "de"),
            facts.get("salutation", ""),
            facts.get("paused_until"),
            sort_key(label),
            NOW,
        )
        for table, slugs in (
            ("function", facts.get("functions", ())),
            ("topic", facts.get("topics", ())),
        ):
            for slug in slugs:
                word = await self.word(tx, table, slug)
                await tx.execute(f"insert into contact_{table} values ($1, $2)", contact_id, word)
        for slug, since, until in facts.get("committees", ()):
            committee = await self.committee(tx, slug)
            await tx.execute(
                "insert into committee_member (committee_id, contact_id, since, until)"
                " values ($1, $2, $3, $4)",
                committee,
                contact_id,
                since,
                until,
            )
        return contact_id

    async def word(self, tx: Tx, table: str, slug: str) -> int:
        return await tx.fetchval(f"select id from {table} where slug = $1", slug) or (
            await tx.fetchval(
                f"insert into {table} (slug, title) values ($1, $1) returning id", slug
            )
        )

    async def committee(self, tx: Tx, slug: str) -> int:
        return await tx.fetchval("select id from committee where slug = $1", slug) or (
            await tx.fetchval(
                "insert into committee (slug, name, sort_key) values ($1, $1, $1) returning id",
                slug,
            )
        )

    async def subscribed(
        self, tx: Tx, contact_id: int, newsletter_id: int, state: str = "active"
    ) -> None:
        await tx.execute(
            "insert into subscription (contact_id, newsletter_id, state, since, ended_at)"
            " values ($1, $2, $3::text::subscription_state, $4::timestamptz,"
            " case when $3 = 'ended' then $4::timestamptz end)",
            contact_id,
            newsletter_id,
            state,
            NOW,
        )


@pytest.fixture
def cast(db: Database) -> Cast:
    return Cast(db)
