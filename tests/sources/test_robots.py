"""What robots.txt asks of us, whatever else stands in it."""

import pytest

from service.sources import robots


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("\ufeffuser-agent:*\ncrawl-delay : 2.5 # bitte\n", 3),
        ("User-agent: *\nCrawl-delay: 5\n\nUser-agent: Rundbrief\nCrawl-delay: 1", 1),
        ("User-agent: andere\nUser-agent: rundbrief\nCrawl-delay: 7\n", 7),
        ("User-agent: andere\nCrawl-delay: 7\n", 0),
        ("User-agent: *\nCrawl-delay: 99999", 600),
        ("User-agent: *\nCrawl-delay: bald", 0),
        ("Crawl-delay: 9", 0),
        ("<html>404</html>", 0),
    ],
)
def test_the_pause_is_ours_by_name_else_everybody_s(text: str, seconds: int) -> None:
    assert robots.read(text.encode()).delay == seconds


RULES = """User-agent: *
Disallow: /intern/
Allow: /intern/offen
Disallow: /*.json$
Disallow: /suche?q=
Disallow: /*/archiv/*/druck

User-agent: Googlebot
Disallow: /
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/aktuell", True),
        ("/intern/x", False),
        ("/intern/offen/x", True),
        ("/a/b.json", False),
        ("/a/b.json?x=1", True),
        ("/suche?q=asyl", False),
        ("/suche", True),
        ("/de/archiv/2026/druck.html", False),
        ("/inter%6E/x", False),
        ("", True),
    ],
)
def test_the_longest_rule_for_us_decides(path: str, allowed: bool) -> None:
    assert robots.allows(robots.read(RULES.encode()).rules, f"https://amt.ch{path}") is allowed


def test_rules_by_name_replace_everybody_s_and_an_empty_one_forbids_nothing() -> None:
    said = "User-agent: *\nDisallow: /\n\nUser-agent: Rundbrief\nDisallow:\n"
    assert robots.allows(robots.read(said.encode()).rules, "https://amt.ch/liste")
    everything = robots.read(b"User-agent: *\nDisallow: /").rules
    assert not robots.allows(everything, "https://amt.ch/liste")


def test_a_rule_full_of_wildcards_takes_no_time() -> None:
    rules = robots.read(b"User-agent: *\nDisallow: /" + b"*a" * 140 + b"$").rules
    assert robots.allows(rules, "https://amt.ch/" + "a" * 1900 + "b")
