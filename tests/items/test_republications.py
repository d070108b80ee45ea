"""The figures: ≥ 95 % of copies within two days are grouped, ≤ 2 % of recurring ones merged."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from service.items import similarity
from tests.items import releases

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ORIGINALS = 300


def test_copies_within_two_days_are_grouped_whatever_was_done_to_them() -> None:
    dice = Random(20261116)
    originals = [
        releases.release(dice, f"r{n}", START + timedelta(hours=7 * n)) for n in range(ORIGINALS)
    ]
    copies = [releases.copy(dice, one, edit) for one in originals for edit in releases.EDITS]
    groups, _ = similarity.groups(dice.sample([*originals, *copies], 7 * ORIGINALS))
    home = {one: group.ids for group in groups for one in group.ids}
    found = Counter(
        copy.id.partition("-")[2]
        for copy in copies
        if copy.id.partition("-")[0] in home.get(copy.id, ())
    )
    assert {edit: found[edit] / ORIGINALS >= 0.95 for edit in releases.EDITS} == dict.fromkeys(
        releases.EDITS, True
    ), found
    mixed = [group for group in groups if len({one.partition("-")[0] for one in group.ids}) > 1]
    assert len(mixed) <= 0.02 * len(groups), mixed
    assert all(group.pairs for group in groups)


def test_releases_that_recur_every_month_are_not_merged() -> None:
    dice = Random(7)
    recurring = [
        piece
        for n in range(30)
        for piece in releases.series(dice, f"s{n}", START + timedelta(hours=3 * n), months=12)
    ]
    groups, _ = similarity.groups(recurring)
    merged = sum(len(group.ids) - 1 for group in groups)
    assert merged <= 0.02 * len(recurring)


def test_form_letters_about_two_places_are_possible_but_never_merged_by_themselves() -> None:
    dice = Random(11)
    reports = [releases.twins(dice, f"t{n}", START + timedelta(days=5 * n)) for n in range(100)]
    groups, possible = similarity.groups([one for pair in reports for one in pair])
    assert len(groups) <= 2
    assert len(possible) >= 98
