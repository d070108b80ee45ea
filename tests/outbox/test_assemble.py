"""What one recipient gets: the right values in the right places, the same bytes every time."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import pytest
from msgspec.structs import replace

from service.kit.errors import Invalid
from service.kit.tokens import Signer
from service.outbox import assemble, links
from service.outbox.assemble import SlotFault
from service.outbox.model import Letterhead, Mail, Notice, NoticeKind, Rendition, Ticket

HEAD = Letterhead(
    sender_name="Sozialkonferenz Muster",
    sender_address="rundbrief@verband.example",
    reply_to="sekretariat@verband.example",
    list_title="Rundbrief für Mitglieder",
    list_slug="rundbrief",
    language="de",
    public_url="https://rundbrief.example",
    archive_url="https://rundbrief.example/archive/rundbrief",
    association="SoKo",
)
RENDITION = Rendition(
    dispatch_id=7,
    variant=3,
    subject="Neuerungen im Asylbereich",
    preheader="",
    html=(
        "<p>@@n1_SALUTATION@@,</p><p>für &amp; wider  x</p>"
        '<a href="https://rundbrief.example/k/@@n1_DISPATCH@@/1">lesen</a>'
        '<a href="https://rundbrief.example/u/@@n1_TOKEN@@">abmelden</a> @@n1_ADDRESS@@'
    ),
    text="@@n1_SALUTATION@@,\n\n.Punkt\nhttps://rundbrief.example/u/@@n1_TOKEN@@\n",
    nonce="n1",
)
TICKET = Ticket(
    message_id=41,
    dispatch_id=7,
    chunk=0,
    contact_id=5,
    address="o'brien+a@gemeinde.example",
    salutation="Guten Tag <Amt> & Leitung",
    language="de",
    variant=3,
    dated_at=datetime(2026, 2, 3, 6, 0, tzinfo=UTC),
    attempt=1,
    tries=0,
)
TOKEN = "A" * 38


def read(mail: Mail) -> EmailMessage:
    parsed = email.message_from_bytes(mail.content, policy=email.policy.default)
    return cast("EmailMessage", parsed)


def body(mail: Mail, kind: str) -> str:
    part = read(mail).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def written(rendition: Rendition = RENDITION, ticket: Ticket = TICKET) -> Mail:
    return assemble.write(assemble.compile_form(rendition, HEAD), ticket, TOKEN)


def test_each_slot_is_filled_as_its_place_asks() -> None:
    mail = written()
    html, text = body(mail, "html"), body(mail, "plain")
    assert "<p>Guten Tag &lt;Amt&gt; &amp; Leitung,</p><p>für &amp; wider  x</p>" in html
    assert 'href="https://rundbrief.example/k/7/1"' in html
    assert f'href="https://rundbrief.example/u/{TOKEN}"' in html
    assert "o&#x27;brien+a@gemeinde.example" in html
    assert text.startswith("Guten Tag <Amt> & Leitung,\n\n.Punkt\n")
    assert f"/u/{TOKEN}\n" in text
    assert b"@@" not in mail.content


def test_text_comes_before_html_so_that_programs_prefer_html() -> None:
    kinds = [part.get_content_type() for part in read(written()).iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_every_header_that_receivers_ask_of_a_newsletter_is_there_once() -> None:
    message = read(written())
    assert message["List-Unsubscribe"] == f"<https://rundbrief.example/u/{TOKEN}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "Rundbrief für Mitglieder <rundbrief.verband.example>"
    assert message["Feedback-ID"] == "7:rundbrief:newsletter:soko"
    assert message["Reply-To"] == "sekretariat@verband.example"
    assert message["Content-Language"] == "de-CH"
    assert message["Date"] == "Tue, 03 Feb 2026 06:00:00 +0000"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"
    names = [name.lower() for name in message]
    assert len(names) == len(set(names))


def test_whoever_cannot_click_may_leave_by_mail_where_returned_mail_is_read() -> None:
    token = Signer([b"0123456789abcdef"]).sign("message", 7)
    form = assemble.compile_form(RENDITION, HEAD, "bounce.verband.example")
    page, address = read(assemble.write(form, TICKET, token))["List-Unsubscribe"].split(", ")
    assert page == f"<https://rundbrief.example/u/{token}>"
    to = links.unsubscribe_address(token, "bounce.verband.example")
    assert address == f"<mailto:{to}?subject=unsubscribe>"


def test_a_members_newsletter_names_no_archive() -> None:
    head = replace(HEAD, archive_url="")
    mail = assemble.write(assemble.compile_form(RENDITION, head), TICKET, TOKEN)
    assert read(mail)["List-Archive"] is None


def test_a_retry_is_byte_identical_and_another_recipient_has_another_message_id() -> None:
    again = replace(TICKET, attempt=4, tries=3)
    other = replace(TICKET, message_id=42)
    assert written(ticket=again).content == written().content
    assert read(written(ticket=other))["Message-ID"] != read(written())["Message-ID"]


def test_what_leaves_is_seven_bit_with_short_crlf_lines_and_no_leading_dot() -> None:
    long = replace(RENDITION, html="<p>" + "Sozialhilfebehördenmitglieder " * 2000 + "</p>")
    content = written(long).content
    assert content.isascii()
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    long_ones = [line for line in lines if len(line) > 78]
    assert [line.split(b":")[0] for line in long_ones] == [b"List-Unsubscribe"]
    assert not [line for line in lines if line.startswith(b".")]
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("bad", ["x@@n1_NAME@@", "x@@n1_TOKEN@", "x@@n1"])
def test_a_slot_that_nobody_fills_stops_the_compilation(bad: str) -> None:
    with pytest.raises(SlotFault):
        assemble.compile_form(replace(RENDITION, text=bad), HEAD)


def test_an_editor_who_types_marks_of_slots_changes_nothing() -> None:
    typed = replace(RENDITION, text="@@TOKEN@@ @@other_TOKEN@@")
    assert body(written(typed), "plain").strip() == "@@TOKEN@@ @@other_TOKEN@@"


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: c@d.example", "a b@c.example"])
def test_an_address_with_a_line_break_is_never_written_into_a_mail(address: str) -> None:
    with pytest.raises(Invalid):
        written(ticket=replace(TICKET, address=address))


def test_a_salutation_with_a_line_break_cannot_reach_the_headers() -> None:
    mail = written(ticket=replace(TICKET, salutation="Hallo\r\nBcc: c@d.example"))
    assert read(mail)["Bcc"] is None


def test_the_web_version_holds_what_the_mail_holds() -> None:
    page = assemble.web_page(RENDITION, TICKET.salutation, TICKET.address, TOKEN)
    assert page in body(written(), "html")


def test_a_notice_is_no_list_mail() -> None:
    notice = Notice(
        id=1,
        kind=NoticeKind.CONFIRMATION,
        address="amt@gemeinde.example",
        sender_name="Sozialkonferenz Zürich",
        sender_address="post@verband.example",
        subject="Bitte bestätigen Sie Ihr Abonnement",
        text="Guten Tag\n\nhttps://rundbrief.example/confirm/x\n",
        html="<p>Guten Tag</p>",
        attempt=1,
        tries=0,
        created_at=TICKET.dated_at,
        give_up_at=TICKET.dated_at,
    )
    mail = assemble.write_notice(notice)
    message = read(mail)
    assert message["Subject"] == notice.subject
    assert message["List-Unsubscribe"] is None
    assert body(mail, "plain").startswith("Guten Tag\n\nhttps://")
    assert mail.content == assemble.write_notice(notice).content
