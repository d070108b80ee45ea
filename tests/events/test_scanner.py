"""A click and a gateway's visit, told apart by one request."""

from datetime import timedelta

import msgspec
import pytest

from service.events.scanner import Visit, is_scanner

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
)
OLD_IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/15.6 Mobile/15E148 Safari/604.1"
)
NEW_SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15"
)
PERSON = Visit("GET", FIREFOX, "cross-site", "navigate", "", True, timedelta(minutes=20))


def but(**changes: object) -> Visit:
    return msgspec.structs.replace(PERSON, **changes)


@pytest.mark.parametrize("agent", [FIREFOX, CHROME, NEW_SAFARI, OLD_IPAD])
def test_a_browser_that_navigates_is_a_person(agent: str) -> None:
    assert not is_scanner(but(user_agent=agent))


def test_an_old_tablet_that_sends_no_fetch_metadata_is_still_a_person() -> None:
    assert not is_scanner(but(user_agent=OLD_IPAD, fetch_site=None, fetch_mode=None))


@pytest.mark.parametrize("agent", [FIREFOX, CHROME, NEW_SAFARI])
def test_a_modern_browser_without_its_fetch_metadata_is_a_lie(agent: str) -> None:
    assert is_scanner(but(user_agent=agent, fetch_site=None, fetch_mode=None))


def test_without_a_trustworthy_origin_missing_metadata_says_nothing() -> None:
    assert not is_scanner(but(fetch_site=None, fetch_mode=None, secure=False))


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "Outlook",
    ],
)
def test_what_does_not_call_itself_a_browser_is_a_scanner(agent: str) -> None:
    assert is_scanner(but(user_agent=agent))


def test_head_and_prefetch_are_scanners() -> None:
    assert is_scanner(but(method="HEAD"))
    assert is_scanner(but(purpose="prefetch;prerender"))


def test_a_click_right_after_the_opening_counts_only_together_with_another_sign() -> None:
    soon = timedelta(seconds=2)
    assert not is_scanner(but(since_opening=soon))
    assert is_scanner(but(since_opening=soon, user_agent=OLD_IPAD, fetch_site=None))
