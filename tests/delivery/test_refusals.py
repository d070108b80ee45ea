"""What a server says of a refusal is understood by its grammar, not by its wording alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.refusal import codes, grammar, judge, reasons, steps
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
    # What is denied, in whatever words: to exist, to be within reach, to be allowed.
    ("Nous n'hébergeons pas cette adresse", "userunknown"),
    ("L'utente non è presente nella rubrica", "userunknown"),
    ("550 E_NO_SUCH_MAILBOX", "userunknown"),
    ("Der Adressat konnte nicht ermittelt werden", "userunknown"),
    ("Postfach hat keinen freien Platz mehr", "mailboxfull"),
    ("y.example answered SERVFAIL when asked for its MX", "networkerror"),
    ("non hai il permesso di scrivere al gruppo", "rejected"),
    ("the group may not exist, or is not open to you", "rejected"),
    ("550 envelope and header sender differ", "rejected"),
    ("several users match this address", "systemerror"),
    # It holds for now only.
    ("Mailbox does not take mail at the moment", "suspend"),
    ("Der Empfänger ist momentan nicht auffindbar oder bekannt", "suspend"),
    ("La boîte n'accepte pas de courrier pour le moment", "suspend"),
    ("La casella al momento non riceve posta", "suspend"),
    # It is said of us.
    ("adresse de l'expéditeur introuvable", "rejected"),
    ("we do not know your server", "blocked"),
    ("554 this server does not accept mail from news.example", "rejected"),
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
        # Who is asked for a mailbox and names nothing means that; of a command, it means nothing.
        ("550 not here, unknown", Step.RCPT, Class.INVALID, True),
        ("550 not here, unknown", Step.DATA, Class.UNKNOWN, False),
        ("450 user unknown", Step.RCPT, Class.INVALID, False),
        ("550 domain y.example is nowhere to be found", Step.DATA, Class.INVALID, False),
        ("550 indirizzo del mittente non valido", Step.RCPT, Class.SENDER_POLICY, False),
        ("550 account expired", Step.RCPT, Class.RECIPIENT_STATE, False),
        # Blocked is a mailbox, or whoever writes to it: what stands beside the word tells.
        ("550 user blocked", Step.RCPT, Class.RECIPIENT_STATE, False),
        ("550 5.1.1 recipient is blocked", Step.RCPT, Class.RECIPIENT_STATE, False),
        ("550 Account temporarily blocked", Step.RCPT, Class.RECIPIENT_STATE, False),
        ("550 sender blocked", Step.RCPT, Class.SENDER_POLICY, False),
        ("550 your message to the recipient was blocked", Step.RCPT, Class.SENDER_POLICY, False),
        (
            "550 Der Empfänger ist momentan nicht erreichbar",
            Step.RCPT,
            Class.RECIPIENT_STATE,
            False,
        ),
        # Nobody is full, unknown or a virus for being called so.
        ("550 <mailbox.full@y.example> please ask", Step.RCPT, Class.UNKNOWN, False),
        ("521 we take nothing here", Step.UNSAID, Class.INVALID, True),
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


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("mx.y.example did not like our RCPT TO: 550 no", Step.RCPT),
        ("Sent >>> RCPT TO:<a@y.example> Received <<< 550 no", Step.RCPT),
        ("--> MAIL FROM:<b@x.example> <-- 250 ok --> RCPT TO:<a@y.example> <-- 550 no", Step.RCPT),
        ("error for RCPT TO command, host: mx.y.example (192.0.2.1) reason: 550 no", Step.RCPT),
        ("Remote host said: 550 Command RCPT User <a@y.example> not OK", Step.RCPT),
        ("after the final DATA the server wrote 554 no", Step.DATA),
        ("MAIL FROM:<b@x.example> was answered 553 no", Step.MAIL),
        ("550 we mind your DATA", Step.UNSAID),
        ("y.example wrote 550 no", Step.UNSAID),
    ],
)
def test_the_last_command_before_a_refusal_is_what_was_refused(said: str, step: Step) -> None:
    assert steps.step_in(said) is step
