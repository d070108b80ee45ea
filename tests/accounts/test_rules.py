"""Pure rules of accounts: roles, counters of attempts, the life of a session."""

from datetime import UTC, datetime, timedelta

import pytest

from service.accounts import limits, sessions
from service.accounts.model import EditorRole

NOW = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)


def test_each_role_covers_itself_and_the_ones_before_it() -> None:
    assert EditorRole.ADMINISTRATOR.covers(EditorRole.EDITOR)
    assert EditorRole.APPROVER.covers(EditorRole.APPROVER)
    assert not EditorRole.EDITOR.covers(EditorRole.APPROVER)
    assert not EditorRole.APPROVER.covers(EditorRole.ADMINISTRATOR)


def test_an_address_is_counted_the_same_however_it_is_written() -> None:
    assert limits.counters(" Lea@Verband.example", "10.0.0.1") == limits.counters(
        "lea@verband.example", "10.0.0.1"
    )


def test_a_whole_ipv6_network_counts_as_one_and_single_ipv4_addresses_count_alone() -> None:
    def network(host: str) -> bytes:
        return limits.counters("a@b.example", host)[2].key

    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network("testclient") == network("testclient")


def test_a_counter_holds_nothing_that_can_be_read() -> None:
    keys = b"".join(c.key for c in limits.counters("lea@verband.example", "192.0.2.1"))
    assert b"lea" not in keys
    assert len(keys) == 3 * 32


def test_a_counter_is_full_after_its_most_and_opens_when_its_window_ends() -> None:
    counter = limits.Counter(b"key", 8)
    assert limits.open_again(counter, limits.Count(8, NOW)) is None
    assert limits.open_again(counter, limits.Count(9, NOW)) == NOW + limits.WINDOW


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (timedelta(), timedelta(hours=24)),
        (timedelta(days=3), timedelta(hours=24)),
        (timedelta(days=13, hours=12), timedelta(hours=12)),
    ],
)
def test_a_session_lasts_a_day_from_its_last_use_and_two_weeks_in_all(
    age: timedelta, left: timedelta
) -> None:
    assert sessions.expiry(NOW - age, NOW) == NOW + left


def test_being_seen_is_written_every_five_minutes_at_most() -> None:
    assert not sessions.due_for_touch(NOW - timedelta(minutes=4), NOW)
    assert sessions.due_for_touch(NOW - timedelta(minutes=5), NOW)


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("", ""),
    ],
)
def test_a_browser_is_kept_by_name_and_system_only(agent: str, label: str) -> None:
    assert sessions.agent_label(agent) == label
