"""Kontakte: the list of contacts, the form of one, pausing and erasing one."""

from datetime import datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from service.audience import actions as audience
from service.audience import addresses, members, names
from service.audience.model import LANGUAGES, ContactFacts, ContactFilter, ContactLine
from service.editions import actions as editions
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import Text, msg
from service.outbox import actions as outbox
from service.web import export, keyset
from service.web.editor.contact import BASES, consent_of
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

PAGE = 50
_HEAD = [names.FIELDS[f] for f in ("organisation", "label", "email", "language", "functions")]
STATES: dict[str, Text] = {
    "": msg("All"),
    "suspended": msg("Suspended"),
    "paused": msg("Paused"),
    "no_address": msg("Without address"),
}


@get("/contacts", opt=EDITOR, name="contacts")
async def index(page: Page) -> Response[str]:
    """List the contacts of all members."""
    return await _index(page)


@post("/contacts/subscribe", opt=EDITOR)
async def subscribe(page: Page) -> Response[str]:
    """Subscribe the chosen contacts, with what that rests on; who unsubscribed stays so."""
    form = await page.form()
    chosen, newsletter_id = form.numbers("id", limit=PAGE), form.number("newsletter")
    record = consent_of(form, page.me.id)
    if not chosen:
        form.fault("", msg("Please choose at least one contact."))
    try:
        form.check()
        async with page.db.tx() as tx:
            new = await audience.enrol(tx, chosen, newsletter_id, record, page.now)
    except Invalid as problem:
        return await _index(page, status=422, form=form, faults=problem.faults)
    return page.go("/contacts", said=msg("Newly subscribed: %(count)s.", count=new))


@get("/contacts.csv", opt=EDITOR)
async def as_file(page: Page) -> Stream:
    """Give the list as a file, narrowed as it is on the page."""
    narrowed = _filter(page)

    async def read(tx: Tx, last: ContactLine | None) -> list[ContactLine]:
        after = (last.sort_key, last.id) if last else ("", 0)
        return await members.contacts(tx, narrowed, page.now, after, export.STRETCH)

    return await export.stream(page, "contacts.csv", _HEAD, read, _line)


@get("/contacts/new", opt=EDITOR, name="contact.new")
async def new(page: Page) -> Response[str]:
    """Show the form for a new contact, at a member where one is given."""
    form = Form.of(organisation=page.number("organisation") or None, language="de")
    return await _form(page, form)


@post("/contacts", opt=EDITOR)
async def add(page: Page) -> Response[str]:
    """Add a contact; it gets mail only once it has a subscription."""
    form = await page.form()
    facts = _facts(form)
    try:
        form.check()
        async with page.db.tx() as tx:
            contact_id = await members.add_contact(tx, facts, page.now)
            await page.once(tx, f"/contacts/{contact_id}")
    except (Invalid, Conflict) as problem:
        return await _form(page, form, problem)
    return page.go(
        f"/contacts/{contact_id}", said=msg("The contact is added. It has no newsletter yet.")
    )


@get("/contacts/{contact_id:int}/edit", opt=EDITOR)
async def edit(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Show the form of a contact as it stands."""
    async with page.db.read() as tx:
        form = await _stored(tx, contact_id)
    return await _form(page, form, contact_id=contact_id)


@post("/contacts/{contact_id:int}", opt=EDITOR)
async def change(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Change a contact, unless somebody else did so in the meantime."""
    form = await page.form()
    facts, version = _facts(form), form.number("version")
    try:
        form.check()
        async with outbox.honoured(page.db, contact_id, page.now) as tx:
            await members.change_contact(tx, contact_id, version, facts, page.now)
    except (Invalid, Conflict) as problem:
        return await _form(page, form, problem, contact_id)
    return page.go(f"/contacts/{contact_id}", said=msg("The contact is changed."))


@post("/contacts/{contact_id:int}/pause", opt=EDITOR)
async def pause(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Send nothing until a day; without a day, go on at once."""
    form = await page.form()
    day = form.date("until")
    form.check()
    until = None if day is None else localtime.at(day, time())
    async with outbox.honoured(page.db, contact_id, page.now) as tx:
        ends: datetime | None = await audience.pause(tx, contact_id, until, page.now)
    said = msg("Mail goes on.") if ends is None else msg("The contact is paused.")
    return page.go(f"/contacts/{contact_id}", said=said)


@post("/contacts/{contact_id:int}/erase", opt=ADMINISTRATOR)
async def erase(page: Page, contact_id: FromPath[int]) -> Response[str]:
    """Forget a person for good."""
    async with outbox.honoured(page.db, contact_id, page.now) as tx:
        await members.erase(tx, contact_id, page.now)
    return page.go("/contacts", said=msg("The contact is erased."))


async def _index(page: Page, status: int = 200, **context: Any) -> Response[str]:
    narrowed = _filter(page)
    after = (page.query("after"), page.number("id"))
    async with page.db.read() as tx:
        rows = await members.contacts(tx, narrowed, page.now, after, PAGE + 1)
        found: dict[str, Any] = {
            "total": await members.how_many_contacts(tx, narrowed, page.now),
            "functions": await members.functions(tx),
            "newsletters": await editions.newsletters(tx),
        }
    kept = {key: page.query(key) for key in ("q", "function", "state")}
    words = {"states": STATES, "bases": BASES, "names": names, "narrowed": narrowed}
    return page.show(
        "editor/contacts/index.html",
        status=status,
        rows=rows[:PAGE],
        next_href=keyset.further("/contacts", rows, PAGE, _place, **kept),
        **found,
        **words,
        **context,
    )


def _line(row: ContactLine) -> tuple[object, ...]:
    return (row.organisation, row.label, row.email, row.language, ", ".join(row.functions))


def _place(row: ContactLine) -> dict[str, object]:
    return {"after": row.sort_key, "id": row.id}


def _facts(form: Form) -> ContactFacts:
    typed = form.text("email", limit=addresses.LONGEST)
    address, fault = addresses.plain(form.first("email")) if typed else (None, None)
    if fault is not None:
        form.fault("email", fault)
    label = form.text("label")
    if not label and not typed:
        form.fault("label", msg("Please give a name or an address."))
    return ContactFacts(
        organisation_id=form.integer("organisation", low=1),
        email=address,
        label=label,
        salutation=form.text("salutation"),
        language=form.choice("language", LANGUAGES, default="de"),
        functions=tuple(form.numbers("functions")),
        topics=tuple(form.numbers("topics")),
    )


async def _stored(tx: Tx, contact_id: int) -> Form:
    contact = await audience.contact(tx, contact_id)
    return Form.of(
        organisation=contact.organisation_id,
        email=contact.email,
        label=contact.label,
        salutation=contact.salutation,
        language=contact.language,
        functions=[f.id for f in await members.functions_of(tx, contact_id)],
        topics=[t.id for t in await audience.topics_of(tx, contact_id)],
        version=contact.version,
    )


async def _form(
    page: Page,
    form: Form,
    problem: Invalid | Conflict | None = None,
    contact_id: int | None = None,
) -> Response[str]:
    """Show the form; after a conflict with what is stored by now beside what was typed."""
    stored = None
    async with page.db.read() as tx:
        if contact_id is not None and isinstance(problem, Conflict):
            stored = await _stored(tx, contact_id)
            form.lists["version"] = stored.lists["version"]
        choices = await members.choices(tx)
        functions, topics = await members.functions(tx), await audience.topics(tx)
    status, faults = refusal(problem)
    return page.show(
        "editor/contacts/form.html",
        status=status,
        form=form,
        faults=faults,
        stored=stored,
        contact_id=contact_id,
        choices=choices,
        functions=functions,
        topics=topics,
        names=names,
    )


def _filter(page: Page) -> ContactFilter:
    state = page.query("state")
    return ContactFilter(
        words=page.query("q")[:200],
        function_id=page.number("function"),
        state=state if state in STATES else "",
    )


routes = [index, subscribe, as_file, new, add, edit, change, pause, erase]
