"""Who may enter: administrators invite, change roles, bar, let in again. Nobody sees a password."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service.accounts import actions as accounts
from service.accounts.model import Account, EditorRole
from service.editions import actions as editions
from service.kit.errors import Conflict, Fault, Invalid
from service.kit.messages import LANGUAGES
from service.kit.text import Text, msg
from service.web.editor import welcome
from service.web.forms import Form
from service.web.guards import ADMINISTRATOR
from service.web.pages import Page

ROLES: dict[EditorRole, tuple[Text, Text]] = {
    EditorRole.EDITOR: (
        msg("Editor"),
        msg("Reads the inbox, writes editions, keeps members and sources, hands in."),
    ),
    EditorRole.APPROVER: (msg("Approver"), msg("Also approves and sends editions.")),
    EditorRole.ADMINISTRATOR: (
        msg("Administrator"),
        msg("Also sets up newsletters, sources, people and the association."),
    ),
}


@get("/editors", opt=ADMINISTRATOR, name="editors")
async def index(page: Page) -> Response[str]:
    """Show everybody who has an account."""
    async with page.db.read() as tx:
        listing = await accounts.listing(tx)
    return page.show("editor/editors/index.html", listing=listing, roles=ROLES)


@get("/editors/new", opt=ADMINISTRATOR, name="editors.new")
async def new(page: Page) -> Response[str]:
    """Show the form for inviting somebody."""
    form = Form.of(role=EditorRole.EDITOR.value, language=page.language)
    return page.show("editor/editors/new.html", form=form, roles=ROLES)


@post("/editors", opt=ADMINISTRATOR)
async def invite(page: Page) -> Response[str]:
    """Create an account; its owner sets the password by the link on the next page."""
    form = await page.form()
    wanted = _read(form)
    try:
        form.check()
        async with page.db.tx() as tx:
            editor_id = await accounts.create(tx, **wanted, now=page.now)
            await page.once(tx, f"/editors/{editor_id}")
    except Invalid as problem:
        return _again(page, form, problem.faults, 422)
    except Conflict as problem:
        return _again(page, form, [Fault("email", problem.text)], 409)
    return page.go(
        f"/editors/{editor_id}", said=msg("The account is created. Now invite its owner.")
    )


@get("/editors/{editor_id:int}", opt=ADMINISTRATOR, name="editor")
async def show(page: Page, editor_id: FromPath[int]) -> Response[str]:
    """Show one account and what can be done with it."""
    return await _show(page, editor_id)


@post("/editors/{editor_id:int}/role", opt=ADMINISTRATOR)
async def set_role(page: Page, editor_id: FromPath[int]) -> Response[str]:
    """Change what somebody may do."""
    form = await page.form()
    role = form.enum("role", EditorRole)
    form.check()
    async with page.db.tx() as tx:
        await accounts.set_role(tx, editor_id, role)
    return page.go(f"/editors/{editor_id}", said=msg("The role is changed."))


@post("/editors/{editor_id:int}/disable", opt=ADMINISTRATOR)
async def disable(page: Page, editor_id: FromPath[int]) -> Response[str]:
    """Bar somebody and end their logins at once."""
    async with page.db.tx() as tx:
        await accounts.disable(tx, editor_id, page.now)
    return page.go(
        f"/editors/{editor_id}", said=msg("The account is barred; every login has ended.")
    )


@post("/editors/{editor_id:int}/enable", opt=ADMINISTRATOR)
async def enable(page: Page, editor_id: FromPath[int]) -> Response[str]:
    """Let somebody in again."""
    async with page.db.tx() as tx:
        await accounts.enable(tx, editor_id)
    return page.go(f"/editors/{editor_id}", said=msg("The account is open again."))


@post("/editors/{editor_id:int}/invitation", opt=ADMINISTRATOR)
async def make_link(page: Page, editor_id: FromPath[int]) -> Response[str]:
    """Show a link for setting a password: once, and never in a list or a log."""
    async with page.db.read() as tx:
        link = await welcome.link(page, tx, editor_id)
    return await _show(page, editor_id, link=link, until=page.now + accounts.INVITATION_LASTS)


@post("/editors/{editor_id:int}/letter", opt=ADMINISTRATOR)
async def send_link(page: Page, editor_id: FromPath[int]) -> Response[str]:
    """Mail such a link to the account's owner."""
    async with page.db.tx() as tx:
        account = await accounts.account(tx, editor_id)
        if not (await editions.association(tx)).email:
            raise Conflict(msg("Mail needs a sender: first fill in the association's address."))
        await welcome.owe_letter(page, tx, account)
    said = msg("A mail with a link is on its way to %(email)s.", email=account.email)
    return page.go(f"/editors/{editor_id}", said=said)


def _read(form: Form) -> dict[str, Any]:
    return {
        "email": form.email("email", required=True),
        "name": form.text("name", required=True),
        "role": form.enum("role", EditorRole),
        "language": form.choice("language", LANGUAGES),
    }


def _again(page: Page, form: Form, faults: Sequence[Fault], status: int) -> Response[str]:
    return page.show(
        "editor/editors/new.html", status=status, form=form, faults=faults, roles=ROLES
    )


async def _show(page: Page, editor_id: int, **context: Any) -> Response[str]:
    async with page.db.read() as tx:
        account: Account = await accounts.account(tx, editor_id)
        open_sessions = await accounts.sessions_of(tx, editor_id, page.now)
    context = {"link": "", "until": None} | context
    return page.show(
        "editor/editors/show.html",
        account=account,
        sessions=open_sessions,
        roles=ROLES,
        form=Form.of(role=account.role.value),
        **context,
    )


routes = [index, new, invite, show, set_role, disable, enable, make_link, send_link]
