"""Settings: documented, read at once, every fault told."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.kit import settings
from service.kit.errors import Invalid
from service.web.editor import settings as page

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "settings.example"


def test_the_example_names_exactly_the_settings_that_there_are() -> None:
    named = set(re.findall(r"^#?\s?([A-Z][A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert named == {field.upper() for field in settings.Settings.__struct_fields__}


def test_every_fault_is_reported_at_once() -> None:
    wrong = {"PORT": "eighty", "SMTP_URL": "mail.example", "DATABASE_URL": "mysql://x"}
    with pytest.raises(Invalid) as caught:
        settings.read(wrong)
    assert {fault.where for fault in caught.value.faults} == set(wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://news.example.org:port"),
        ("PUBLIC_URL", "https://verband.example/rundbrief"),
        ("PUBLIC_URL", "https://verband.example?seite=1"),
        ("PUBLIC_URL", "https://u:secret@verband.example"),
        ("PUBLIC_URL", "https://zürich.example"),
        ("PUBLIC_URL", "https://news example.org"),
        ("BOUNCE_DOMAIN", "zürich.example"),
        ("BOUNCE_DOMAIN", "b@bounce.example.org"),
        ("BOUNCE_DOMAIN", "bounce.example.org."),
        ("IMAP_URL", "imaps://user:secret@mail.example:port/INBOX"),
        ("FETCH_ALLOW", "127.0.0.1:8099, intranet.example"),
        ("FETCH_ALLOW", "10.0.0.0/33"),
        ("FETCH_ALLOW", "127.0.0.1:http"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_fault_and_no_password_is_told(
    name: str, value: str
) -> None:
    with pytest.raises(Invalid) as caught:
        settings.read({name: value})
    assert [fault.where for fault in caught.value.faults] == [name]
    assert "secret" not in str(caught.value)


def test_the_public_address_is_a_host_of_its_own_and_the_fault_says_which() -> None:
    assert settings.read({"PUBLIC_URL": "https://verband.example/"}).public_url == (
        "https://verband.example"
    )
    with pytest.raises(Invalid, match=r"https://verband\.example, with nothing behind the host"):
        settings.read({"PUBLIC_URL": "https://verband.example/rundbrief/"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://[::1]:8000"),
        ("PUBLIC_URL", "https://xn--zrich-kva.example:8443"),
        ("BOUNCE_DOMAIN", "bounce.xn--zrich-kva.example"),
        ("BOUNCE_DOMAIN", "localhost"),
    ],
)
def test_what_stands_in_every_mail_may_be_all_that_a_header_takes(name: str, value: str) -> None:
    assert getattr(settings.read({name: value}), name.lower()) == value


def test_a_pool_holds_a_connection_for_each_worker_and_some_beside() -> None:
    assert settings.read({"WORKERS": "8", "POOL_SIZE": "10"}).pool_size == 10
    with pytest.raises(Invalid, match=r"POOL_SIZE.*≥ 11"):
        settings.read({"WORKERS": "9"})


def test_networks_that_may_be_fetched_are_kept_as_written() -> None:
    read = settings.read({"FETCH_ALLOW": "127.0.0.1:8099, 10.0.0.0/8,[::1]:80"})
    assert read.fetch_allow == ("127.0.0.1:8099", "10.0.0.0/8", "[::1]:80")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("smtp://relay.example:25\n")
    assert settings.read({"SMTP_URL_FILE": str(tmp_path / "url")}).smtp_url == (
        "smtp://relay.example:25"
    )


def test_a_secret_file_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(Invalid) as caught:
        settings.read({"SMTP_URL_FILE": "/nowhere/secret"})
    assert caught.value.faults[0].where == "SMTP_URL_FILE"


def test_the_signing_key_is_made_once_and_kept(tmp_path: Path) -> None:
    ours = settings.Settings(data_dir=tmp_path)
    first = settings.keys(ours)
    assert settings.keys(ours) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_of_many_that_make_the_signing_key_at_once_all_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        for number in range(50):
            ours = settings.Settings(data_dir=tmp_path / str(number))
            made = list(threads.map(settings.keys, [ours] * 8))
            assert made == [made[0]] * 8
            assert len(made[0][0]) == 64
            assert [p.name for p in ours.data_dir.iterdir()] == ["secret-key"]


def test_several_mail_servers_may_be_named_and_each_is_an_address() -> None:
    read = settings.read({"SMTP_URL": "smtp://a.example, smtps://u:p@b.example/"})
    assert read.smtp_url == "smtp://a.example smtps://u:p@b.example"
    with pytest.raises(Invalid):
        settings.read({"SMTP_URL": "smtp://a.example b.example"})


def test_no_password_of_any_address_is_shown() -> None:
    shown = page._shown("smtp_url", "smtp://u:geheim@a.example smtps://v:auch@b.example")
    assert shown.value == "smtp://u:•••@a.example smtps://v:•••@b.example"
