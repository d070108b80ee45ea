"""One form makes the mails of many: each holds its own recipient's values, and nobody else's."""

import base64
import html
import quopri
import re
from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.delivery import dkim, signature
from service.outbox import assemble, links
from service.outbox.model import Ticket
from tests.outbox.test_assemble import HEAD, RENDITION, TICKET

ODD = st.sampled_from(" %=.b(@\n-Fs\t&<'\"")
TEXT = st.text(st.one_of(ODD, st.characters(exclude_categories=["Cs", "Cc"])), max_size=60)
SLOTS = [f"@@n1_{name}@@" for name in ("TOKEN", "SALUTATION", "ADDRESS", "DISPATCH")]
BODY = st.lists(st.one_of(TEXT, st.sampled_from(SLOTS)), max_size=25).map("".join)
TOKEN = st.binary(min_size=28, max_size=28).map(
    lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")
)
ADDRESSES = ("amt@x.example", "o'b+%s@zürich.example", "mü%b@x.example", "a%%b&c@x.example")
PERSON = st.tuples(TOKEN, TEXT, st.sampled_from(ADDRESSES), st.integers(1, 2**40))
PEOPLE = st.lists(PERSON, min_size=2, max_size=5, unique_by=lambda person: person[0])
KEYS = [
    dkim.read_key(dkim.new_key(modern=modern), "verband.example", "a") for modern in (False, True)
]


def composed(body: str, ticket: Ticket, token: str, shown: Callable[[str], str]) -> str:
    """Return a body as somebody would write it who fills in one slot after the other."""
    values = {
        "TOKEN": token,
        "SALUTATION": shown(ticket.salutation),
        "ADDRESS": shown(ticket.address),
        "DISPATCH": str(ticket.dispatch_id),
    }
    return re.sub("@@n1_([A-Z]+)@@", lambda slot: values[slot[1]], body)


def bodies(content: bytes) -> list[str]:
    """Return the text and the HTML part as a reader's program shows them."""
    head, _, rest = content.partition(b"\r\n\r\n")
    limit = re.search(rb'boundary="(.*)"', head)
    assert limit
    parts = rest.split(b"--" + limit[1])[1:3]
    encoded = [part.partition(b"\r\n\r\n")[2][:-2] for part in parts]
    return [quopri.decodestring(one).decode().replace("\r\n", "\n") for one in encoded]


@settings(max_examples=60, deadline=None)
@given(BODY, BODY, PEOPLE)
def test_each_gets_what_was_written_for_all_with_what_is_its_own_and_nobody_elses(
    text: str, page: str, people: list[tuple[str, str, str, int]]
) -> None:
    form = assemble.compile_form(replace(RENDITION, text=text, html=page), HEAD, "b.example")
    stencil = dkim.Stencil(form.head, assemble.OWN, KEYS)
    for token, salutation, address, number in people:
        dated_at = TICKET.dated_at + timedelta(seconds=number % 10**6)
        person = (number, address, salutation, dated_at)
        names = ("message_id", "address", "salutation", "dated_at")
        ticket = replace(TICKET, **dict(zip(names, person, strict=True)))
        letter = assemble.fill(form, ticket, token)
        content = b"".join(letter.pieces())
        wanted = composed(text, ticket, token, str), composed(page, ticket, token, html.escape)
        assert tuple(bodies(content)) == wanted
        for other in {one[0] for one in people} - {token}:
            assert other.encode() not in content
            assert links.return_path(other, "b").encode()[2:-2] not in content
        drafts = stencil.draft(letter.own, letter.body, dated_at)
        signed = [draft.signed(signature.sign(draft.private, draft.digest)) for draft in drafts]
        assert b"".join(letter.pieces(b"".join(signed))) == dkim.sign(content, KEYS, dated_at)


@given(st.binary(max_size=80))
def test_a_token_stands_in_an_address_as_the_library_writes_it(raw: bytes) -> None:
    token = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    written = links.return_path(token, "b.example")
    assert written == f"b+{base64.b32encode(raw).decode().rstrip('=').lower()}@b.example"
