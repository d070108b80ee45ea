"""Bounces in the shapes that mail servers write them: whom, why, and whether it is for good."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery.refusal.model import Class
from service.events.bounce.classify import classify
from service.events.bounce.model import Kind, Verdict

GONE = "sozialamt@gemeinde.example"


def dsn(diagnostic: str, status: str, *, text: str = "", action: str = "failed") -> bytes:
    """Return a delivery report as RFC 3464 has it."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: b+abcdefghijklmnopqrstuvwx@bounce.verband.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grenze/1"

This is a MIME-encapsulated message.

--grenze/1
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

{text or f"<{GONE}>: host mx.gemeinde.example said: {diagnostic}"}

--grenze/1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {GONE}
Original-Recipient: rfc822;{GONE}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--grenze/1
Content-Type: message/rfc822

From: news@verband.example
To: {GONE}
Subject: Unbekannt verzogen? Das Postfach der Zukunft ist voll

550 5.1.1 in the text of our own mail means nothing.
--grenze/1--
""".encode()


def plain(sender: str, subject: str, text: str) -> bytes:
    head = f"From: {sender}\nTo: news@verband.example\nSubject: {subject}\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()


INVALID, STATE, POLICY, INFRA = "invalid", "recipient_state", "sender_policy", "infra"
REPORTS = [
    (
        "550 5.1.1 <x>: Recipient address rejected: User unknown",
        "5.1.1",
        INVALID,
        "userunknown",
        True,
    ),
    ("550 5.4.1 Recipient address rejected: Access denied.", "5.4.1", INVALID, "userunknown", True),
    ("550 5.1.1 Benutzer unbekannt", "5.1.1", INVALID, "userunknown", True),
    ("550 5.1.6 recipient no longer on server", "5.1.6", INVALID, "hasmoved", True),
    ("556 5.1.10 Domain does not accept mail (nullMX)", "5.1.10", INVALID, "notaccept", True),
    (
        "552 5.2.2 Mailbox size limit exceeded: mailbox is full",
        "5.2.2",
        STATE,
        "mailboxfull",
        False,
    ),
    ("552 5.2.2 Das Postfach des Empfängers ist voll", "5.2.2", STATE, "mailboxfull", False),
    ("550 5.2.1 The email account is disabled", "5.2.1", STATE, "suspend", False),
    ("552 5.3.4 Message size exceeds fixed maximum", "5.3.4", STATE, "mesgtoobig", False),
    (
        "554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org",
        "5.7.1",
        POLICY,
        "blocked",
        False,
    ),
    (
        "550 5.7.26 Unauthenticated email from verband.example",
        "5.7.26",
        POLICY,
        "authfailure",
        False,
    ),
    ("550 5.7.1 Message rejected as spam", "5.7.1", POLICY, "spamdetected", False),
    ("501 5.1.8 Sender address rejected: Domain not found", "5.1.8", POLICY, "rejected", False),
    ("554 5.4.6 Too many hops", "5.4.6", INFRA, "networkerror", False),
    (
        "connect to mx.gemeinde.example[192.0.2.9]:25: Connection timed out",
        "4.4.1",
        INFRA,
        "expired",
        False,
    ),
    # What Postfix gave a destination up for is what counts.
    (
        "delivery temporarily suspended: connect to mx.y.example[192.0.2.9]:25: Connection refused",
        "4.4.1",
        INFRA,
        "expired",
        False,
    ),
    ("delivery temporarily suspended", "4.4.7", INFRA, "expired", False),
    (
        "delivery temporarily suspended: host mx.y.example refused to talk to me: 554 ip banned",
        "4.0.0",
        POLICY,
        "blocked",
        False,
    ),
    ("450 4.2.1 delivery to this mailbox temporarily suspended", "4.2.1", STATE, "suspend", False),
    # A domain or a host takes no mail at all (RFC 7505), as OpenSMTPD and others say it.
    ("y.example does not accept mail", "5.0.0", INVALID, "notaccept", True),
    ("Destination seem to reject all mails", "4.0.0", INVALID, "notaccept", False),
    ("550 y.example does not accept mail for this user", "5.2.1", STATE, "suspend", False),
]


@pytest.mark.parametrize(("diagnostic", "status", "class_", "reason", "hard"), REPORTS)
def test_a_report_tells_whom_and_why(
    diagnostic: str, status: str, class_: str, reason: str, hard: bool
) -> None:
    verdict = classify(dsn(diagnostic, status))
    assert verdict.kind is Kind.BOUNCE
    assert verdict.recipients == (GONE,)
    assert (verdict.class_, verdict.reason, verdict.hard) == (class_, reason, hard)


def test_a_delay_is_never_for_good() -> None:
    verdict = classify(dsn("451 4.1.1 User unknown, try again later", "4.1.1", action="delayed"))
    assert verdict.kind is Kind.BOUNCE
    assert not verdict.hard


def test_a_success_report_is_no_bounce() -> None:
    assert classify(dsn("250 2.1.5 Ok", "2.1.5", action="delivered")).kind is Kind.OTHER


def test_an_unknown_user_after_the_content_is_not_believed() -> None:
    """Some filters say so to whomever they dislike, when every recipient was accepted before."""
    said = f"<{GONE}>: host mx said: 550 : User unknown (in reply to end of DATA command)"
    verdict = classify(dsn("550 : User unknown", "5.0.0", text=said))
    assert (verdict.reason, verdict.hard) == ("filtered", False)


def test_the_token_of_the_envelope_sender_is_found() -> None:
    assert classify(dsn("550 5.1.1 x", "5.1.1")).token == "abcdefghijklmnopqrstuvwx"


@pytest.mark.parametrize(
    ("sender", "subject", "text", "class_", "hard"),
    [
        (
            "MAILER-DAEMON@post.example",
            "failure notice",
            f"Hi. This is the qmail-send program at post.example.\n\n<{GONE}>:\n192.0.2.4 does not"
            " like recipient.\nRemote host said: 550 5.1.1 no mailbox here by that name\n\n"
            "--- Below this line is a copy of the message.\n\nTo: wer@anders.example\n",
            Class.INVALID,
            True,
        ),
        (
            "Mail Delivery System <Mailer-Daemon@exim.example>",
            "Mail delivery failed: returning message to sender",
            "A message that you sent could not be delivered to one or more of its\nrecipients. The "
            f"following address(es) failed:\n\n  {GONE}\n    SMTP error from remote mail server "
            "after RCPT TO:<x>:\n    550 Unknown user\n",
            Class.INVALID,
            True,
        ),
        (
            "postmaster@gemeinde.example",
            "Unzustellbar: Rundbrief",
            "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\n\n"
            f"{GONE}\nDas Postfach des Empfängers ist voll. Die Nachricht konnte nicht zugestellt "
            "werden.\n",
            Class.RECIPIENT_STATE,
            False,
        ),
        (
            "Mail Delivery Subsystem <mailer-daemon@provider.example>",
            "Delivery Status Notification (Failure)",
            f"Delivery to the following recipient failed permanently:\n\n     {GONE}\n\nThe"
            " error that the other server returned was:\n554 5.7.1 Service unavailable; client"
            " blocked using dnsbl\n",
            Class.SENDER_POLICY,
            False,
        ),
    ],
)
def test_free_text_is_read_too(
    sender: str, subject: str, text: str, class_: Class, hard: bool
) -> None:
    verdict = classify(plain(sender, subject, text))
    assert verdict.kind is Kind.BOUNCE
    assert verdict.recipients == (GONE,)
    assert (verdict.class_, verdict.hard) == (class_, hard)


def exim(said: str) -> bytes:
    head = "A message that you sent could not be delivered to one or more of its\nrecipients. "
    text = f"{head}The following address(es) failed:\n\n  {GONE}\n    {said}\n"
    return plain("Mail Delivery System <Mailer-Daemon@exim.example>", "Mail delivery failed", text)


def qmail(said: str) -> bytes:
    head = (
        "Hi. This is the qmail-send program at post.example.\nI'm afraid I wasn't able to deliver"
    )
    text = f"{head} your message to the following addresses.\n\n<{GONE}>:\n{said}\n"
    return plain("MAILER-DAEMON@post.example", "failure notice", text)


@pytest.mark.parametrize(
    ("mail", "class_", "reason", "hard"),
    [
        (exim("all host address lookups failed permanently"), INVALID, "hostunknown", True),
        (exim("all host address lookups failed temporarily"), INFRA, "networkerror", False),
        (exim("an MX or SRV record indicated no SMTP service"), INVALID, "notaccept", True),
        (exim("Unrouteable address"), INVALID, "userunknown", True),
        (exim("remote host address is the local host"), INFRA, "networkerror", False),
        (
            exim(
                f"SMTP error from remote mail server after RCPT TO:<{GONE}>:\n    550 user blocked"
            ),
            STATE,
            "suspend",
            False,
        ),
        (
            qmail(
                "192.0.2.4 does not like recipient.\nRemote host said: 550 account is blocked\n"
                "Giving up on 192.0.2.4."
            ),
            STATE,
            "suspend",
            False,
        ),
        (
            qmail(
                "192.0.2.4 does not like recipient.\nRemote host said: 554 Benutzer blockiert\n"
                "Giving up on 192.0.2.4."
            ),
            STATE,
            "suspend",
            False,
        ),
        (qmail("Unable to run qmail-local."), INFRA, "mailererror", False),
        (qmail("deferral: Unable_to_run_qmail-remote./"), INFRA, "mailererror", False),
        (qmail("qmail-remote produced no output."), INFRA, "mailererror", False),
        (qmail("Unable to run /bin/sh: file does not exist."), INFRA, "mailererror", False),
    ],
)
def test_what_a_mail_server_writes_itself_is_known(
    mail: bytes, class_: str, reason: str, hard: bool
) -> None:
    verdict = classify(mail)
    assert (verdict.kind, verdict.recipients) == (Kind.BOUNCE, (GONE,))
    assert (verdict.class_, verdict.reason, verdict.hard) == (class_, reason, hard)


GATEWAY = f"""\
Dies ist eine automatische Mitteilung des E-Mail-Schutzes.

Die folgende Nachricht wurde nicht zugestellt:

Von: news@verband.example
An: {GONE}
Grund: unerlaubter Dateianhang (Programm.docm)
"""


def test_a_gateways_note_on_an_attachment_is_a_bounce_whoever_sends_it() -> None:
    verdict = classify(plain("Informatik <it@gemeinde.example>", "Verbotener Anhang", GATEWAY))
    assert (verdict.kind, verdict.recipients) == (Kind.BOUNCE, (GONE,))
    assert (verdict.class_, verdict.reason, verdict.hard) == (POLICY, "virusdetected", False)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "Guten Tag\n\nIch bin bis am 5. Dezember abwesend. Ihre E-Mail wird nicht "
            "weitergeleitet. E-Mails mit Anhängen im Format .docm sind bei uns nicht zugelassen "
            "und werden gelöscht.\n\nFreundliche Grüsse\nAnna Muster\n",
            Kind.AUTO_REPLY,
        ),
        (
            "Guten Tag Frau Muster\n\nIhr Rundbrief wurde von unserem Filter blockiert, weil der "
            "Anhang nicht zugelassen ist. Könnten Sie ihn mir bitte als PDF schicken?\n\n"
            "Freundliche Grüsse\nPeter Meier\n",
            Kind.HUMAN,
        ),
    ],
)
def test_who_only_speaks_of_attachments_is_no_gateway(text: str, kind: Kind) -> None:
    assert classify(plain("Anna Muster <a@gemeinde.example>", "Re: Rundbrief", text)).kind is kind


def forwarded(mail: bytes) -> bytes:
    head = b"From: Redaktion <a@verband.example>\nTo: b@verband.example\nSubject: WG: Fehler\n"
    start = b'Content-Type: multipart/mixed; boundary="aussen"\n\n--aussen\n'
    note = b"Content-Type: text/plain\n\nZur Kenntnis\n--aussen\n"
    carried = b"Content-Type: message/rfc822\n\n" + mail + b"\n--aussen--\n"
    return head + start + note + carried


def in_base64(mail: bytes) -> bytes:
    kind = b"Content-Type: text/plain; charset=utf-8\n"
    head, _, rest = mail.partition(kind)
    text, mark, tail = rest.partition(b"\n--grenze/1")
    coded = base64.encodebytes(text.lstrip(b"\n"))
    return head + kind + b"Content-Transfer-Encoding: base64\n\n" + coded + mark + tail


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.replace(b"\n", b"\r\n"),
        lambda mail: mail.replace(b"\n", b"\r"),
        lambda mail: mail.replace(b"Subject: ", b"Subject:\n\t"),
        lambda mail: mail[:-300],
        lambda mail: mail + b"Lorem ipsum dolor sit amet\n" * 200_000,
        forwarded,
        in_base64,
    ],
    ids=["crlf", "cr", "folded", "truncated", "five megabytes", "forwarded", "base64"],
)
def test_the_verdict_survives_what_mail_programs_do(change: object) -> None:
    assert callable(change)
    verdict = classify(change(dsn("550 5.1.1 User unknown", "5.1.1")))
    assert (verdict.kind, verdict.recipients, verdict.hard) == (Kind.BOUNCE, (GONE,), True)


def test_a_complaint_names_who_complained() -> None:
    mail = f"""\
From: staff@provider.example
Subject: FW: Rundbrief
Content-Type: multipart/report; report-type=feedback-report; boundary=xx

--xx
Content-Type: text/plain

This is an email abuse report.
--xx
Content-Type: message/feedback-report

Feedback-Type: abuse
Original-Rcpt-To: <{GONE}>
--xx--
""".encode()
    verdict = classify(mail)
    assert (verdict.kind, verdict.recipients) == (Kind.COMPLAINT, (GONE,))


@pytest.mark.parametrize("to", ["undisclosed-recipients@redacted.example", "x@redacted.invalid"])
def test_a_complaint_that_names_nobody_concerns_nobody(to: str) -> None:
    mail = f"""\
From: staff@provider.example
Content-Type: multipart/report; report-type=feedback-report; boundary=xx

--xx
Content-Type: message/feedback-report

Feedback-Type: abuse
--xx
Content-Type: message/rfc822

To: {to}
Subject: Rundbrief

Guten Tag
--xx--
""".encode()
    verdict = classify(mail)
    assert (verdict.kind, verdict.recipients) == (Kind.COMPLAINT, ())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1800), st.binary(max_size=40), st.integers(0, 400))
def test_no_damage_makes_it_raise(at: int, noise: bytes, lost: int) -> None:
    mail = dsn("550 5.1.1 User unknown", "5.1.1")
    assert isinstance(classify(mail[:at] + noise + mail[at + lost :]), Verdict)


@given(st.binary(max_size=400))
def test_anything_can_be_asked(data: bytes) -> None:
    assert isinstance(classify(data), Verdict)


def test_each_recipient_is_judged_by_its_own_lines() -> None:
    gone, large, full = "weg@a.example", "gross@b.example", "voll@c.example"
    report = dsn("", "5.0.0").replace(b"Diagnostic-Code: smtp; \n", b"").decode()
    group = f"Final-Recipient: rfc822; {GONE}\nOriginal-Recipient: rfc822;{GONE}\n"
    groups = "Action: failed\nStatus: 5.0.0\n\n".join(
        f"Final-Recipient: rfc822; {a}\n" for a in (gone, large, full)
    )
    told = (
        "An error has occurred with these recipients:\n\n"
        f"{gone}: 550 5.1.1 unknown address or alias <{gone}>\n"
        f"{large}: 552 5.2.3 Message size exceeds the limit set for him\n"
        f"{full}:\n  552 5.2.2 no more room\n"
    )
    mail = report.replace(group, groups).replace(f"<{GONE}>: host mx.gemeinde.example said: ", told)
    verdict = classify(mail.encode())
    assert verdict.recipients == (gone, large, full)
    assert verdict.gone == (gone,)


def test_addresses_under_each_other_share_what_is_said_after_them() -> None:
    mail = plain(
        "MAILER-DAEMON@mx.example",
        "failure notice",
        "Could not be delivered:\n\n  a@weg.example\n  b@weg.example\n"
        "    RCPT TO was answered: 550 no such mailbox\n\n"
        "  c@voll.example\n    552 quota exceeded\n",
    )
    assert classify(mail).gone == ("a@weg.example", "b@weg.example")
