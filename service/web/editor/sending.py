"""How a newsletter is sent: the hours in which its mail may leave, and its control addresses."""

from datetime import time

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from service.editions import actions as editions
from service.editions.model import Newsletter
from service.kit.db import Tx
from service.kit.errors import STALE, Conflict, Invalid
from service.kit.text import msg
from service.outbox import control, timing
from service.outbox.times import SendHours
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

_DAYS = ("1", "2", "3", "4", "5", "6", "7")
_MOST_ADDRESSES = 20


class Sending(Struct, frozen=True):
    """What is set for one newsletter."""

    newsletter: Newsletter
    hours: SendHours | None
    addresses: list[str]

    @property
    def seen(self) -> str:
        """What a form was filled in upon, so that nobody's change is overwritten unseen."""
        hours = self.hours
        times = (*hours.days, hours.opens, hours.closes) if hours else ()
        return " ".join(map(str, (*times, *self.addresses)))


@get("/newsletters/{newsletter_id:int}/sending", opt=EDITOR, name="sending")
async def show(page: Page, newsletter_id: FromPath[int]) -> Response[str]:
    async with page.db.read() as tx:
        known = await _known(tx, newsletter_id)
    hours = known.hours
    form = Form.of(
        days=hours.days if hours else (),
        opens=f"{hours.opens:%H:%M}" if hours else "",
        closes=f"{hours.closes:%H:%M}" if hours else "",
        addresses="\n".join(known.addresses),
    )
    return _form(page, known, form)


@post("/newsletters/{newsletter_id:int}/sending", opt=ADMINISTRATOR)
async def save(page: Page, newsletter_id: FromPath[int]) -> Response[str]:
    """Save both; approvals stand, for neither shows in a mail."""
    form = await page.form()
    hours, addresses = _hours(form), _addresses(form)
    async with page.db.read() as tx:
        known = await _known(tx, newsletter_id)
    try:
        form.check()
        async with page.db.tx() as tx:
            _unchanged(await _known(tx, known.newsletter.id), form)
            await timing.set_hours(tx, known.newsletter.id, hours, page.now)
            await control.set_addresses(tx, known.newsletter.id, addresses)
    except (Invalid, Conflict) as problem:
        return _form(page, known, form, problem)
    return page.go(page.path, said=msg("The newsletter is saved."))


async def _known(tx: Tx, newsletter_id: int) -> Sending:
    newsletter = await editions.newsletter(tx, newsletter_id)
    hours = await timing.hours(tx, newsletter_id)
    return Sending(newsletter, hours, await control.addresses(tx, newsletter_id))


def _unchanged(known: Sending, form: Form) -> None:
    if form.first("seen") != known.seen:
        raise Conflict(STALE)


def _hours(form: Form) -> SendHours | None:
    days = form.many("days", _DAYS)
    opens, closes = form.time("opens"), form.time("closes")
    if not days and opens is None and closes is None:
        return None
    if not days:
        form.fault("days", msg("Please choose at least one day, or clear both times."))
    for name, value in (("opens", opens), ("closes", closes)):
        if value is None:
            form.fault(name, msg("Please fill this in."))
    if opens is None or closes is None or not days:
        return None
    if closes != time(0) and closes <= opens:
        form.fault("closes", msg("The end is before the beginning. 00:00 is the end of the day."))
    return SendHours(tuple(sorted(map(int, days))), opens, closes)


def _addresses(form: Form) -> list[str]:
    typed = form.text("addresses", limit=5_000, lines=True).split()
    for address in typed:
        line = Form({"address": [address]})
        line.email("address", required=True)
        if line.faults:
            form.fault("addresses", msg("«%(address)s» is not a mail address.", address=address))
    if len(typed) > _MOST_ADDRESSES:
        form.fault("addresses", msg("At most %(most)s addresses.", most=_MOST_ADDRESSES))
    return typed


def _form(
    page: Page, known: Sending, form: Form, problem: Invalid | Conflict | None = None
) -> Response[str]:
    status, faults = refusal(problem)
    return page.show(
        "editor/newsletters/sending.html",
        status,
        sending=known,
        form=form,
        faults=faults,
        seen=form.first("seen") if isinstance(problem, Invalid) else known.seen,
        stale=isinstance(problem, Conflict),
        bounce_domain=page.app.mailer.bounce_domain,
        comes_back=bool(page.app.settings.bounce_listen or page.app.settings.imap_url),
    )


routes = [show, save]
