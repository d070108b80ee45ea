"""The demo's servers on loopback: the same addresses at every start."""

import socket
import stat
from pathlib import Path

import aiohttp
import aiosmtplib

from service.cli import beside
from service.demo import doors, logins
from service.kit import clock
from service.kit.settings import Settings


async def test_the_site_answers_and_says_when_nothing_changed(tmp_path: Path) -> None:
    async with doors.opened(tmp_path, clock.now) as opened, aiohttp.ClientSession() as session:
        async with session.get(f"{opened.site_url}/verband/atom.xml") as answer:
            assert answer.status == 200
            tag = answer.headers["ETag"]
        again = {"If-None-Match": tag}
        async with session.get(f"{opened.site_url}/verband/atom.xml", headers=again) as answer:
            assert answer.status == 304
        async with session.get(f"{opened.site_url}/gibt/es/nicht") as answer:
            assert answer.status == 404


async def test_the_addresses_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    async with doors.opened(tmp_path, clock.now) as first:
        pass
    async with doors.opened(tmp_path, clock.now) as second:
        assert second == first


async def test_a_command_beside_the_demo_names_the_demos_address_unless_it_is_told_another(
    tmp_path: Path,
) -> None:
    async with doors.opened(tmp_path, clock.now, "http://127.0.0.1:8461"):
        pass
    assert beside.around(Settings(data_dir=tmp_path)).public_url == "http://127.0.0.1:8461"
    told = Settings(data_dir=tmp_path, public_url="https://rundbrief.example")
    assert beside.around(told).public_url == "https://rundbrief.example"


async def test_a_port_that_is_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    async with doors.opened(tmp_path, clock.now) as first:
        pass
    ports = [int(address.rsplit(":", 1)[1]) for address in (first.site_url, first.smtp_url)]
    with (
        socket.create_server(("127.0.0.1", ports[0])),
        socket.create_server(("127.0.0.1", ports[1])),
    ):
        async with doors.opened(tmp_path, clock.now) as second:
            assert {first.site_url, first.smtp_url}.isdisjoint({second.site_url, second.smtp_url})


async def test_a_mail_to_the_catcher_lies_in_the_mailbox(tmp_path: Path) -> None:
    async with doors.opened(tmp_path, clock.now) as opened:
        port = int(opened.smtp_url.rsplit(":", 1)[1])
        await aiosmtplib.send(
            "Subject: Guten Tag\r\n\r\nText\r\n",
            sender="a@x.example",
            recipients=["b@x.example"],
            hostname="127.0.0.1",
            port=port,
        )
    assert [letter.subject for letter in doors.mailbox(tmp_path).listing()] == ["Guten Tag"]


def test_logins_are_made_up_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = logins.kept(tmp_path)
    assert logins.kept(tmp_path) == first
    assert [login.role for login in first] == ["editor", "approver", "administrator"]
    assert len({login.password for login in first}) == 3
    mode = stat.S_IMODE((tmp_path / "demo" / "logins.json").stat().st_mode)
    assert mode == 0o600
    assert logins.kept(tmp_path / "elsewhere") != first
