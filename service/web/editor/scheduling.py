"""From an approved edition to a scheduled dispatch: choose the minute, see who gets it, confirm.

Two steps, so that sending is never one accidental click: the first asks (GET), the second says to
how many people the mail goes and when, and only then acts (POST).
"""

from datetime import date, datetime, time, timedelta

from litestar import Response, get, post
from msgspec import Struct

from service.audience import actions as people
from service.audience import coverage
from service.audience.catalogue import where
from service.audience.coverage import Coverage
from service.delivery import destinations
from service.editions import actions as editions
from service.editions.model import Edition, EditionState, Newsletter
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox import control, hours, timing, warm_up, warming
from service.outbox.model import Audience
from service.outbox.times import SendHours
from service.web.editor import foresight
from service.web.editor.foresight import Ask, Foresight
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

_SATURDAY = 5
_MORNING = time(7)
FIELDS = ("when", "day", "clock", "end_day", "end_clock")


class Plan(Struct, frozen=True):
    """What would go out, to whom as things stand now, and at which hours it may.

    `days`: over how many days a warm-up plan stretches it; 0 without one.
    """

    edition: Edition
    newsletter: Newsletter
    audience: Audience
    coverage: Coverage
    hours: SendHours | None
    days: int

    def begins(self, at: datetime) -> datetime:
        """Return when the first mail leaves of a dispatch that is scheduled for `at`."""
        return max(at, hours.stretch(self.hours, at).opens_at) if self.hours else at


@get("/dispatches/new", opt=EDITOR, name="schedule")
async def ask(page: Page) -> Response[str]:
    """Ask when, and show who would get it now; with a minute given, ask to confirm it."""
    # In a transaction, because whom it reaches is worked out in a temporary table.
    async with page.db.tx() as tx:
        plan = await _plan(page, tx, page.number("edition"))
    form = _form(page)
    if not form.values.get("when"):
        return _show(page, "schedule", plan, form=_offered(plan, page.now))
    if page.query("again"):
        return _show(page, "schedule", plan, form=form)
    try:
        at, end = _moments(form, page.now)
        ahead = await _ahead(page, plan, at, end)
    except Invalid as problem:
        return _show(page, "schedule", plan, 422, form=form, faults=problem.faults)
    return _show(page, "confirm", plan, form=form, at=at, end=end, foresight=ahead)


@post("/dispatches", opt=EDITOR)
async def schedule(page: Page) -> Response[str]:
    """Schedule what was confirmed; a minute that has passed meanwhile is asked for again."""
    form = await page.form()
    edition_id = form.number("edition")
    try:
        at, end = _moments(form, page.now)
        async with page.db.tx() as tx:
            await page.once(tx, "/dispatches")
            dispatch_id = await outbox.schedule(tx, edition_id, at, page.me.id, page.now, end)
    except Invalid as problem:
        async with page.db.tx() as tx:
            plan = await _plan(page, tx, edition_id)
        return _show(page, "schedule", plan, 422, form=form, faults=problem.faults)
    return page.go(f"/dispatches/{dispatch_id}", said=msg("The dispatch is scheduled."))


async def _plan(page: Page, tx: Tx, edition_id: int) -> Plan:
    edition = await editions.edition(tx, edition_id)
    if edition.state is not EditionState.APPROVED:
        raise Conflict(msg("Only an approved edition can be scheduled."))
    newsletter = await editions.newsletter(tx, edition.newsletter_id)
    slugs = [slug for slug in (newsletter.segment, edition.segment) if slug]
    rules = [where(page.app.segments, slug) for slug in slugs]
    audience = await outbox.audience(tx, edition.id, page.app.segments, page.now)
    copies = len(await control.addresses(tx, newsletter.id))
    owed = (newsletter.sender_address, audience.recipients + copies)
    return Plan(
        edition,
        newsletter,
        audience,
        await people.cover(tx, newsletter.id, rules, page.now),
        await timing.hours(tx, newsletter.id),
        await warm_up.days_needed(tx, *owed, page.now),
    )


async def _ahead(page: Page, plan: Plan, at: datetime, end: datetime | None) -> Foresight:
    """Return when it will have left; raises Invalid where nothing could leave before its end."""
    async with page.db.read() as tx:
        await timing.check_end(tx, plan.newsletter.id, at, end)
        slow = await destinations.slow(tx, plan.audience.domains, page.now)
        asked = Ask(plan.newsletter, plan.audience.recipients, slow, at, end)
        return await foresight.foresee(page, tx, asked)


def _show(page: Page, step: str, plan: Plan, status: int = 200, **context: object) -> Response[str]:
    return page.show(
        f"editor/dispatches/{step}.html",
        status,
        plan=plan,
        reach=coverage.sentence(plan.coverage),
        gap=coverage.gap(plan.coverage),
        fields=FIELDS,
        plan_hours=warming.HOURS,
        **context,
    )


def _form(page: Page) -> Form:
    return Form({name: [page.query(name)] for name in FIELDS})


def _moments(form: Form, now: datetime) -> tuple[datetime, datetime | None]:
    """Return when it begins and when it ends, if it does; raises Invalid for what cannot be."""
    end = form.moment("end_day", "end_clock")
    return _moment(form, now), end


def _moment(form: Form, now: datetime) -> datetime:
    """Return the minute that was chosen; raises Invalid for none, or one that has passed."""
    if form.choice("when", ("now", "later")) == "now":
        form.check()
        return now
    at = form.moment("day", "clock", required=True)
    form.check()
    if at is None or at <= now:
        raise Invalid.of("clock", msg("This minute has passed. Choose a later one, or «at once»."))
    return at


def _offered(plan: Plan, now: datetime) -> Form:
    """Return the next working day at seven, or the next send hours from tomorrow on."""
    at = localtime.local(plan.begins(localtime.at(_next_morning(now), _MORNING)))
    return Form.of(when="later", day=at.date().isoformat(), clock=f"{at:%H:%M}")


def _next_morning(now: datetime) -> date:
    """Return the next working day: nobody schedules a newsletter for a Sunday unasked."""
    day = localtime.local(now).date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day


routes = [ask, schedule]
