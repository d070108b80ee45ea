"""What the demo's publishers have out, and how their site shows it."""

from datetime import UTC, datetime, timedelta

import pytest

from service.demo import releases
from service.demo.site import PUBLISHERS, Site

DRAFTS = releases.load()
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
DOORS = (
    "/zh/news.json",
    "/bl/medienmitteilungen",
    "/bund/rss",
    "/stadt/rss",
    "/verband/atom.xml",
    "/fachstelle/feed.json",
)


@pytest.mark.parametrize("days", range(0, 400, 7))
def test_on_any_day_the_newest_release_is_at_most_three_days_old(days: int) -> None:
    now = SATURDAY + timedelta(days=days, hours=-1)
    news = releases.published(DRAFTS, now)
    assert now - news[0].published_at < timedelta(days=3)
    assert {release.source for release in news} == set(PUBLISHERS)
    assert all(release.published_at <= now for release in news)


def test_a_release_that_stays_out_keeps_its_name_and_its_text() -> None:
    daily = {draft.key for draft in DRAFTS if draft.daily}
    later = {(r.source, r.slug): r for r in releases.published(DRAFTS, SATURDAY)}
    for before in releases.published(DRAFTS, SATURDAY - timedelta(days=2)):
        after = later.get((before.source, before.slug))
        if after and before.slug[11:] not in daily:
            assert after == before


def test_one_release_is_changed_by_its_publisher_from_day_to_day() -> None:
    def out(now: datetime) -> dict[str, str]:
        return {r.slug: r.lead for r in releases.published(DRAFTS, now)}

    before, after = out(SATURDAY - timedelta(days=1)), out(SATURDAY)
    changed = [slug for slug in before.keys() & after.keys() if before[slug] != after[slug]]
    assert [slug[11:] for slug in changed] == ["asylunterkuenfte-belegung"]


def test_three_publishers_tell_the_same_story() -> None:
    news = releases.published(DRAFTS, SATURDAY)
    told = [r.source for r in news if r.slug.endswith("teilrevision-sozialhilfeverordnung")]
    assert sorted(told) == ["stadt", "verband", "zh"]


def test_no_text_of_the_demo_has_a_letter_that_switzerland_does_not_write() -> None:
    for draft in DRAFTS:
        for text in (draft.title, draft.lead, *draft.body):
            assert not set('ß"„“') & set(text), text


@pytest.mark.parametrize("door", DOORS)
def test_every_door_leads_to_pages_that_exist(door: str) -> None:
    site = Site("http://127.0.0.1:1")
    listing = site.answer(door, SATURDAY)
    assert listing is not None
    source = door.split("/")[1]
    news = [r for r in releases.published(DRAFTS, SATURDAY) if r.source == source]
    for release in news:
        link = site.link(release).removeprefix("http://127.0.0.1:1")
        assert link.encode() in listing.body
        page = site.answer(link, SATURDAY)
        assert page is not None
        assert "erfunden" in page.body.decode()


def test_the_association_has_pages_of_its_own_for_what_its_mails_link_to() -> None:
    page = Site("http://127.0.0.1:1").answer("/konferenz/kurse/grundkurs", SATURDAY)
    assert page is not None
    assert "<h1>Grundkurs</h1>" in page.body.decode()


def test_a_page_that_does_not_exist_is_not_made_up() -> None:
    assert Site("http://127.0.0.1:1").answer("/zh/medienmitteilungen/nichts.html", SATURDAY) is None
