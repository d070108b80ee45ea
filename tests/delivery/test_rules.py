"""What replies mean, when to try again, when to stop: the pure rules of delivery."""

from datetime import UTC, datetime, timedelta

import pytest

from service.delivery import blame, breaker, outcome, receivers, retry, smtp
from service.delivery.model import Accepted, Cause, Deferred, Refused, Reply, Scope, Unknown
from service.delivery.refusal.model import Step
from service.kit.db import Database
from service.kit.errors import Invalid
from service.outbox.model import FirstResults

NOW = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "code", "text", "cause"),
    [
        (Step.RCPT, 550, "5.1.1 No such user", Cause.ADDRESS),
        (Step.RCPT, 550, "5.1.10 recipient not found", Cause.ADDRESS),
        (Step.RCPT, 550, "No such user here", Cause.ADDRESS),
        (Step.RCPT, 550, "Benutzer unbekannt", Cause.ADDRESS),
        # After the content, filters say so to whomever they dislike; and nothing says it for sure.
        (Step.DATA, 550, "No such user here", Cause.MAILBOX),
        (Step.UNSAID, 550, "No such user here", Cause.MAILBOX),
        (Step.MAIL, 550, "5.1.2 Domain not found", Cause.POLICY),
        (Step.RCPT, 550, "5.7.1 Recipient address rejected: User unknown", Cause.MAILBOX),
        (Step.RCPT, 550, "5.1.1 Your IP is blocked using zen.spamhaus.org", Cause.POLICY),
        (Step.RCPT, 552, "5.2.2 Mailbox full", Cause.MAILBOX),
        (Step.RCPT, 552, "Quota exceeded", Cause.MAILBOX),
        (Step.RCPT, 550, "5.7.1 Blocked by policy", Cause.POLICY),
        (Step.MAIL, 552, "5.3.4 Message too big", Cause.CONTENT),
        (Step.RCPT, 550, "No", Cause.OTHER),
        (Step.RCPT, 554, "5.7.1.9 odd", Cause.OTHER),
    ],
)
def test_a_refusal_is_laid_to_the_recipient_only_where_nothing_else_explains_it(
    step: Step, code: int, text: str, cause: Cause
) -> None:
    judged = outcome.of_refusal(outcome.reply(code, text), step)
    assert isinstance(judged, Refused)
    assert judged.cause is cause


@pytest.mark.parametrize(("code", "text"), [(530, "Auth required"), (550, "5.7.26 DMARC")])
def test_a_mail_refused_for_our_own_lack_of_authentication_is_put_off_not_lost(
    code: int, text: str
) -> None:
    said = outcome.reply(code, text)
    assert isinstance(outcome.of_refusal(said), Deferred)
    assert outcome.unauthenticated(said)


def test_421_delays_the_relay_and_another_4xx_the_recipient() -> None:
    assert outcome.of_refusal(outcome.reply(421, "4.3.2 closing")) == Deferred(
        outcome.reply(421, "4.3.2 closing"), Scope.RELAY
    )
    greylisted = outcome.of_refusal(outcome.reply(451, "4.7.1 Greylisted"))
    assert isinstance(greylisted, Deferred)
    assert greylisted.scope is Scope.RECIPIENT


def test_only_a_proper_reply_to_the_final_dot_is_an_answer() -> None:
    assert isinstance(outcome.of_final(outcome.reply(250, "ok")), Accepted)
    assert isinstance(outcome.of_final(outcome.reply(451, "later")), Deferred)
    assert isinstance(outcome.of_final(outcome.reply(554, "no")), Refused)
    assert isinstance(outcome.of_final(outcome.reply(354, "odd")), Unknown)


def test_a_status_that_contradicts_its_code_is_not_believed() -> None:
    assert outcome.reply(250, "5.1.1 hm").status == ""
    assert outcome.reply(550, "5.1.1 hm").status == "5.1.1"


def test_a_reply_is_kept_without_control_characters_and_cut() -> None:
    kept = outcome.reply(550, "5.1.1 a\nb\x00" + "x" * 5000)
    assert len(kept.text) == 1000
    assert kept.text.isprintable()


def test_waits_grow_from_five_minutes_to_four_hours_and_end_between_24_and_48_hours() -> None:
    waits = []
    for tries in range(100):
        again = retry.newsletter(tries, NOW, 0.0)
        if again is None:
            break
        waits.append((again - NOW) / timedelta(minutes=1))
    assert waits[:6] == [6.3, 15, 30, 60, 120, 240]
    assert waits == sorted(waits)
    assert timedelta(hours=24) <= timedelta(minutes=sum(waits)) <= timedelta(hours=48)


def test_jitter_spreads_a_wait_by_a_fifth_but_never_cuts_the_first_below_five_minutes() -> None:
    assert retry.newsletter(0, NOW, -1.0) == NOW + timedelta(minutes=5.25), "greylisting is over"
    assert retry.newsletter(0, NOW, 1.0) == NOW + timedelta(minutes=7.35)
    assert retry.newsletter(3, NOW, -1.0) == NOW + timedelta(minutes=48)


def test_a_wait_that_a_server_names_is_kept_within_reason() -> None:
    named = {120: 120, 5: 60, 864_000: 4 * 3600}
    for asked, kept in named.items():
        again = retry.newsletter(2, NOW, -1.0, timedelta(seconds=asked))
        assert again == NOW + timedelta(seconds=kept)
    assert retry.newsletter(14, NOW, 0.0, timedelta(seconds=120)) is None, "but not for ever"


@pytest.mark.parametrize(
    ("code", "text", "scope", "named"),
    [
        (450, "4.2.0 <a@b.ch>: Recipient address rejected: Greylisted, see x", "recipient", None),
        (451, "4.7.1 Greylisting in action, please come back in 00:04:59", "recipient", 299),
        (451, "4.7.1 Please try again later in 300 seconds", "recipient", 300),
        (452, "4.2.2 mailbox has exceeded its quota", "recipient", None),
        (451, "4.3.0 internal error", "recipient", None),
        (450, "4.7.1 too many mails, slow down", "destination", None),
        (451, "4.7.500 Server busy. Please try again later from 192.0.2.1", "destination", None),
        (450, "4.7.25 cannot find your hostname", "destination", None),
        (451, "Throttled, wait 5 min", "destination", 300),
        (452, "4.5.3 Too many recipients", "destination", None),
        (421, "4.7.0 too many connections", "relay", None),
    ],
)
def test_a_temporary_refusal_delays_whom_it_is_about(
    code: int, text: str, scope: str, named: int | None
) -> None:
    said = outcome.reply(code, text)
    judged = outcome.of_refusal(said)
    assert isinstance(judged, Deferred)
    assert judged.scope == scope
    wait = blame.wait_named(said)
    assert (wait and wait.total_seconds()) == named


def test_replies_are_compared_and_kept_without_addresses() -> None:
    one, other = "4.7.1 <anna@stein.ch>: 12 mails, slow down", "4.7.1 <b@c.de>: 15 mails, slow down"
    assert blame.same_words(one, other)
    assert not blame.same_words(one, "4.7.1 policy")
    assert not blame.same_words("", "")
    assert "anna" not in blame.without_addresses(one)


def test_several_mail_servers_are_read_in_their_order_and_none_twice() -> None:
    read = smtp.relays("smtp://a.example, smtps://u:p@b.example\n smtp://c.example:25")
    assert [r.name for r in read] == ["a.example:587", "b.example:465", "c.example:25"]
    with pytest.raises(Invalid):
        smtp.relays("smtp://a.example smtp://a.example:587")
    with pytest.raises(Invalid):
        smtp.relays("smtp://a.example, b.example")


def test_a_group_of_receivers_is_told_by_its_preferred_mail_exchanger() -> None:
    assert receivers.group(["thun-ch.mail.protection.outlook.com"]) == "microsoft"
    assert receivers.group(["ASPMX.L.Google.com", "mx.stadt.ch"]) == "google"
    assert receivers.group(["mx.kanton.ch", "mx2.kanton.ch"]) == "mx.kanton.ch"
    assert receivers.group([]) == ""
    assert receivers.limits("orange").at_once == 3


def test_a_confirmation_is_given_up_after_half_an_hour() -> None:
    end, now, tries = NOW + timedelta(minutes=30), NOW, 0
    while (again := retry.notice(tries, now, end)) is not None:
        assert now < again < end
        now, tries = again, tries + 1
    assert tries == 5


def test_a_silent_relay_is_asked_at_most_once_a_minute() -> None:
    waits = [retry.probe(n, NOW) - NOW for n in range(40)]
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] == timedelta(minutes=1) == max(waits)


def stops(
    *, tried: int, hard: int = 0, policies: int = 0, unauthenticated: int = 0, unanswered: int = 0
) -> bool:
    seen = FirstResults(tried, hard, policies, unauthenticated, unanswered)
    return breaker.judge(seen) is not None


def test_the_breaker_stops_on_unknown_addresses_policies_missing_authentication_or_silence() -> (
    None
):
    assert not stops(tried=49, hard=49)
    assert not stops(tried=100, hard=5)
    assert stops(tried=100, hard=6)
    assert not stops(tried=3, policies=2)
    assert stops(tried=3, policies=3)
    assert stops(tried=1, unauthenticated=1)
    assert not stops(tried=9, unanswered=9)
    assert stops(tried=10, unanswered=10)
    assert not stops(tried=1000, unanswered=10)


async def test_the_breaker_counts_as_unauthenticated_what_the_hand_over_calls_so(
    db: Database,
) -> None:
    codes = (450, 530, 534, 535, 536, 538, 550, 554)
    statuses = ("", "4.7.8", "5.7.1", "5.7.8", "5.7.9", "5.7.26", "5.7.27", "5.7.515")
    replies = [Reply(code, status, "") for code in codes for status in statuses]
    async with db.read() as tx:
        counted = await tx.fetch(
            "select failings(jsonb_populate_record(null::message, jsonb_build_object("
            "  'state', 'refused', 'code', code, 'status', status)))"
            " from unnest($1::integer[], $2::text[]) with ordinality as t (code, status, place)"
            " order by place",
            [said.code for said in replies],
            [said.status for said in replies],
        )
    told = [outcome.unauthenticated(said) for said in replies]
    assert ["unauthenticated" in kinds for (kinds,) in counted] == told
    assert 0 < sum(told) < len(told)


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [
        ("smtp://localhost", "none", 25),
        ("smtp://127.0.0.1:1025", "none", 1025),
        ("smtp://mail.example", "starttls", 587),
        ("smtp://mail.example:25?starttls=no", "none", 25),
        ("smtps://mail.example", "implicit", 465),
    ],
)
def test_without_tls_mail_goes_only_to_loopback_unless_the_setting_says_so(
    url: str, tls: str, port: int
) -> None:
    read = smtp.relay(url)
    assert (read.tls, read.port) == (tls, port)


def test_a_name_and_password_are_read_from_the_url() -> None:
    read = smtp.relay("smtp://user%40x:p%3Aw@mail.example")
    assert (read.user, read.password) == ("user@x", "p:w")


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://x:99999", "smtp://[::1"])
def test_an_address_of_a_mail_server_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        smtp.relay(url)
