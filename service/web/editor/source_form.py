"""Describing a source: a form that can be tried out before it is saved, and ready-made offers."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from service.kit.errors import Conflict, Fault, Invalid
from service.kit.messages import LANGUAGES
from service.kit.text import msg
from service.sources import actions as sources
from service.sources.model import Answer, Draft, Source, SourceKind
from service.web.editor.sources import KINDS
from service.web.forms import Form
from service.web.guards import ADMINISTRATOR
from service.web.pages import Page

_FORM = "editor/sources/form.html"


@get("/sources/new", opt=ADMINISTRATOR, name="source_new")
async def new(page: Page) -> Response[str]:
    """Offer an empty form, and the public sources that are ready."""
    kind = page.query("kind")
    form = Form.of(kind=kind if kind in list(SourceKind) else SourceKind.FEED, language="de")
    async with page.db.read() as tx:
        offers = await sources.open_offers(tx)
    return _form(page, form, offers=offers)


@post("/sources", opt=ADMINISTRATOR)
async def add(page: Page) -> Response[str]:
    """Take in a source."""
    form = await page.form()
    try:
        draft = _draft(form)
        async with page.db.tx() as tx:
            source_id = await sources.add(tx, draft, page.now)
            await page.once(tx, f"/sources/{source_id}")
    except Invalid as problem:
        return _form(page, form, problem)
    return page.go(f"/sources/{source_id}", said=msg("The source is added and read at once."))


@post("/sources/try", opt=ADMINISTRATOR, status_code=200)
async def try_out(page: Page) -> Response[str]:
    """Fetch and read as described, show what comes, and store nothing."""
    form = await page.form()
    source_id = form.integer("source_id", low=1, high=2**63 - 1)
    source = await _known(page, source_id)
    try:
        draft = _draft(form, named=False)
        answer = await sources.try_out(page.app.trials, page.app.readers, draft, page.now)
    except Invalid as problem:
        return _tried(page, form, source, problem)
    _fill_in(form, draft, answer)
    return _tried(page, form, source, answer=answer)


@get("/sources/{source_id:int}/edit", opt=ADMINISTRATOR)
async def edit(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Show a source's description, to be changed."""
    async with page.db.read() as tx:
        source = await sources.source(tx, source_id)
    return _form(page, _filled(source), source=source)


@post("/sources/{source_id:int}", opt=ADMINISTRATOR)
async def change(page: Page, source_id: FromPath[int]) -> Response[str]:
    """Save a changed description."""
    form = await page.form()
    source = await _known(page, source_id)
    try:
        draft, version = _draft(form), form.number("version")
        form.check()
        async with page.db.tx() as tx:
            await sources.change(tx, source_id, version, draft, page.now)
    except Conflict as problem:
        return await _overtaken(page, form, source_id, problem)
    except Invalid as problem:
        return _form(page, form, problem, source=source)
    return page.go(f"/sources/{source_id}", said=msg("The source is saved and read at once."))


@post("/sources/offers/{slug:str}", opt=ADMINISTRATOR)
async def take_offer(page: Page, slug: FromPath[str]) -> Response[str]:
    """Switch on a public source that is described already."""
    async with page.db.tx() as tx:
        source_id = await sources.take_offer(tx, slug, page.now)
    return page.go(f"/sources/{source_id}", said=msg("The source is added and read at once."))


def _fill_in(form: Form, draft: Draft, answer: Answer) -> None:
    """Put what was guessed into the empty fields, so that it is seen, corrected and kept."""
    for name, said in _parts(draft.kind, answer.reading.described).items():
        if name.startswith("part_") and said and not form.first(name):
            form.lists[name] = [str(said)]
    if not form.first("title") and answer.reading.title:
        form.lists["title"] = [answer.reading.title[:200]]


def _tried(
    page: Page,
    form: Form,
    source: Source | None,
    problem: Invalid | None = None,
    answer: Answer | None = None,
) -> Response[str]:
    """Answer a trial: while one types with what came alone, else with the whole form."""
    if not page.is_htmx:
        return _form(page, form, problem, source=source, answer=answer)
    faults = problem.faults if problem else ()
    return page.show("editor/sources/_tried.html", answer=answer, faults=faults, lists=True)


async def _overtaken(page: Page, form: Form, source_id: int, problem: Conflict) -> Response[str]:
    """Show what was typed beside what somebody else has saved; saving again then replaces that."""
    current = await _known(page, source_id)
    form.lists["version"] = [str(current.version if current else 0)]
    told = Invalid.of("", problem.text)
    return _form(page, form, told, status=409, source=current, theirs=current)


def _form(
    page: Page, form: Form, problem: Invalid | None = None, *, status: int = 422, **context: Any
) -> Response[str]:
    blank: dict[str, Any] = {"source": None, "offers": (), "answer": None, "theirs": None}
    shown = blank | {"kinds": KINDS} | context
    faults, code = (problem.faults, status) if problem else ((), 200)
    return page.show(_FORM, status=code, form=form, faults=faults, **shown)


async def _known(page: Page, source_id: int | None) -> Source | None:
    if not source_id:
        return None
    async with page.db.read() as tx:
        return await sources.source(tx, source_id)


def _draft(form: Form, *, named: bool = True) -> Draft:
    """Read the form; raises Invalid with every fault, the description's included."""
    kind = form.enum("kind", SourceKind)
    draft = Draft(
        kind=kind,
        title=form.text("title", required=named),
        url="" if kind is SourceKind.MAIL else form.url("url", required=True),
        site_url=form.url("site_url"),
        config=_config(form, kind),
        language=form.choice("language", ["", *LANGUAGES], default=""),
        crawl_delay=form.integer("crawl_delay", low=0, high=600) or 0,
        reads_pages=not form.flag("teasers_only"),
    )
    faulty = {fault.where for fault in form.faults}
    try:
        if not faulty & {"config", "kind"}:
            sources.check(kind, draft.config)
    except Invalid as problem:
        form.faults += problem.faults
    form.check()
    return draft


# What most lists need, as fields; everything else is said as JSON beside them.
_PARTS = ("title", "link", "date", "date_format", "summary", "content")
_WHERE = {SourceKind.JSON_LIST: "items", SourceKind.HTML_LIST: "item"}


def _config(form: Form, kind: SourceKind) -> dict[str, object]:
    """Return the description of a list: what the fields say goes before what the JSON says."""
    given = _json(form)
    if kind not in _WHERE:
        return given
    named = {name: form.text(f"part_{name}", limit=500) for name in _PARTS}
    named[_WHERE[kind]] = form.text("part_items", limit=500)
    given |= {name: said for name, said in named.items() if said}
    if said := form.text("part_detail", limit=500):
        known = given.get("detail")
        given["detail"] = (known if isinstance(known, dict) else {}) | {"content": said}
    return given


def _parts(kind: SourceKind, given: dict[str, object]) -> dict[str, object]:
    """Return a description taken apart into the form's fields; the rest stays JSON."""
    rest = dict(given)
    fields: dict[str, object] = {}
    if kind in _WHERE:
        fields = {f"part_{name}": rest.pop(name) for name in _PARTS if name in rest}
        fields["part_items"] = rest.pop(_WHERE[kind], "")
        detail = rest.get("detail")
        if isinstance(detail, dict) and detail.keys() == {"content"}:
            fields["part_detail"] = rest.pop("detail")["content"]  # type: ignore[index]
    return fields | {
        "config": msgspec.json.format(msgspec.json.encode(rest)).decode() if rest else ""
    }


def _json(form: Form) -> dict[str, object]:
    written = form.text("config", limit=20_000, lines=True)
    try:
        given = msgspec.json.decode(written.encode()) if written else {}
    except (msgspec.DecodeError, RecursionError) as error:
        form.faults.append(
            Fault("config", msg("This is not valid JSON: %(what)s", what=str(error)))
        )
        return {}
    if not isinstance(given, dict):
        form.faults.append(Fault("config", msg("The description of a list is an object: {…}.")))
        return {}
    return given


def _filled(source: Source) -> Form:
    return Form.of(
        kind=source.kind,
        title=source.title,
        url=source.url,
        site_url=source.site_url,
        language=source.language,
        crawl_delay=source.crawl_delay or "",
        teasers_only=not source.reads_pages,
        **_parts(source.kind, source.config),
    )


routes = [new, add, try_out, edit, change, take_offer]
