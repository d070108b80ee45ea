"""Plants what happened to the editions that went out: dispatch, messages, replies, clicks.

The audience is frozen, the mails are rendered and people leave by the stages' own actions; only
the weeks that lie between are told by SQL of its own.
"""

from datetime import datetime, timedelta

import msgspec

from service.audience import actions as audience
from service.audience.catalogue import Catalogue
from service.audience.model import SuspensionReason
from service.demo import members
from service.events import actions as events
from service.events.model import How, Leaving
from service.kit import sql
from service.kit.db import Tx
from service.kit.render import Renderer
from service.outbox import actions as outbox
from service.outbox import opening

GONE = "550 5.1.1 This mailbox does not exist"


class Recipient(msgspec.Struct, frozen=True):
    message_id: int
    contact_id: int


class Doors(msgspec.Struct, frozen=True):
    """What opening a dispatch needs."""

    renderer: Renderer
    segments: Catalogue
    public_url: str


_q = sql.beside(__file__, "past.sql")
_begin_opening = _q.run("begin_opening")
_settle = _q.run("settle")
_note_attempts = _q.run("note_attempts")
_end_chunks = _q.run("end_chunks")
_last_settled = _q.value("last_settled", datetime)
_refused = _q.values("refused", int)
_leavers = _q.many("leavers", Recipient)
_count_clicks = _q.run("count_clicks")


async def send(tx: Tx, edition_id: int, at: datetime, editor_id: int, doors: Doors) -> None:
    """Let an approved edition have gone out at `at`."""
    dispatch_id = await outbox.schedule(tx, edition_id, at, editor_id, at - timedelta(hours=15))
    await _begin_opening(tx, dispatch_id)
    await opening.open_one(tx, dispatch_id, doors.renderer, doors.segments, doors.public_url, at)
    await _settle(tx, dispatch_id, at, members.GONE)
    await _note_attempts(tx, dispatch_id)
    await _end_chunks(tx, dispatch_id)
    await outbox.close(tx, await _last_settled(tx, dispatch_id) or at)
    await _count_clicks(tx, dispatch_id, at)
    await _afterwards(tx, dispatch_id, at)


async def _afterwards(tx: Tx, dispatch_id: int, at: datetime) -> None:
    newsletter_id = (await outbox.dispatch(tx, dispatch_id)).newsletter_id
    for contact_id in await _refused(tx, dispatch_id):
        await audience.suspend(tx, contact_id, SuspensionReason.ADDRESS_GONE, at, GONE)
    for hours, who in enumerate(await _leavers(tx, dispatch_id), start=1):
        leaving = Leaving(who.contact_id, newsletter_id, How.ONE_CLICK, who.message_id, dispatch_id)
        await events.unsubscribe(tx, leaving, at + timedelta(hours=hours))
