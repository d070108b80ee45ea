"""A bounce finds its message by the address it was sent to, also when a server folded its case."""

import pytest

from service.kit.errors import NotFound
from service.kit.tokens import Signer
from service.outbox import links
from tests.outbox.cast import NOW

SIGNER = Signer([b"0123456789abcdef0123456789abcdef"])


@pytest.mark.parametrize("number", [1, 77, 2**40])
def test_a_return_path_names_its_message_in_any_case(number: int) -> None:
    address = links.return_path(SIGNER.sign("message", number), "bounce.soko.example")
    assert len(address.partition("@")[0]) <= 64
    for written in (address, address.upper(), address.title()):
        token = links.token_of(written)
        assert token is not None
        assert SIGNER.verify("message", token, NOW) == number


def test_a_forged_return_path_is_found_out() -> None:
    address = links.return_path(SIGNER.sign("message", 7), "bounce.soko.example")
    forged = address.replace(address[5], "a" if address[5] != "a" else "b", 1)
    token = links.token_of(forged)
    with pytest.raises(NotFound):
        SIGNER.verify("message", token or "", NOW)


@pytest.mark.parametrize("address", ["", "post@x.example", "b+@x.example", "b+ü1@x.example", "b+1"])
def test_other_addresses_carry_no_token_that_verifies(address: str) -> None:
    with pytest.raises(NotFound):
        SIGNER.verify("message", links.token_of(address) or "", NOW)


def test_an_address_to_leave_by_carries_the_same_token() -> None:
    token = Signer([b"0123456789abcdef"]).sign("message", 7)
    address = links.unsubscribe_address(token, "bounce.example")
    assert links.asks_to_leave(address.upper())
    assert not links.asks_to_leave(links.return_path(token, "bounce.example"))
    assert links.token_of(address.upper()) == token
    assert len(address.partition("@")[0]) <= 64
