"""Dates, links, charsets, paths and the timetable, as rules over values."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from service.kit.errors import Invalid
from service.sources import schedule
from service.sources.model import (
    Answer,
    Entry,
    FetchOutcome,
    Gain,
    PublishedPrecision,
    Reading,
    Source,
    SourceKind,
    SourceState,
)  # fmt: skip
from service.sources.readers import charset, config, dates, links, paths, wording

NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Zurich
MINUTE, DAY, UNKNOWN = PublishedPrecision
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("Tue, 06 Oct 2026 09:30:00 +0200", "2026-10-06T07:30", MINUTE),
        ("Tue, 06 Oct 2026 09:30:00 MESZ", "2026-10-06T07:30", MINUTE),
        ("Tue, 6 Oct 2026 07:30 GMT", "2026-10-06T07:30", MINUTE),
        ("Tue, 06 Oct 2026 07:30:00 -0000", "2026-10-06T07:30", MINUTE),
        ("2026-10-06T09:30:00+02:00", "2026-10-06T07:30", MINUTE),
        ("2026-10-06T07:30:00Z", "2026-10-06T07:30", MINUTE),
        ("2026-10-06T09:30:00.30134", "2026-10-06T07:30", MINUTE),
        ("2026-01-06 09:30:00", "2026-01-06T08:30", MINUTE),
        ("2026-10-06", "2026-10-05T22:00", DAY),
        ("2026-10-06T00:00:00", "2026-10-05T22:00", DAY),
        ("05.10.2026", "2026-10-04T22:00", DAY),
        ("5.10.26", "2026-10-04T22:00", DAY),
        ("5. 10. 2026, 14.30 Uhr", "2026-10-05T12:30", MINUTE),
        ("2. Oktober 2026", "2026-10-01T22:00", DAY),
        ("Freitag, 2. Oktober 2026 um 10:15 Uhr", "2026-10-02T08:15", MINUTE),
        ("1er août 2026", "2026-07-31T22:00", DAY),
        ("2 ottobre 2026", "2026-10-01T22:00", DAY),
        ("October 2, 2026", "2026-10-01T22:00", DAY),
        ("Medienmitteilung vom 2. Oktober 2026: Neues", "2026-10-01T22:00", DAY),
    ],
)
def test_a_date_is_read_with_its_precision(
    written: str, at: str, precision: PublishedPrecision
) -> None:
    found = dates.read(written, NOW)
    assert found.at is not None
    assert (found.at.replace(second=0, microsecond=0), found.precision) == (
        datetime.fromisoformat(at).replace(tzinfo=UTC), precision,
    )  # fmt: skip


@pytest.mark.parametrize(
    "written",
    ["", "gestern", "2626-10-01", "01.01.1969", "31.02.2026", "2026-13-01",
     "Thu, 01 Jan 1970 00:00:00 GMT", "10.10.2026", None, True, float("inf"), 10**30,
     "9" * 5000, {"a": 1}],
)  # fmt: skip
def test_a_date_that_cannot_be_true_is_unknown(written: object) -> None:
    assert dates.read(written, NOW) == dates.UNKNOWN


def test_seconds_and_milliseconds_since_1970_are_dates() -> None:
    assert dates.read(1790000000, NOW).at == dates.read(1790000000000, NOW).at


@pytest.mark.parametrize(
    "part",
    [
        {"item": "a["}, {"item": "li:fresh"}, {"title": "a::before"}, {"summary": "svg|a"},
        {"item": "li:nth-child(x)"}, {"item": ":not(" * 5000 + "a" + ")" * 5000},
        {"date_format": "TT.MM.JJJJ"}, {"detail": {"content": "p", "date_format": "TT.MM.JJJJ"}},
        {"embedded": {"select": "p", "list": {"date_format": "TT.MM.JJJJ"}}},
    ],
)  # fmt: skip
def test_a_description_that_can_mean_nothing_is_refused_with_a_sentence(
    part: dict[str, object],
) -> None:
    with pytest.raises(Invalid, match=r"is not a CSS selector|write a pattern"):
        config.check(SourceKind.HTML_LIST, part)


def test_a_pattern_settles_what_would_be_misread() -> None:
    assert dates.read("10/05/2026", NOW, "%m/%d/%Y").at == dates.read("05.10.2026", NOW).at


@pytest.mark.parametrize(
    ("link", "cleaned"),
    [
        ("/a b", "https://x.ch/a%20b"),
        ("HTTPS://X.CH/a?utm_source=n&id=7&mtm_kwd=z#teil", "https://X.CH/a?id=7"),
        ("/a;jsessionid=ABC?x=1", "https://x.ch/a?x=1"),
        ("https://r.ch/l.php?u=https%3A%2F%2Fziel.ch%2Fz%3Fgclid%3D1", "https://ziel.ch/z"),
        ("//andere.ch/x", "https://andere.ch/x"),
        ("javascript:alert(1)", ""),
        ("javascript://x.ch/%0aalert(1)", ""),
        ("ftp://x.ch/a.pdf", ""),
        ("data:text/html,x", ""),
        ("http://[::1", ""),
        ("https://x.ch:99999/", ""),
        ("mailto:a@x.ch", ""),
        ("https://x.ch/" + "a" * 3000, ""),
    ],
)
def test_links_are_cleaned_and_only_web_addresses_stay(link: str, cleaned: str) -> None:
    assert links.clean(link, "https://x.ch/liste/") == cleaned


def test_the_place_of_a_page_survives_a_move_to_https_and_another_host() -> None:
    assert links.place("http://alt.ch/n/7/") == links.place("https://neu.ch/n/7")


@pytest.mark.parametrize(
    ("body", "http", "text"),
    [
        ("Zürich".encode("utf-8-sig"), "iso-8859-1", "Zürich"),
        ("Zürich".encode(), "iso-8859-1", "Zürich"),
        ("<?xml version='1.0'?>Zürich".encode("utf-16"), "", "<?xml version='1.0'?>Zürich"),
        ("Zürich".encode("cp1252"), "iso-8859-1", "Zürich"),
        (b"<?xml encoding='ISO-8859-1'?>Z\xfcrich", "", "<?xml encoding='ISO-8859-1'?>Zürich"),
        (b"\x93Z\xfcrich\x94", "latin1", "“Zürich”"),
        ("Zürich und Genève ".encode() * 50 + b"\xff", "", "Zürich und Genève " * 50 + "\ufffd"),
        (b"a\x00b\x0bc", "", "abc"),
        (b"Z\xfcrich", "undefined", "Zürich"),
        (b"Z\xfcrich", "gibt-es-nicht", "Zürich"),
    ],
)  # fmt: skip
def test_bytes_become_text_by_the_order_of_trust(body: bytes, http: str, text: str) -> None:
    assert charset.decode(body, http) == text


def test_paths_step_into_objects_lists_and_alternatives() -> None:
    document = {
        "a": [{"b": "1"}, {"b": "2"}], "leer": "", "o": {"z": {"t": "Z"}, "y": {"t": "Y"}},
        "folge": ["y", "z"],
    }  # fmt: skip
    assert paths.text(document, "a.0.b") == "1"
    assert paths.text(document, "a.*.b", " ") == "1 2"
    assert paths.text(document, "leer|fehlt|a.1.b") == "2"
    assert paths.text(document, "o.{folge}.t", "") == "YZ"
    assert paths.find_all(document, "a.9.b") == []
    assert paths.find(document, "a.b.c.d") is None


def test_a_language_is_taken_as_named_or_guessed_by_its_small_words() -> None:
    assert wording.language("de-CH", "") == "de"
    assert wording.language("", "Die Gemeinden und der Kanton sind für die Sozialhilfe da") == "de"
    assert wording.language("", "Les communes et le canton sont dans la même situation") == "fr"
    assert wording.language("", "Zürich") == ""


def source(**more: object) -> Source:
    plain = Source(
        id=1, kind=SourceKind.FEED, title="Amt", url="https://www.amt.ch/feed", site_url="",
        config={}, language="de", crawl_delay=0, state=SourceState.ACTIVE, version=1,
        created_at=NOW, next_fetch_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


READ = Answer(FetchOutcome.READ, status=200, etag='"1"', body_hash=b"x")
FAILED = Answer(FetchOutcome.FAILED, status=500)


def wait(one: Source, answer: Answer, now: datetime = NOW, jitter: float = 0) -> timedelta:
    return schedule.after(one, answer, Gain(), now, jitter).next_fetch_at - now


def test_a_busy_source_is_asked_often_and_a_quiet_one_at_most_daily() -> None:
    night = datetime(2026, 10, 10, 20, 0, tzinfo=UTC)
    assert schedule.interval(1000, NOW) == timedelta(minutes=15)
    assert schedule.interval(0.1, NOW) == 2 * HOUR
    assert schedule.interval(0.1, night) == 24 * HOUR
    assert schedule.interval(200, night) > schedule.interval(200, NOW)


def test_failures_wait_longer_and_longer_up_to_a_day_and_after_a_month_a_week() -> None:
    waits = [schedule.backoff(n, timedelta(), 1) for n in range(12)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=15), 24 * HOUR)
    assert schedule.backoff(1000, timedelta(days=31), 1) == timedelta(days=7)
    assert schedule.backoff(5, timedelta(), -1) == timedelta(minutes=1)


def test_what_a_server_asks_for_is_respected_but_not_for_ever() -> None:
    quick = source(per_week=1000.0)
    assert wait(quick, msgspec.structs.replace(READ, fresh_for=3 * HOUR)) == 3 * HOUR
    assert wait(quick, msgspec.structs.replace(READ, fresh_for=timedelta(days=365))) == 24 * HOUR
    assert wait(quick, msgspec.structs.replace(READ, reading=Reading(ttl=300))) == 5 * HOUR
    assert wait(quick, msgspec.structs.replace(FAILED, wait=timedelta(days=2))) == timedelta(days=2)
    assert wait(quick, msgspec.structs.replace(FAILED, wait=timedelta(days=90))) == timedelta(
        days=7
    )


def test_what_is_asked_for_is_never_undercut_and_an_answer_without_it_does_not_unsay_it() -> None:
    quick, asked = source(per_week=1000.0, ttl=120), msgspec.structs.replace
    for jitter in (-1, -0.5, 0, 0.5, 1):
        assert wait(quick, asked(READ, fresh_for=3 * HOUR), jitter=jitter) >= 3 * HOUR
        unchanged = Answer(FetchOutcome.UNCHANGED, status=304)
        assert wait(quick, unchanged, jitter=jitter) >= 2 * HOUR
    assert schedule.after(quick, FAILED, Gain(), NOW, 0).ttl == 120
    assert schedule.after(quick, READ, Gain(), NOW, 0).ttl == 0


def test_headers_that_ask_to_wait_are_read_in_both_forms() -> None:
    assert schedule.retry_after({"retry-after": "120"}, NOW) == timedelta(minutes=2)
    later = {"retry-after": "Wed, 07 Oct 2026 09:00:00 GMT"}
    assert schedule.retry_after(later, NOW) == HOUR
    for nonsense in ("bald", "-5", "9" * 40, "", "Wed, 99 Foo"):
        assert schedule.retry_after({"retry-after": nonsense}, NOW) == timedelta()
    assert schedule.fresh_for({"cache-control": "public, max-age=600", "age": "60"}, NOW) == (
        timedelta(minutes=9)
    )
    assert schedule.fresh_for({"cache-control": "no-cache, max-age=600"}, NOW) == timedelta()
    assert schedule.fresh_for({"expires": "Wed, 07 Oct 2026 09:00:00 GMT"}, NOW) == HOUR


def test_the_rate_is_counted_over_four_weeks_or_the_span_that_is_shown() -> None:
    def entries(*days: float) -> list[Entry]:
        return [
            Entry(str(d), "", "T", published=NOW - timedelta(days=d), precision=DAY) for d in days
        ]

    assert schedule.rate(entries(1, 2, 3, 100), 0, NOW) == 3 / 4
    assert schedule.rate(entries(0, 1, 2, 3, 4, 5, 7), 0, NOW) == 7
    assert schedule.rate(entries(), 4.0, NOW) == 4.0


def test_unfinished_work_is_taken_up_soon_and_not_answered_as_unchanged() -> None:
    after = schedule.after(source(), READ, Gain(unfinished=True), NOW, 0)
    assert after.next_fetch_at == NOW + timedelta(minutes=15)
    assert (after.etag, after.body_hash) == ("", b"")


def test_a_success_ends_the_failures() -> None:
    failing = source(failures=9, failing_since=NOW - 24 * HOUR)
    after = schedule.after(failing, READ, Gain(), NOW, 0)
    assert (after.failures, after.failing_since, after.trouble) == (0, None, None)


def test_a_move_to_a_foreign_domain_is_never_followed() -> None:
    moved = msgspec.structs.replace(READ, moved_to="https://fremd.ch/feed")
    long_ago = source(
        moved_to="https://fremd.ch/feed", moved_since=NOW - 99 * HOUR, moved_sightings=9
    )
    assert schedule.after(long_ago, moved, Gain(), NOW, 0).url == long_ago.url
    assert schedule.domain("https://a.b.co.uk/") == "b.co.uk"
    assert schedule.domain("https://10.0.0.1/") == "10.0.0.1"


def test_a_move_is_followed_after_three_sightings_over_two_days_and_not_before() -> None:
    aim = "https://amt.ch/neu"
    moved = msgspec.structs.replace(READ, moved_to=aim)
    for sightings, hours, follows in ((1, 99, False), (2, 47, False), (2, 48, True)):
        seen = source(
            url="https://amt.ch/alt", moved_to=aim, moved_sightings=sightings,
            moved_since=NOW - hours * HOUR,
        )  # fmt: skip
        assert (schedule.after(seen, moved, Gain(), NOW, 0).url == aim) is follows


def test_a_host_rests_two_seconds_or_as_long_as_it_asks_and_our_own_machine_not_at_all() -> None:
    assert schedule.gap("www.amt.ch", 0) == timedelta(seconds=2)
    assert schedule.gap("www.amt.ch", 10) == timedelta(seconds=10)
    assert schedule.gap("127.0.0.1:8080", 10) == timedelta()
    assert schedule.host("https://www.Amt.ch:8443/feed") == "www.amt.ch:8443"


def test_a_source_says_how_it_does() -> None:
    def tone(**more: object) -> str:
        return schedule.health(source(**more), NOW).tone

    assert tone() == "neutral"
    assert tone(last_success_at=NOW, last_new_at=NOW, per_week=7.0) == "good"
    assert tone(last_success_at=NOW, last_new_at=NOW - timedelta(days=30), per_week=7.0) == "warn"
    assert tone(state=SourceState.PAUSED) == "neutral"
    assert tone(state=SourceState.GONE) == "bad"
    trouble = schedule.status_trouble(404)
    assert tone(failures=1, trouble=trouble) == "warn"
    assert tone(failures=3, trouble=trouble) == "bad"
