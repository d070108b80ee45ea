"""The pages on members, contacts, committees and segments, used without script."""

from datetime import datetime
from typing import Any

import pytest
from lxml import html

from service.app import App
from tests.browser_like import Client, hidden


@pytest.fixture
async def stage(app: App, cast: Any, now: datetime) -> dict[str, int]:
    """One newsletter, two members, two people, a committee."""
    async with app.db.tx() as tx:
        await tx.execute(
            "insert into association (id, name, short_name, postal_address, website, email)"
            " values (1, 'Verband', 'V', 'Weg 1', 'https://verband.example', 'a@verband.example')"
            " on conflict (id) do nothing"
        )
        letter = await cast.newsletter(tx)
        volken = await cast.organisation(tx, "Volken", district="Andelfingen", population=367)
        uster = await cast.organisation(tx, "Uster", district="Uster", population=34_000)
        kanzlei = await cast.contact(tx, volken, "Kanzlei", functions=["leitung"])
        sozial = await cast.contact(tx, uster, "Sozialvorstand", topics=["kesb"])
        await cast.subscribed(tx, kanzlei, letter)
        committee = await cast.committee(tx, "iiz-ausschuss")
    return {
        "letter": letter,
        "volken": volken,
        "uster": uster,
        "kanzlei": kanzlei,
        "sozial": sozial,
        "committee": committee,
    }


@pytest.fixture
async def editor(client: Client) -> Client:
    await client.login("administrator")
    return client


async def test_every_page_shows_what_there_is(editor: Client, stage: dict[str, int]) -> None:
    for path, shown in (
        ("/organisations", "Volken"),
        ("/organisations?sort=size&kind=municipality&canton=ZH&district=Uster", "Uster"),
        ("/organisations/new", "once"),
        (f"/organisations/{stage['volken']}", "Kanzlei"),
        (f"/organisations/{stage['volken']}/edit", "Andelfingen"),
        ("/organisations.csv?q=volk", "Volken"),
        ("/contacts?q=kanz", "kanzlei@gemeinde.example"),
        ("/contacts?state=suspended", "/contacts"),
        ("/contacts.csv", "kanzlei@gemeinde.example"),
        (f"/contacts/{stage['kanzlei']}", "Volken"),
        (f"/contacts/{stage['kanzlei']}/edit", "leitung"),
        (f"/contacts/new?organisation={stage['uster']}", "selected"),
        ("/imports", 'type="file"'),
        ("/committees", "iiz-ausschuss"),
        ("/committees/new", "once"),
        (f"/committees/{stage['committee']}", "iiz-ausschuss"),
        ("/segments", "gemeinden-zh"),
        ("/segments/gemeinden-zh", "kind = &#34;municipality&#34;"),
        ("/segments/try?where=population+%3C+400", "Volken"),
    ):
        answer = await editor.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
        assert shown in answer.text, path


async def test_a_list_without_a_hit_offers_the_way_back(editor: Client, stage: Any) -> None:
    answer = await editor.get("/organisations?q=Nirgendwo")
    assert 'href="/organisations"' in answer.text
    assert "Volken" not in answer.text


async def test_a_long_list_is_paged_by_key_without_loss(
    editor: Client, app: App, cast: Any, stage: Any
) -> None:
    async with app.db.tx() as tx:
        for index in range(120):
            await cast.organisation(
                tx, f"Örtli {index:03}", population=index if index % 3 else None
            )
    for sort in ("name", "size"):
        seen: list[str] = []
        path = f"/organisations?q=ortli&sort={sort}"
        while path:
            answer = await editor.get(path)
            names = _column(answer.text)
            seen += names
            path = _next(answer.text)
        assert len(seen) == len(set(seen)) == 120


def _column(page: str) -> list[str]:
    return [str(a.text) for a in html.fromstring(page).xpath("//tbody//th/a")]


def _next(page: str) -> str:
    found = html.fromstring(page).xpath("//a[@rel='next']/@href")
    return str(found[0]) if found else ""


async def test_a_member_without_a_name_is_refused_and_keeps_what_was_typed(
    editor: Client, stage: Any
) -> None:
    answer = await editor.submit(
        "/organisations", name="", kind="district", district="Meilen", population="viele"
    )
    assert answer.status_code == 422
    assert "Meilen" in answer.text
    assert 'href="#name"' in answer.text
    assert 'href="#population"' in answer.text


async def test_a_member_that_exists_already_is_a_clear_fault(editor: Client, stage: Any) -> None:
    answer = await editor.submit("/organisations", name="volken", kind="municipality", canton="ZH")
    assert answer.status_code == 409
    assert "volken" in answer.text


async def test_a_form_posted_twice_adds_one_member(editor: Client, app: App, stage: Any) -> None:
    once = hidden(await editor.get("/organisations/new"), "once")
    fields = {"name": "Hüttikon", "kind": "municipality", "canton": "ZH", "once": once}
    first = await editor.submit("/organisations", **fields)
    second = await editor.submit("/organisations", **fields)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]


async def test_the_second_to_save_sees_what_is_stored_and_overwrites_nothing_unseen(
    editor: Client, app: App, stage: dict[str, int]
) -> None:
    path = f"/contacts/{stage['kanzlei']}"
    form = await editor.get(f"{path}/edit")
    fields = {"version": hidden(form, "version"), "email": "neu@volken.example", "language": "de"}
    assert (await editor.submit(path, label="Erste", **fields)).status_code == 303
    second = await editor.submit(path, label="Zweite", **fields)
    assert second.status_code == 409
    assert "Erste" in second.text
    assert "Zweite" in second.text
    fields["version"] = hidden(second, "version")
    assert (await editor.submit(path, label="Zweite", **fields)).status_code == 303


async def test_an_address_with_a_line_break_never_becomes_a_contact(
    editor: Client, stage: Any
) -> None:
    answer = await editor.submit("/contacts", label="X", email="a@b.example\r\nBcc: c@d.example")
    assert answer.status_code == 422


async def test_a_subscription_by_an_editor_needs_its_source_and_is_on_record(
    editor: Client, stage: dict[str, int]
) -> None:
    path = f"/contacts/{stage['sozial']}"
    wish = {"newsletter": stage["letter"], "basis": "office"}
    assert (await editor.submit(f"{path}/subscribe", source="", **wish)).status_code == 422
    answer = await editor.submit(f"{path}/subscribe", source="Telefon vom 3.2.", **wish)
    assert answer.status_code == 303
    shown = await editor.get(path)
    assert "Telefon vom 3.2." in shown.text
    assert (
        await editor.submit(
            f"{path}/subscribe", newsletter=stage["letter"], basis="double_opt_in", source="x"
        )
    ).status_code == 422


async def test_suspend_lift_pause_unsubscribe_and_erase_do_what_they_say(
    editor: Client, app: App, stage: dict[str, int]
) -> None:
    path = f"/contacts/{stage['kanzlei']}"
    await editor.submit(f"{path}/suspend", detail="auf Wunsch")
    shown = await editor.get(path)
    assert "auf Wunsch" in shown.text
    await editor.submit(f"{path}/lift", suspension=hidden(shown, "suspension"))
    assert 'name="suspension"' not in (await editor.get(path)).text
    await editor.submit(f"{path}/pause", until="2099-01-01")
    async with app.db.read() as tx:
        assert await tx.fetchval("select paused_until from contact where id = $1", stage["kanzlei"])
    await editor.submit(f"{path}/pause")
    await editor.submit(f"{path}/unsubscribe", newsletter=stage["letter"])
    async with app.db.read() as tx:
        states = await tx.fetch(
            "select state from subscription where contact_id = $1", stage["kanzlei"]
        )
    assert [r["state"] for r in states] == ["ended"]
    assert (await editor.submit(f"{path}/erase")).status_code == 303
    assert (await editor.get(path)).status_code == 404


async def test_a_member_with_contacts_cannot_be_removed(
    editor: Client, stage: dict[str, int]
) -> None:
    answer = await editor.submit(f"/organisations/{stage['volken']}/remove")
    assert answer.status_code == 409


async def test_a_file_is_looked_at_then_applied(
    editor: Client, app: App, stage: dict[str, int]
) -> None:
    data = (
        "Mitglied;Art;E-Mail;Kontakt\n"
        "Hüttikon;Gemeinde;post@huettikon.example;Kanzlei\nVolken;;kaputt;X\n"
    )
    answer = await editor.post(
        "/imports",
        data={"csrf": editor.csrf},
        files={"file": ("mitglieder.csv", data.encode("cp1252"), "text/csv")},
    )
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    shown = await editor.get(path)
    assert "post@huettikon.example" in shown.text
    assert "Windows-1252" in shown.text
    assert (await editor.get(f"{path}?fate=refused")).text.count("data-row") == 1
    assert "kaputt" in (await editor.get(f"{path}/refused.csv")).text
    faulty = await editor.submit(f"{path}/apply", newsletters=stage["letter"], basis="office")
    assert faulty.status_code == 422
    done = await editor.submit(
        f"{path}/apply", newsletters=stage["letter"], basis="office", source="Liste 2026"
    )
    assert done.status_code == 303
    async with app.db.read() as tx:
        assert await tx.fetchval("select count(*) from consent where source = 'Liste 2026'") == 1


@pytest.mark.parametrize("data", [b"", b"PLZ;Ort\n8000;Z\n", b"PK\x03\x04rest"])
async def test_a_file_that_is_no_list_is_refused_on_the_same_page(
    editor: Client, stage: Any, data: bytes
) -> None:
    answer = await editor.post(
        "/imports", data={"csrf": editor.csrf}, files={"file": ("x.csv", data, "text/csv")}
    )
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text


async def test_a_term_is_given_changed_and_removed(editor: Client, stage: dict[str, int]) -> None:
    path = f"/committees/{stage['committee']}"
    unknown = await editor.submit(
        f"{path}/terms", contact="niemand", role="chair", since="2026-01-01"
    )
    assert unknown.status_code == 422
    assert "niemand" in unknown.text
    backwards = await editor.submit(
        f"{path}/terms",
        contact="kanzlei@gemeinde.example",
        role="chair",
        since="2026-01-01",
        until="2025-01-01",
    )
    assert backwards.status_code == 422
    await editor.submit(f"{path}/terms", contact="Kanzlei", role="chair", since="2026-01-01")
    shown = await editor.get(path)
    assert "Volken" in shown.text
    again = await editor.submit(
        f"{path}/terms", contact="Kanzlei", role="chair", since="2026-01-01"
    )
    assert again.status_code == 409
    [action] = [
        a for a in html.fromstring(shown.text).xpath("//@formaction") if a.endswith("/remove")
    ]
    assert (
        await editor.submit(
            action.removesuffix("/remove"), role="guest", since="2026-01-01", until="2026-01-31"
        )
    ).status_code == 303
    assert (await editor.submit(action)).status_code == 303
    assert "Volken" not in (await editor.get(path)).text


async def test_a_rule_is_tried_live_and_a_fault_points_to_its_place(
    editor: Client, stage: Any
) -> None:
    live = {"hx-request": "true"}
    good = await editor.get("/segments/try", params={"where": 'topic = "kesb"'}, headers=live)
    assert "Sozialvorstand" in good.text
    assert "<html" not in good.text
    bad = await editor.get(
        "/segments/try", params={"where": 'canton = "ZH"\nand kanton = "BL"'}, headers=live
    )
    assert bad.status_code == 200
    assert "Zeile 2, Spalte 5" in bad.text
    assert "canton" in bad.text
    doubtful = await editor.get(
        "/segments/try", params={"where": 'district = "Ustr"'}, headers=live
    )
    assert "Uster" in doubtful.text


async def test_an_unknown_segment_is_not_found(editor: Client) -> None:
    assert (await editor.get("/segments/gibt-es-nicht")).status_code == 404


async def test_chosen_contacts_are_subscribed_together_on_record(
    editor: Client, app: App, stage: dict[str, int]
) -> None:
    chosen = [stage["kanzlei"], stage["sozial"]]
    wish = {"newsletter": stage["letter"], "basis": "membership"}
    refused = await editor.submit("/contacts/subscribe", id=chosen, source="", **wish)
    assert refused.status_code == 422
    assert refused.text.count("checked") == 2
    nobody = await editor.submit("/contacts/subscribe", source="Statuten", **wish)
    assert nobody.status_code == 422
    done = await editor.submit("/contacts/subscribe", id=chosen, source="Statuten", **wish)
    assert done.status_code == 303
    async with app.db.read() as tx:
        rows = await tx.fetch("select contact_id from consent where source = 'Statuten'")
    assert [r[0] for r in rows] == [stage["sozial"]], "the other one was subscribed already"
