"""Ausgaben: the editions, a new one, the words of one, and its composer page."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from service.accounts import actions as accounts
from service.accounts.model import Editor
from service.editions import actions as editions
from service.editions import approval, blocks, states
from service.editions.model import (
    Approval,
    ApprovalVerdict,
    Block,
    BlockKind,
    Content,
    EditionRow,
    EditionState,
    EditionWords,
    Newsletter,
    StaleWords,
)
from service.editions.states import Move
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import Dispatch
from service.web import keyset
from service.web.editor import comparing, preview
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

PAGE = 40
OPEN = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED)
GOING_OUT = (EditionState.SCHEDULED, EditionState.SENDING)
TABS = (
    ("", msg("All"), None),
    ("open", msg("In the works"), OPEN),
    ("out", msg("Going out"), GOING_OUT),
    ("sent", msg("Sent"), (EditionState.SENT,)),
    ("cancelled", msg("Cancelled"), (EditionState.CANCELLED,)),
)
TONES = {
    EditionState.DRAFT: "neutral",
    EditionState.IN_REVIEW: "warn",
    EditionState.APPROVED: "accent",
    EditionState.SCHEDULED: "accent",
    EditionState.SENDING: "accent",
    EditionState.SENT: "good",
    EditionState.CANCELLED: "neutral",
}


class Desk(Struct, frozen=True):
    """What the composer page shows of one edition."""

    content: Content
    removed: list[Block]
    returned: Approval | None
    newsletters: list[Newsletter]
    dispatch: Dispatch | None
    writer: Editor | None


class Asked(Struct, frozen=True):
    """Which editions a list shows: as its form has it, and as the action takes it."""

    filters: dict[str, object]
    limits: dict[str, Any]


WORDING: dict[str, Any] = {"tabs": TABS, "tones": TONES, "names": states.NAMES}


@get("/editions", opt=EDITOR, name="editions")
async def index(page: Page) -> Response[str]:
    """List the editions, the last changed first."""
    asked = _asked(page)
    async with page.db.read() as tx:
        rows = await _rows(page, tx, asked)
        total = await editions.count(tx, **asked.limits)
        series = await editions.newsletters(tx)
    return page.show(
        "editor/editions/index.html",
        rows=rows[:PAGE],
        total=total,
        filters=asked.filters,
        newsletters=series,
        next_href=keyset.further("/editions", rows, PAGE, _place, **asked.filters),
        **WORDING,
    )


@get("/editions/new", opt=EDITOR, name="editions.new")
async def ask(page: Page) -> Response[str]:
    """Ask which newsletter the new edition belongs to, and for its words."""
    offered = Form.of(newsletter=page.query("newsletter"))
    return await _new(page, offered)


@post("/editions", opt=EDITOR)
async def begin(page: Page) -> Response[str]:
    """Create a draft and open it."""
    form = await page.form()
    words, newsletter_id = _words(form, page), form.number("newsletter")
    try:
        form.check()
    except Invalid as problem:
        return await _new(page, form, problem)
    async with page.db.tx() as tx:
        await page.once(tx, "/editions")
        created = await editions.begin(tx, newsletter_id, words, page.me.id, page.now)
    return page.go(f"/editions/{created}", said=msg("The draft is created. Add the first block."))


@get("/editions/{edition_id:int}", opt=EDITOR, name="edition")
async def show(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Show the composer: the words, the blocks, and how the mail will look."""
    async with page.db.read() as tx:
        desk = await _desk(tx, edition_id)
    edition = desk.content.edition
    words = Form.of(
        title=edition.title,
        subject=edition.subject,
        preheader=edition.preheader,
        segment=edition.segment,
        seen=edition.words_version,
    )
    return await _show(page, desk, words)


@post("/editions/{edition_id:int}", opt=EDITOR)
async def save(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Save the words of an edition; the second of two savers is shown both versions."""
    form = await page.form()
    words, seen = _words(form, page), form.integer("seen", required=True) or 0
    async with page.db.tx() as tx:
        try:
            form.check()
        except Invalid as problem:
            return await _show(page, await _desk(tx, edition_id), form, problem)
        saved = await editions.change_words(tx, edition_id, seen, words, page.me.id, page.now)
        if isinstance(saved, StaleWords):
            return await _show(page, await _desk(tx, edition_id), form, theirs=saved)
    if form.flag("auto"):
        return _saved(page, saved.words_version)
    return page.go(f"/editions/{edition_id}", said=msg("Saved."))


@post("/editions/{edition_id:int}/cancel", opt=EDITOR)
async def cancel(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Give an edition up; it can be reopened."""
    async with page.db.tx() as tx:
        await approval.take_back(tx, edition_id, Move.CANCEL, page.me.id, page.now)
    return page.go(f"/editions/{edition_id}", said=msg("The edition is cancelled."))


@post("/editions/{edition_id:int}/reopen", opt=EDITOR)
async def reopen(page: Page, edition_id: FromPath[int]) -> Response[str]:
    async with page.db.tx() as tx:
        await approval.take_back(tx, edition_id, Move.REOPEN, page.me.id, page.now)
    return page.go(f"/editions/{edition_id}", said=msg("The edition is a draft again."))


async def _desk(tx: Tx, edition_id: int) -> Desk:
    content = await editions.content(tx, edition_id)
    spoken = await approval.history(tx, edition_id)
    returned = spoken[0] if spoken and spoken[0].verdict is ApprovalVerdict.RETURNED else None
    return Desk(
        content,
        await editions.removed(tx, edition_id),
        returned if content.edition.state is EditionState.DRAFT else None,
        await editions.newsletters(tx),
        await outbox.dispatch_of_edition(tx, edition_id),
        await accounts.editor(tx, content.edition.handed_in_by or 0),
    )


async def _show(
    page: Page,
    desk: Desk,
    form: Form,
    problem: Invalid | None = None,
    theirs: StaleWords | None = None,
) -> Response[str]:
    if form.flag("auto"):
        return _not_saved(page, problem)
    edition = desk.content.edition
    return page.show(
        "editor/editions/show.html",
        409 if theirs else 422 if problem else 200,
        desk=desk,
        edition=edition,
        newsletter=desk.content.newsletter,
        blocks=desk.content.blocks,
        open=states.open_for(edition.state, Move.CHANGE) and edition.state is EditionState.DRAFT,
        moves=[m.value for m in Move if states.open_for(edition.state, m)],
        kinds=[(kind, blocks.NAMES[kind]) for kind in BlockKind],
        titles={b.id: blocks.title_of(b.content) for b in desk.content.blocks + desk.removed},
        words=form,
        faults=problem.faults if problem else (),
        theirs=theirs.current if theirs else None,
        differences=await comparing.words_differ(form, theirs.current) if theirs else (),
        segments=page.app.segments,
        tones=TONES,
        names=states.NAMES,
        block_names=blocks.NAMES,
        view=preview.view(page, desk.content),
    )


def _saved(page: Page, version: int) -> Response[str]:
    """Answer an automatic save: the new version for the form, and the preview follows."""
    response = page.show("editor/editions/_saved.html", version=version, trouble=())
    response.headers["HX-Trigger"] = "preview"
    return response


def _not_saved(page: Page, problem: Invalid | None) -> Response[str]:
    """Answer an automatic save that was refused, or that somebody else was quicker with."""
    quicker = msg("Somebody else has changed this meanwhile. Press Save to compare.")
    trouble = [fault.what for fault in problem.faults] if problem else [quicker]
    return page.show("editor/editions/_saved.html", version=None, trouble=trouble)


async def _new(page: Page, form: Form, problem: Invalid | None = None) -> Response[str]:
    async with page.db.read() as tx:
        series = await editions.newsletters(tx)
    return page.show(
        "editor/editions/new.html",
        422 if problem else 200,
        form=form,
        faults=problem.faults if problem else (),
        newsletters=series,
        segments=page.app.segments,
    )


def _words(form: Form, page: Page) -> EditionWords:
    return EditionWords(
        title=form.text("title", required=True, limit=120),
        subject=form.text("subject", limit=200),
        preheader=form.text("preheader", limit=200),
        segment=form.choice("segment", page.app.segments, default=""),
    )


def _asked(page: Page) -> Asked:
    tab, q, newsletter_id = page.query("state"), page.query("q"), page.number("newsletter")
    among = next((among for name, _, among in TABS if name == tab), None)
    return Asked(
        filters={"state": tab, "q": q, "newsletter": newsletter_id or ""},
        limits={"newsletter_id": newsletter_id or None, "states_in": among, "q": q},
    )


async def _rows(page: Page, tx: Tx, asked: Asked) -> list[EditionRow]:
    before = keyset.before(page)
    return await editions.listing(tx, **asked.limits, before=before, limit=PAGE + 1)


def _place(row: EditionRow) -> dict[str, object]:
    return keyset.place(row.changed_at, row.id)


routes = [index, ask, begin, show, save, cancel, reopen]
