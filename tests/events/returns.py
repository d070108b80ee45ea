"""Mail that comes back, as servers and people write it, about one message of a cast."""

from service.app import App
from service.events import actions as events
from service.events.actions import Tools
from service.events.model import Returned
from service.outbox import links
from tests.events.cast import LATER, Sent

DOMAIN = "bounce.soko.example"
GONE = "550 5.1.1 User unknown"
FULL = "552 5.2.2 Mailbox is full"


def tools(app: App) -> Tools:
    return Tools(app.signer, app.renderer)


def back(app: App, message_id: int) -> str:
    """Return the envelope sender of one message."""
    return links.return_path(app.signer.sign("message", message_id), DOMAIN)


def way_out(app: App, message_id: int) -> str:
    """Return the address that one message's List-Unsubscribe names."""
    return links.unsubscribe_address(app.signer.sign("message", message_id), DOMAIN)


def report(address: str, said: str, *, action: str = "failed", carried: str = "") -> bytes:
    """Return a delivery report as RFC 3464 has it; `carried` stands in the message it returns."""
    status = said.split()[1]
    return f"""\
From: MAILER-DAEMON@mx.gemeinde.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grenze"

--grenze
Content-Type: text/plain; charset=utf-8

<{address}>: host mx.gemeinde.example said: {said} (in reply to RCPT TO command)
--grenze
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.gemeinde.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--grenze
Content-Type: message/rfc822

From: news@soko.example
To: {address}
{carried}
Subject: Frühling im Sozialamt

Guten Tag
--grenze--
""".encode()


def complaint(kind: str = "abuse", carried: str = "") -> bytes:
    """Return a feedback report as RFC 5965 has it, without any address."""
    return f"""\
From: staff@provider.example
Subject: FW: Frühling im Sozialamt
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="xx"

--xx
Content-Type: text/plain

This is an email abuse report.
--xx
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1
Version: 1
--xx
Content-Type: message/rfc822

From: news@soko.example
{carried}
Subject: Frühling im Sozialamt

Guten Tag
--xx--
""".encode()


def letter(subject: str, text: str, *headers: str) -> bytes:
    head = ["From: Leitung Soziales <leitung@gemeinde.example>", f"Subject: {subject}", *headers]
    return (
        "\n".join([*head, "Content-Type: text/plain; charset=utf-8"]) + f"\n\n{text}\n"
    ).encode()


def address_of(number: int) -> str:
    return f"kontakt-{number:04}@gemeinde.example"


async def come(app: App, mail: bytes, to: str, now: object = LATER) -> Returned | None:
    """Take in a mail and return what is on record of it; None where it is not new."""
    came = await events.opened(tools(app), mail, to)
    async with app.db.tx() as tx:
        known = await events.take_in(tx, tools(app), came, now)
        return None if known is None else await events.returned(tx, known)


async def subscription(app: App, sent: Sent, number: int = 0) -> str:
    async with app.db.read() as tx:
        return await tx.fetchval(
            "select state::text from subscription where contact_id = $1", sent.contacts[number]
        )


async def standing(app: App, sent: Sent, number: int = 0) -> list[str]:
    """Return the reasons for which nothing goes to a contact now."""
    async with app.db.read() as tx:
        rows = await tx.fetch(
            "select reason::text from suspension where contact_id = $1 and lifted_at is null",
            sent.contacts[number],
        )
    return [row["reason"] for row in rows]


async def state(app: App, message_id: int) -> str:
    async with app.db.read() as tx:
        return await tx.fetchval("select state::text from message where id = $1", message_id)
