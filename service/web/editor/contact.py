"""One contact: what it gets and why, what it agreed to, and what starts or stops its mail."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.audience import actions as audience
from service.audience import catalogue, members, names
from service.audience.explain import Step
from service.audience.model import (
    ConsentBasis,
    ConsentRecord,
    Subscription,
    SuspensionReason,
)
from service.delivery import plain
from service.editions import actions as editions
from service.editions.model import Newsletter
from service.events import actions as events
from service.events import reasons
from service.events.model import How, Leaving
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import msg
from service.outbox import actions as outbox
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

# What an editor may enter; a double opt-in only the contact itself can give.
BASES = (ConsentBasis.OFFICE, ConsentBasis.MEMBERSHIP, ConsentBasis.REQUEST)


class Wish:
    """One newsletter as it stands for one contact, with the reasons why it comes or does not."""

    def __init__(
        self, newsletter: Newsletter, subscription: Subscription | None, steps: list[Step]
    ) -> None:
        self.newsletter, self.subscription, self.steps = newsletter, subscription, steps
        self.comes = all(step.holds for step in steps)


@get("/contacts/{contact_id:int}", opt=EDITOR, name="contact")
async def show(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Show everything about one contact."""
    return await _show(page, contact_id)


@post("/contacts/{contact_id:int}/subscribe", opt=EDITOR)
async def subscribe(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Subscribe a contact, with what that rests on."""
    form = await page.form()
    newsletter_id = form.number("newsletter")
    record = consent_of(form, page.me.id)
    try:
        form.check()
        async with page.db.tx() as tx:
            await audience.contact(tx, contact_id)
            await audience.renew(tx, contact_id, newsletter_id, record, page.now)
    except Invalid as problem:
        return await _show(page, contact_id, status=422, form=form, faults=problem.faults)
    return page.go(f"/contacts/{contact_id}", said=msg("The contact is subscribed."))


@post("/contacts/{contact_id:int}/unsubscribe", opt=EDITOR)
async def unsubscribe(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """End a subscription on behalf of the contact; what is queued for it is stopped."""
    form = await page.form()
    leaving = Leaving(contact_id, form.number("newsletter"), How.EDITOR)
    form.check()
    async with outbox.honoured(page.db, contact_id, page.now) as tx:
        await events.unsubscribe(tx, leaving, page.now)
    return page.go(f"/contacts/{contact_id}", said=msg("The subscription is ended."))


@post("/contacts/{contact_id:int}/suspend", opt=EDITOR)
async def suspend(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Send nothing to a contact until somebody lifts it."""
    form = await page.form()
    detail = form.text("detail", limit=500)
    form.check()
    async with outbox.honoured(page.db, contact_id, page.now) as tx:
        await audience.contact(tx, contact_id)
        await audience.suspend(tx, contact_id, SuspensionReason.BY_EDITOR, page.now, detail)
    return page.go(f"/contacts/{contact_id}", said=msg("No mail goes to this contact any more."))


@post("/contacts/{contact_id:int}/lift", opt=EDITOR)
async def lift(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Lift a suspension."""
    form = await page.form()
    suspension_id = form.number("suspension")
    form.check()
    async with page.db.tx() as tx:
        await audience.lift(tx, suspension_id, contact_id, page.now, page.me.id)
    return page.go(f"/contacts/{contact_id}", said=msg("The suspension is lifted."))


def consent_of(form: Form, editor_id: int) -> ConsentRecord:
    """Read what a subscription entered by an editor rests on."""
    basis = ConsentBasis(form.choice("basis", BASES) or ConsentBasis.OFFICE)
    return ConsentRecord(
        basis=basis,
        wording=form.text("wording", limit=1000) or str(names.BASES[basis]),
        source=form.text("source", required=True, limit=500),
        editor_id=editor_id,
    )


async def _show(
    page: Page,
    contact_id: int,
    status: int = 200,
    form: Form | None = None,
    faults: Any = (),
) -> Response[str]:
    async with page.db.read() as tx:
        contact = await audience.contact(tx, contact_id)
        wishes = await _wishes(page, tx, contact_id)
        context = {
            "contact": contact,
            "wishes": wishes,
            "consents": await audience.consents(tx, contact_id),
            "suspensions": await audience.suspensions(tx, contact_id),
            "functions": await members.functions_of(tx, contact_id),
            "topics": await audience.topics_of(tx, contact_id),
            "terms": await members.terms_of(tx, contact_id),
            "meaning_of": plain.of_line,
            "happenings": await events.timeline(tx, contact_id),
            "came_back": await events.returned_of(tx, contact_id),
        }
    titles = {wish.newsletter.id: wish.newsletter.title for wish in wishes}
    words = {"names": names, "bases": BASES, "titles": titles, "reasons": reasons}
    return page.show(
        "editor/contacts/show.html", status=status, form=form, faults=faults, **context, **words
    )


async def _wishes(page: Page, tx: Tx, contact_id: int) -> list[Wish]:
    known = {s.newsletter_id: s for s in await audience.subscriptions(tx, contact_id)}
    newsletters = await editions.newsletters(tx)
    segments = page.app.segments
    wheres = {
        n.id: catalogue.where(segments, n.segment)
        for n in newsletters
        if not n.segment or n.segment in segments
    }
    steps = await audience.why(tx, contact_id, wheres, page.now)
    return [Wish(n, known.get(n.id), steps.get(n.id, _NO_SEGMENT)) for n in newsletters]


_NO_SEGMENT = [Step(False, msg("The newsletter's segment does not exist any more."))]
routes = [show, subscribe, unsubscribe, suspend, lift]
