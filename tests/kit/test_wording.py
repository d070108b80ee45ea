"""Dates, times and numbers as Swiss people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.kit import wording

NOW = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)


def test_a_moment_is_written_out_in_swiss_time() -> None:
    assert wording.moment(NOW, "de") == "Dienstag, 3. Februar 2026, 07:00"
    assert wording.moment(NOW, "en") == "Tuesday, 3 February 2026, 07:00"
    night = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert wording.moment(night, "de") == "Donnerstag, 2. Juli 2026, 00:30"


def test_a_language_that_we_do_not_speak_is_german() -> None:
    assert wording.short_day(date(2026, 3, 1), "fr") == "1. März 2026"


def test_nothing_is_written_as_nothing() -> None:
    assert wording.moment(None, "de") == wording.day(None, "de") == wording.clock(None) == ""
    assert wording.ago(None, NOW, "de") == wording.number(None) == ""


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "gerade eben"),
        (timedelta(minutes=1, seconds=5), "vor 1 Minute"),
        (timedelta(minutes=59), "vor 59 Minuten"),
        (timedelta(minutes=60), "vor 1 Stunde"),
        (timedelta(hours=6), "vor 6 Stunden"),
        (timedelta(hours=8), "gestern, 23:00"),
        (timedelta(hours=31, minutes=1), "1. Februar 2026"),
        (-timedelta(minutes=5), "in 5 Minuten"),
        (-timedelta(hours=17), "morgen, 00:00"),
        (-timedelta(days=40), "15. März 2026"),
    ],
)
def test_how_long_ago_is_told_by_the_calendar_of_the_reader(before: timedelta, words: str) -> None:
    assert wording.ago(NOW - before, NOW, "de") == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1842, "1’842"),
        (1234567, "1’234’567"),
        (-1842, "-1’842"),
        (12.3, "12.3"),
    ],
)
def test_thousands_are_parted_by_an_apostrophe(value: float, text: str) -> None:
    assert wording.number(value) == text
