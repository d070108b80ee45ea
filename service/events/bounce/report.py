"""Reads machine-made reports: delivery status (RFC 3464) and complaints (RFC 5965)."""

import re

import msgspec

from service.delivery.refusal.judge import STATUS
from service.events.bounce.mime import Part, decoded, fields, unbytes
from service.events.bounce.model import Failure

# Letters of addresses beyond ASCII (RFC 6531) are Latin, Greek and Cyrillic ones: Chinese text has
# no blanks, so that its words would be taken for a part of the address that they follow.
_LETTER = r"0-9A-Za-z\u00c0-\u04ff_"
_LOCAL = rf"[{_LETTER}.!#$%&'*+/=?^`{{|}}~-]"
ADDRESS = re.compile(
    rf"(?<!{_LOCAL})(?:\"[^\"\s@]{{1,64}}\"|{_LOCAL}{{1,64}})"
    rf"@[{_LETTER}](?:[{_LETTER}.-]{{0,250}}[{_LETTER}])?"
)
_STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED_PARTS = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/rfc822-headers",
    "message/global-headers",
    "message/partial",
}
# What stands for a name that is not told; «.invalid» is nobody's domain (RFC 2606 §2).
_UNDISCLOSED = re.compile(r"^undisclosed|\.invalid$", re.IGNORECASE)
_NOTIFICATION = re.compile(r"\"notificationType\W{1,9}(bounce|complaint|delivery)\b", re.IGNORECASE)
_NOTIFIED = re.compile(
    r"\"(?:complainedRecipients|recipients)\W{1,9}([^\]]{1,2000})\]", re.IGNORECASE
)
_HEAD, _LONGEST_HOST, _LONGEST_WORDS = 4_000, 200, 3_000
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded", "expired", "error"}


def failures(mail: Part) -> list[Failure]:
    """Return what each recipient's group of a delivery report says."""
    found: list[Failure] = []
    for part in mail.walk():
        if part.kind in _STATUS_PARTS:
            text = unbytes(part.body, "utf-8")
            told = in_fields(text)
            if told and part.cut and not text.endswith("\n\n"):
                # Where the report breaks off, the last recipient's fields may go on.
                told[-1] = msgspec.structs.replace(told[-1], firm=False)
            found += told
    return found


def is_one(mail: Part) -> bool:
    """Tell whether a mail says that it is a delivery report, whatever became of its parts."""
    content = (mail.headers.get("content-type") or [""])[0].lower()
    return "delivery-status" in content


def notified(text: str) -> tuple[str, tuple[str, ...]]:
    """Return of what kind a notification is that a service wrote as JSON, and whom it concerns.

    Amazon's: bounce, complaint or delivery; a mail server may have broken its long lines.
    """
    found = _NOTIFICATION.search(text)
    if not found:
        return "", ()
    named = _NOTIFIED.search(re.sub(r"!\n ", "", text))
    return found[1].lower(), tuple(dict.fromkeys(ADDRESS.findall(named[1] if named else "")))


def in_fields(text: str) -> list[Failure]:
    """Return the recipients' groups in text that is laid out as a delivery report."""
    groups = (fields(group) for group in re.split(r"\n[ \t]*\n", text))
    return [found for group in groups if (found := _failure(group)) is not None]


def _failure(group: dict[str, list[str]]) -> Failure | None:
    final = _address(_first(group, "final-recipient"))
    original = _address(_first(group, "original-recipient"))
    actual = _address(_first(group, "x-actual-recipient"))
    if not (final or original or actual):
        return None
    status = STATUS.search(_first(group, "status"))
    action = re.match(r"[a-z]+", _first(group, "action").lower())
    words = " ".join(decoded(v) for v in group.get("diagnostic-code", []))[:_LONGEST_WORDS]
    return Failure(
        recipient=final or original or actual,
        action=action[0] if action and action[0] in _ACTIONS else "",
        status=status[1] if status else "",
        words=re.sub(r"^\s*smtp\s*;\s*", "", words, flags=re.IGNORECASE),
        original=original,
    )


def reporter(mail: Part) -> str:
    """Return the host that reports: the report's own word, else the domain of who wrote."""
    for part in mail.walk():
        if part.kind in _STATUS_PARTS:
            for group in re.split(r"\n[ \t]*\n", unbytes(part.body, "utf-8")[:_HEAD]):
                if named := _first(fields(group), "reporting-mta"):
                    return (named.partition(";")[2] or named).strip()[:_LONGEST_HOST]
    senders = ADDRESS.findall(mail.header("from"))
    return senders[0].rpartition("@")[2].lower()[:_LONGEST_HOST] if senders else ""


def feedback_type(mail: Part) -> str:
    """Return of which type a feedback report is, such as abuse, fraud or not-spam."""
    for part in mail.walk():
        if part.kind == "message/feedback-report":
            group = fields(unbytes(part.body, "utf-8").strip("\n"))
            return _first(group, "feedback-type").strip().lower()[:40]
    return ""


def complaint(mail: Part) -> tuple[str, ...] | None:
    """Return whom a feedback report concerns (perhaps nobody named); None where it is none."""
    reports = [p for p in mail.walk() if p.kind == "message/feedback-report"]
    if not reports:
        return None
    group = fields(unbytes(reports[0].body, "utf-8").strip("\n"))
    named = [v for f in ("original-rcpt-to", "removal-recipient") for v in group.get(f, [])]
    if not named:
        headers = returned(mail)
        named = [decoded(v) for f in ("to", "x-original-to") for v in headers.get(f, [])][:1]
    told = (a for value in named if (a := _address(value)) and not _UNDISCLOSED.search(a))
    return tuple(dict.fromkeys(told))


def returned(mail: Part) -> dict[str, list[str]]:
    """Return the header fields of the message that came back, where it was enclosed."""
    for part in mail.walk():
        if part.kind in _RETURNED_PARTS:
            if part.parts:
                return part.parts[0].headers
            return fields(unbytes(part.body.lstrip(b"\n"), "utf-8").partition("\n\n")[0])
    return {}


def _first(group: dict[str, list[str]], name: str) -> str:
    return (group.get(name) or [""])[0]


def _address(value: str) -> str:
    found = ADDRESS.search(value.partition(";")[2] or value)
    return found[0].strip("'") if found else ""
