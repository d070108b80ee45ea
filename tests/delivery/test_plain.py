"""What mail servers say, told in plain words: one sentence for each kind of reply."""

import pytest

from service.delivery import plain


@pytest.mark.parametrize(
    ("code", "status", "reply", "told"),
    [
        (450, "4.2.0", "4.2.0 Recipient address rejected: Greylisted for 300 s", "greylisting"),
        (451, "4.7.1", "4.7.1 Grey-listed, try again later", "greylisting"),
        (451, "4.7.1", "4.7.1 Try again later", "does not say why"),
        (421, "4.7.28", "4.7.28 an unusual rate of unsolicited mail", "too fast"),
        (421, "", "too many connections from your IP", "too fast"),
        (451, "4.7.500", "4.7.500 Server busy. Please try again later", "too fast"),
        (452, "4.2.2", "4.2.2 The email account is over quota", "mailbox is full"),
        (552, "5.2.2", "5.2.2 Mailbox full", "mailbox is full"),
        (550, "5.1.1", "5.1.1 User unknown", "no such mailbox"),
        (550, "5.7.1", "5.7.1 blocked using zen.spamhaus.org", "block list"),
        (550, "5.7.26", "5.7.26 the sender is unauthenticated", "not believe"),
        (535, "5.7.8", "5.7.8 authentication failed", "not believe"),
        (454, "4.7.0", "4.7.0 TLS not available", "encrypted"),
        (451, "4.3.2", "4.3.2 temporarily overloaded", "trouble of its own"),
        (451, "4.4.1", "4.4.1 connection timed out", "could not reach"),
        (554, "5.7.1", "5.7.1 Relay access denied", "may not pass mail on"),
        (552, "5.3.4", "5.3.4 message too big", "larger"),
        (0, "5.1.3", "not an address", "Correct it on the contact's page"),
        (0, "", "the answer is no reply: huh?", "nobody understands"),
        (0, "", "the answer is out of turn: 250 queued", "nobody understands"),
        (0, "", "spoke unasked: 421 bye", "nobody understands"),
        (354, "", "go on", "nobody understands"),
        (0, "", "", "broke before there was an answer"),
        (250, "2.0.0", "2.0.0 queued", "taken the mail over"),
        (550, "", "", "does not say why"),
    ],
)
def test_a_reply_is_told_in_a_sentence(code: int, status: str, reply: str, told: str) -> None:
    assert told in str(plain.meaning(code, status, reply))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("550 5.1.1 User unknown", "no such mailbox"),
        ("5.2.2 Mailbox full", "mailbox is full"),
        ("421", "does not say why"),
        ("2026 war ein gutes Jahr", None),
        ("abuse", None),
        ("", None),
    ],
)
def test_a_line_on_record_is_told_where_it_is_a_reply(line: str, told: str | None) -> None:
    meant = plain.of_line(line)
    assert (meant is None) if told is None else told in str(meant)
