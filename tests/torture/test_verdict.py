"""The judge of the torture: each way in which mail goes wrong is seen and named."""

from pathlib import Path

from deploy.torture.relay import OK, Fault
from deploy.torture.sink import TOO_FAST, Dot, Journal, Limit, read
from deploy.torture.verdict import judge, settling


def kept(who: str, *, answered: bool = True) -> Dot:
    return Dot(0.0, who, True, answered, "")


def test_who_was_accepted_and_has_one_mail_is_in_order() -> None:
    assert judge({"a": "accepted", "gone-b": "refused"}, [kept("a")], 0).sound


def test_who_is_called_accepted_without_a_mail_is_lost() -> None:
    assert judge({"a": "accepted", "b": "accepted"}, [kept("a")], 9).lost == ["b"]


def test_who_is_still_owed_at_the_end_is_lost() -> None:
    states = {"a": "queued", "b": "claimed", "c": "handing_over"}
    assert judge(states, [], 9).lost == ["a", "b", "c"]


def test_who_has_two_mails_was_sent_twice_whatever_the_answers_were() -> None:
    dots = [kept("a", answered=False), kept("a")]
    assert judge({"a": "accepted"}, dots, 9).sent_twice == ["a"]


def test_who_has_a_mail_that_the_ledger_denies_is_unexplained() -> None:
    assert judge({"a": "deferred"}, [kept("a")], 9).unexplained == ["a"]
    assert judge({}, [kept("a")], 9).unexplained == ["a"]


def test_a_refusal_laid_to_the_wrong_recipient_is_unexplained() -> None:
    assert judge({"a": "refused"}, [], 9).unexplained == ["a"]
    assert judge({"gone-a": "deferred"}, [], 9).unexplained == ["gone-a"]


def test_more_unknown_than_connections_were_cut_are_unexplained() -> None:
    states = {"a": "unknown", "b": "unknown", "c": "unknown"}
    met_a_fault = kept("a", answered=False)
    assert judge(states, [met_a_fault], 2).sound
    assert judge(states, [met_a_fault], 1).unexplained == ["c"]


def test_the_journal_tells_who_has_a_mail_whatever_the_server_said(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal("a@b.example", OK, b"")
    journal("b@b.example", Fault.AFTER_DOT, b"")
    journal("c@b.example", "451 4.3.0 later", b"")
    with (tmp_path / "journal").open("a") as cut_short:
        cut_short.write("1.0\td@b.example\tTrue\tTr")
    assert [(d.recipient, d.kept, d.answered) for d in read(tmp_path / "journal")] == [
        ("a@b.example", True, True),
        ("b@b.example", True, False),
        ("c@b.example", False, True),
    ]


def test_a_rate_is_settled_by_what_was_taken_in_the_last_minute_and_refused_since_the_first() -> (
    None
):
    taken = [Dot(n / 8, "a", True, True, "250") for n in range(8 * 120)]  # 8 a second
    refused = [Dot(10.0 + n, "b", False, True, TOO_FAST) for n in range(21)]
    found = settling([*taken, *refused], Limit(10), until=120.0)
    assert (found.share_of_limit, found.refused_share) == (0.798, round(20 / (20 + 879), 4))
    by_the_minute = settling([*taken, *refused], Limit(600, window=60), until=120.0)
    assert by_the_minute.share_of_limit == found.share_of_limit
