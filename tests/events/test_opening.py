"""Returned mail is read in a child process: whatever it is, it costs the worker nothing."""

from service.app import App
from service.events import actions as events
from service.events import opening
from service.events.actions import Tools
from service.events.bounce.model import UNREADABLE, Kind
from service.kit.confine import Confined
from tests.events import cast
from tests.events.cast import LATER
from tests.events.returns import GONE, address_of, back, letter, report, standing


async def test_a_child_reads_what_we_would_have_read() -> None:
    readers = Confined(opening.FUNCTION, size=1)
    try:
        for mail in (
            report(address_of(0), GONE),
            letter("AW: Rundbrief", "Können wir telefonieren?"),
            b"\0\xff",
            b"",
        ):
            came = await opening.opened(readers, mail, "b+abc@x.example")
            assert came.read == opening.look(mail, "b+abc@x.example")
    finally:
        await readers.close()


async def test_a_mail_that_takes_too_long_is_kept_for_people_and_stops_nobody(app: App) -> None:
    sent = await cast.sent(app, 1)
    hurried = Confined(opening.FUNCTION, size=1, seconds=0.001)  # no child starts that fast
    tools = Tools(app.signer, app.renderer, hurried)
    mail = report(address_of(0), GONE)
    try:
        came = await events.opened(tools, mail, back(app, sent.messages[0]))
        assert (came.read.verdict.kind, came.read.verdict.reason) == (Kind.OTHER, UNREADABLE)
        async with app.db.tx() as tx:
            known = await events.take_in(tx, tools, came, LATER)
            assert known is not None
            assert await events.original(tx, known) == mail
            assert await events.count_new(tx) == 1
    finally:
        await hurried.close()
    assert await standing(app, sent) == []
