"""Every mail that can be generated passes our lint, arrives as it left, and its signatures hold.

All of them travel through Postfix, whose milter is opendkim; dkimpy verifies them once more.
"""

import asyncio
import email.policy
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes

import dkim as dkimpy
import pytest
from msgspec.structs import replace

from service.delivery import dkim, smtp
from service.delivery.model import Accepted
from service.delivery.press import Press
from service.delivery.smtp import Limits, Mailer, Seal
from service.editions import compose, markdown
from service.editions.model import Body, Button, Content, Greeting, Heading, Look, Prose
from service.outbox import assemble
from service.outbox.model import Letterhead, Mail, NoticeKind, Rendition, Ticket
from tests.delivery.work import SIGNER
from tests.editions import make
from tests.mailserver.servers import BOUNCES, DOMAIN, Servers
from tests.outbox.cast import NOW, RENDERER
from tests.outbox.lint import faults
from tests.outbox.test_assemble import HEAD
from tests.outbox.test_lint import Writer

pytestmark = pytest.mark.mailserver

NONSENSE, EACH = 6, 8  # forms of nonsense; recipients of each form
LINES = 8  # at once: of each mail's time most is the milter's waiting for its acknowledgement
LOCALS = ("amt", "o'brien+a", "müller", "用户", "x" * 58)
ODD = (
    "Grüezi – «Frist» 🎉 👩\u200d👩\u200d👧",
    "Ein Betreff, der länger ist als jede Zeile sein darf: " + "Sozialhilfegesetz " * 20,
    "שלום עולם ﷺ",
    "=?utf-8?B?kein Betreff?=",
)
LOOKS = (
    Look(footer="SoKo aktuell"),
    Look("#7a1f1f", "#111111", "#ffffff", "#ffffff", "Fusszeile\nmit 🎉 und «Zeichen»"),
    Look("#0033aa", "#000000", "#fffbe6", "#222222", "x" * 2000),
)
LONG_LINK = "https://a.example/" + "sehr-lang/" * 180 + "?a=1&b=%20ü"
BODIES: tuple[list[Body], ...] = (
    make.BODIES,
    [Greeting()],
    [Heading(ODD[0]), Prose(markdown.parse(f"[hier]({LONG_LINK}) {ODD[2]}"))],
    [Button(f"Link {n} – {ODD[n % 4][:40]}", f"https://a.example/{n}") for n in range(25)],
    [Prose(markdown.parse("\n".join(f"- Punkt {n} für alle" for n in range(600))))],
)


async def editions() -> Iterator[tuple[Rendition, Letterhead]]:
    """Give real editions: every look with every kind of content, under odd subjects."""
    made = []
    for number, bodies in enumerate(BODIES):
        for look in LOOKS:
            content = make.content(bodies)
            title = ODD[number % len(ODD)]
            dressed: Content = replace(
                content,
                newsletter=replace(content.newsletter, look=look, title=title[:80]),
                edition=replace(content.edition, subject=title, preheader=ODD[0]),
            )
            shown = await compose.render(
                RENDERER, dressed, 0, public_url=HEAD.public_url, today=make.TODAY
            )
            words = (shown.subject, shown.preheader, shown.html, shown.text, shown.nonce)
            head = replace(HEAD, list_title=title[:80], sender_name=title[:60])
            made.append((Rendition(len(made) + 1, 0, *words), head))
    return iter(made)


async def newsletters(press: Press) -> list[Mail]:
    """Return a mail to each of a few recipients, of every edition and of nonsense."""
    nonsense = [Writer(number).material(number) for number in range(NONSENSE)]
    orders = []
    for number, (rendition, head) in enumerate([*nonsense, *await editions()]):
        ours = replace(head, sender_address=f"news@{DOMAIN}")
        plate = press.plate(rendition, ours)
        orders += [(plate, ticket(number, one)) for one in range(EACH)]
    return [mail for mail in await press.make(orders) if isinstance(mail, Mail)]


def ticket(number: int, one: int) -> Ticket:
    local = LOCALS[one % len(LOCALS)]
    address = f"{local}-{number}-{one}@member.example"
    made = Writer(one).ticket(number * EACH + one + 1)
    return replace(made, address=address, dispatch_id=number + 1, dated_at=NOW)


async def notices(mailer: Mailer) -> list[Mail]:
    made = []
    for number, kind in enumerate([*NoticeKind] * 6):
        notice = replace(
            Writer(number).notice(number),
            kind=kind,
            address=f"{LOCALS[number % len(LOCALS)]}-notice-{number}@member.example",
            sender_address=f"info@{DOMAIN}",
            created_at=NOW + timedelta(seconds=number),
        )
        made.append(await mailer.sealed(assemble.write_notice(notice), notice.created_at))
    return made


async def hand_over(mailer: Mailer, mails: list[Mail]) -> None:
    async def yes() -> bool:
        return True

    line = mailer.line()
    await line.open()
    for mail in mails:
        if not line.usable:
            await line.close()
            line = mailer.line()
            await line.open()
        assert isinstance(await line.hand_over(mail, yes), Accepted)
    await line.close()


def message_id(content: bytes) -> bytes:
    found = re.search(rb"^Message-ID: (\S+)\r\n", content, re.MULTILINE | re.IGNORECASE)
    assert found
    return found[1]


def without_trip(mail: bytes) -> bytes:
    """Return a mail without what servers on the way put on top."""
    return mail[mail.index(b"DKIM-Signature: v=1; a=rsa-sha256") :]


async def test_every_mail_arrives_as_it_left_and_three_signatures_hold(servers: Servers) -> None:
    target = smtp.relay(servers.url)
    limits = Limits(greeting=10, command=10, final_dot=30)
    mailer = Mailer(target, helo="test.example", limits=limits, seal=Seal(servers.keys, BOUNCES))
    press = Press(mailer, SIGNER)
    mails = [*await newsletters(press), *await notices(mailer)]
    await press.close()
    assert len(mails) == (NONSENSE + len(BODIES) * len(LOOKS)) * EACH + 6 * len(NoticeKind)
    sent = {message_id(mail.content): mail for mail in mails}
    assert len(sent) == len(mails), "each has a Message-ID of its own"
    for mail in mails:
        assert faults(mail.content) == [], mail.content[:2000]
    async with asyncio.TaskGroup() as group:
        for number in range(LINES):
            group.create_task(hand_over(mailer, mails[number::LINES]))
    records = {
        f"{key.selector}._domainkey.{DOMAIN}.".encode(): dkim.record(key).encode()
        for key in servers.keys
    }
    arrived = servers.delivered("members", len(mails))
    for raw in arrived:
        assert without_trip(raw) == sent.pop(message_id(raw)).content
        results = str(
            message_from_bytes(raw, policy=email.policy.default)["Authentication-Results"]
        )
        assert results.count("dkim=pass") >= 2, results
        for number in range(len(servers.keys)):
            verifier = dkimpy.DKIM(raw)
            assert verifier.verify(number, dnsfunc=lambda name, **_kw: records[name]), number
    assert sent == {}, "some did not arrive"
    sys.stdout.write(
        f"{len(arrived)} mails: lint, Postfix, opendkim and dkimpy, 3 signatures each\n"
    )
