"""Answers to a newsletter: an absence note is told from what a person wrote, in four languages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.events.bounce.classify import classify
from service.events.bounce.model import Kind, Verdict


def reply(subject: str, text: str, *headers: str) -> bytes:
    head = ["From: Leitung Soziales <leitung@gemeinde.example>", "To: news@verband.example"]
    lines = [*head, f"Subject: {subject}", *headers, "Content-Type: text/plain; charset=utf-8"]
    return ("\n".join(lines) + f"\n\n{text}\n").encode()


AUTOMATIC = [
    reply("Abwesenheitsnotiz: SoKo aktuell 3", "Guten Tag\nIch bin bis zum 14. März abwesend."),
    reply(
        "Automatische Antwort: SoKo aktuell",
        "Besten Dank für Ihre Nachricht. Ich bin in den Ferien.",
    ),
    reply(
        "AW: SoKo aktuell", "Ich bin zurzeit nicht im Büro und ab dem 3. Februar wieder für Sie da."
    ),
    reply(
        "Ferienabwesenheit",
        "Ihre E-Mail wird nicht weitergeleitet. In dringenden Fällen: Zentrale.",
    ),
    reply("Eingangsbestätigung", "Ihre Nachricht ist bei uns eingegangen. Wir melden uns."),
    reply("Re: SoKo aktuell", "Danke!", "Auto-Submitted: auto-replied"),
    reply("Re: SoKo aktuell", "Danke!", "X-Autoreply: yes"),
    reply("Re: SoKo aktuell", "Danke!", "Precedence: auto_reply"),
    reply("Réponse automatique : SoKo aktuell", "Je suis absente jusqu'au 12 mars."),
    reply("Absence du bureau", "Je suis actuellement en congé, de retour le 4 avril."),
    reply(
        "RE: SoKo aktuell",
        "Je suis absent du 3 au 12 mars. En cas d'urgence, appelez le secrétariat.",
    ),
    reply("Risposta automatica: SoKo aktuell", "Sono assente fino al 10 marzo."),
    reply("Assenza", "Sono fuori ufficio, rientro il 5 maggio."),
    reply(
        "Out of Office: SoKo aktuell", "I am out of the office until 3 May with no access to mail."
    ),
    reply("Automatic reply: SoKo aktuell", "Thank you for your message."),
    reply("=?utf-8?B?QXV0b21hdGlzY2hlIEFudHdvcnQ=?=", "Ich bin abwesend."),
    reply(
        "AW: SoKo aktuell",
        "Grüß Gott,\n\nich bin bis 14. März abwesend. Ihre Mail wird nicht weitergeleitet.",
    ),
    reply(
        "AW: SoKo aktuell",
        "Liebe Grüsse aus den Ferien!\n\nIch bin bis 5. Mai nicht erreichbar."
        " In dringenden Fällen: Zentrale.",
    ),
]

HUMAN = [
    reply("AW: SoKo aktuell 3", "Guten Tag\nKönnen Sie mir den Entwurf der Vernehmlassung senden?"),
    reply("Re: SoKo aktuell", "Besten Dank, sehr nützlich. Nächste Woche bin ich in den Ferien."),
    reply("SoKo aktuell", "Bitte nehmen Sie auch meinen Kollegen in den Verteiler auf."),
    reply(
        "Abmeldung Kurs",
        "Leider bin ich am Kurstag abwesend und muss mich abmelden. Freundliche Grüsse",
    ),
    reply("Re: SoKo aktuell", "Der Link im dritten Beitrag geht nicht: Seite nicht gefunden."),
    reply(
        "Adressänderung",
        "Unsere neue Adresse lautet sozialamt@gemeinde.example. Danke für die Anpassung.",
    ),
    reply("RE: SoKo aktuell", "Merci beaucoup, pourriez-vous m'envoyer la version française ?"),
    reply(
        "Re: SoKo aktuell", "Grazie, ho letto con interesse. Avete anche una versione in italiano?"
    ),
    reply(
        "Question about the course", "Is the course also held in English? I will be back in May."
    ),
    reply(
        "AW: SoKo aktuell",
        "Danke, wir sehen uns.\n\n> Ich bin bis zum 14. März abwesend.\n> Automatische Antwort",
    ),
    reply("Unzustellbar?", "Ich bekomme Ihren Newsletter nicht mehr. Können Sie das prüfen?"),
    reply(
        "AW: SoKo aktuell",
        "Freundliche Grüsse\n\nAnna Muster\nSozialamt\nAbwesend am Mittwoch und Freitag",
    ),
    reply("Keine Antwort erhalten", "Auf meine Anfrage vom 3. März habe ich noch nichts gehört."),
]


# Letters without any header that says what they are, in four languages: subject|lines / lines.
LETTERS = Path(__file__).resolve().parents[1] / "data" / "replies"


# What mail programs put below an answer: the newsletter, here with words that a machine would use.
BELOW = {
    "nothing": "",
    "a signature": "\n\nFreundliche Grüsse\nPetra Muster\nÖffnungszeiten: Mittwoch geschlossen\n",
    "outlook": "\n\nVon: Verband <news@verband.example>\nGesendet: Dienstag, 3. März 2026 07:00\n"
    "An: Leitung Soziales\nBetreff: Rundbrief\n\nMerkblatt: Ich bin bis 3. April abwesend."
    " Undelivered mail: <amt@gemeinde.example>: 550 5.1.1 User unknown\n",
    "quoted": "\n\nAm 03.03.2026 um 07:00 schrieb Verband <n@verband.example>:\n> Guten Tag\n"
    "> Ihre Nachricht konnte nicht zugestellt werden\n> Automatische Antwort einrichten\n",
    "quoted, French": "\n\nLe mar. 3 mars 2026 à 07:00, Verband <n@verband.example> a écrit :\n\n"
    "> Ceci est un message automatique\n",
    "broken": "\n\nIl giorno mar 3 mar 2026 alle ore 07:00 Verband <\n"
    "n@verband.example> ha scritto:\n\nSono assente, messaggio automatico\n",
    "starred": "\n\n*Von:* Verband <n@verband.example>\n*Gesendet:* Dienstag\n\nIch bin abwesend.",
    "by date": "\n\n2026-03-03 7:00 GMT+01:00 Verband <n@verband.example>:\n\nIch bin abwesend.",
    "a line": "\n\n____________________\nIch bin abwesend. Dies ist eine automatische Antwort.",
}


def letters(name: str, below: str = "") -> list[bytes]:
    lines = (LETTERS / name).read_text(encoding="utf-8").splitlines()
    split = (line.partition("|") for line in lines)
    return [reply(subject, text.replace(" / ", "\n") + below) for subject, _, text in split]


@pytest.mark.parametrize("below", BELOW)
def test_automatic_answers_are_found_by_their_words_alone(below: str) -> None:
    mails = letters("automatic.txt", BELOW[below])
    taken_for_people = [m.decode() for m in mails if classify(m).kind is not Kind.AUTO_REPLY]
    assert len(mails) >= 200
    assert len(taken_for_people) <= len(mails) * 0.05, "\n\n".join(taken_for_people)


@pytest.mark.parametrize("below", BELOW)
def test_no_letter_of_a_person_is_taken_for_a_machines_or_for_a_bounce(below: str) -> None:
    mails = letters("human.txt", BELOW[below])
    lost = [m.decode() for m in mails if classify(m).kind is not Kind.HUMAN]
    assert len(mails) >= 200
    assert len(lost) <= len(mails) * 0.01, "\n\n".join(lost)


@pytest.mark.parametrize(
    "cite", ["<blockquote type=cite>", '<div class="gmail_quote">', "<hr>From: "]
)
def test_what_a_letter_in_html_cites_is_not_its_own_word(cite: str) -> None:
    page = f"<p>Danke, bis 15 Uhr!</p>{cite}<div>Ich bin abwesend. Automatische Antwort.</div>"
    mail = f"From: a@b.example\nSubject: Re: SoKo\nContent-Type: text/html\n\n{page}\n".encode()
    assert classify(mail).kind is Kind.HUMAN


@given(st.sampled_from(letters("automatic.txt") + letters("human.txt")), st.data())
def test_no_damage_to_a_letter_makes_it_raise(mail: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(mail)))
    noise = data.draw(st.binary(max_size=30))
    assert isinstance(classify(mail[:at] + noise + mail[at + len(noise) :]), Verdict)


@pytest.mark.parametrize("mail", AUTOMATIC)
def test_an_automatic_answer_is_recognised(mail: bytes) -> None:
    assert classify(mail).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("mail", HUMAN)
def test_what_a_person_wrote_is_never_taken_for_a_machine(mail: bytes) -> None:
    assert classify(mail).kind is Kind.HUMAN
