"""Numbers as they may be shown: nobody can be picked out of them, and they add up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.events.model import HourClicks, LinkClicks, Reach
from service.events.statistics import bars, districts, fold, percent

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


def link(number: int, clicks: int, scanner: int = 0) -> LinkClicks:
    return LinkClicks(number, f"https://example.ch/{number}", clicks, scanner)


def test_links_with_fewer_than_five_clicks_stand_in_one_cell() -> None:
    folded = fold([link(1, 40), link(2, 3), link(3, 4), link(4, 0)])
    assert [cell.number for cell in folded.shown] == [1, 4]
    assert [cell.number for cell in folded.folded] == [2, 3]
    assert folded.folded_clicks == 7
    assert folded.shown_total == 47


def test_a_single_small_link_takes_the_next_one_with_it() -> None:
    folded = fold([link(1, 40), link(2, 3), link(3, 9)])
    assert [cell.number for cell in folded.folded] == [2, 3]
    assert folded.folded_clicks == 12


def test_too_few_clicks_altogether_are_told_as_too_few() -> None:
    folded = fold([link(1, 2), link(2, 0)])
    assert folded.folded_clicks is None
    assert folded.shown_total is None


@given(st.lists(st.integers(0, 30), max_size=12))
def test_no_cell_between_one_and_four_can_be_read_or_computed(clicks: list[int]) -> None:
    folded = fold([link(number, count) for number, count in enumerate(clicks, 1)])
    assert all(not 0 < cell.clicks < 5 for cell in folded.shown)
    assert len(folded.shown) + len(folded.folded) == len(clicks)
    if folded.shown_total is not None:
        hidden = folded.shown_total - sum(cell.clicks for cell in folded.shown)
        assert hidden == 0 or (hidden >= 5 and len(folded.folded) > 1)


def test_bars_run_without_gaps_and_fold_small_hours() -> None:
    hours = [
        HourClicks(NOON, 12, 3),
        HourClicks(NOON + timedelta(hours=2), 2, 0),
        HourClicks(NOON + timedelta(hours=3), 0, 9),
    ]
    drawn = bars(hours)
    assert [bar.clicks for bar in drawn] == [12, 0, None, 0]
    assert [bar.start for bar in drawn] == [NOON + timedelta(hours=i) for i in range(4)]


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 50)), min_size=1, max_size=40))
def test_however_long_the_time_there_are_few_bars_and_no_click_is_lost(
    clicked: list[tuple[int, int]],
) -> None:
    hours = [HourClicks(NOON + timedelta(hours=h), 5 * c, 0) for h, c in clicked]
    drawn = bars(hours)
    assert len(drawn) <= 48
    assert sum(bar.clicks or 0 for bar in drawn) == sum(hour.clicks for hour in hours)


def test_municipalities_stand_by_district_and_other_members_by_kind() -> None:
    members = [
        Reach(1, "Volken", "municipality", "ZH", "Andelfingen", 2, 0, 0),
        Reach(2, "Flaach", "municipality", "ZH", "Andelfingen", 1, 1, 0),
        Reach(3, "Heim am Rhein", "private_institution", "ZH", "Andelfingen", 1, 0, 1),
    ]
    local, kind = districts(members)
    assert (local.name, local.members, local.reached) == ("Andelfingen", 2, 1)
    assert [member.name for member in local.unreached] == ["Volken"]
    assert (kind.kind, kind.waiting, kind.unreached) == ("private_institution", 1, ())


def test_a_share_is_never_rounded_to_nothing_or_to_everything() -> None:
    assert percent(0, 2000) == "0 %"
    assert percent(1, 2000) == "< 1 %"
    assert percent(1999, 2000) == "99 %"
    assert percent(2000, 2000) == "100 %"
    assert percent(0, 0) == "0 %"
