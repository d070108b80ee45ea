"""Heute: what waits for somebody stands there, with the way to where it is done."""

from service.app import App
from service.kit import clock
from service.kit.text import msg
from service.outbox import actions as outbox
from service.outbox.model import DispatchHold
from tests.browser_like import Client
from tests.editions import make
from tests.items import make as news
from tests.outbox import cast


async def today(client: Client, role: str = "editor") -> str:
    await client.login(role)
    answer = await client.get("/today")
    assert answer.status_code == 200
    return answer.text


async def test_an_empty_house_is_shown_its_first_steps(client: Client) -> None:
    page = await today(client)
    assert "Erste Schritte" in page
    for way in ("/settings", "/sources/new", "/newsletters/new", "/imports"):
        assert f'href="{way}"' in page
    assert "Es wartet nichts." in page


async def test_a_step_that_is_done_is_marked(app: App, client: Client) -> None:
    async with app.db.tx() as tx:
        await make.newsletter(tx)
    page = await today(client)
    assert page.count("erledigt") == 2  # who signs, and the newsletter


async def test_new_items_stand_there_and_lead_to_the_inbox(app: App, client: Client) -> None:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await news.source(tx, now)
        await news.take_in(tx, source, [news.dated("a", "Neue Richtlinien", now)], now)
    page = await today(client)
    assert "Neue Richtlinien" in page
    assert "1 Meldung" in page


async def test_a_draft_stands_among_the_drafts(app: App, client: Client) -> None:
    async with app.db.tx() as tx:
        edition = await make.edition(tx, await make.newsletter(tx))
    page = await today(client)
    assert f'href="/editions/{edition}"' in page
    assert make.WORDS.title in page


async def test_an_approved_edition_waits_to_be_scheduled(app: App, client: Client) -> None:
    async with app.db.tx() as tx:
        edition = await cast.approved(tx, 2)
    page = await today(client)
    assert f'href="/editions/{edition}"' in page
    assert "terminieren" in page
    assert "Es wartet nichts." not in page


async def test_a_dispatch_that_waits_says_why(app: App, client: Client) -> None:
    dispatch = await cast.opened(app.db)
    why = msg("The mail server does not answer.")
    async with app.db.tx() as tx:
        await outbox.hold(tx, dispatch, DispatchHold.RELAY, why, clock.now())
    page = await today(client)
    assert f'href="/dispatches/{dispatch}"' in page
    assert "The mail server does not answer." in page


async def test_a_dispatch_under_way_stands_apart_from_what_waits(app: App, client: Client) -> None:
    await cast.opened(app.db)
    page = await today(client)
    assert "Geht hinaus" in page
    assert "Es wartet nichts." in page


async def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    answer = await client.get("/today")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
