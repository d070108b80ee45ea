"""What comes back from the demo's mailboxes: reports, an absence, letters, a complaint. Pure.

A mailbox answers to where real ones would: a report, an absence and a letter of a person to the
envelope sender or to whoever wrote, a wish to leave to the address that List-Unsubscribe names.
"""

import email
import email.policy
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

DOMAIN = "zurueck.konferenz.example"  # what comes back comes here
_LEAVE = re.compile(rb"<mailto:(u\+[^?>\s]+)")
_FOLD = re.compile(rb"\r?\n[ \t]")


class Kind(StrEnum):
    REPORT = "report"
    COMPLAINT = "complaint"
    LEAVE = "leave"
    LETTER = "letter"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How one mailbox answers, as the data file has it; `kind` says which of the fields count."""

    address: str
    kind: Kind
    subject: str
    text: str
    past: bool = False
    live: bool = False
    automatic: bool = False
    name: str = ""
    host: str = ""
    status: str = ""
    said: str = ""


class Received(msgspec.Struct, frozen=True):
    """A mail that such a mailbox got: its envelope and its head."""

    sender: str
    recipient: str
    head: bytes


class Posted(msgspec.Struct, frozen=True):
    """A mail on its way to us."""

    to: str
    mail: bytes


def load() -> Mapping[str, Answer]:
    """Read the file of this folder; by address."""
    path = Path(__file__).with_name("data") / "answers.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {one.address: one for one in msgspec.convert(raw["answer"], list[Answer])}


def answer(by: Answer, received: Received, at: datetime) -> Posted:
    """Return what a mailbox answers to a mail, as of a moment."""
    to = received.sender
    if by.kind is Kind.LEAVE and (found := _LEAVE.search(_FOLD.sub(b" ", received.head))):
        to = found[1].decode()
    head = (
        f"From: {_writer(by)}",
        f"To: <{to}>",
        f"Subject: {Header(_subject(by, received)).encode()}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{at:%Y%m%d%H%M%S}.{by.address}>",
        "MIME-Version: 1.0",
    )
    body = _letter(by) if by.kind in {Kind.LETTER, Kind.LEAVE} else _report(by, received)
    text = "\n".join((*head, body)).replace("\n", "\r\n")
    return Posted(to, text.encode())


def _subject(by: Answer, received: Received) -> str:
    """Return an answer's subject; `{subject}` stands for that of our mail."""
    ours = email.message_from_bytes(received.head, policy=email.policy.default)
    return by.subject.format(subject=ours.get("Subject", ""))


def _writer(by: Answer) -> str:
    if by.host:
        return f"Mail Delivery System <MAILER-DAEMON@{by.host}>"
    return formataddr((by.name, by.address))


def _letter(by: Answer) -> str:
    automatic = "Auto-Submitted: auto-replied\n" if by.automatic else ""
    return f"{automatic}Content-Type: text/plain; charset=utf-8\n\n{by.text.strip()}\n"


def _report(by: Answer, received: Received) -> str:
    """Return the three parts of a report: for people, for machines, the head of our mail."""
    kind = {Kind.REPORT: "delivery-status", Kind.COMPLAINT: "feedback-report"}[by.kind]
    facts = _delivery_status(by) if by.kind is Kind.REPORT else _feedback()
    ours = received.head.decode("utf-8", "replace").replace("\r\n", "\n").strip()
    return f"""\
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type={kind}; boundary="teil"

--teil
Content-Type: text/plain; charset=utf-8

{by.text.strip()}
{f"{chr(10)}{by.said}" if by.said else ""}
--teil
Content-Type: message/{kind}

{facts}

--teil
Content-Type: text/rfc822-headers; charset=utf-8

{ours}

--teil--
"""


def _delivery_status(by: Answer) -> str:
    return (
        f"Reporting-MTA: dns; {by.host}\n\n"
        f"Final-Recipient: rfc822; {by.address}\n"
        f"Action: failed\nStatus: {by.status}\nDiagnostic-Code: smtp; {by.said}"
    )


def _feedback() -> str:
    return "Feedback-Type: abuse\nUser-Agent: Beispiel-Melder/1\nVersion: 1"
