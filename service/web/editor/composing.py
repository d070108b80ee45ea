"""The blocks of an edition: add, edit in place, order, remove and bring back."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.editions import actions as editions
from service.editions import blocks
from service.editions.model import Block, BlockKind, Content, Stale
from service.items import beside as items_beside
from service.items.model import Beside
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.web.editor import block_forms, comparing
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page

LANGUAGES = ("", "de", "fr", "it", "en")


@get("/editions/{edition_id:int}/blocks/new", opt=EDITOR)
async def ask(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Show the empty form of one kind of block."""
    kind = Form({"kind": [page.query("kind")]}).enum("kind", BlockKind)
    async with page.db.read() as tx:
        content = await editions.content(tx, edition_id)
    form = Form.of(kind=kind.value, after=page.query("after"))
    return _new(page, content, kind, form)


@post("/editions/{edition_id:int}/blocks", opt=EDITOR)
async def add(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Add a block, at the end or behind the one that was named."""
    form = await page.form()
    kind = form.enum("kind", BlockKind)
    try:
        async with page.db.tx() as tx:
            created = await _add(page, tx, edition_id, kind, form)
    except Invalid as problem:
        async with page.db.read() as tx:
            content = await editions.content(tx, edition_id)
        return _new(page, content, kind, form, problem)
    return page.go(f"/editions/{edition_id}#block-{created}")


@get("/blocks/{block_id:int}", opt=EDITOR, name="block")
async def edit(page: Page, block_id: FromPath[int]) -> Response[str]:
    """Show a block's form: in its place in the list, or as a page of its own."""
    async with page.db.read() as tx:
        block = await editions.block(tx, block_id)
        content = await editions.content(tx, block.edition_id)
        found = await _beside(tx, block)
    values = block_forms.shown(block.content)
    form = Form.of(**values, segment=block.segment, language=block.language, seen=block.version)
    return await _edit(page, content, block, form, found)


@get("/blocks/{block_id:int}/row", opt=EDITOR)
async def row(page: Page, block_id: FromPath[int]) -> Response[str]:
    """Show a block as a line of the list again."""
    async with page.db.read() as tx:
        block = await editions.block(tx, block_id)
        content = await editions.content(tx, block.edition_id)
    return page.show("editor/editions/_row.html", block=block, **_list(page, content))


@post("/blocks/{block_id:int}", opt=EDITOR)
async def save(page: Page, block_id: FromPath[int]) -> Response[str]:
    """Save a block; the second of two savers is shown both versions and chooses."""
    form = await page.form()
    async with page.db.tx() as tx:
        block = await editions.block(tx, block_id)
        content = await editions.content(tx, block.edition_id)
        outcome, found = await _save(page, tx, block, form), await _beside(tx, block)
    if isinstance(outcome, Block):
        if form.flag("auto"):
            return _saved(page, outcome)
        return page.go(f"/editions/{block.edition_id}#block-{block.id}")
    if form.flag("auto"):
        return _not_saved(page, block, outcome)
    return await _edit(page, content, block, form, found, outcome)


@post("/blocks/{block_id:int}/shift", opt=EDITOR)
async def shift(page: Page, block_id: FromPath[int]) -> Response[str]:
    """Move a block one place up or down."""
    form = await page.form()
    by = 1 if form.text("by") == "1" else -1
    async with page.db.tx() as tx:
        await editions.shift(tx, block_id, by, page.me.id, page.now)
        edition_id = (await editions.block(tx, block_id)).edition_id
    return await _blocks(page, edition_id, block_id)


@post("/editions/{edition_id:int}/order", opt=EDITOR)
async def order(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Put the blocks in the order in which somebody dragged them."""
    form = await page.form()
    ids = [int(part) for part in form.text("order", limit=2000).split(",") if part.isdecimal()]
    form.check()
    async with page.db.tx() as tx:
        await editions.order(tx, edition_id, ids, page.me.id, page.now)
    return await _blocks(page, edition_id)


@post("/blocks/{block_id:int}/remove", opt=EDITOR)
async def remove(page: Page, block_id: FromPath[int]) -> Response[str]:
    async with page.db.tx() as tx:
        block = await editions.remove_block(tx, block_id, page.me.id, page.now)
    said = msg("The block is removed; it can be brought back below.")
    return page.go(f"/editions/{block.edition_id}#removed", said=said)


@post("/blocks/{block_id:int}/restore", opt=EDITOR)
async def restore(page: Page, block_id: FromPath[int]) -> Response[str]:
    async with page.db.tx() as tx:
        block = await editions.restore_block(tx, block_id, page.me.id, page.now)
    return page.go(f"/editions/{block.edition_id}#block-{block.id}")


async def _add(page: Page, tx: Tx, edition_id: int, kind: BlockKind, form: Form) -> int:
    body, (segment, language) = block_forms.read(kind, form), _limits(page, form)
    after = form.integer("after")
    form.check()
    await page.once(tx, f"/editions/{edition_id}")
    return await editions.add_block(
        tx,
        edition_id,
        body,
        page.me.id,
        page.now,
        segment=segment,
        language=language,
        after=after,
    )


async def _save(page: Page, tx: Tx, block: Block, form: Form) -> Block | Stale | Invalid:
    body, (segment, language) = block_forms.read(block.kind, form), _limits(page, form)
    seen = form.integer("seen", required=True) or 0
    try:
        form.check()
    except Invalid as problem:
        return problem
    return await editions.change_block(
        tx, block.id, seen, body, page.me.id, page.now, segment=segment, language=language
    )


async def _beside(tx: Tx, block: Block) -> Beside:
    """Return the documents and the picture of the item that a block was made of."""
    return await items_beside.of(tx, block.item_id) if block.item_id else Beside()


def _limits(page: Page, form: Form) -> tuple[str, str]:
    """Return who alone sees the block, and its own language; both may be empty."""
    return (
        form.choice("segment", page.app.segments, default=""),
        form.choice("language", LANGUAGES, default=""),
    )


async def _blocks(page: Page, edition_id: int, block_id: int = 0) -> Response[str]:
    """Answer a change of order: the list anew for a script, else the page at the block."""
    if not page.is_htmx:
        return page.go(f"/editions/{edition_id}#block-{block_id}")
    async with page.db.read() as tx:
        content = await editions.content(tx, edition_id)
    response = page.show("editor/editions/_blocks.html", **_list(page, content))
    response.headers["HX-Trigger"] = "preview"
    return response


def _list(page: Page, content: Content) -> dict[str, Any]:
    return {
        "edition": content.edition,
        "newsletter": content.newsletter,
        "blocks": content.blocks,
        "titles": {b.id: blocks.title_of(b.content) for b in content.blocks},
        "block_names": blocks.NAMES,
        "segments": page.app.segments,
        "open": True,
    }


def _new(
    page: Page, content: Content, kind: BlockKind, form: Form, problem: Invalid | None = None
) -> Response[str]:
    return page.show(
        "editor/editions/_new_block.html" if page.is_htmx else "editor/editions/new_block.html",
        200 if problem is None else 422,
        edition=content.edition,
        kind=kind,
        name=blocks.NAMES[kind],
        form=form,
        faults=problem.faults if problem else (),
        segments=page.app.segments,
    )


async def _edit(
    page: Page,
    content: Content,
    block: Block,
    form: Form,
    found: Beside,
    outcome: Stale | Invalid | None = None,
) -> Response[str]:
    theirs = outcome.current if isinstance(outcome, Stale) else None
    faults = outcome.faults if isinstance(outcome, Invalid) else ()
    return page.show(
        "editor/editions/_block.html" if page.is_htmx else "editor/editions/block.html",
        409 if theirs else 422 if faults else 200,
        edition=content.edition,
        block=block,
        belongs=found,
        name=blocks.NAMES[block.kind],
        form=form,
        faults=faults,
        theirs=theirs,
        differences=await comparing.blocks_differ(form, theirs.content) if theirs else (),
        segments=page.app.segments,
    )


def _saved(page: Page, block: Block) -> Response[str]:
    """Answer an automatic save: the new version for the form, and the preview follows."""
    response = page.show(
        "editor/editions/_saved.html", version=block.version, block_id=block.id, trouble=()
    )
    response.headers["HX-Trigger"] = "preview"
    return response


def _not_saved(page: Page, block: Block, outcome: Stale | Invalid) -> Response[str]:
    if isinstance(outcome, Stale):
        problem = Conflict(msg("Somebody else has changed this block. Press Done to compare."))
        trouble = [problem.text]
    else:
        trouble = [fault.what for fault in outcome.faults]
    return page.show(
        "editor/editions/_saved.html", version=None, block_id=block.id, trouble=trouble
    )


routes = [ask, add, edit, row, save, shift, order, remove, restore]
