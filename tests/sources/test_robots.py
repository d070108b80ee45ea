"""What a robots.txt asks of us, and that it is kept."""

import pytest

from service.sources.robots import crawl_delay


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: 10\n", 10),
        ("User-Agent: *\nDisallow: /x\ncrawl-delay: 2.5 # bitte\n", 3),
        ("User-agent: bingbot\nCrawl-delay: 30\n\nUser-agent: *\nDisallow:\n", 0),
        ("User-agent: Rundbrief\nUser-agent: x\nCrawl-delay: 7\nUser-agent: *\nCrawl-delay: 1", 7),
        ("User-agent: *\nCrawl-delay: 99999\n", 600),
        ("User-agent: *\nCrawl-delay: bald\n", 0),
        ("Crawl-delay: 5\n", 0),
        ("<!doctype html><title>404</title>", 0),
        ("\x00\ufffd" * 1000, 0),
    ],
)
def test_the_pause_is_that_of_our_group_else_of_everybody(text: str, seconds: int) -> None:
    assert crawl_delay(text.encode()) == seconds
