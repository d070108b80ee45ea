"""Mitglieder: the list of members, one member with its contacts, and the forms that keep them."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from service.audience import members, names
from service.audience.expression import CANTONS
from service.audience.model import (
    LANGUAGES,
    MemberFilter,
    OrganisationFacts,
    OrganisationKind,
    OrganisationLine,
)
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.web import export, keyset
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

PAGE = 50
_HEAD = (
    *(names.FIELDS[f] for f in ("organisation", "kind", "canton", "district", "population")),
    msg("Contacts"),
    msg("Reached"),
)
_WORDS: dict[str, Any] = {
    "names": names,
    "sorts": {"name": msg("Name"), "size": msg("Inhabitants")},
}


@get("/organisations", opt=EDITOR, name="organisations")
async def index(page: Page) -> Response[str]:
    """List the members."""
    narrowed = _filter(page)
    async with page.db.read() as tx:
        rows = await _rows(page, tx, narrowed, PAGE + 1)
        total = await members.how_many(tx, narrowed)
        districts = await members.districts(tx)
    return page.show(
        "editor/members/index.html",
        rows=rows[:PAGE],
        total=total,
        districts=districts,
        narrowed=narrowed,
        next_href=_next(page, rows),
        **_WORDS,
    )


@get("/organisations.csv", opt=EDITOR)
async def as_file(page: Page) -> Stream:
    """Give the list as a file, narrowed as it is on the page."""
    narrowed = _filter(page)

    async def read(tx: Tx, last: OrganisationLine | None) -> list[OrganisationLine]:
        after = (last.sort_key, last.id) if last else ("", 0)
        return await members.by_name(tx, narrowed, after, export.STRETCH)

    def line(row: OrganisationLine) -> tuple[object, ...]:
        kind = page._(names.KINDS[row.kind])
        place = (row.canton, row.district, row.population)
        return (row.name, kind, *place, row.contacts, row.reachable)

    return await export.stream(page, "members.csv", _HEAD, read, line)


@get("/organisations/new", opt=EDITOR, name="organisation.new")
async def new(page: Page) -> Response[str]:
    """Show the form for a new member."""
    form = Form.of(kind=OrganisationKind.MUNICIPALITY.value, language="de")
    return page.show(
        "editor/members/form.html", form=form, names=names, cantons=CANTONS, member=None
    )


@post("/organisations", opt=EDITOR)
async def add(page: Page) -> Response[str]:
    """Add a member."""
    form = await page.form()
    facts = _facts(form)
    try:
        form.check()
        async with page.db.tx() as tx:
            organisation_id = await members.add_organisation(tx, facts, page.now)
            await page.once(tx, f"/organisations/{organisation_id}")
    except (Invalid, Conflict) as problem:
        return _again(page, form, problem, None)
    return page.go(f"/organisations/{organisation_id}", said=msg("The member is added."))


@get("/organisations/{organisation_id:int}", opt=EDITOR, name="organisation")
async def show(page: Page, organisation_id: FromPath[int]) -> Response[str]:
    """Show a member with its contacts."""
    async with page.db.read() as tx:
        member = await members.organisation(tx, organisation_id)
        contacts = await members.contacts_of(tx, organisation_id)
    return page.show("editor/members/show.html", member=member, contacts=contacts, names=names)


@get("/organisations/{organisation_id:int}/edit", opt=EDITOR)
async def edit(page: Page, organisation_id: FromPath[int]) -> Response[str]:
    """Show the form of a member as it stands."""
    async with page.db.read() as tx:
        member = await members.organisation(tx, organisation_id)
    fields = {field: getattr(member, field) for field in OrganisationFacts.__struct_fields__}
    form = Form.of(**fields, version=member.version)
    return page.show(
        "editor/members/form.html", form=form, names=names, cantons=CANTONS, member=member
    )


@post("/organisations/{organisation_id:int}", opt=EDITOR)
async def change(page: Page, organisation_id: FromPath[int]) -> Response[str]:
    """Change a member, unless somebody else did so in the meantime."""
    form = await page.form()
    facts, version = _facts(form), form.number("version")
    try:
        form.check()
        async with page.db.tx() as tx:
            await members.change_organisation(tx, organisation_id, version, facts, page.now)
    except (Invalid, Conflict) as problem:
        return await _compared(page, form, problem, organisation_id)
    return page.go(f"/organisations/{organisation_id}", said=msg("The member is changed."))


@post("/organisations/{organisation_id:int}/remove", opt=ADMINISTRATOR)
async def remove(page: Page, organisation_id: FromPath[int]) -> Response[str]:
    """Remove a member that has no contacts."""
    async with page.db.tx() as tx:
        await members.remove_organisation(tx, organisation_id)
    return page.go("/organisations", said=msg("The member is removed."))


def _facts(form: Form) -> OrganisationFacts:
    return OrganisationFacts(
        kind=form.enum("kind", OrganisationKind),
        name=form.text("name", required=True),
        canton=form.choice("canton", CANTONS, default=""),
        district=form.text("district", limit=100),
        bfs_nr=form.integer("bfs_nr", low=1, high=99_999),
        population=form.integer("population", high=10_000_000),
        language=form.choice("language", LANGUAGES, default="de"),
    )


async def _compared(
    page: Page, form: Form, problem: Invalid | Conflict, organisation_id: int
) -> Response[str]:
    """Show the form again with what is stored by now, so that the second to save can choose."""
    async with page.db.read() as tx:
        member = await members.organisation(tx, organisation_id)
    if isinstance(problem, Conflict):
        form.lists["version"] = [str(member.version)]
    return _again(page, form, problem, member)


def _again(
    page: Page, form: Form, problem: Invalid | Conflict, member: object | None
) -> Response[str]:
    status, faults = refusal(problem)
    return page.show(
        "editor/members/form.html",
        status=status,
        form=form,
        faults=faults,
        stored=member if isinstance(problem, Conflict) else None,
        names=names,
        cantons=CANTONS,
        member=member,
    )


def _filter(page: Page) -> MemberFilter:
    kind = page.query("kind")
    return MemberFilter(
        words=page.query("q")[:200],
        kind=OrganisationKind(kind) if kind in list(OrganisationKind) else None,
        canton=page.query("canton")[:2],
        district=page.query("district")[:100],
    )


def _sort(page: Page) -> str:
    return "size" if page.query("sort") == "size" else "name"


async def _rows(page: Page, tx: Tx, narrowed: MemberFilter, limit: int) -> list[OrganisationLine]:
    last = page.number("id")
    if _sort(page) == "size":
        # Members without inhabitants stand last, at -1.
        after = page.number("after") - 1 if last else None
        behind = None if after is None else (after, last)
        return await members.by_size(tx, narrowed, behind, limit)
    return await members.by_name(tx, narrowed, (page.query("after"), last), limit)


def _next(page: Page, rows: list[OrganisationLine]) -> str:
    def place(row: OrganisationLine) -> dict[str, object]:
        size = 0 if row.population is None else row.population + 1
        return {"after": size if _sort(page) == "size" else row.sort_key, "id": row.id}

    kept = {key: page.query(key) for key in ("q", "kind", "canton", "district", "sort")}
    return keyset.further("/organisations", rows, PAGE, place, **kept)


routes = [index, as_file, new, add, show, edit, change, remove]
