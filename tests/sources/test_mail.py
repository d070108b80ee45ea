"""Mails that somebody sends or forwards to a source's address, as entries with their files."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from service.sources.model import Entry, SourceKind
from tests.sources.reader import read

NEWS = "Die Gemeinden erhalten ab Januar neue Merkblätter zur Sozialhilfe."
WORDS = f"{NEWS}\n\nFrist für Rückmeldungen ist der 31. Januar 2027.\n"


def mail(text: str = WORDS, rich: str = "", **headers: str) -> EmailMessage:
    """Return a mail as the forwarder's program would make it."""
    made = EmailMessage(policy=SMTP)
    given = {
        "From": "Anna Muster <anna.muster@gemeinde.example>", "To": "in+abc@post.example",
        "Subject": "Neue Merkblätter", "Date": "Tue, 06 Oct 2026 09:30:00 +0200",
        "Message-ID": "<1@gemeinde.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    for name, value in given.items():
        made[name] = value
    made.set_content(text)
    if rich:
        made.add_alternative(rich, subtype="html")
    return made


def entry(made: EmailMessage | bytes) -> Entry:
    found = read(SourceKind.MAIL, made if isinstance(made, bytes) else made.as_bytes())
    assert found.trouble is None, str(found.trouble)
    (one,) = found.entries
    return one


def test_a_mail_is_an_entry_with_its_sender_s_name_and_clean_words() -> None:
    one = entry(
        mail(f"{WORDS}\nMehr: https://amt.example/merkblatt.pdf.\n-- \nAnna Muster\nTel. 1")
    )
    assert (one.id, one.title, one.sender, one.via) == (
        "1@gemeinde.example", "Neue Merkblätter", "Anna Muster", "gemeinde.example",
    )  # fmt: skip
    assert one.published == datetime(2026, 10, 6, 7, 30, tzinfo=UTC)
    assert one.content.startswith(f"<p>{NEWS}</p><p>Frist")
    assert 'href="https://amt.example/merkblatt.pdf"' in one.content
    assert "Tel. 1" not in one.content
    assert [(d.url, d.title) for d in one.documents] == [
        ("https://amt.example/merkblatt.pdf", "https://amt.example/merkblatt.pdf")
    ]
    assert one.language == "de"


@pytest.mark.parametrize(
    ("greeting", "farewell"),
    [
        ("Guten Tag", "Freundliche Grüsse\nAmt X"),
        ("Sehr geehrte Damen und Herren,", "Mit freundlichen Grüssen\n\nAnna Muster"),
        ("Liebe Kolleginnen und Kollegen", "Beste Grüsse"),
        ("Madame, Monsieur,", "Meilleures salutations"),
        ("Gentili Signore e Signori", "Cordiali saluti\nUfficio X"),
        ("Dear all,", "Kind regards"),
    ],
)
def test_the_teaser_of_a_letter_is_what_stands_between_greeting_and_farewell(
    greeting: str, farewell: str
) -> None:
    one = entry(mail(f"{greeting}\n\n{WORDS}\n{farewell}\n"))
    assert one.summary == WORDS.replace("\n\n", "\n").strip()
    assert greeting.split(maxsplit=1)[0] in one.content


@pytest.mark.parametrize(
    "words",
    [
        "Liebe Grüsse",
        "Liebe auf den ersten Blick: Die Fachstelle berichtet von ihrem ersten Jahr.",
        "Freundliche Grüsse\nAmt X",
    ],
)
def test_a_line_that_only_begins_like_a_greeting_stays(words: str) -> None:
    assert entry(mail(words)).summary == words


FIRST = "Bundesamt X <presse@amt.example>"
WRAPPERS = {
    "outlook-de": f"Zur Kenntnis\n\nVon: {FIRST}\nGesendet: Montag, 5. Oktober 2026 08:15\n"
    "An: Anna Muster <anna@gemeinde.example>\nBetreff: Neue Regeln\n\n",
    "outlook-fr": f"De : {FIRST}\nEnvoyé : lundi 5 octobre 2026 08:15\n"
    "À : Anna Muster <anna@gemeinde.example>\nObjet : Neue Regeln\n\n",
    "outlook-it": f"Da: {FIRST}\nInviato: lunedì 5 ottobre 2026 08:15\nA: Anna\n"
    "Cc: Beat; Carla;\n Dora\nOggetto: Neue Regeln\n\n",
    "gmail-en": f"---------- Forwarded message ---------\nFrom: {FIRST}\n"
    "Date: Mon, 5 Oct 2026 at 08:15\nSubject: Neue Regeln\nTo: <anna@gemeinde.example>\n\n\n",
    "gmail-fr": f"---------- Message transféré ---------\nDe : {FIRST}\n"
    "Date: lun. 5 oct. 2026 à 08:15\nSubject: Neue Regeln\nTo: <a@gemeinde.example>\n\n",
    "apple-de": "\nAnfang der weitergeleiteten Nachricht:\n\n"
    f"> Von: {FIRST}\n> Betreff: Neue Regeln\n> Datum: 5. Oktober 2026 um 08:15:00 MESZ\n"
    "> An: Anna <anna@gemeinde.example>\n> \n",
    "thunderbird-de": "\n-------- Weitergeleitete Nachricht --------\nBetreff: \tNeue Regeln\n"
    f"Datum: \tMon, 5 Oct 2026 08:15:00 +0200\nVon: \t{FIRST}\nAn: \tanna@gemeinde.example\n\n",
    "apple-it": f"Inizio messaggio inoltrato:\n\nDa: {FIRST}\nOggetto: Neue Regeln\n"
    "Data: 5 ottobre 2026 alle 08:15:00 CEST\nA: anna@gemeinde.example\n\n",
}


@pytest.mark.parametrize("program", WRAPPERS)
def test_what_was_forwarded_is_freed_of_its_wrapper(program: str) -> None:
    body = "".join(
        f"> {line}\n" if program == "apple-de" else f"{line}\n" for line in WORDS.split("\n")
    )
    one = entry(mail(WRAPPERS[program] + body, Subject="WG: Fwd: Neue Regeln"))
    assert (one.title, one.sender, one.via) == ("Neue Regeln", "Bundesamt X", "amt.example")
    assert one.content == f"<p>{NEWS}</p><p>Frist für Rückmeldungen ist der 31. Januar 2027.</p>"
    assert one.published == datetime(2026, 10, 5, 6, 15, tzinfo=UTC)


def test_a_forward_in_markup_and_one_of_a_forward_are_freed_too() -> None:
    wrapper = (
        "<div><p>FYI</p><div style='border-top:solid'><p><b>Von:</b> A &lt;a@x.example&gt;<br>"
        "<b>Gesendet:</b> Dienstag, 6. Oktober 2026 09:00<br><b>An:</b> B<br>"
        "<b>Betreff:</b> WG: Neue Regeln</p></div>"
        "<p>---------- Forwarded message ----------</p><p>From: C &lt;c@y.example&gt;<br>"
        "Subject: Neue Regeln<br>Date: 5 Oct 2026 08:15 +0200</p>"
        f"<table><tr><td><h2>Titel</h2></td></tr><tr><td>{NEWS}<br>Zweite Zeile</td>"
        "<td><div style='display:none'>versteckt</div><img src='https://z.example/p.gif'></td></tr></table></div>"
    )
    one = entry(mail("leer", wrapper, Subject="TR: WG: Neue Regeln"))
    assert (one.title, one.sender) == ("Neue Regeln", "C")
    assert one.content == f"<h2>Titel</h2><p>{NEWS}<br>Zweite Zeile</p>"


def test_a_mail_forwarded_as_an_attachment_is_the_one_inside() -> None:
    outer = mail("Siehe Anhang")
    outer.add_attachment(mail(From=FIRST, Subject="Neue Regeln", Message_ID="<2@amt.example>"))
    one = entry(outer)
    assert (one.id, one.title, one.sender) == ("2@amt.example", "Neue Regeln", "Bundesamt X")


def test_attachments_are_documents_and_a_newsletter_names_its_list() -> None:
    made = mail(List_Id="Infos <infos.amt.example>", List_Post="<mailto:infos@amt.example>")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="octet-stream",
                        filename="Merkblatt 2027.pdf")  # fmt: skip
    made.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="s.asc")
    one = entry(made)
    assert [(d.title, d.type, d.size, d.body) for d in one.documents] == [
        ("Merkblatt 2027.pdf", "application/pdf", 8, b"%PDF-1.7")
    ]
    assert one.via == "infos.amt.example"


def test_words_that_only_look_like_a_wrapper_stay() -> None:
    text = "Kontakte\n\nVon: Sozialamt\nAn: alle\n\nDatum: 5. Oktober 2026\n\nGruss"
    assert "Sozialamt" in entry(mail(text)).content
    quoted = WORDS + "\nZeile\n" * 100 + WRAPPERS["gmail-en"] + "Alt"
    assert entry(mail(quoted)).sender == "Anna Muster"


@pytest.mark.parametrize(
    ("wrote", "sender", "via"),
    [
        ("Amt X <a@amt.example>", "Amt X", "amt.example"),
        ('"Muster, A." <a@amt.example>', "Muster, A.", "amt.example"),
        ("a@amt.example (Amt X)", "Amt X", "amt.example"),
        ("a@amt.example", "amt.example", "amt.example"),
        ("Amt X", "Amt X", ""),
        ("<" * 60 + "a@amt.example" + ">" * 60, "amt.example", "amt.example"),
    ],
)
def test_whoever_wrote_is_named_however_the_name_is_written(
    wrote: str, sender: str, via: str
) -> None:
    text = WRAPPERS["gmail-en"].replace(f"{FIRST}", wrote) + WORDS
    assert wrote in text
    one = entry(mail(text))
    assert (one.sender, one.via) == (sender, via)


def test_a_thousand_brackets_are_a_sender_like_any_other() -> None:
    raw = b"From: " + b"<(" * 2000 + b"a@amt.example\nSubject: Neue Regeln\n\n" + NEWS.encode()
    assert [one.title for one in read(SourceKind.MAIL, raw).entries] == ["Neue Regeln"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not a mail"),
        (b"Guten Tag", "not a mail"),
        (b"From: a@b.example\n\n", "empty"),
        (b"x" * 27_000_001, "larger than 27 MB"),
    ],
)
def test_what_is_no_mail_is_told_in_one_sentence(body: bytes, said: str) -> None:
    assert said in str(read(SourceKind.MAIL, body).trouble)


def test_broken_headers_and_charsets_are_read_as_far_as_they_go() -> None:
    body = (
        b"From: =?utf-8?q?J=FCrg?= <j@x.example>\nSubject: =?iso-8859-1?q?Gr=FCsse?=\n"
        b"Date: gestern\nContent-Type: text/plain; charset=gibt-es-nicht\n\nGr\xfcezi mitenand\n"
    )
    one = entry(body)
    assert (one.title, one.published) == ("Grüsse", None)
    assert "Grüezi" in one.content
