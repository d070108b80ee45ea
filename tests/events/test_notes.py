"""A note is read by what it speaks of: whoever words an absence anew still needs these notions."""

import pytest

from service.events.bounce import absence, mime, replies
from service.events.bounce.classify import classify
from service.events.bounce.model import Kind


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Ich gönne mir eine Pause und bin am Dienstag wieder am Schreibtisch.", "absent back"),
        ("Unsere Verwaltung zügelt! Vom 3. bis 7. Juni sind wir nicht erreichbar.", "absent until"),
        ("Die Stelleninhaberin ist derzeit nicht verfügbar.", "absent"),
        ("In dieser Zeit wird dieses Postfach nicht geleert.", "fate"),
        ("Je suis mobilisé par la protection civile. Réponse à mon retour.", "absent fate"),
        ("Casella non presidiata: i messaggi non vengono esaminati.", "unwatched fate"),
        ("Your email has been placed in our queue, reference number 22871.", "receipt filed"),
        ("If it is urgent, ring our switchboard.", "deputy"),
    ],
)
def test_notions_that_stand_together_mean_something_in_any_words(text: str, spoken: str) -> None:
    assert absence.read(text).spoken >= set(spoken.split())


@pytest.mark.parametrize(
    "text",
    [
        "Am 14. Mai bin ich in den Ferien.",
        "Frau Lang ist nicht mehr bei uns. Ihre Nachfolge hat Herr Vogt übernommen.",
        "Je serai en vacances à cette date, mon adjoint me remplacera à la séance.",
        "My manager is out of the office until Monday.",
        "Telefonisch bin ich unter 044 555 66 77 erreichbar.",
    ],
)
def test_that_somebody_is_away_is_never_worth_enough_by_itself(text: str) -> None:
    mail = mime.read(f"Subject: Re: Rundbrief\n\n{text}\n".encode())
    assert not replies.is_automatic(mail)


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("Guten Tag\nIch bin am 3. Mai abwesend.", 0),
        ("Liebe Kolleginnen und Kollegen\nIch bin am 3. Mai abwesend.", 0),
        ("Guten Tag Frau Caflisch\n\nIch bin am 3. Mai abwesend.", 1),
        ("Sali Peter, ich bin am 3. Mai abwesend.", 1),
        ("Chère Madame Rochat,\nJe suis absente le 3 mai.", 1),
        ("Sind Sie abwesend? Ich bin am 3. Mai abwesend.", 1),
        ("Merci, à vous aussi ! Je suis absente jusqu'au 5 janvier.", 1),
        ("Je suis absente le 3 mai.\n\n> Chers membres\n> Voici la lettre.", 1),
        ("Gerne lese ich den Artikel.", 1),
        ("Sali Peter, geht es am 3. Mai?\n\n> Liebe Mitglieder", 4),
    ],
)
def test_what_people_do_besides_makes_a_note_doubtful(text: str, doubts: int) -> None:
    assert replies.seen(mime.read(f"Subject: Re: Rundbrief\n\n{text}\n".encode())).doubts == doubts


def test_a_note_from_a_program_that_people_use_is_doubtful() -> None:
    mail = "X-Mailer: Apple Mail\nSubject: Re: Rundbrief\n\nIch bin am 3. Mai abwesend.\n"
    assert replies.seen(mime.read(mail.encode())).doubts == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.COMPLAINT),
        ("unsubscribe", Kind.COMPLAINT),
        ("Bitte streichen Sie auch Herrn Frei, er ist seit Mai pensioniert.", Kind.HUMAN),
    ],
)
def test_whoever_writes_more_than_unsubscribe_is_read_by_people(text: str, kind: Kind) -> None:
    mail = f"From: a@b.example\nSubject: Unsubscribe\n\n{text}\n".encode()
    assert classify(mail).kind is kind


def test_a_date_ends_no_sentence_and_what_is_cited_is_nobodys_word() -> None:
    assert absence.read("Ich bin vom 2. bis 13. März abwesend").strange == 0
    cited = "Immer nur «Ich bin nicht im Büro, Ihre Mail wird nicht weitergeleitet»."
    assert not absence.read(absence.uncited(cited)).core
