"""The planted demo, on a real database."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.accounts import actions as accounts
from service.accounts.model import Entry
from service.app import App
from service.audience import actions as audience
from service.demo import logins, newsroom, seeds
from service.demo.past import Doors
from service.demo.site import Site
from service.editions import actions as editions
from service.items import actions as items
from service.kit import clock
from service.kit.db import Database, Tx
from service.outbox import actions as outbox
from service.sources import actions as sources
from service.sources.actions import Listed
from service.sources.model import SourceKind

SITE = Site("http://127.0.0.1:9")


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
async def planted(app: App, now: datetime) -> App:
    await prepare(app, now)
    return app


async def prepare(app: App, now: datetime, site: Site = SITE) -> bool:
    doors = Doors(app.renderer, app.segments, app.settings.public_url)
    async with app.db.tx() as tx:
        return await seeds.prepare(tx, site, app.settings.data_dir, doors, now)


async def counts(db: Database) -> dict[str, int]:
    tables = ("editor", "organisation", "contact", "item", "edition", "block", "message", "source")
    async with db.read() as tx:
        return {t: await tx.fetchval(f"select count(*) from {t}") for t in tables}


async def test_a_planted_demo_is_not_planted_again(planted: App, now: datetime) -> None:
    before = await counts(planted.db)
    assert before["organisation"] > 246
    assert before["contact"] > 2_000
    assert not await prepare(planted, now + timedelta(days=3))
    assert await counts(planted.db) == before


async def test_a_fault_on_the_way_leaves_nothing_behind(app: App, now: datetime) -> None:
    class Empty(Site):
        def newest(self, key: str, now: datetime) -> None:
            return None

    with pytest.raises(LookupError):
        await prepare(app, now, Empty(SITE.base))
    assert set((await counts(app.db)).values()) == {0}


async def test_the_printed_logins_let_in(planted: App, now: datetime) -> None:
    for login in logins.known(planted.settings.data_dir):
        outcome = await accounts.log_in(
            planted.db,
            email=login.email,
            password=login.password,
            host="127.0.0.1",
            agent="test",
            now=now,
        )
        assert isinstance(outcome, Entry)
        assert outcome.session.editor.role == login.role


async def test_every_recipient_of_a_sent_edition_is_accounted_for(
    planted: App, now: datetime
) -> None:
    async with planted.db.read() as tx:
        dispatches = await outbox.listing(tx)
        assert len(dispatches) == 3
        for line in dispatches:
            progress = await outbox.progress(tx, line.id, now)
            assert progress.adds_up
            assert progress.owed == 0
            assert line.state == "finished"


async def test_three_municipalities_are_not_reached(planted: App, now: datetime) -> None:
    async with planted.db.read() as tx:
        newsletter = (await editions.newsletters(tx))[0]
        where = [planted.segments["gemeinden-zh"].where]
        covered = await audience.cover(tx, newsletter.id, where, now)
    named = str(covered)
    for name in ("Hüttikon", "Regensberg", "Volken"):
        assert name in named


async def asked(tx: Tx, now: datetime) -> list[Listed]:
    """Return the sources that are asked: one more writes by mail."""
    listing = await sources.listing(tx, now)
    writing = [one for one in listing if one.source.kind is SourceKind.MAIL]
    assert len(writing) == 1
    return [one for one in listing if one not in writing]


async def test_every_source_says_when_its_last_item_came(planted: App, now: datetime) -> None:
    async with planted.db.read() as tx:
        assert all(one.source.last_new_at for one in await sources.listing(tx, now))
        assert all(one.source.next_fetch_at <= now for one in await asked(tx, now))


async def test_what_is_planted_is_what_the_sources_said_before_the_last_news(
    planted: App, now: datetime
) -> None:
    new = 0
    before = SITE.day_before_news(now)
    async with planted.db.read() as tx:
        for listed in await asked(tx, now):
            path = listed.source.url.removeprefix(SITE.base)
            plan = await items.plan(tx, listed.source.id, newsroom.listed(SITE, path, before))
            assert (plan.new, plan.changed) == ([], [])
            plan = await items.plan(tx, listed.source.id, newsroom.listed(SITE, path, now))
            new += len(plan.new)
    assert new


async def test_sources_follow_the_site_to_another_port(planted: App, now: datetime) -> None:
    elsewhere = Site("http://127.0.0.1:10")
    await prepare(planted, now, elsewhere)
    async with planted.db.read() as tx:
        listing = await asked(tx, now)
    assert {listed.source.url for listed in listing} == {
        draft.url for draft in newsroom.drafts(elsewhere).values()
    }


async def test_without_a_demo_no_login_is_known(tmp_path: Path) -> None:
    assert logins.known(tmp_path) == ()
