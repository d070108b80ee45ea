"""What a server says of a refusal is understood by its grammar, not by its wording alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.refusal import codes, grammar, judge, reasons
from service.delivery.refusal.model import Class, Step

# None of these stands in the tables of words.
UNHEARD = [
    ("The maildrop you wrote to was never registered at this site", "userunknown"),
    ("550 we could not match that alias with any of our people", "userunknown"),
    ("Ein Konto dieses Namens ist bei uns leider nicht zugeordnet", "userunknown"),
    ("Aucun compte connu sous ce nom", "userunknown"),
    ("Nessun abbonato: casella mai registrata, non riconosciuta", "userunknown"),
    ("552 the inbox has no more room", "mailboxfull"),
    ("Der Speicher des Kontos ist restlos belegt", "mailboxfull"),
    ("550 that subscriber is retired from service", "suspend"),
    ("Ce compte a été désactivé par son titulaire", "suspend"),
    ("554 your network has been banned here", "blocked"),
    ("554 nous avons rejeté votre serveur", "blocked"),
    ("550 this originator is not trusted by the addressee's site", "rejected"),
    ("the zone of the address is nowhere to be found", "hostunknown"),
    ("La connexion au serveur distant a été interrompue", "expired"),
    ("450 our database had an unexpected failure while taking the message", "systemerror"),
]


@pytest.mark.parametrize(("said", "reason"), UNHEARD)
def test_words_never_heard_are_understood_by_what_they_say_of_what(said: str, reason: str) -> None:
    assert grammar.by_grammar(reasons.normalised(said)) == reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 RCP-P1 https://facebook.example/codes", "userunknown"),
        ("550 5.1.1 RCP-P2 https://facebook.example/codes", "filtered"),
        ("554 5.7.1 POL-P4 https://facebook.example/codes", "blocked"),
        ("550 mwinf5c06 ME adresse d au moins un destinataire invalide. OFR_416", "userunknown"),
        ("421 mwinf5c77 ME trop de connexions. OFR004_104", "toomanyconn"),
        ("554 5.7.1 rejected. AUP#I-1370", "blocked"),
        ("421 4.7.0 [TSS04] messages temporarily deferred", "blocked"),
        ("552 5.2.0 this message has been rejected IB212", "spamdetected"),
    ],
)
def test_a_receivers_own_code_says_more_than_its_words(said: str, reason: str) -> None:
    assert codes.by_code(reasons.normalised(said)) == reason
    assert judge.judge(said, judge.status_in("", said), step=Step.RCPT).reason == reason


@pytest.mark.parametrize(
    ("said", "step", "class_", "hard"),
    [
        # A policy (5.7.x) is hardly ever believed to mean that somebody is gone.
        ("550 5.7.0 <x@y.example>... No such user", Step.RCPT, Class.RECIPIENT_STATE, False),
        ("550 5.7.1 User unknown, sender denied", Step.RCPT, Class.SENDER_POLICY, False),
        ("550 5.7.1 <x@y.example>... No such user", Step.DATA, Class.RECIPIENT_STATE, False),
        ("550 5.7.1 <x@y.example>... No such user", Step.RCPT, Class.INVALID, True),
        # Whoever knows an account well enough to say what became of it has its address right.
        ("550 5.1.1 this mailbox is disabled", Step.RCPT, Class.RECIPIENT_STATE, False),
        ("550 5.1.1 account on hold or does not exist", Step.RCPT, Class.INVALID, True),
        ("550 5.1.351 mailbox unavailable", Step.UNSAID, Class.INVALID, True),
        # A sender whom they do not know is no recipient.
        ("550 5.1.8 Sender unknown: domain does not exist", Step.MAIL, Class.SENDER_POLICY, False),
        ("550 5.1.2 The recipient's domain does not exist", Step.UNSAID, Class.INVALID, True),
        ("451 4.1.1 mailbox unknown, come back later", Step.RCPT, Class.INVALID, False),
        (
            "550 the postbox holds as much as its quota lets it",
            Step.RCPT,
            Class.RECIPIENT_STATE,
            False,
        ),
    ],
)
def test_a_code_that_lies_is_outvoted_by_the_words(
    said: str, step: Step, class_: Class, hard: bool
) -> None:
    told = judge.judge(said, judge.status_in("", said), step=step)
    assert (told.class_, told.hard) == (class_, hard)


@given(st.text(max_size=600))
def test_anything_can_be_asked(said: str) -> None:
    assert grammar.by_grammar(reasons.normalised(said)) in {*reasons.CLASSES}
    assert codes.by_code(said) in {*reasons.CLASSES}
