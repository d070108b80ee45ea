"""Themen: the list that items are filed under, and the words that suggest each."""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from service.items import actions as items
from service.kit.errors import Invalid
from service.kit.text import msg
from service.web.forms import Form
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

_INDEX = "editor/topics/index.html"
_FORM = "editor/topics/form.html"


@get("/topics", opt=EDITOR, name="topics")
async def index(page: Page) -> Response[str]:
    """List the topics in the association's order."""
    return await _listed(page, Form({}))


@post("/topics", opt=ADMINISTRATOR)
async def add(page: Page) -> Response[str]:
    """Add a topic at the end."""
    form = await page.form()
    try:
        title, words = form.text("title", required=True, limit=80), _words(form)
        form.check()
        async with page.db.tx() as tx:
            await items.add_topic(tx, title, words)
            await page.once(tx, "/topics")
    except Invalid as problem:
        form.faults = list(problem.faults)
        return await _listed(page, form)
    return page.go("/topics", said=msg("The topic is added."))


@get("/topics/{topic_id:int}", opt=EDITOR)
async def edit(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Show a topic, to be changed."""
    async with page.db.read() as tx:
        topic = await items.topic(tx, topic_id)
    form = Form.of(title=topic.title, keywords="\n".join(topic.keywords))
    return page.show(_FORM, form=form, topic=topic)


@post("/topics/{topic_id:int}", opt=ADMINISTRATOR)
async def change(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Save a changed topic."""
    form = await page.form()
    async with page.db.tx() as tx:
        topic = await items.topic(tx, topic_id)
    try:
        title, words = form.text("title", required=True, limit=80), _words(form)
        form.check()
        async with page.db.tx() as tx:
            await items.change_topic(tx, topic_id, title, words)
    except Invalid as problem:
        return page.show(_FORM, status=422, form=form, faults=problem.faults, topic=topic)
    return page.go("/topics", said=msg("The topic is saved."))


@post("/topics/{topic_id:int}/up", opt=ADMINISTRATOR)
async def up(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Move a topic up by one place."""
    async with page.db.tx() as tx:
        await items.shift_topic(tx, topic_id, -1)
    return page.go("/topics")


@post("/topics/{topic_id:int}/down", opt=ADMINISTRATOR)
async def down(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Move a topic down by one place."""
    async with page.db.tx() as tx:
        await items.shift_topic(tx, topic_id, 1)
    return page.go("/topics")


@post("/topics/{topic_id:int}/remove", opt=ADMINISTRATOR)
async def remove(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Remove a topic; its items stay."""
    async with page.db.tx() as tx:
        await items.remove_topic(tx, topic_id)
    return page.go("/topics", said=msg("The topic is removed. Its items stay."))


async def _listed(page: Page, form: Form) -> Response[str]:
    async with page.db.read() as tx:
        topics = await items.topics(tx)
        counts = {one.id: one for one in await items.topic_counts(tx)}
    status = 422 if form.faults else 200
    return page.show(
        _INDEX, status=status, form=form, faults=form.faults, topics=topics, counts=counts
    )


def _words(form: Form) -> list[str]:
    """Return the words, one a line or separated by commas."""
    written = form.text("keywords", limit=4000, lines=True)
    return [word.strip() for word in re.split(r"[,;\n]", written) if word.strip()]


routes = [index, add, edit, change, up, down, remove]
