"""Subscribing by the public form: an address, a mail to it, a button behind the link in that mail.

The page answers alike for known and unknown addresses; only the owner of the mailbox learns more.
A GET shows a button; the POST behind it acts.
"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.audience import actions as audience
from service.audience import addresses, consent
from service.audience.model import Asked, SignUp, Subscribed
from service.editions import actions as editions
from service.editions import compose
from service.editions.model import Newsletter
from service.kit.db import Tx
from service.kit.text import msg
from service.outbox import notices
from service.outbox.model import NoticeKind
from service.web.forms import Form
from service.web.guards import PUBLIC
from service.web.pages import Page

CONFIRM = "confirm"
WORDING = msg("I would like to receive the newsletter «%(title)s» by mail. I can stop it any time.")


@get("/subscribe/{slug:str}", opt=PUBLIC, name="subscribe")
async def show(page: Page, slug: FromPath[str]) -> Response[str]:
    """Show the form of one public newsletter."""
    async with page.db.read() as tx:
        newsletter = await _newsletter(page, tx, slug)
        return await _form(page, tx, newsletter, Form({}))


@post("/subscribe/{slug:str}", opt=PUBLIC, status_code=200)
async def ask(page: Page, slug: FromPath[str]) -> Response[str]:
    """Send the mail that asks for confirmation; the answer tells nothing about the address."""
    form = await page.form()
    async with page.db.tx() as tx:
        newsletter = await _newsletter(page, tx, slug)
        address = _address(form)
        if form.faults:
            return await _form(page, tx, newsletter, form, status=422)
        await _owe_mail(page, tx, newsletter, address)
        return await _answer(page, tx, "sent", newsletter, address=address)


@get("/confirm/{token:str}", opt=PUBLIC, name="confirm")
async def look(page: Page, token: FromPath[str]) -> Response[str]:
    """Show what is confirmed, and one button."""
    request_id = page.app.signer.verify(CONFIRM, token, page.now)
    async with page.db.read() as tx:
        request = await audience.asked(tx, request_id)
        newsletter = await editions.newsletter(tx, request.newsletter_id)
        return await _answer(page, tx, "confirm", newsletter, token=token, request=request)


@post("/confirm/{token:str}", opt=PUBLIC, status_code=200)
async def confirm(page: Page, token: FromPath[str]) -> Response[str]:
    """Start the subscription; pressing twice changes nothing."""
    request_id = page.app.signer.verify(CONFIRM, token, page.now)
    async with page.db.tx() as tx:
        request = await audience.confirm(tx, request_id, page.now)
        newsletter = await editions.newsletter(tx, request.newsletter_id)
        own = page.app.signer.sign("contact", request.contact_id)
        return await _answer(page, tx, "confirmed", newsletter, preferences=f"/p/{own}")


async def _newsletter(page: Page, tx: Tx, slug: str) -> Newsletter:
    newsletter = await editions.public_newsletter(tx, slug)
    page.language = newsletter.language
    return newsletter


def _address(form: Form) -> str:
    typed = form.text("email", required=True, limit=addresses.LONGEST)
    address, fault = addresses.plain(form.first("email")) if typed else ("", None)
    if fault is not None:
        form.fault("email", fault)
    return address or ""


async def _owe_mail(page: Page, tx: Tx, newsletter: Newsletter, address: str) -> None:
    wording = page._(WORDING.id, title=newsletter.title)
    sign_up = SignUp(wording, f"/subscribe/{newsletter.slug}", page.host)
    answer = await audience.ask(tx, newsletter.id, address, newsletter.language, sign_up, page.now)
    signer = page.app.signer
    match answer:
        case Asked(request_id, contact_id):
            ends = page.now + consent.CONFIRMATION_LASTS
            token = signer.sign(CONFIRM, request_id, ends)
            await _notice(page, tx, newsletter, address, contact_id, f"/confirm/{token}")
        case Subscribed(contact_id):
            token = signer.sign("contact", contact_id)
            await _notice(page, tx, newsletter, address, contact_id, f"/p/{token}")


async def _notice(
    page: Page, tx: Tx, newsletter: Newsletter, address: str, contact_id: int, path: str
) -> None:
    known = path.startswith("/p/")
    letter = await page.app.renderer.letter(
        "subscribed" if known else "confirmation",
        newsletter.language,
        **compose.frame(await editions.association(tx), newsletter.look),
        newsletter=newsletter,
        link=page.app.settings.public_url + path,
    )
    await notices.notice(
        tx,
        NoticeKind.PREFERENCES if known else NoticeKind.CONFIRMATION,
        address,
        letter.subject,
        letter.text,
        letter.html,
        now=page.now,
        contact_id=contact_id,
    )


async def _form(
    page: Page, tx: Tx, newsletter: Newsletter, form: Form, status: int = 200
) -> Response[str]:
    wording = page._(WORDING.id, title=newsletter.title)
    return await _answer(
        page, tx, "form", newsletter, status, form=form, faults=form.faults, wording=wording
    )


async def _answer(
    page: Page, tx: Tx, step: str, newsletter: Newsletter, status: int = 200, **context: Any
) -> Response[str]:
    page.language = newsletter.language
    return page.show(
        f"public/subscribe/{step}.html",
        status=status,
        newsletter=newsletter,
        association=await editions.association(tx),
        **context,
    )


routes = [show, ask, look, confirm]
