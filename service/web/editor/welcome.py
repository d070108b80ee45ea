"""Setting a password by a link: after an invitation, or when the old one is forgotten.

The link is shown by GET and acts by POST, so a mail gateway that opens it uses nothing up. Whether
an address has an account is told to nobody, not even by how long the answer takes.
"""

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath

from service.accounts import actions as accounts
from service.accounts import passwords
from service.accounts.model import Account
from service.editions import actions as editions
from service.editions import compose
from service.editions.model import Look
from service.kit.db import Tx
from service.kit.errors import Invalid
from service.kit.text import msg
from service.outbox import notices
from service.outbox.model import NoticeKind
from service.web import session
from service.web.forms import Form
from service.web.guards import PUBLIC
from service.web.pages import Page


@get("/welcome/{editor_id:int}/{token:str}", opt=PUBLIC, name="welcome")
async def ask(page: Page, editor_id: FromPath[int], token: FromPath[str]) -> Response[str]:
    """Ask for a password, or say why the link is no good."""
    return await _show(page, editor_id, token, Form({}))


@post("/welcome/{editor_id:int}/{token:str}", opt=PUBLIC)
async def set_password(page: Page, editor_id: FromPath[int], token: FromPath[str]) -> Response[str]:
    """Set the password and log in; the link is used up, earlier logins end."""
    form = await page.form()
    session.check_origin(page.request)
    try:
        password = form.secret("password")
        form.check()
        async with page.db.tx() as tx:
            await accounts.accept(tx, page.app.signer, editor_id, token, password, page.now)
            entry = await accounts.open_session(tx, editor_id, page.agent, page.now)
    except Invalid as problem:
        form.faults = list(problem.faults)
        return await _show(page, editor_id, token, form)
    response = page.go("/today", said=msg("Your password is set. Welcome."))
    session.remember(page.app, response, entry.token)
    return response


async def _show(page: Page, editor_id: int, token: str, form: Form) -> Response[str]:
    async with page.db.read() as tx:
        account = await accounts.invited(tx, page.app.signer, editor_id, token, page.now)
    page.language = account.language
    return page.show(
        "editor/account/welcome.html",
        status=422 if form.faults else 200,
        account=account,
        form=form,
        faults=form.faults,
        shortest=passwords.SHORTEST,
    )


@get("/forgotten", opt=PUBLIC, name="forgotten")
async def ask_address(page: Page) -> Response[str]:
    """Ask whose password is forgotten."""
    return page.show("editor/account/forgotten.html", form=Form({}))


@post("/forgotten", opt=PUBLIC)
async def send_link(page: Page) -> Response[str]:
    """Say the same to everybody; the mail goes out once the answer has left."""
    form = await page.form()
    email = form.email("email", required=True)
    if form.faults:
        context = {"form": form, "faults": form.faults}
        return page.show("editor/account/forgotten.html", status=422, **context)
    response = page.show("editor/account/link_sent.html", email=email)
    response.background = BackgroundTask(_send_if_known, page, email)
    return response


async def _send_if_known(page: Page, email: str) -> None:
    async with page.db.tx() as tx:
        known = await accounts.forgotten(tx, email, page.host, page.now)
    if isinstance(known, Account):
        async with page.db.tx() as tx:
            await owe_letter(page, tx, known)


async def owe_letter(page: Page, tx: Tx, account: Account) -> None:
    """Owe an account's owner a mail with a link for setting a password."""
    signs = await editions.association(tx)
    letter = await page.app.renderer.letter(
        "password",
        account.language,
        **compose.frame(signs, Look()),
        account=account,
        link=await link(page, tx, account.id),
        until=page.now + accounts.INVITATION_LASTS,
    )
    words = (letter.subject, letter.text, letter.html)
    await notices.notice(tx, NoticeKind.PASSWORD, account.email, *words, now=page.now)


async def link(page: Page, tx: Tx, editor_id: int) -> str:
    """Return the address at which an account's password can be set, once."""
    token = await accounts.invitation(tx, page.app.signer, editor_id, page.now)
    return f"{page.app.settings.public_url}/welcome/{editor_id}/{token}"


routes = [ask, set_password, ask_address, send_link]
