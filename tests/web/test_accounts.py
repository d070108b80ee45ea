"""The pages about people: invited, given a role, barred, and their passwords set by nobody else."""

import asyncio
import re

import msgspec
from litestar import Litestar

from service.accounts import actions as accounts
from service.accounts.model import EditorRole
from service.app import App, opened
from service.editions import actions as editions
from service.editions.model import Association
from service.kit import clock
from service.kit.settings import Settings
from service.web import application as web
from tests.browser_like import PASSWORD, Client, hidden

NEW = {
    "name": "Redaktion Nord",
    "email": "nord@verband.example",
    "role": "editor",
    "language": "de",
}


async def found_association(app: App) -> None:
    async with app.db.tx() as tx:
        signs = Association(
            "Verband der Gemeinden",
            "VdG",
            "Postfach\n8000 Zürich",
            "https://verband.example",
            "info@verband.example",
            version=(await editions.association(tx)).version,
        )
        await editions.save_association(tx, signs, None, clock.now())


async def invite(client: Client) -> int:
    answer = await client.submit("/editors", **NEW)
    assert answer.status_code == 303
    return int(answer.headers["location"].rsplit("/", 1)[1])


async def link_for(client: Client, editor_id: int = 0) -> str:
    """Return the path of a link for setting a password, for somebody just invited if for nobody."""
    number = editor_id or await invite(client)
    shown = await client.submit(f"/editors/{number}/invitation")
    [path] = set(re.findall(r"http://rundbrief\.test(/welcome/[\w/-]+)", shown.text))
    return path


async def test_a_second_account_of_one_address_is_refused_at_the_field_and_nothing_is_lost(
    client: Client,
) -> None:
    await client.login("administrator")
    await invite(client)
    again = await client.submit("/editors", **{**NEW, "name": "Redaktion Zwei"})
    assert again.status_code == 409
    assert 'href="#email"' in again.text
    assert "Redaktion Zwei" in again.text


async def test_an_invited_editor_sets_a_password_by_the_link_and_is_logged_in(
    client: Client, asgi: Litestar, app: App
) -> None:
    await client.login("administrator")
    editor_id = await invite(client)
    assert "eingeladen" in (await client.get("/editors")).text
    path = await link_for(client, editor_id)
    async with Client.of(app, asgi) as guest:
        assert "nord@verband.example" in (await guest.get(path)).text
        weak = await guest.post(path, data={"password": "kurz"})
        assert weak.status_code == 422
        entered = await guest.post(path, data={"password": PASSWORD})
        assert entered.headers["location"] == "/today"
        assert "Redaktion Nord" in (await guest.get("/account")).text
        assert (await guest.get(path)).status_code == 404, "the link is used up"


async def test_of_two_who_use_a_link_at_the_same_moment_one_is_let_in(
    client: Client, asgi: Litestar, app: App
) -> None:
    await client.login("administrator")
    path = await link_for(client)
    async with Client.of(app, asgi) as one, Client.of(app, asgi) as other:
        sent = [guest.post(path, data={"password": PASSWORD}) for guest in (one, other)]
        codes = sorted([answer.status_code for answer in await asyncio.gather(*sent)])
    assert codes == [303, 404]


async def test_nobody_is_let_in_by_a_form_of_another_site(
    client: Client, asgi: Litestar, app: App
) -> None:
    await client.login("administrator")
    path = await link_for(client)
    async with Client.of(app, asgi) as guest:
        elsewhere = {"sec-fetch-site": "cross-site"}
        answer = await guest.post(path, data={"password": PASSWORD}, headers=elsewhere)
    assert answer.status_code == 403
    assert "rundbrief" not in answer.cookies


async def test_opening_the_link_uses_nothing_up(client: Client, asgi: Litestar, app: App) -> None:
    await client.login("administrator")
    path = await link_for(client)
    async with Client.of(app, asgi) as gateway:
        for _ in range(3):
            assert (await gateway.get(path)).status_code == 200
            assert (await gateway.head(path)).status_code == 200


async def test_the_link_goes_by_mail_where_the_association_has_an_address(
    client: Client, app: App
) -> None:
    await client.login("administrator")
    editor_id = await invite(client)
    assert (await client.submit(f"/editors/{editor_id}/letter")).status_code == 409
    await found_association(app)
    assert (await client.submit(f"/editors/{editor_id}/letter")).status_code == 303
    async with app.db.read() as tx:
        row = await tx.fetchrow("select address, sender_address, text, html from notice")
    assert row["address"] == "nord@verband.example"
    assert row["sender_address"] == "info@verband.example"
    for part in (row["text"], row["html"]):
        assert f"http://rundbrief.test/welcome/{editor_id}/" in part


async def test_a_forgotten_password_is_answered_alike_for_everybody_and_mailed_to_ours_only(
    client: Client, app: App
) -> None:
    await found_association(app)
    await client.login("editor", "lea@verband.example")
    client.cookies.clear()
    pages = []
    for address in ("LEA@verband.example", "niemand@verband.example"):
        answer = await client.post("/forgotten", data={"email": address})
        assert answer.status_code == 200
        pages.append(answer.text.replace(address, "…"))
    assert pages[0] == pages[1]
    async with app.db.read() as tx:
        rows = await tx.fetch("select address from notice")
    assert [r["address"] for r in rows] == ["lea@verband.example"]


async def test_nobody_can_fill_a_mailbox_with_links(client: Client, app: App) -> None:
    await found_association(app)
    await client.login("editor", "lea@verband.example")
    client.cookies.clear()
    for _ in range(6):
        await client.post("/forgotten", data={"email": "lea@verband.example"})
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from notice") == 3


async def test_an_invitation_with_faults_shows_all_of_them_and_keeps_what_was_typed(
    client: Client,
) -> None:
    await client.login("administrator")
    answer = await client.submit("/editors", **(NEW | {"email": "nord", "name": ""}))
    assert answer.status_code == 422
    assert 'value="nord"' in answer.text
    assert 'href="#email"' in answer.text
    assert 'href="#name"' in answer.text


async def test_an_address_that_has_an_account_is_told_so(client: Client) -> None:
    await client.login("administrator")
    await invite(client)
    answer = await client.submit("/editors", **NEW)
    assert answer.status_code == 409
    assert "bereits ein Konto" in answer.text


async def test_an_invitation_sent_twice_makes_one_account(client: Client, app: App) -> None:
    await client.login("administrator")
    once = hidden(await client.get("/editors/new"), "once")
    answers = [await client.submit("/editors", once=once, **NEW) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    async with app.db.read() as tx:
        assert len(await accounts.listing(tx)) == 2


async def test_a_changed_role_counts_from_the_next_page_on(
    client: Client, asgi: Litestar, app: App
) -> None:
    await client.login("administrator")
    async with Client.of(app, asgi) as other:
        other_id = await other.login("editor")
        assert (await other.get("/editors")).status_code == 403
        await client.submit(f"/editors/{other_id}/role", role="administrator")
        assert (await other.get("/editors")).status_code == 200
        await client.submit(f"/editors/{other_id}/disable")
        assert (await other.get("/editors")).status_code == 303
    assert "gesperrt" in (await client.get("/editors")).text
    assert (await client.submit(f"/editors/{other_id}/enable")).status_code == 303


async def test_the_last_administrator_is_kept_and_told_why(client: Client) -> None:
    own_id = await client.login("administrator")
    answer = await client.submit(f"/editors/{own_id}/disable")
    assert answer.status_code == 409
    assert "letzte" in answer.text
    assert (await client.get("/editors")).status_code == 200


async def test_a_role_that_does_not_exist_changes_nothing(client: Client, app: App) -> None:
    own_id = await client.login("administrator")
    assert (await client.submit(f"/editors/{own_id}/role", role="king")).status_code == 422
    async with app.db.read() as tx:
        assert (await accounts.account(tx, own_id)).role is EditorRole.ADMINISTRATOR


async def test_one_sees_where_one_is_logged_in_and_can_end_it_there(
    client: Client, app: App, asgi: Litestar
) -> None:
    own_id = await client.login()
    async with app.db.tx() as tx:
        phone = await accounts.open_session(tx, own_id, "iPhone Safari/1", clock.now())
        tablet = await accounts.open_session(tx, own_id, "iPad Safari/1", clock.now())
    page = await client.get("/account")
    assert "Safari · iPhone" in page.text
    assert "dieser hier" in page.text
    await client.submit("/account/sessions", session=phone.session.key.hex())
    async with app.db.read() as tx:
        assert not await accounts.session(tx, phone.token, clock.now())
        assert await accounts.session(tx, tablet.token, clock.now())
    await client.submit("/account/sessions", others="1")
    async with app.db.read() as tx:
        assert not await accounts.session(tx, tablet.token, clock.now())
    assert (await client.get("/account")).status_code == 200


async def test_nobody_ends_the_session_of_somebody_else(
    client: Client, app: App, asgi: Litestar
) -> None:
    await client.login()
    async with Client.of(app, asgi) as other:
        await other.login("administrator")
        async with app.db.read() as tx:
            [theirs] = await accounts.sessions_of(tx, other.editor_id, clock.now())
        await client.submit("/account/sessions", session=theirs.key.hex())
        assert (await other.get("/account")).status_code == 200
    assert (await client.submit("/account/sessions", session="zz")).status_code == 422


async def test_a_wrong_current_password_is_told_at_its_field(client: Client) -> None:
    await client.login()
    answer = await client.submit("/account/password", current="x", password=PASSWORD)
    assert answer.status_code == 422
    assert 'id="current-fault"' in answer.text


async def test_the_association_is_saved_and_a_second_saver_overwrites_nothing(
    client: Client, app: App
) -> None:
    await found_association(app)
    await client.login("administrator")
    version = hidden(await client.get("/settings"), "version")
    fields = {
        "name": "Konferenz der Gemeinden",
        "short_name": "KdG",
        "postal_address": "Postfach\n8001 Zürich",
        "website": "https://kdg.example",
        "email": "info@kdg.example",
        "version": version,
    }
    assert (await client.submit("/settings", **fields)).status_code == 303
    late = await client.submit("/settings", **(fields | {"name": "Zu spät"}))
    assert late.status_code == 409
    assert 'value="Zu spät"' in late.text, "nothing typed is lost"
    async with app.db.read() as tx:
        assert (await editions.association(tx)).name == "Konferenz der Gemeinden"


async def test_an_editor_reads_the_association_and_cannot_change_it(
    client: Client, app: App
) -> None:
    await found_association(app)
    await client.login("editor")
    page = await client.get("/settings")
    assert "Verband der Gemeinden" in page.text
    assert "<textarea" not in page.text
    assert (await client.submit("/settings", name="x")).status_code == 403


async def test_the_settings_in_force_are_shown_without_their_secrets(settings: Settings) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    smtp_url = f"smtp://mailer:{secret}@mail.example:587"
    imap_url = f"imaps://mailbox:{secret}@mail.example/INBOX"
    set_up = msgspec.structs.replace(
        settings, smtp_url=smtp_url, imap_url=imap_url, secret_keys=(secret,)
    )
    beside = f"postgresql:///rundbrief?host=db.example&user=rundbrief&password={secret}"
    async with opened(set_up) as opening:
        shown = msgspec.structs.replace(set_up, database_url=beside)
        app = msgspec.structs.replace(opening, settings=shown)
        async with Client.of(app, web.create(app)) as client:
            await client.login("administrator")
            page = await client.get("/settings/system")
    assert "password=•••" in page.text
    assert "smtp://mailer:•••@mail.example:587" in page.text
    assert "SECRET_KEYS" in page.text
    assert secret not in page.text
