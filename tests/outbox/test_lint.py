"""Every mail passes a byte-level lint, whatever editors and members write into it."""

import random
from datetime import UTC, datetime, timedelta

import dkim as dkimpy
import pytest
from msgspec.structs import replace

from service.delivery import dkim
from service.outbox import assemble
from service.outbox.assemble import Form
from service.outbox.model import Letterhead, Notice, NoticeKind, Rendition, Ticket
from tests.outbox.lint import faults
from tests.outbox.test_assemble import HEAD, RENDITION, TICKET, TOKEN, written

FORMS, TICKETS, NOTICES = 30, 20, 60
WORDS = (
    *("Sozialhilfe", "für", "Zürich", "«Frist»", "–", "Bezirk", "x" * 70, "y" * 400, "=?utf-8?B?"),
    *("@@n1_", "From", ".", "..", "--", "=", "=3D", "\t", "  ", "🎉", "👩‍👩‍👧", "ﷺ", "שלום"),
    *(
        "日本語の長い文章はここに",
        "e\u0301",
        '"Amt"',
        "a\\b",
        "<b>",
        "&amp;",
        ";",
        ",",
        "(c)",
        "\u00a0",
    ),
)
SALUTATIONS = (
    "",
    "Guten Tag",
    "Sehr geehrte Frau Müller-Łukasiewicz\r\nBcc: x@y.example",
    "🎉" * 90,
)
ADDRESSES = (
    "amt@gemeinde.example",
    "o'brien+a@zürich.example",
    "müller@zürich.example",
    "用户@例え.jp",
    "x" * 64 + "@" + "y" * 60 + ".example",
)
KEY = dkim.read_key(dkim.new_key(), "verband.example", "a")
RECORD = dkim.record(KEY).encode()


class Writer:
    """Writes nonsense as editors never would, the same for the same number."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)

    def words(self, most: int, between: str = " ") -> str:
        chosen = self._random.choices(WORDS, k=self._random.randint(0, most))
        return between.join(word.replace("@@n1_", "@@") for word in chosen)

    def pick(self, choices: tuple[str, ...]) -> str:
        return self._random.choice(choices)

    def form(self, number: int) -> Form:
        return assemble.compile_form(*self.material(number))

    def material(self, number: int) -> tuple[Rendition, Letterhead]:
        slots = "@@n1_SALUTATION@@ @@n1_TOKEN@@ @@n1_ADDRESS@@ @@n1_DISPATCH@@"
        text = f"{self.words(300)}\n{slots}{self.words(200, chr(10))}"
        html = f"<p>{self.words(900)}</p>{slots}{self.words(90, chr(10))}"
        shown = replace(
            RENDITION,
            dispatch_id=number + 1,
            subject=f"Nr. {number} {self.words(30)}",
            text=self.pick((text, "", "\r\n" + text)),
            html=html,
        )
        head = replace(
            HEAD,
            sender_name=self.words(9),
            list_title=self.words(9),
            association=self.words(4),
            archive_url=self.pick(("", HEAD.archive_url)),
        )
        return shown, head

    def ticket(self, number: int) -> Ticket:
        return replace(
            TICKET,
            message_id=number,
            address=self.pick(ADDRESSES),
            salutation=self.pick((*SALUTATIONS, self.words(20))),
            dated_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * number),
        )

    def notice(self, number: int) -> Notice:
        return Notice(
            id=number,
            kind=NoticeKind.CONFIRMATION,
            address=self.pick(ADDRESSES),
            sender_name=self.words(9),
            sender_address=HEAD.sender_address,
            subject=f"Nr. {number} {self.words(30)}",
            text=self.words(200, "\n"),
            html=f"<p>{self.words(400)}</p>",
            attempt=1,
            tries=0,
            created_at=TICKET.dated_at,
            give_up_at=TICKET.dated_at,
        )


def test_six_hundred_mails_to_recipients_pass_the_lint_and_their_signatures_hold() -> None:
    for number in range(FORMS):
        writer = Writer(number)
        form = writer.form(number)
        for recipient in range(TICKETS):
            ticket = writer.ticket(recipient)
            content = assemble.write(form, ticket, TOKEN).content
            assert faults(content) == [], content.decode(errors="replace")
        signed = dkim.sign(content, [KEY], ticket.dated_at)
        assert faults(signed) == [], signed.decode(errors="replace")
        assert dkimpy.verify(signed, dnsfunc=lambda *_args, **_kw: RECORD)


def test_single_mails_pass_the_lint() -> None:
    for number in range(NOTICES):
        content = assemble.write_notice(Writer(number).notice(number)).content
        assert faults(content) == [], content.decode(errors="replace")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"\r\n", b"\n", "no empty line ends the headers"),
        (b"Precedence: bulk\r\n", b"Precedence: bulk\n", "a line ends with something else"),
        (b"Precedence: bulk", b"X: " + b"x" * 996, "a line has more than 998 octets"),
        (b"Precedence", b"Pr\xe4cedence", "an octet is beyond ASCII"),
        (b"Date: ", b"To: a@b.example\r\nDate: ", "to stands 2 times"),
        (b"Date: ", b"X-Date: ", "there is no date"),
        (b"Subject: ", b"Subject: =?utf-8?B?" + b"QUFB" * 20 + b"?= ", "encoded word of 92"),
        (b"Subject: ", b"Subject: =?utf-8?B?w6k?= =?utf-8?B?ww==?= ", "cannot be read by itself"),
        (b"Message-ID: <", b"Message-ID: <a b", "the Message-ID is not one"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.1", "the MIME-Version is not 1.0"),
        (b"text/plain", b"text/html", "the parts are not text, then HTML"),
        (b"\r\n--=_", b"\r\n=_", "the boundary does not stand"),
        (b"<p>", b"=zz", "a part is not quoted-printable"),
        (b"<p>", b"=C3", "a part is not UTF-8"),
        (b"<p>", b"\r\n.\r\n", "a line starts with a dot"),
        (b"<p>", b"x" * 80, "a quoted line has more than 76 characters"),
        (b"<p>", b"x \r\n", "a quoted line ends with a blank"),
    ],
)
def test_the_lint_sees_what_is_wrong(old: bytes, new: bytes, fault: str) -> None:
    content = written().content
    assert old in content
    assert any(fault in told for told in faults(content.replace(old, new))), fault
