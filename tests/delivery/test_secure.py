"""TLS and logins against a real server: what is promised holds, and without it nothing is sent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.delivery import smtp
from service.delivery.model import Accepted, RelayCondition
from service.delivery.smtp import Limits, Mailer, Unreachable
from service.outbox.model import Mail
from tests.delivery import certificate
from tests.delivery.relay import Greeting, Relay

LIMITS = Limits(greeting=5, command=5, final_dot=5)
MAIL = Mail("news@verband.example", "amt@gemeinde.example", (b"Subject: x\r\n\r\n", b"Hallo\r\n"))
LOGIN = ("rundbrief", "ein Geheimnis: ü")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return certificate.make(tmp_path)


@pytest.fixture
async def server(files: tuple[Path, Path]) -> AsyncIterator[Relay]:
    """A server that offers STARTTLS, and behind it only lets in who knows the password."""
    made = Relay(tls=certificate.context(*files), login=LOGIN)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def trusted(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this computer trust the certificate, as an operator does for a server of the house."""
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))


def mailer(server: Relay, user: str = LOGIN[0], password: str = LOGIN[1]) -> Mailer:
    target = smtp.Relay("127.0.0.1", server.port, user, password, tls="starttls")
    return Mailer(target, helo="test.example", limits=LIMITS)


async def yes() -> bool:
    return True


async def test_a_mail_goes_out_secured_and_logged_in(server: Relay, trusted: None) -> None:
    line = mailer(server).line()
    await line.open()
    said = [await line.hand_over(MAIL, yes) for _ in range(3)]
    await line.close()
    assert all(isinstance(one, Accepted) for one in said)
    assert server.accepted == [(MAIL.recipient, MAIL.content)] * 3
    assert (server.secured, server.logins, server.connections) == (1, 1, 1)


async def test_a_server_that_offers_no_encryption_any_more_gets_nothing_and_is_told_so(
    server: Relay, trusted: None
) -> None:
    line = mailer(server).line()
    await line.open()
    await line.close()
    server.tls = None
    with pytest.raises(Unreachable, match="offers no encryption") as caught:
        await mailer(server).line().open()
    assert caught.value.condition is RelayCondition.DOWN
    assert (server.secured, server.logins, server.tries.total()) == (1, 1, 0)


async def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_mail(
    server: Relay,
) -> None:
    with pytest.raises(
        Unreachable, match=r"The certificate of the mail server .* is not valid"
    ) as caught:
        await mailer(server).line().open()
    assert caught.value.condition is RelayCondition.DOWN
    assert (server.secured, server.logins, server.tries.total()) == (0, 0, 0)


async def test_a_wrong_password_is_told_as_such_behind_tls(server: Relay, trusted: None) -> None:
    with pytest.raises(Unreachable, match="name and password") as caught:
        await mailer(server, password="falsch").line().open()
    assert caught.value.condition is RelayCondition.LOCKED_OUT
    assert (server.secured, server.logins, server.tries.total()) == (1, 0, 0)


@pytest.mark.parametrize(
    "greeting", [Greeting.TLS_CUT, Greeting.HANG_UP, "554 5.3.2 no service", "421 4.3.2 later"]
)
async def test_a_connection_that_begins_badly_sends_nothing_and_says_why(
    greeting: str | Greeting,
) -> None:
    server = Relay(greeting=greeting)
    await server.start()
    with pytest.raises(Unreachable, match="cannot be reached") as caught:
        await mailer(server).line().open()
    await server.stop()
    assert caught.value.condition is RelayCondition.DOWN
    assert server.tries.total() == 0


async def test_a_server_that_accepts_and_keeps_silent_is_left() -> None:
    server = Relay(greeting=Greeting.SILENT)
    await server.start()
    target = Mailer(smtp.relay(server.url), helo="test.example", limits=Limits(greeting=0.2))
    with pytest.raises(Unreachable, match="cannot be reached"):
        await target.line().open()
    await server.stop()
