"""Gremien: the committees, who sits in each with which role and term, and their forms."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath

from service.audience import addresses, members, names
from service.audience import compile as compiler
from service.audience.model import CommitteeRole, ContactFilter
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.web.forms import Form, refusal
from service.web.guards import EDITOR
from service.web.pages import Page

_FOUND = 20


@get("/committees", opt=EDITOR, name="committees")
async def index(page: Page) -> Response[str]:
    """List the committees."""
    words = page.query("q")
    async with page.db.read() as tx:
        rows = await members.committees(tx, page.now, words)
    return page.show("editor/committees/index.html", rows=rows, words=words)


@get("/committees/new", opt=EDITOR, name="committee.new")
async def new(page: Page) -> Response[str]:
    """Show the form for a new committee."""
    return page.show("editor/committees/form.html", form=Form({}), committee=None)


@post("/committees", opt=EDITOR)
async def add(page: Page) -> Response[str]:
    """Add a committee."""
    form = await page.form()
    name, purpose = _words(form)
    try:
        form.check()
        async with page.db.tx() as tx:
            committee_id = await members.add_committee(tx, name, purpose)
            await page.once(tx, f"/committees/{committee_id}")
    except (Invalid, Conflict) as problem:
        return _again(page, form, problem)
    return page.go(f"/committees/{committee_id}", said=msg("The committee is added."))


@get("/committees/{committee_id:int}", opt=EDITOR, name="committee")
async def show(page: Page, committee_id: FromPath[int]) -> Response[str]:
    """Show who sits in a committee."""
    return await _show(page, committee_id)


@get("/committees/{committee_id:int}/edit", opt=EDITOR)
async def edit(page: Page, committee_id: FromPath[int]) -> Response[str]:
    """Show the form of a committee as it stands."""
    async with page.db.read() as tx:
        committee = await members.committee(tx, committee_id)
    form = Form.of(name=committee.name, purpose=committee.purpose)
    return page.show("editor/committees/form.html", form=form, committee=committee)


@post("/committees/{committee_id:int}", opt=EDITOR)
async def change(page: Page, committee_id: FromPath[int]) -> Response[str]:
    """Change a committee's name and purpose."""
    form = await page.form()
    name, purpose = _words(form)
    try:
        form.check()
        async with page.db.tx() as tx:
            await members.change_committee(tx, committee_id, name, purpose)
    except Invalid as problem:
        async with page.db.read() as tx:
            committee = await members.committee(tx, committee_id)
        return _again(page, form, problem, committee)
    return page.go(f"/committees/{committee_id}", said=msg("The committee is changed."))


@post("/committees/{committee_id:int}/terms", opt=EDITOR)
async def appoint(page: Page, committee_id: FromPath[int]) -> Response[str]:
    """Give a contact a term."""
    form = await page.form()
    address = form.text("contact", required=True, limit=addresses.LONGEST)
    role, term = form.enum("role", CommitteeRole), _term(form)
    try:
        async with page.db.tx() as tx:
            contact_id = await _contact(tx, form, address, page)
            form.check()
            await members.appoint(tx, committee_id, contact_id, role, term)
    except (Invalid, Conflict) as problem:
        return await _show(page, committee_id, form, problem)
    return page.go(f"/committees/{committee_id}", said=msg("The contact is appointed."))


@post("/committees/{committee_id:int}/terms/{term_id:int}", opt=EDITOR)
async def change_term(
    page: Page, committee_id: FromPath[int], term_id: FromPath[int]
) -> Response[str]:
    """Change a role or a term; whoever leaves gets a last day."""
    form = await page.form()
    role, term = form.enum("role", CommitteeRole), _term(form)
    form.check()
    async with page.db.tx() as tx:
        await members.change_term(tx, committee_id, term_id, role, term)
    return page.go(f"/committees/{committee_id}", said=msg("The term is changed."))


@post("/committees/{committee_id:int}/terms/{term_id:int}/remove", opt=EDITOR)
async def remove_term(
    page: Page, committee_id: FromPath[int], term_id: FromPath[int]
) -> Response[str]:
    """Remove a term that was entered by mistake."""
    async with page.db.tx() as tx:
        await members.remove_term(tx, committee_id, term_id)
    return page.go(f"/committees/{committee_id}", said=msg("The term is removed."))


def _words(form: Form) -> tuple[str, str]:
    name = form.text("name", required=True)
    return name, form.text("purpose", limit=2000, lines=True)


def _term(form: Form) -> tuple[date, date | None]:
    since, until = form.date("since", required=True), form.date("until")
    if since and until and until < since:
        form.fault("until", msg("A term cannot end before it begins."))
    return since or date.min, until


async def _contact(tx: Tx, form: Form, typed: str, page: Page) -> int:
    """Return the one contact that is meant by an address or a name; else note a fault."""
    if not typed:
        return 0
    found = await members.contacts(tx, ContactFilter(typed), page.now, limit=_FOUND)
    exact = [c for c in found if c.email and c.email.lower() == typed.lower()] or found
    if len(exact) == 1:
        return exact[0].id
    if not exact:
        form.fault("contact", msg("There is no contact with this address or name."))
    else:
        form.fault("contact", msg("Several contacts fit; please type the mail address."))
    return 0


async def _show(
    page: Page,
    committee_id: int,
    form: Form | None = None,
    problem: Invalid | Conflict | None = None,
) -> Response[str]:
    async with page.db.read() as tx:
        committee = await members.committee(tx, committee_id)
        terms = await members.terms_in(tx, committee_id, page.now)
    status, faults = refusal(problem)
    return page.show(
        "editor/committees/show.html",
        status=status,
        committee=committee,
        terms=terms,
        today=compiler.day_of(page.now),
        names=names,
        form=form,
        faults=faults,
    )


def _again(
    page: Page, form: Form, problem: Invalid | Conflict, committee: object = None
) -> Response[str]:
    status, faults = refusal(problem)
    return page.show(
        "editor/committees/form.html",
        status=status,
        form=form,
        faults=faults,
        committee=committee,
    )


routes = [index, new, add, show, edit, change, appoint, change_term, remove_term]
