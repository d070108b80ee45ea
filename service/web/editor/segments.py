"""Segmente: the rules with live counts, one rule with a sample, and a field to try one."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service.audience import actions as audience
from service.audience import coverage, expression, parser
from service.audience.catalogue import Segment
from service.audience.expression import Expression
from service.audience.parser import Unreadable
from service.editions import actions as editions
from service.kit.db import Tx
from service.kit.errors import NotFound
from service.kit.text import msg
from service.web.guards import EDITOR
from service.web.pages import Page

SAMPLE = 20


@get("/segments", opt=EDITOR, name="segments")
async def index(page: Page) -> Response[str]:
    """List the segments with how many each picks, and try a rule."""
    shown = _called(page, page.query("q").casefold())
    async with page.db.read() as tx:
        counts = await audience.counts(tx, shown, page.now)
        used = [n.segment for n in await editions.newsletters(tx)]
    return page.show(
        "editor/segments/index.html",
        segments=list(shown.values()),
        counts=counts,
        used=used,
        words=page.query("q"),
        fields=expression.FIELDS.values(),
    )


@get("/segments/try", opt=EDITOR, name="segments.try")
async def trial(page: Page) -> Response[str]:
    """Count whom a typed rule picks, or say where it cannot be read."""
    text = page.request.query_params.get("where", "")[: parser.LONGEST + 1]
    found: dict[str, Any] = {"fault": None, "count": None, "sample": (), "doubts": ()}
    try:
        where = parser.parse(text)
        async with page.db.read() as tx:
            found |= await _picked(page, tx, where)
    except Unreadable as problem:
        found["fault"] = problem
        found["line"] = (text.splitlines() or [""])[problem.line - 1 :][:1]
    part = "editor/segments/_tried.html" if page.is_htmx else "editor/segments/try.html"
    return page.show(part, text=text, fields=expression.FIELDS.values(), **found)


@get("/segments/{slug:str}", opt=EDITOR, name="segment")
async def show(page: Page, slug: FromPath[str]) -> Response[str]:
    """Show one segment: its rule, whom it picks, and what that reaches by each newsletter."""
    segment = _segment(page, slug)
    async with page.db.read() as tx:
        picked = await _picked(page, tx, segment.where)
        newsletters = await editions.newsletters(tx)
        ids = [newsletter.id for newsletter in newsletters]
        reach = await audience.cover_each(tx, ids, [segment.where], page.now)
    told = [(n, coverage.sentence(reach[n.id]), coverage.gap(reach[n.id])) for n in newsletters]
    return page.show("editor/segments/show.html", segment=segment, reach=told, **picked)


def _called(page: Page, words: str) -> dict[str, Segment]:
    return {
        slug: segment
        for slug, segment in page.app.segments.items()
        if words in f"{segment.title} {segment.purpose}".casefold()
    }


async def _picked(page: Page, tx: Tx, where: Expression) -> dict[str, Any]:
    return {
        "count": await audience.count(tx, where, page.now),
        "sample": await audience.sample(tx, where, page.now, SAMPLE),
        "doubts": await audience.doubts(tx, where),
    }


def _segment(page: Page, slug: str) -> Segment:
    if slug not in page.app.segments:
        raise NotFound(msg("There is no such segment."))
    return page.app.segments[slug]


routes = [index, trial, show]
