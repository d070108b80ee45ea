"""Headers and bodies as bytes: what leaves is valid, canonical and says what was meant."""

import email
import email.header
import email.policy
import email.utils
import quopri
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.errors import Invalid
from service.kit.text import one_line
from service.outbox import mime

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .=\nF-rom\täöü«»–"), st.characters(exclude_categories=["Cs", "Cc"])
    ),
    max_size=400,
)


@given(TEXT)
def test_a_quoted_body_reads_back_as_it_was_written(text: str) -> None:
    assert quopri.decodestring(mime.quoted(text)).decode().replace("\r\n", "\n") == text


@given(TEXT)
def test_a_quoted_body_is_its_own_canonical_form_and_needs_no_dot_stuffing(text: str) -> None:
    body = mime.quoted(text)
    lines = body.split(b"\r\n")
    assert body.isascii()
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 76 for line in lines)
    assert not [line for line in lines if line.endswith((b" ", b"\t")) or b"  " in line]
    assert not [line for line in lines if line.startswith((b".", b"From ", b"--"))]
    assert b"\t" not in body


@given(TEXT, TEXT, TEXT)
def test_a_value_can_be_joined_in_anywhere(before: str, value: str, after: str) -> None:
    opening = mime.quoted(before)
    if opening and not opening.endswith(b"\r\n"):
        opening += b"=\r\n"
    joined = opening + mime.inline(value) + mime.quoted(after)
    assert quopri.decodestring(joined).decode().replace("\r\n", "\n") == before + value + after


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200))
def test_a_subject_survives_any_script_and_length(subject: str) -> None:
    plain = one_line(subject)
    raw = mime.unstructured("Subject", subject)
    assert raw.isascii()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    words = re.findall(rb"=\?utf-8\?B\?\S*?\?=", raw)
    assert all(len(word) <= 75 for word in words)
    parsed = email.message_from_bytes(raw + b"\r\n", policy=email.policy.default)
    assert " ".join(str(parsed["Subject"]).split()) == plain


@pytest.mark.parametrize(
    "name",
    [
        "Sozialkonferenz",
        'Amt "Soziales", Abt. 3',
        "Städtische Gesundheits- und Umweltdirektion, Fachstelle für Sozialhilfe und Asyl Zürich",
        "",
    ],
)
def test_a_sender_keeps_its_name_and_address(name: str) -> None:
    raw = mime.mailbox("From", name, "post@verband.example")
    value = re.sub(r"\r\n(?=[ \t])", "", raw.decode().removeprefix("From: ").rstrip())
    shown, address = email.utils.parseaddr(value)
    decoded = str(email.header.make_header(email.header.decode_header(shown)))
    assert (decoded, address) == (name, "post@verband.example")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\nRCPT TO:<x@y.example>",
        "a\0@b.example",
        "a b@c.example",
        "<a@b.example>",
        "a@b@c.example",
        "@b.example",
        "a@",
        "ohne-at",
        "",
        "müller@b.example",
        "x" * 250 + "@b.example",
    ],
)
def test_an_address_that_could_smuggle_or_cannot_be_reached_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        mime.checked_address(address)


@pytest.mark.parametrize(
    ("domain", "travels"),
    [("zürich.example", "xn--zrich-kva.example"), ("straße.example", "xn--strae-oqa.example")],
)
def test_an_internationalised_domain_travels_in_its_ascii_form(domain: str, travels: str) -> None:
    assert mime.checked_address(f"post@{domain}") == f"post@{travels}"
    assert mime.international_address(f"müller@{domain}") == f"müller@{travels}"


@pytest.mark.parametrize("local", ["a\u202eb", "a\u200bb", "ä ö", "ä\u00a0ö", "ä\nö", "ä<ö", "ä,ö"])
def test_a_local_part_beyond_ascii_holds_letters_and_nothing_that_hides(local: str) -> None:
    with pytest.raises(Invalid):
        mime.international_address(f"{local}@b.example")


def test_a_line_break_in_a_structured_header_is_refused() -> None:
    with pytest.raises(Invalid):
        mime.structured("List-Help", "<mailto:a@b.example>\r\nBcc: x@y.example")


def test_a_line_break_in_a_subject_becomes_a_blank() -> None:
    assert mime.unstructured("Subject", "Eins\r\nBcc: x@y.example") == (
        b"Subject: Eins Bcc: x@y.example\r\n"
    )
