"""One's own account: name, language, password, and where one is logged in."""

from litestar import Response, get, post

from service.accounts import actions as accounts
from service.accounts import passwords
from service.kit.errors import Fault, Invalid
from service.kit.messages import LANGUAGES
from service.kit.text import msg
from service.web import session
from service.web.forms import Form
from service.web.guards import EDITOR
from service.web.pages import Page


@get("/account", opt=EDITOR, name="account")
async def show(page: Page) -> Response[str]:
    """Show one's own account."""
    return await _show(page)


@post("/account", opt=EDITOR)
async def rename(page: Page) -> Response[str]:
    """Change one's name and the language of the pages."""
    form = await page.form()
    name, language = form.text("name", required=True), form.choice("language", LANGUAGES)
    if form.faults:
        return await _show(page, form, form.faults)
    async with page.db.tx() as tx:
        await accounts.rename(tx, page.me.id, name, language)
    page.language = language
    return page.go("/account", said=msg("Your account is saved."))


@post("/account/password", opt=EDITOR)
async def change_password(page: Page) -> Response[str]:
    """Change one's password; every other login ends, and this one goes on with a new token."""
    form = await page.form()
    current, password = form.secret("current"), form.secret("password")
    try:
        form.check()
        async with page.db.tx() as tx:
            await accounts.change_password(tx, page.me.id, current, password, page.now)
            entry = await accounts.open_session(tx, page.me.id, page.agent, page.now)
    except Invalid as problem:
        return await _show(page, form, problem.faults)
    response = page.go("/account", said=msg("Your password is changed; other logins have ended."))
    session.remember(page.app, response, entry.token)
    return response


@post("/account/sessions", opt=EDITOR)
async def end_session(page: Page) -> Response[str]:
    """End one of one's logins elsewhere, or all of them."""
    form = await page.form()
    async with page.db.tx() as tx:
        if form.flag("others"):
            await accounts.end_other_sessions(tx, page.me.id, page.own_session.key)
        else:
            await accounts.end_session(tx, page.me.id, _key(form))
    return page.go("/account", said=msg("Logged out there."))


def _key(form: Form) -> bytes:
    try:
        return bytes.fromhex(form.text("session", limit=64))
    except ValueError as error:
        raise Invalid.of("session", msg("There is no such login.")) from error


async def _show(
    page: Page, form: Form | None = None, faults: "list[Fault] | tuple[Fault, ...]" = ()
) -> Response[str]:
    async with page.db.read() as tx:
        open_sessions = await accounts.sessions_of(tx, page.me.id, page.now)
    return page.show(
        "editor/account/index.html",
        status=422 if faults else 200,
        form=form or Form.of(name=page.me.name, language=page.me.language),
        faults=faults,
        sessions=open_sessions,
        own_key=page.own_session.key,
        shortest=passwords.SHORTEST,
    )


routes = [show, rename, change_password, end_session]
