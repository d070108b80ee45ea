"""Themen: the list that items are filed under, and the words that suggest each."""

import re

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from service.items import actions as items
from service.items import lists, relevance
from service.items.model import Topic
from service.items.weighing import Words
from service.kit.errors import Conflict, Fault, Invalid
from service.kit.text import msg
from service.web.editor import reading
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page

_INDEX = "editor/topics/index.html"
_FORM = "editor/topics/form.html"
_LONGEST = 4000


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
    except (Invalid, Conflict) as problem:
        form.faults = _faults(problem)
        return await _listed(page, form)
    return page.go("/topics", said=msg("The topic is added."))


@get("/topics/{topic_id:int}", opt=EDITOR)
async def edit(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Show a topic, to be changed."""
    async with page.db.read() as tx:
        topic = await items.topic(tx, topic_id)
    form = Form.of(title=topic.title, keywords="\n".join(topic.keywords))
    return await _edited(page, topic, form)


@post("/topics/{topic_id:int}", opt=ADMINISTRATOR)
async def change(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Save a changed topic, unless somebody else did so in the meantime."""
    form = await page.form()
    try:
        title, words = form.text("title", required=True, limit=80), _words(form)
        form.check()
        async with page.db.tx() as tx:
            await items.change_topic(tx, topic_id, form.first("seen"), title, words)
    except (Invalid, Conflict) as problem:
        async with page.db.read() as tx:
            topic = await items.topic(tx, topic_id)
        return await _edited(page, topic, form, problem)
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


@get("/topics/{topic_id:int}/try", opt=EDITOR)
async def attempt(page: Page, topic_id: FromPath[int]) -> Response[str]:
    """Show what words would have found among the last items, before they are saved."""
    words = _split(page.request.query_params.get("keywords", "")[:_LONGEST])
    async with page.db.read() as tx:
        topic = msgspec.structs.replace(await items.topic(tx, topic_id), keywords=words)
        found = await relevance.tried(tx, [topic])
    return page.show("editor/topics/_tried.html", tried=found[topic_id])


@post("/topics/words", opt=ADMINISTRATOR)
async def change_words(page: Page) -> Response[str]:
    """Save the association's own words; what waits in the inbox is weighed anew at once."""
    form = await page.form()
    boost, mute = _words(form, "boost"), _words(form, "mute")
    try:
        form.check()
        async with page.db.tx() as tx:
            await relevance.change_words(tx, boost, mute, form.first("seen"))
    except (Invalid, Conflict) as problem:
        return await _listed(page, Form({}), form, problem)
    await relevance.weigh(page.db)
    return page.go("/topics#words", said=msg("The words are saved."))


@post("/topics/words/add", opt=ADMINISTRATOR)
async def add_word(page: Page) -> Response[str]:
    """Add one of the association's own words, from an item that is being read."""
    form = await page.form()
    word, mutes = form.text("word", limit=60), form.choice("act", ("boost", "mute")) == "mute"
    form.check()
    if len(word) < 3:
        raise Conflict(msg("Give a word of at least three letters."))
    async with page.db.tx() as tx:
        await relevance.add_word(tx, word, mutes=mutes)
    await relevance.weigh(page.db)
    muted = msg("Items with «%(word)s» wait under «Muted» from now on.", word=word)
    raised = msg("Items with «%(word)s» stand first by relevance from now on.", word=word)
    return page.go(reading.back(form), said=muted if mutes else raised)


async def _listed(
    page: Page,
    form: Form,
    typed: Form | None = None,
    problem: Invalid | Conflict | None = None,
) -> Response[str]:
    """Show the list; with the own words that were `typed` where they could not be saved."""
    status, refused = refusal(problem)
    async with page.db.read() as tx:
        topics, own = await items.topics(tx), await relevance.words(tx)
        around = {
            "topics": topics,
            "counts": {one.id: one for one in await lists.topic_counts(tx, page.now)},
            "tried": await relevance.tried(tx, topics),
            "own": own,
            "learned": await relevance.learned_from(tx),
        }
    return page.show(
        _INDEX,
        status=422 if form.faults else status,
        form=form,
        faults=form.faults,
        typed=typed,
        refused=refused,
        seen=_seen(own, typed, problem),
        stale=isinstance(problem, Conflict),
        **around,
    )


async def _edited(
    page: Page, topic: Topic, form: Form, problem: Invalid | Conflict | None = None
) -> Response[str]:
    """Show the form of a topic; after a conflict with what is stored by now above it."""
    status, faults = refusal(problem)
    words = _split(str(form.values.get("keywords", "")))
    async with page.db.read() as tx:
        found = await relevance.tried(tx, [msgspec.structs.replace(topic, keywords=words)])
    return page.show(
        _FORM,
        status=status,
        form=form,
        faults=faults,
        topic=topic,
        tried=found[topic.id],
        seen=_seen(topic, form, problem),
        stale=isinstance(problem, Conflict),
    )


def _seen(stored: Topic | Words, typed: Form | None, problem: Invalid | Conflict | None) -> str:
    """Return what a form is filled in upon: as before, or, once somebody was told, what stands."""
    return typed.first("seen") if typed and isinstance(problem, Invalid) else stored.seen


def _faults(problem: Invalid | Conflict) -> list[Fault]:
    """Return what to say at which field; what two topics cannot share is their name."""
    return list(problem.faults) if isinstance(problem, Invalid) else [Fault("title", problem.text)]


def _words(form: Form, name: str = "keywords") -> list[str]:
    """Return the words of a field, one a line or separated by commas."""
    return _split(form.text(name, limit=_LONGEST, lines=True))


def _split(written: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;\n]", written) if word.strip()]


routes = [index, add, edit, change, up, down, remove, attempt, change_words, add_word]
