"""The dispatch that the delivery benchmark hands over: planted in a database of the run's own."""

from datetime import UTC, datetime
from pathlib import Path

from service.kit import clock
from service.kit.db import Tx
from service.outbox import assemble, store, tally
from service.outbox.model import Letterhead, Rendition, Ticket
from service.outbox.opening import CHUNK

HERE = Path(__file__).parent
DOMAIN = "verband.example"
PUBLIC = "https://rundbrief.example"
LETTERHEAD = Letterhead(
    "Verband", "news@verband.example", "info@verband.example", "Rundbrief", "bench", "de", PUBLIC,
    f"{PUBLIC}/archive/bench", "Verband",
)  # fmt: skip
TEXT = f"@@bench_SALUTATION@@\n\nDie neue Ausgabe: {PUBLIC}/w/@@bench_TOKEN@@\n"
PROSE = "<p>Die Sozialkonferenz lädt die Mitglieder der Behörde zum Austausch über Fälle ein.</p>\n"


async def plant(tx: Tx, people: int, size: int) -> None:
    """Fill the database as opening a dispatch to so many people does; nothing is due yet."""
    values = {
        "people": people,
        "now": clock.now(),
        "letterhead": LETTERHEAD,
        "html": page(size),
        "text": TEXT,
    }
    statements = (HERE / "_plant.sql").read_text(encoding="utf-8").split(";\n")
    for statement in filter(str.strip, statements):
        names = [name for name in values if f"${name}" in statement]
        numbered = statement
        for number, name in enumerate(names, start=1):
            numbered = numbered.replace(f"${name}", f"${number}")
        await tx.execute(numbered, *(values[name] for name in names), timeout=3600)
    dispatch_id = await tx.fetchval("select id from dispatch")
    await store.cut_chunks(tx, dispatch_id, CHUNK, clock.now())
    await tx.execute("update chunk set due_at = null")
    await tx.execute("vacuum analyze", timeout=3600)


def page(size: int) -> str:
    """Return an HTML part with 25 personal links that makes a mail of about `size` octets."""
    link = f'<a href="{PUBLIC}/k/@@bench_DISPATCH@@/{{0}}?t=@@bench_TOKEN@@">Beitrag {{0}}</a>'
    at = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
    ticket = Ticket(1, 1, 0, 1, 1, "person-1@gemeinde-1.example", "Guten Tag", "de", 0, at)
    lines = 0
    while True:
        prose = PROSE * (lines // 25)
        links = (prose + link.format(n) for n in range(1, 26))
        html = f"<h1>@@bench_SALUTATION@@</h1>{''.join(links)}<p>@@bench_ADDRESS@@</p>"
        rendition = Rendition(1, 0, "Rundbrief", "", html, TEXT, "bench")
        mail = assemble.write(assemble.compile_form(rendition, LETTERHEAD), ticket, "A" * 38)
        if mail.size >= size * 0.97 or lines > 2000:
            return html
        lines += 25


async def make_due(tx: Tx, first: int, messages: int) -> None:
    """Cut the messages of one round into stretches that are due now; the others are not."""
    await tx.execute("delete from chunk")
    await tx.execute(
        "insert into chunk (dispatch_id, number, first_id, last_id, due_at)"
        " select dispatch_id, row_number() over (), min(id), max(id),"
        "  case when part = 1 then $4::timestamptz end"
        " from (select id, dispatch_id, n / $3::integer as piece,"
        "  (n >= $1)::integer + (n >= $1 + $2::integer)::integer as part from ("
        "   select id, dispatch_id, row_number() over (order by id) - 1 as n from message) m) cut"
        " group by dispatch_id, part, piece",
        first,
        messages,
        CHUNK,
        clock.now(),
        timeout=600,
    )
    await tally.count(tx)
