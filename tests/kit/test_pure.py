"""The pure tools: links, Swiss clocks, texts."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit import localtime, text
from service.kit.errors import Forbidden, NotFound
from service.kit.html import clean, to_text
from service.kit.tokens import Signer

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32


@given(st.integers(0, 2**63 - 1))
def test_a_signed_link_gives_its_number_back(number: int) -> None:
    token = Signer([NEW]).sign("message", number)
    assert Signer([NEW]).verify("message", token, NOW) == number
    assert len(token) == 38


def test_a_link_of_another_purpose_is_not_valid() -> None:
    token = Signer([NEW]).sign("contact", 7)
    with pytest.raises(NotFound):
        Signer([NEW]).verify("message", token, NOW)


@given(st.integers(0, 37), st.sampled_from("Ab_-9"))
def test_a_link_changed_in_any_place_is_not_valid(place: int, letter: str) -> None:
    token = Signer([NEW]).sign("message", 7)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(NotFound):
            Signer([NEW]).verify("message", changed, NOW)


@given(st.text(max_size=60))
def test_any_other_text_is_not_valid(token: str) -> None:
    with pytest.raises(NotFound):
        Signer([NEW]).verify("message", token, NOW)


def test_a_link_expires() -> None:
    token = Signer([NEW]).sign("confirm", 7, NOW + timedelta(hours=1))
    assert Signer([NEW]).verify("confirm", token, NOW) == 7
    with pytest.raises(Forbidden):
        Signer([NEW]).verify("confirm", token, NOW + timedelta(hours=2))


def test_links_of_the_old_key_stay_valid_while_it_is_listed() -> None:
    token = Signer([OLD]).sign("message", 7)
    assert Signer([NEW, OLD]).verify("message", token, NOW) == 7
    with pytest.raises(NotFound):
        Signer([NEW]).verify("message", token, NOW)


def test_the_hour_that_occurs_twice_means_its_first_occurrence() -> None:
    assert localtime.at(date(2026, 10, 25), time(2, 30)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_the_hour_that_does_not_exist_runs_an_hour_later() -> None:
    instant = localtime.at(date(2027, 3, 28), time(2, 30))
    assert instant == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert localtime.local(instant).time() == time(3, 30)


def test_control_characters_are_dropped_and_line_ends_unified() -> None:
    assert text.normalise("a\r\nb\x00\x1bc\u0308") == "a\nbc̈"
    assert text.one_line("  a \n\t b ") == "a b"


def test_german_names_sort_as_people_expect() -> None:
    names = ["Zürich", "Äugst", "Aesch", "Üetikon", "Uster", "Ottikon", "Ötwil"]
    assert sorted(names, key=text.sort_key) == [
        "Aesch", "Äugst", "Ottikon", "Ötwil", "Üetikon", "Uster", "Zürich",
    ]  # fmt: skip


def test_foreign_html_keeps_its_words_and_loses_everything_that_acts() -> None:
    hostile = (
        '<p onclick="x()">Guten <b>Tag</b><script>alert(1)</script>'
        '<img src="https://t.example/p.gif"><a href="javascript:x()">hier</a>'
        '<a href="https://a.example" style="x">dort</a></p><style>p{}</style>'
    )
    cleaned = clean(hostile)
    assert "script" not in cleaned
    assert "img" not in cleaned
    assert "onclick" not in cleaned
    assert "style" not in cleaned
    assert 'href="https://a.example"' in cleaned
    assert to_text(hostile) == "Guten Taghierdort"


def test_blocks_of_html_become_lines() -> None:
    assert to_text("<h2>Titel</h2><p>Eins<br>Zwei</p><ul><li>Drei &amp; vier</li></ul>") == (
        "Titel\nEins\nZwei\nDrei & vier"
    )
