"""Newsletters: the series, who signs them, who may read them, and how they look."""

import re

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from service.editions import actions as editions
from service.editions import colours, specimen
from service.editions.model import (
    Content,
    Edition,
    EditionState,
    Look,
    Newsletter,
    NewsletterDraft,
    NewsletterVisibility,
)
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.web.editor import preview
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

LANGUAGES = ("de", "fr", "it", "en")
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
COLOURS = ("accent", "ink", "paper", "canvas")


@get("/newsletters", opt=EDITOR, name="newsletters")
async def index(page: Page) -> Response[str]:
    async with page.db.read() as tx:
        series = await editions.newsletters(tx)
    return page.show(
        "editor/newsletters/index.html", newsletters=series, segments=page.app.segments
    )


@get("/newsletters/new", opt=ADMINISTRATOR)
async def ask(page: Page) -> Response[str]:
    async with page.db.read() as tx:
        signs = await editions.association(tx)
    offered = {"sender_name": signs.name, "reply_to": signs.email, "language": "de"}
    return _form(page, None, Form.of(**offered, visibility="public", **_look(Look())))


@post("/newsletters", opt=ADMINISTRATOR)
async def add(page: Page) -> Response[str]:
    form = await page.form()
    said = _read(page, form)
    try:
        form.check()
        async with page.db.tx() as tx:
            await page.once(tx, "/newsletters")
            created = await editions.add_newsletter(tx, said, page.now)
    except (Invalid, Conflict) as problem:
        return _form(page, None, form, problem)
    return page.go(f"/newsletters/{created}", said=msg("The newsletter is created."))


@get("/newsletters/{newsletter_id:int}", opt=EDITOR, name="newsletter")
async def show(page: Page, newsletter_id: FromPath[int]) -> Response[str]:
    async with page.db.read() as tx:
        known = await editions.newsletter(tx, newsletter_id)
    values = msgspec.structs.asdict(known) | {"visibility": known.visibility.value}
    del values["look"]
    return _form(page, known, Form.of(**values, **_look(known.look)))


@post("/newsletters/{newsletter_id:int}", opt=ADMINISTRATOR)
async def save(page: Page, newsletter_id: FromPath[int]) -> Response[str]:
    """Save a newsletter; approvals of its open editions are void, for they show its look."""
    form = await page.form()
    said, seen = _read(page, form), form.integer("version", required=True) or 0
    async with page.db.read() as tx:
        known = await editions.newsletter(tx, newsletter_id)
    try:
        form.check()
        async with page.db.tx() as tx:
            await editions.change_newsletter(tx, known.id, seen, said, page.me.id, page.now)
    except (Invalid, Conflict) as problem:
        return _form(page, known, form, problem)
    return page.go(f"/newsletters/{known.id}", said=msg("The newsletter is saved."))


@get("/newsletters/look/frame", opt=EDITOR)
async def frame(page: Page) -> Response[str]:
    """Show the frame of the specimen anew, in the colours that the form has now."""
    asked = {name: page.query(name) for name in (*COLOURS, "title", "footer")}
    return page.show("editor/newsletters/_frame.html", look=asked)


@get("/newsletters/look", opt=EDITOR)
async def look(page: Page) -> Response[str]:
    """Show a specimen mail in the colours of the query string, where they are colours."""
    standard = Look()
    asked = {name: page.query(name) for name in COLOURS}
    chosen = {n: v if colours.known(v) else getattr(standard, n) for n, v in asked.items()}
    async with page.db.read() as tx:
        signs = await editions.association(tx)
    newsletter = _specimen(page, Look(**chosen, footer=page.query("footer")))
    content = Content(signs, newsletter, _edition(page), specimen.held(page.now))
    markup, _ = await preview.sampled(page, content, 0)
    return page.mail(markup, framed=True)


def _specimen(page: Page, chosen: Look) -> Newsletter:
    title, public = page.query("title") or "Newsletter", NewsletterVisibility.PUBLIC
    return Newsletter(0, "x", title, "", "", "", "", "de", public, "", chosen, 1, page.now)


def _edition(page: Page) -> Edition:
    now = page.now
    title = page._(msg("This is what an edition looks like"))
    draft = EditionState.DRAFT
    return Edition(
        0, 0, 1, title, title, "", "", draft, 1, 1, None, now, now, None, None, None, None
    )


def _read(page: Page, form: Form) -> NewsletterDraft:
    draft = NewsletterDraft(
        slug=form.text("slug", required=True, limit=60),
        title=form.text("title", required=True, limit=80),
        description=form.text("description", limit=500, lines=True),
        sender_name=form.text("sender_name", required=True, limit=80),
        sender_address=form.email("sender_address", required=True, ours=True),
        reply_to=form.email("reply_to", required=True, ours=True),
        language=form.choice("language", LANGUAGES),
        visibility=form.enum("visibility", NewsletterVisibility),
        segment=form.choice("segment", page.app.segments, default=""),
        look=Look(
            **{name: form.text(name, required=True, limit=7).lower() for name in COLOURS},
            footer=form.text("footer", limit=400),
        ),
    )
    if not re.fullmatch(_SLUG, draft.slug):
        form.fault(
            "slug", msg("The address may only have small letters, digits and single hyphens.")
        )
    form.faults.extend(colours.faults(draft.look))
    return draft


def _look(chosen: Look) -> dict[str, str]:
    return msgspec.structs.asdict(chosen)


def _form(
    page: Page,
    known: Newsletter | None,
    form: Form,
    problem: Invalid | Conflict | None = None,
) -> Response[str]:
    status, faults = refusal(problem)
    return page.show(
        "editor/newsletters/form.html",
        status,
        newsletter=known,
        form=form,
        faults=faults,
        segments=page.app.segments,
        look={name: form.values.get(name, "") for name in (*COLOURS, "title", "footer")},
    )


routes = [index, ask, add, frame, look, show, save]
