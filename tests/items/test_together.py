"""What editors do together: undo step by step, assign, note, pick to a place, many at once."""

from datetime import timedelta

from lxml import html

from service.accounts import actions as accounts
from service.app import App
from service.editions import actions as editions
from service.items import actions as items
from service.items import lists, together
from service.items.model import ItemState
from service.kit import clock
from tests.browser_like import Client
from tests.items import make


async def filled(app: App, count: int = 3) -> list[int]:
    now = clock.now()
    async with app.db.tx() as tx:
        source = await make.source(tx, now)
        entries = [
            make.dated(f"n{n}", f"Meldung {n}", now - timedelta(hours=count - n))
            for n in range(count)
        ]
        await make.take_in(tx, source, entries, now)
        rows = await lists.listing(tx, lists.Filter(), most=count)
    return [row.id for row in reversed(rows)]


async def states(app: App, ids: list[int]) -> list[str]:
    async with app.db.read() as tx:
        return [(await items.item(tx, one)).state.value for one in ids]


async def undo_by_the_button(client: Client) -> None:
    page = html.fromstring((await client.get("/inbox", params={"state": "all"})).text)
    [deed] = page.xpath("//*[@id='inbox-undo']//input[@name='deed']/@value")
    answer = await client.submit("/inbox/undo", deed=deed, back="/inbox?state=all")
    assert answer.headers["location"] == "/inbox?state=all"


async def test_every_act_is_undone_one_after_the_other(app: App, client: Client) -> None:
    ids = await filled(app)
    editor = await client.login()
    async with app.db.tx() as tx:
        edition = await make.draft(tx, editor, clock.now())
        topic = await items.add_topic(tx, "Asyl")
    await client.submit(f"/items/{ids[0]}/topics", topic=[topic])
    await client.submit(f"/items/{ids[0]}/assign", to=editor)
    await client.submit("/inbox/act", act="pick", id=ids[:2], edition=edition)
    await client.submit("/inbox/act", act="discard", id=ids, back="/inbox")
    await client.submit(f"/items/{ids[2]}/restore")
    await client.submit(f"/items/{ids[2]}/snooze", day="2099-03-02")
    assert await states(app, ids) == ["picked", "picked", "new"]
    for after in (["picked", "picked", "new"], ["picked", "picked", "discarded"],
                  ["picked", "picked", "new"], ["new", "new", "new"]):  # fmt: skip
        await undo_by_the_button(client)
        assert await states(app, ids) == after
    async with app.db.read() as tx:
        assert (await editions.content(tx, edition)).blocks == []
        assert (await items.item(tx, ids[0])).assigned_to == editor
    await undo_by_the_button(client)
    async with app.db.read() as tx:
        assert (await items.item(tx, ids[0])).assigned_to is None
        assert len(await items.filed(tx, ids[0])) == 1
    await undo_by_the_button(client)
    async with app.db.read() as tx:
        assert await items.filed(tx, ids[0]) == []
        assert await together.last(tx, editor, clock.now()) is None


async def test_what_a_colleague_moved_on_since_is_not_undone(
    app: App, asgi: object, client: Client
) -> None:
    ids = await filled(app)
    editor = await client.login()
    await client.submit(f"/items/{ids[0]}/discard")
    async with app.db.read() as tx:
        deed = await together.last(tx, editor, clock.now())
    assert deed
    async with Client.of(app, asgi) as other:  # type: ignore[arg-type]
        await other.login("approver")
        assert (await other.submit("/inbox/undo", deed=deed.id)).status_code == 404
        await other.submit(f"/items/{ids[0]}/restore")
    refused = await client.submit("/inbox/undo", deed=deed.id)
    assert refused.status_code == 409
    assert await states(app, ids[:1]) == ["new"]


async def test_an_item_is_picked_to_the_chosen_place(app: App, client: Client) -> None:
    ids = await filled(app, 4)
    editor = await client.login()
    async with app.db.tx() as tx:
        edition = await make.draft(tx, editor, clock.now())
    for item_id, place in ((ids[0], ""), (ids[1], "0")):
        await client.submit(f"/items/{item_id}/pick", edition=edition, place=place)
    async with app.db.read() as tx:
        first = (await editions.content(tx, edition)).blocks[0].id
    await client.submit("/inbox/act", act="pick", id=ids[2:], edition=edition, place=first)
    async with app.db.read() as tx:
        blocks = (await editions.content(tx, edition)).blocks
    assert [b.item_id for b in blocks] == [ids[1], ids[2], ids[3], ids[0]]
    async with app.db.read() as tx:
        deed = await together.last(tx, editor, clock.now())
    assert deed
    form = {"csrf": client.csrf, "deed": deed.id, "place": blocks[2].id}
    undone = await client.post("/inbox/undo", data=form, headers={"HX-Request": "true"})
    assert undone.headers["hx-redirect"] == "/inbox"  # several rows: the whole list is shown anew
    async with app.db.read() as tx:
        blocks = (await editions.content(tx, edition)).blocks
    assert [b.item_id for b in blocks] == [ids[1], ids[0]]
    places = html.fromstring((await client.get(f"/inbox/places?edition={edition}")).text)
    assert places.xpath("//option/@value") == ["", "0", *[str(b.id) for b in blocks]]
    assert (await client.get("/inbox/places?edition=999999")).status_code == 404


async def test_an_assigned_item_stands_in_its_own_list_and_on_the_first_page(
    app: App, asgi: object, client: Client
) -> None:
    ids = await filled(app)
    await client.login()
    async with Client.of(app, asgi) as other:  # type: ignore[arg-type]
        colleague = await other.login("approver")
        assert "/inbox?state=mine" not in (await other.get("/today")).text
        await client.submit(f"/items/{ids[1]}/assign", to=colleague)
        assert "/inbox?state=mine" in (await other.get("/today")).text
        mine = html.fromstring((await other.get("/inbox?state=mine")).text)
    assert mine.xpath("//li[@data-row]/@id") == [f"item-{ids[1]}"]
    assert (await client.submit(f"/items/{ids[1]}/assign", to=999999)).status_code in (
        404,
        409,
        422,
    )


async def test_notes_are_seen_by_all_and_removed_by_who_wrote_them(
    app: App, asgi: object, client: Client
) -> None:
    ids = await filled(app)
    await client.login()
    path = f"/items/{ids[0]}/notes"
    assert (await client.submit(path, note="  ")).status_code == 422
    await client.submit(path, note="Bei der <b>SKOS</b> nachfragen")
    async with app.db.read() as tx:
        [note] = await together.notes(tx, ids[0])
    async with Client.of(app, asgi) as other:  # type: ignore[arg-type]
        await other.login("approver")
        assert "Bei der &lt;b&gt;SKOS&lt;/b&gt;" in (await other.get(f"/items/{ids[0]}")).text
        assert (await other.submit(f"{path}/{note.id}/remove")).status_code == 404
    await client.submit(f"{path}/{note.id}/remove")
    async with app.db.read() as tx:
        assert await together.notes(tx, ids[0]) == []


async def test_many_at_once_are_put_off_and_taken_on(app: App, client: Client) -> None:
    ids = await filled(app)
    editor = await client.login()
    await client.submit("/inbox/act", act="assign", id=ids[:2])
    await client.submit("/inbox/act", act="snooze", id=ids[1:])
    async with app.db.read() as tx:
        told = [await items.item(tx, one) for one in ids]
        names = {one.id for one in await accounts.listing(tx)}
    assert [one.assigned_to for one in told] == [editor, editor, None]
    assert editor in names
    assert [one.shown_at > clock.now() for one in told] == [False, True, True]
    assert all(one.state is ItemState.NEW for one in told)
    nothing = await client.submit("/inbox/act", act="discard", back="/inbox")
    assert nothing.status_code == 303
