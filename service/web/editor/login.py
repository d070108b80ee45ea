"""Logging in and out. What somebody was about to send when their session ended is kept."""

from litestar import Response, get, post

from service.accounts import actions as accounts
from service.accounts.model import Entry, LoginOutcome, TooMany
from service.editions import actions as editions
from service.kit import wording
from service.kit.text import Text, msg
from service.web import kept, session
from service.web.forms import Form
from service.web.guards import EDITOR, PUBLIC
from service.web.pages import Page


@get("/login", opt=PUBLIC, name="login")
async def ask(page: Page) -> Response[str]:
    """Show the login, or go on for somebody who is logged in already."""
    if page.editor:
        return page.go(_target(page.query("next")))
    return await _show(page, Form({}), target=page.query("next"))


@post("/login", opt=PUBLIC)
async def enter(page: Page) -> Response[str]:
    """Log in; wrong logins are told at the form, with the address kept."""
    form = await page.form()
    session.check_origin(page.request)
    email, password = form.text("email", required=True), form.secret("password")
    if form.faults:
        return await _show(page, form, status=422)
    outcome = await accounts.log_in(
        page.db, email=email, password=password, host=page.host, agent=page.agent, now=page.now
    )
    return await _entered(page, form, outcome)


@post("/logout", opt=EDITOR, name="logout")
async def leave(page: Page) -> Response[str]:
    """End the session, here and in the database."""
    async with page.db.tx() as tx:
        await accounts.log_out(tx, page.own_session.key)
    response = page.go("/login", said=msg("You are logged out."))
    session.drop(page.app, response)
    return response


async def _entered(page: Page, form: Form, outcome: LoginOutcome) -> Response[str]:
    if not isinstance(outcome, Entry):
        form.fault(*_refusal(outcome))
        return await _show(page, form, status=429 if isinstance(outcome, TooMany) else 422)
    page.adopt(outcome.session)
    if again := kept.restore(form.first("keep")):
        response = page.show("editor/send_again.html", kept=again)
    else:
        response = page.go(_target(form.first("next")))
    session.remember(page.app, response, outcome.token)
    return response


def _refusal(outcome: LoginOutcome) -> tuple[str, Text]:
    if isinstance(outcome, TooMany):
        opens = wording.clock(outcome.until)
        return "", msg("Too many attempts. Please try again at %(time)s.", time=opens)
    return "email", msg("Address and password do not belong together.")


async def _show(page: Page, form: Form, *, status: int = 200, target: str = "") -> Response[str]:
    async with page.db.read() as tx:
        signs = await editions.association(tx)
    return page.show(
        "editor/login.html",
        status=status,
        association=signs,
        form=form,
        faults=form.faults,
        next=target or form.first("next"),
        keep=form.first("keep"),
    )


def _target(path: str) -> str:
    return path if kept.inside(path) else "/today"


routes = [ask, enter, leave]
