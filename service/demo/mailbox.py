"""The caught mails as files: one .eml each, its name the index. It never sends one on.

A name is `<microseconds>-<address>.eml`, so that listing by time and looking for an address read
the directory and nothing else. A mail appears by a rename, whole or not at all; the oldest give
way when there are too many. Web pages and the catcher may use it from different processes.
"""

import email
import email.policy
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

MOST_MAILS = 10_000
MOST_BYTES = 512 * 1024 * 1024
HEAD_BYTES = 8192


class Letter(msgspec.Struct, frozen=True):
    """One line of the list of caught mails."""

    name: str
    caught_at: datetime
    recipient: str
    sender: str
    subject: str
    size: int


class Contents(msgspec.Struct, frozen=True):
    """One caught mail, opened."""

    letter: Letter
    headers: tuple[tuple[str, str], ...]
    html: str
    text: str
    source: str


class Mailbox:
    """A directory of caught mails, bounded in number and size."""

    def __init__(
        self, directory: Path, most: int = MOST_MAILS, most_bytes: int = MOST_BYTES
    ) -> None:
        self._directory, self._most, self._most_bytes = directory, most, most_bytes
        directory.mkdir(parents=True, exist_ok=True)
        self._stock: deque[tuple[str, int]] | None = None  # known to whoever fills the mailbox
        self._bytes = 0
        self._last = 0

    def put(self, sender: str, recipients: list[str], content: bytes, now: datetime) -> str:
        """Keep one mail, whole or not at all, and return its name."""
        stock = self._taken_stock()
        self._last = max(self._last + 1, int(now.timestamp() * 1_000_000))
        name = f"{self._last:017d}-{quote(recipients[0], safe='@+.-_')[:200]}.eml"
        envelope = f"Return-Path: <{sender}>\r\n" + "".join(
            f"Delivered-To: {recipient}\r\n" for recipient in recipients
        )
        part = self._directory / f"{self._last:017d}.part"
        part.write_bytes(envelope.encode() + content)
        part.rename(self._directory / name)
        stock.append((name, len(content)))
        self._bytes += len(content)
        while len(stock) > self._most or self._bytes > self._most_bytes:
            oldest, size = stock.popleft()
            (self._directory / oldest).unlink(missing_ok=True)
            self._bytes -= size
        return name

    def listing(self, recipient: str = "", before: str = "", limit: int = 50) -> list[Letter]:
        """Return the newest mails, those to addresses that contain `recipient`, before a name."""
        wanted = recipient.strip().casefold()
        found: list[Letter] = []
        for name in reversed(self._names()):
            if (before and name >= before) or wanted not in _address_of(name).casefold():
                continue
            letter = self._letter(name)
            if letter is not None:
                found.append(letter)
            if len(found) == limit:
                break
        return found

    def count(self, recipient: str = "") -> int:
        """Return how many mails to such addresses lie here."""
        wanted = recipient.strip().casefold()
        return sum(wanted in _address_of(name).casefold() for name in self._names())

    def recipients(self) -> Iterator[str]:
        """Give the address of every caught mail, oldest first."""
        return (_address_of(name) for name in self._names())

    def open(self, name: str) -> Contents | None:
        """Return one mail with its parts, or nothing where it is not here (any more)."""
        letter = self._letter(name) if name in self._names() else None
        if letter is None:
            return None
        content = (self._directory / name).read_bytes()
        message = _parsed(content)
        headers = tuple((key, str(value)) for key, value in message.items())
        return Contents(
            letter,
            headers,
            _part(message, "html"),
            _part(message, "plain"),
            content.decode("utf-8", "replace"),
        )

    def clear(self) -> int:
        """Throw all mails away and return how many there were."""
        names = self._names()
        for name in names:
            (self._directory / name).unlink(missing_ok=True)
        return len(names)

    def _taken_stock(self) -> deque[tuple[str, int]]:
        """Return what lies here, oldest first; what a killed catcher left half written goes."""
        if self._stock is None:
            for unfinished in self._directory.glob("*.part"):
                unfinished.unlink(missing_ok=True)
            names = self._names()
            self._stock = deque((n, (self._directory / n).stat().st_size) for n in names)
            self._bytes = sum(size for _, size in self._stock)
            self._last = _micros_of(names[-1]) if names else 0
        return self._stock

    def _names(self) -> list[str]:
        return sorted(entry.name for entry in self._directory.iterdir() if entry.suffix == ".eml")

    def _letter(self, name: str) -> Letter | None:
        path = self._directory / name
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            size = path.stat().st_size
        except FileNotFoundError:
            return None
        message = _parsed(head)
        return Letter(
            name=name,
            caught_at=datetime.fromtimestamp(_micros_of(name) / 1_000_000, UTC),
            recipient=_address_of(name),
            sender=_sender(message),
            subject=str(message.get("Subject", "")),
            size=size,
        )


def _micros_of(name: str) -> int:
    return int(name.split("-", 1)[0])


def _address_of(name: str) -> str:
    return unquote(name.split("-", 1)[1].removesuffix(".eml"))


def _parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _sender(message: EmailMessage) -> str:
    addresses: tuple[Address, ...] = getattr(message.get("From"), "addresses", ())
    return addresses[0].display_name or addresses[0].addr_spec if addresses else ""


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    if body is None:
        return ""
    content = body.get_payload(decode=True)
    charset = body.get_content_charset("utf-8")
    try:
        return content.decode(charset, "replace") if isinstance(content, bytes) else ""
    except LookupError:
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
