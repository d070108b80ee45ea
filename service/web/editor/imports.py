"""Members from a file: upload, look at what each row would do, then apply or throw away."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from service.audience import imports, names
from service.audience.importing import ImportRow
from service.audience.imports import Upload
from service.audience.model import ConsentBasis, ConsentRecord, RowFate
from service.editions import actions as editions
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import msg
from service.web import export
from service.web.editor.contact import BASES, consent_of
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

PAGE = 100
LARGEST = 20_000_000
_REFUSED = (msg("Line"), msg("Why"), msg("Row"))


@get("/imports", opt=EDITOR, name="imports")
async def index(page: Page) -> Response[str]:
    """Show the form for a file, and the files of late."""
    return await _index(page)


@post("/imports", opt=EDITOR)
async def upload(page: Page) -> Response[str]:
    """Take a file in and judge its rows; nobody's data is changed yet."""
    form = await page.form()
    given = form.file("file", required=True, limit=LARGEST)
    try:
        form.check()
        file = Upload(given.name if given else "", given.data if given else b"", page.me.id)
        sheet = await imports.read(file)
        async with page.db.tx() as tx:
            import_id = await imports.add(tx, file, sheet, page.now)
    except Invalid as problem:
        return await _index(page, status=422, form=form, faults=problem.faults)
    return page.go(f"/imports/{import_id}")


@get("/imports/{import_id:int}", opt=EDITOR, name="import")
async def show(page: Page, import_id: FromPath[int]) -> Response[str]:
    """Show what would become of each row, or what became of it."""
    return await _show(page, import_id)


@get("/imports/{import_id:int}/refused.csv", opt=EDITOR)
async def refused(page: Page, import_id: FromPath[int]) -> Stream:
    """Give the rows that were refused, with the reasons, to be put right."""

    async def read(tx: Tx, last: ImportRow | None) -> list[ImportRow]:
        after = last.number if last else 0
        return await imports.rows(tx, import_id, RowFate.REFUSED, after, export.STRETCH)

    def line(row: ImportRow) -> tuple[object, ...]:
        return (row.number, " ".join(page._(why) for why in row.why), row.raw)

    return await export.stream(page, "refused.csv", _REFUSED, read, line)


@post("/imports/{import_id:int}/apply", opt=EDITOR)
async def apply(page: Page, import_id: FromPath[int]) -> Response[str]:
    """Do what the dry run showed."""
    form = await page.form()
    newsletters = form.numbers("newsletters")
    record = _record(form, page.me.id, needed=bool(newsletters))
    try:
        form.check()
        async with page.db.tx() as tx:
            await imports.apply(tx, import_id, newsletters, record, page.now)
    except Invalid as problem:
        return await _show(page, import_id, status=422, form=form, faults=problem.faults)
    return page.go(f"/imports/{import_id}", said=msg("The file is applied."))


@post("/imports/{import_id:int}/drop", opt=EDITOR)
async def drop(page: Page, import_id: FromPath[int]) -> Response[str]:
    """Throw a file away that was not applied."""
    async with page.db.tx() as tx:
        await imports.drop(tx, import_id)
    return page.go("/imports", said=msg("The file is thrown away; nothing was changed."))


def _record(form: Form, editor_id: int, *, needed: bool) -> ConsentRecord:
    if needed:
        return consent_of(form, editor_id)
    return ConsentRecord(ConsentBasis.OFFICE, "", "", editor_id)


async def _index(page: Page, status: int = 200, **context: Any) -> Response[str]:
    async with page.db.read() as tx:
        recent = await imports.recent(tx)
    return page.show(
        "editor/imports/index.html", status=status, recent=recent, names=names, **context
    )


async def _show(page: Page, import_id: int, status: int = 200, **context: Any) -> Response[str]:
    wanted = page.query("fate")
    fate = RowFate(wanted) if wanted in list(RowFate) else None
    async with page.db.read() as tx:
        file = await imports.show(tx, import_id)
        rows = await imports.rows(tx, import_id, fate, page.number("after"), PAGE + 1)
        seen = {
            "fates": await imports.fates(tx, import_id),
            "new_functions": await imports.new_functions(tx, import_id),
            "newsletters": await editions.newsletters(tx),
        }
    more = f"?fate={fate or ''}&after={rows[PAGE - 1].number}" if len(rows) > PAGE else ""
    words = {"names": names, "bases": BASES, "fate": fate, "file": file, "next_href": more}
    return page.show(
        "editor/imports/show.html", status=status, rows=rows[:PAGE], **seen, **words, **context
    )


routes = [index, upload, show, refused, apply, drop]
