"""Plants a source that writes by mail, with the one mail that came from it: a forwarded one."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from service.demo import files
from service.items import actions as items
from service.items.intake import Arrival
from service.kit.db import Tx
from service.sources import actions as sources
from service.sources.model import Answer, Draft, FetchOutcome, Gain, Settled, SourceKind
from service.sources.readers import reading

TITLE = "Weitergeleitete Post (Demo)"
_WROTE = """\
Von: Kantonales Sozialamt (Demo) <info@sozialamt.example>
Gesendet: {sent}
An: Geschäftsstelle <geschaeftsstelle@konferenz.example>
Betreff: Neue Vorlage für Kostengutsprachen

Guten Tag

Für Kostengutsprachen steht ab sofort eine neue Vorlage zur Verfügung. Sie ersetzt die bisherige \
und fragt nur noch, was für den Entscheid nötig ist. Die alte kann bis Ende Jahr weiter verwendet \
werden.

Die Vorlage liegt bei.

Freundliche Grüsse
Kantonales Sozialamt
"""


async def plant(tx: Tx, now: datetime) -> None:
    """Plant the source, and its mail as if it had come in two hours ago."""
    source_id = await sources.add(tx, Draft(SourceKind.MAIL, TITLE, "", language="de"), now)
    came = now - timedelta(hours=2)
    found = reading.read(reading.Request(SourceKind.MAIL, _mail(came), now, language="de"))
    plan = await items.plan(tx, source_id, found.entries)
    gain = await items.take_in(
        tx, source_id, [Arrival(one, one.entry) for one in plan.new], [], came
    )
    known = await sources.source(tx, source_id)
    answer = Answer(FetchOutcome.READ, reading=found, size=len(_mail(came)))
    await sources.settle(tx, [Settled(known, answer, Gain(gain.new), came)], came)


def _mail(came: datetime) -> bytes:
    sent = format_datetime(came - timedelta(hours=1))
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Geschäftsstelle (Demo) <geschaeftsstelle@konferenz.example>"
    mail["Subject"] = "WG: Neue Vorlage für Kostengutsprachen"
    mail["Date"] = format_datetime(came)
    mail["Message-ID"] = "<vorlage@konferenz.example>"
    mail.set_content(_WROTE.format(sent=sent))
    mail.add_attachment(
        files.pdf("Vorlage Kostengutsprache (Demo)"),
        maintype="application",
        subtype="pdf",
        filename="Vorlage Kostengutsprache.pdf",
    )
    return mail.as_bytes()
