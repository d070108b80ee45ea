"""Every ready-made source reads what its publisher publishes, in a fixture of the same shape."""

from datetime import timedelta

import pytest

from service.sources import actions as sources
from service.sources.actions import Offer
from service.sources.model import PublishedPrecision
from tests.sources.reader import DATA, NOW, read

FIXTURES = {path.stem: path for path in (DATA / "catalogue").iterdir()}
# Publishers that print no date, and those of whom some entries carry none that can be true.
UNDATED, SOMETIMES = {"basel-stadt", "skos"}, {"kanton-basel-landschaft"}


@pytest.mark.parametrize("offer", sources.offers(), ids=lambda offer: offer.slug)
def test_a_ready_made_source_reads_its_publisher_s_shape(offer: Offer) -> None:
    draft = offer.draft
    sources.check(draft.kind, draft.config)
    found = read(
        draft.kind, FIXTURES[offer.slug].read_bytes(), draft.config,
        base=draft.url, language=draft.language,
    )  # fmt: skip
    assert found.trouble is None, str(found.trouble)
    assert len(found.entries) >= 2
    assert all(entry.title and entry.url.startswith("https://") for entry in found.entries)
    assert {entry.language for entry in found.entries} == {draft.language}
    dated = [entry for entry in found.entries if entry.published]
    assert all(NOW - timedelta(days=400) < entry.published <= NOW for entry in dated)  # type: ignore[operator]
    if offer.slug in UNDATED:
        assert not dated
    elif offer.slug not in SOMETIMES:
        assert len(dated) == len(found.entries)


def test_every_fixture_belongs_to_a_ready_made_source_and_every_address_stands_once() -> None:
    offers = sources.offers()
    assert set(FIXTURES) == {offer.slug for offer in offers}
    assert len({offer.draft.url for offer in offers}) == len(offers)
    assert all(offer.note and offer.publisher and offer.draft.site_url for offer in offers)


def test_the_quirks_of_publishers_are_survived() -> None:
    by_slug = {offer.slug: offer for offer in sources.offers()}

    def entries(slug: str) -> list[tuple[str, str, PublishedPrecision]]:
        draft = by_slug[slug].draft
        found = read(draft.kind, FIXTURES[slug].read_bytes(), draft.config, base=draft.url)
        return [(one.url, one.summary, one.precision) for one in found.entries]

    assert entries("genf-statistik")[0][0] == "https://www.ge.example/document/aide-sociale"
    assert entries("kanton-basel-landschaft")[1][2] is PublishedPrecision.UNKNOWN
    assert entries("kanton-bern")[0][0].endswith("?newsID=7f-1")
    assert entries("vernehmlassungen")[0][1] == "Vernehmlassung bis 31.01.2027"
    assert entries("uster")[0][0] == "https://www.uster.ch/_rte/information/137686"
    assert entries("winterthur")[0][2] is PublishedPrecision.DAY
