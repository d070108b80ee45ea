"""DKIM: other people's verifiers accept what we sign, and notice what was changed."""

import base64
from datetime import UTC, datetime

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery import dkim
from service.kit.errors import Invalid

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HEAD = (
    b'From: "Sozialkonferenz" <info@soko.example>\r\nTo: <a@b.example>\r\n'
    b"Subject: =?utf-8?B?R3LDvGV6aQ==?=\r\nDate: Sat, 21 Nov 2026 08:00:00 +0000\r\n"
    b"Message-ID: <1@soko.example>\r\nReply-To: <info@soko.example>\r\n"
    b"List-Unsubscribe: <https://soko.example/u/x>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
)
RSA = dkim.read_key(dkim.new_key(), "soko.example", "s1")
ED = dkim.read_key(dkim.new_key(modern=True), "soko.example", "e1")


def verified(mail: bytes, key: dkim.Key, index: int = 0) -> bool:
    published = dkim.record(key).encode()
    verifier = dkimpy.DKIM(mail)
    try:
        return bool(verifier.verify(idx=index, dnsfunc=lambda name, timeout=5: published))
    except dkimpy.ValidationError:
        return False


@pytest.mark.parametrize("key", [RSA, ED], ids=["rsa", "ed25519"])
def test_a_signature_verifies_elsewhere(key: dkim.Key) -> None:
    assert verified(dkim.sign(HEAD + b"Guten Tag\r\n", [key], AT), key)


def test_two_signatures_verify_each() -> None:
    mail = dkim.sign(HEAD + b"Guten Tag\r\n", [RSA, ED], AT)
    assert verified(mail, RSA, 0)
    assert verified(mail, ED, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60), max_size=8)
)
def test_any_body_verifies_whatever_its_blanks(lines: list[str]) -> None:
    body = "\r\n".join(lines).encode() + b"\r\n"
    assert verified(dkim.sign(HEAD + body, [RSA], AT), RSA)


@pytest.mark.parametrize(
    "change",
    [
        (b"Guten Tag", b"Guten Abend"),
        (b"<a@b.example>", b"<c@d.example>"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"X-Gone: 1"),
        (b"\r\nSubject:", b"\r\nSubject: added\r\nSubject:"),
        (b"\r\nReply-To:", b"\r\nReply-To: <evil@x.example>\r\nReply-To:"),
    ],
)
def test_what_was_changed_or_added_is_noticed(change: tuple[bytes, bytes]) -> None:
    mail = dkim.sign(HEAD + b"Guten Tag\r\n", [RSA], AT)
    assert mail.count(change[0]) >= 1
    assert not verified(mail.replace(*change), RSA)


def test_a_retry_has_the_same_signature() -> None:
    mail = HEAD + b"Guten Tag\r\n"
    assert dkim.sign(mail, [RSA, ED], AT) == dkim.sign(mail, [RSA, ED], AT)


def test_signature_lines_stay_within_78_octets() -> None:
    head = dkim.sign(HEAD + b"x\r\n", [RSA], AT).partition(b"\r\nFrom:")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def test_the_published_record_of_rfc_8463_appendix_a_comes_from_its_private_key() -> None:
    seed = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = dkim.Key(
        "football.example.com", "brisbane", ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    )
    assert dkim.record(key) == (
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    )


def pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_a_key_that_is_not_a_key_is_refused() -> None:
    with pytest.raises(Invalid, match="not a private key"):
        dkim.read_key(b"hello", "soko.example", "s1")


def test_a_short_key_is_refused() -> None:
    short = pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505 - it is refused
    with pytest.raises(Invalid, match="2048"):
        dkim.read_key(short, "soko.example", "s1")
