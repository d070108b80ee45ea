"""One page to judge an edition: the exact mail, what changed, who gets it, what the checks say.

Editors hand in from here, approvers approve or return. What is approved is what was shown.
"""

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct, structs

from service.accounts import actions as accounts
from service.audience import actions as people
from service.audience import coverage
from service.audience.catalogue import where
from service.audience.coverage import Coverage
from service.editions import actions as editions
from service.editions import approval, blocks, checks, compose, snapshot, states
from service.editions.model import Approval, Content, Finding, Snapshot
from service.editions.states import Move
from service.kit import localtime
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.outbox import notices
from service.outbox.model import NoticeKind
from service.web.editor import comparing, link_check, preview
from service.web.editor.editions import TONES
from service.web.forms import Form
from service.web.guards import APPROVER, EDITOR
from service.web.pages import Page

FIELD_NAMES = {
    "title": msg("Title"),
    "subject": msg("Subject"),
    "preheader": msg("Preheader"),
    "sender_name": msg("Sender name"),
    "sender_address": msg("Sender address"),
    "reply_to": msg("Replies go to"),
    "number": msg("Number"),
    "newsletter": msg("Newsletter"),
    "language": msg("Language"),
    "audience": msg("Only for"),
    "association": msg("Association"),
    "look": msg("Look"),
}


class Judgement(Struct, frozen=True):
    """Everything that the page shows about one edition."""

    content: Content
    fingerprint: str
    findings: list[Finding]
    history: list[Approval]
    words: list[tuple[str, str, str]]
    changes: list[snapshot.Change]
    rewritten: dict[int, list[comparing.Difference]]
    reach: Coverage | None


@get("/editions/{edition_id:int}/review", opt=EDITOR, name="review")
async def show(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Show the exact edition with everything that an approver must know."""
    return await _show(page, edition_id)


@post("/editions/{edition_id:int}/hand-in", opt=EDITOR)
async def hand_in(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Ask for approval; approvers get a mail. Blocking findings stop it."""
    async with page.db.tx() as tx:
        await editions.locked(tx, edition_id)
        judged = await _judge(page, tx, edition_id)
        if any(f.blocking for f in judged.findings):
            raise Conflict(msg("Something must be put right before this can be handed in."))
        await page.once(tx, f"/editions/{edition_id}/review")
        await approval.hand_in(tx, edition_id, page.me.id, page.now)
        told = await _tell_approvers(page, tx, judged.content)
    said = msg("Handed in. %(count)s approvers have been told by mail.", count=told)
    if not told:
        said = msg("Handed in.")
    return page.go(f"/editions/{edition_id}/review", said=said)


@post("/editions/{edition_id:int}/approve", opt=APPROVER)
async def approve(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Approve exactly what was shown."""
    form = await page.form()
    seen = form.text("seen", required=True)
    form.check()
    async with page.db.tx() as tx:
        await approval.approve(tx, edition_id, seen, page.me.id, page.now)
    return page.go(f"/editions/{edition_id}/review", said=msg("Approved. It can be scheduled now."))


@post("/editions/{edition_id:int}/return", opt=APPROVER)
async def send_back(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Return the edition with a remark; whoever handed it in gets a mail."""
    form = await page.form()
    remark = form.text("remark", limit=4000, lines=True)
    try:
        form.check()
        async with page.db.tx() as tx:
            await approval.send_back(tx, edition_id, remark, page.me.id, page.now)
            await _tell_writer(page, tx, edition_id, remark)
    except Invalid as problem:
        return await _show(page, edition_id, form, problem)
    return page.go(f"/editions/{edition_id}/review", said=msg("Returned to the editors."))


@post("/editions/{edition_id:int}/links", opt=EDITOR)
async def follow(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Follow every link once and show which are dead or have moved."""
    async with page.db.read() as tx:
        content = await editions.content(tx, edition_id)
    return await _show(page, edition_id, links=await link_check.follow(page.app.http, content))


@post("/editions/{edition_id:int}/test", opt=EDITOR)
async def test(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Send the mail as it is to the editor who asks."""
    form = await page.form()
    async with page.db.tx() as tx:
        content = await editions.content(tx, edition_id)
        markup, text = await preview.sampled(page, content, form.integer("as") or 0)
        subject = page._(msg("Test: %(subject)s", subject=content.edition.subject))
        words = (subject, text, markup)
        await page.once(tx, f"/editions/{edition_id}/review")
        await notices.notice(tx, NoticeKind.TEST, page.me.email, *words, now=page.now)
    said = msg("The test is on its way to %(address)s.", address=page.me.email)
    return page.go(f"/editions/{edition_id}/review", said=said)


@post("/editions/{edition_id:int}/withdraw", opt=EDITOR)
async def withdraw(page: Page, edition_id: FromPath[int]) -> Response[str]:
    """Take the edition back to draft, to change it; an approval that stood is void."""
    async with page.db.tx() as tx:
        await approval.take_back(tx, edition_id, Move.WITHDRAW, page.me.id, page.now)
    return page.go(f"/editions/{edition_id}", said=msg("The edition is a draft again."))


async def _show(
    page: Page,
    edition_id: int,
    form: Form | None = None,
    problem: Invalid | None = None,
    links: list[Finding] | None = None,
) -> Response[str]:
    async with page.db.read() as tx:
        judged = await _judge(page, tx, edition_id)
        edition = judged.content.edition
        writer = await accounts.editor(tx, edition.handed_in_by or 0)
    own = judged.content.association.four_eyes and edition.handed_in_by == page.me.id
    return page.show(
        "editor/editions/review.html",
        422 if problem else 200,
        judged=judged,
        links=links,
        edition=edition,
        writer=writer,
        newsletter=judged.content.newsletter,
        form=form,
        faults=problem.faults if problem else (),
        moves=[m.value for m in Move if states.open_for(edition.state, m)],
        may_approve=page.may("approver") and not own,
        own=own,
        titles={b.id: blocks.title_of(b.content) for b in judged.content.blocks},
        title_of=lambda part: blocks.title_of(part.content),
        kind_of=lambda part: blocks.NAMES[blocks.kind_of(part.content)],
        field_names=FIELD_NAMES,
        reach=coverage.sentence(judged.reach) if judged.reach else None,
        gap=coverage.gap(judged.reach) if judged.reach else None,
        tones=TONES,
        names=states.NAMES,
        view=preview.view(page, judged.content),
    )


async def _judge(page: Page, tx: Tx, edition_id: int) -> Judgement:
    content = await editions.content(tx, edition_id)
    everyone = (1 << len(compose.segments_of(content.blocks))) - 1
    markup, _ = await preview.sampled(page, content, everyone)
    facts = await approval.facts(
        tx,
        content,
        segments=frozenset(page.app.segments),
        html_size=len(markup.encode()),
        today=localtime.local(page.now).date(),
    )
    history = await approval.history(tx, edition_id)
    now, before = snapshot.take(content), history[0].content if history else None
    changes = snapshot.blocks_changed(before, now) if before else []
    return Judgement(
        content,
        snapshot.fingerprint(content),
        checks.find(content, facts),
        history,
        _words(page, before, now) if before else [],
        changes,
        await _rewritten(page, changes),
        await _reach(page, tx, content),
    )


def _words(page: Page, before: Snapshot, now: Snapshot) -> list[tuple[str, str, str]]:
    """Return (field, before, after) for what changed beside the blocks, segments by title."""
    segments = page.app.segments
    before, now = (
        structs.replace(s, audience=[segments[a].title if a in segments else a for a in s.audience])
        for s in (before, now)
    )
    return snapshot.words_changed(before, now)


async def _rewritten(
    page: Page, changes: list[snapshot.Change]
) -> dict[int, list[comparing.Difference]]:
    """Return what changed in each block that both versions have, by the block's id."""
    titles = {slug: segment.title for slug, segment in page.app.segments.items()}
    pairs = [(c.before, c.after) for c in changes if c.before and c.after]
    return {b.id: await comparing.judged_differ(a, b, titles) for a, b in pairs}


async def _reach(page: Page, tx: Tx, content: Content) -> Coverage | None:
    """Return who would get it; None where a segment is gone, which the checks report."""
    slugs = [s for s in (content.newsletter.segment, content.edition.segment) if s]
    limits = [*slugs, *compose.segments_of(content.blocks)]
    if not set(limits) <= set(page.app.segments):
        return None
    rules = [where(page.app.segments, slug) for slug in slugs]
    return await people.cover(tx, content.newsletter.id, rules, page.now)


async def _tell_approvers(page: Page, tx: Tx, content: Content) -> int:
    """Owe every other approver a mail with the way to the page; return how many there are."""
    others = [a for a in await accounts.approvers(tx) if a.id != page.me.id]
    for approver in others:
        letter = await page.app.renderer.letter(
            "approval",
            approver.language,
            **compose.frame(content.association, content.newsletter.look),
            edition=content.edition,
            newsletter=content.newsletter,
            handed_in_by=page.me.name,
            link=_address(page, content),
        )
        words = (letter.subject, letter.text, letter.html)
        await notices.notice(tx, NoticeKind.APPROVAL, approver.email, *words, now=page.now)
    return len(others)


async def _tell_writer(page: Page, tx: Tx, edition_id: int, remark: str) -> None:
    content = await editions.content(tx, edition_id)
    writer = await accounts.editor(tx, content.edition.handed_in_by or 0)
    if writer is None or writer.id == page.me.id:
        return
    letter = await page.app.renderer.letter(
        "returned",
        writer.language,
        **compose.frame(content.association, content.newsletter.look),
        edition=content.edition,
        newsletter=content.newsletter,
        decided_by=page.me.name,
        remark=remark,
        link=_address(page, content).removesuffix("/review"),
    )
    words = (letter.subject, letter.text, letter.html)
    await notices.notice(tx, NoticeKind.APPROVAL, writer.email, *words, now=page.now)


def _address(page: Page, content: Content) -> str:
    return f"{page.app.settings.public_url.rstrip('/')}/editions/{content.edition.id}/review"


routes = [show, hand_in, approve, send_back, follow, test, withdraw]
