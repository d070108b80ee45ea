"""Setting a password by a link: after an invitation, or when the old one is forgotten.

The link is shown by GET and acts by POST, so a mail gateway that opens it uses nothing up.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from service.accounts import actions as accounts
from service.accounts import passwords
from service.accounts.model import Account
from service.kit.errors import Invalid
from service.kit.text import msg
from service.web import session
from service.web.forms import Form
from service.web.guards import PUBLIC
from service.web.pages import Page


@get("/welcome/{editor_id:int}/{token:str}", opt=PUBLIC, name="welcome")
async def ask(page: Page, editor_id: FromPath[int], token: FromPath[str]) -> Response[str]:
    """Ask for a password, or say why the link is no good."""
    async with page.db.read() as tx:
        account = await accounts.invited(tx, page.app.signer, editor_id, token, page.now)
    return _show(page, account, Form({}))


@post("/welcome/{editor_id:int}/{token:str}", opt=PUBLIC)
async def set_password(page: Page, editor_id: FromPath[int], token: FromPath[str]) -> Response[str]:
    """Set the password and log in; the link is used up, earlier logins end."""
    form = await page.form()
    async with page.db.read() as tx:
        account = await accounts.invited(tx, page.app.signer, editor_id, token, page.now)
    try:
        password = form.secret("password")
        form.check()
        async with page.db.tx() as tx:
            await accounts.set_password(tx, editor_id, password, page.now)
            entry = await accounts.open_session(tx, editor_id, page.agent, page.now)
    except Invalid as problem:
        form.faults = list(problem.faults)
        return _show(page, account, form)
    response = page.go("/today", said=msg("Your password is set. Welcome."))
    session.remember(page.app, response, entry.token)
    return response


def _show(page: Page, account: Account, form: Form) -> Response[str]:
    page.language = account.language
    return page.show(
        "editor/account/welcome.html",
        status=422 if form.faults else 200,
        account=account,
        form=form,
        faults=form.faults,
        shortest=passwords.SHORTEST,
    )


routes = [ask, set_password]
