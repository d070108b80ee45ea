"""Logging in and out: a new token each time, nothing told to guessers, nothing lost."""

from service.accounts import actions as accounts
from service.app import App
from service.kit import clock
from tests.browser_like import PASSWORD, Client, hidden


async def with_password(app: App, client: Client, email: str = "lea@verband.example") -> int:
    editor_id = await client.login("editor", email)
    async with app.db.tx() as tx:
        await accounts.set_password(tx, editor_id, PASSWORD, clock.now())
    client.cookies.clear()
    return editor_id


async def test_the_login_page_is_german_for_swiss_browsers_and_english_where_asked(client: Client) -> None:
    assert "Anmelden" in (await client.get("/login")).text
    english = await client.get("/login", headers={"accept-language": "en-GB"})
    assert "Log in" in english.text
