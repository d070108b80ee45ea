"""The door to mail servers: opens, secures and authenticates through aiosmtplib, then hands over.

The transaction is driven here, command by command, for two reasons: the ledger must be written
between the server's 354 and the final dot, and only so it is certain whether a lost connection
means "not sent" or "perhaps sent". A connection that was cancelled, timed out or spoke nonsense is
closed and never used again: its next reply could belong to the mail before.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import aiosmtplib.protocol
from msgspec import Struct

from service.delivery import dkim, outcome
from service.delivery.model import (
    Cause,
    Deferred,
    Outcome,
    Refused,
    RelayCondition,
    Reply,
    Scope,
    Unknown,
    Withheld,
)
from service.kit.errors import Invalid
from service.kit.text import Text, msg
from service.outbox import links
from service.outbox.model import Mail

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Relay(Struct, frozen=True):
    """One mail server that takes our mail. `tls` is "none", "starttls" or "implicit"."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "starttls"

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


class Limits(Struct, frozen=True):
    """Seconds to wait for a mail server (RFC 5321 §4.5.3.2), and mails per connection.

    `drain` is what hand-overs in flight get when the process is asked to stop.
    """

    greeting: float = 60.0
    command: float = 300.0
    final_dot: float = 600.0
    drain: float = 8.0
    mails: int = 200


class Seal(Struct, frozen=True):
    """What a mail gets last: signatures of its sender's domain, and a return path of its own."""

    keys: tuple[dkim.Key, ...] = ()
    bounce_domain: str = ""


class Unreachable(Exception):
    """No session could be opened; `condition` tells whether trying again by itself makes sense."""

    def __init__(self, condition: RelayCondition, text: Text, brief: Text | None = None) -> None:
        super().__init__(str(text))
        self.condition = condition
        self.text = text
        self.brief = brief or text  # for somebody who is waiting for the answer


class Stale(Exception):
    """A used connection had gone before the first command; nothing was sent, open another."""


def relay(url: str) -> Relay:
    """Read smtp[s]://[user:password@]host[:port][?starttls=no]; raises Invalid.

    Without TLS only on loopback, unless the address says so.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Invalid.of("SMTP_URL", msg("expected smtp[s]://[user:password@]host[:port]"))
    plain = parts.hostname in _LOOPBACK or parse_qs(parts.query).get("starttls") == ["no"]
    tls = "implicit" if parts.scheme == "smtps" else "none" if plain else "starttls"
    usual = {"implicit": 465, "starttls": 587, "none": 25}[tls]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port or usual, user, password, tls)


def mailer(url: str, public_url: str, connections: int, seal: Seal | None = None) -> "Mailer":
    """Return a mailer for SMTP_URL; without one, each hand-over says what is missing."""
    target = relay(url) if url else Relay("", 0, tls="none")
    host = urlsplit(public_url).hostname or ""
    helo = host if "." in host and not host.replace(".", "").isdigit() else socket.gethostname()
    return Mailer(target, helo=helo, connections=connections, seal=seal)


class Mailer:
    """Knows the relay and how many connections it may have; makes lines to it."""

    def __init__(
        self,
        target: Relay,
        *,
        helo: str,
        connections: int = 5,
        limits: Limits | None = None,
        seal: Seal | None = None,
    ) -> None:
        self.relay = target
        self.connections = connections
        self.limits = limits or Limits()
        self._seal = seal or Seal()
        self._helo = helo
        self._tls = None if target.tls == "none" else ssl.create_default_context()

    @property
    def bounce_domain(self) -> str:
        """The domain to which returned mail and wishes to leave come; empty: none of ours."""
        return self._seal.bounce_domain

    async def sealed(self, mail: Mail, dated_at: datetime, token: str = "") -> Mail:
        """Return a mail with its signatures and, where it has a token, its own return path."""
        domain = mail.sender.rpartition("@")[2]
        keys = [key for key in self._seal.keys if key.domain == domain]
        content, sender = mail.content, mail.sender
        if keys:  # a signature of RSA burns a millisecond, outside Python's lock
            content = await asyncio.to_thread(dkim.sign, content, keys, dated_at)
        if token and self._seal.bounce_domain:
            sender = links.return_path(token, self._seal.bounce_domain)
        return Mail(sender, mail.recipient, content)

    def line(self) -> "Line":
        """Return a connection that is not open yet."""
        client = aiosmtplib.SMTP(
            hostname=self.relay.host,
            port=self.relay.port,
            username=self.relay.user or None,
            password=self.relay.password or None,
            local_hostname=self._helo,
            timeout=self.limits.greeting,
            start_tls=self.relay.tls == "starttls",
            use_tls=self.relay.tls == "implicit",
            tls_context=self._tls,
        )
        return Line(client, self.relay.name, self.limits)

    async def probe(self) -> None:
        """Open a session and end it; raises Unreachable."""
        line = self.line()
        try:
            await line.open()
        finally:
            await line.close()


class Line:
    """One SMTP session, used by one task at a time."""

    def __init__(self, client: aiosmtplib.SMTP, name: str, limits: Limits) -> None:
        self._client = client
        self._name = name
        self._limits = limits
        self.used = 0

    @property
    def usable(self) -> bool:
        """Whether the session is open and has mails left."""
        return self._client.is_connected and self.used < self._limits.mails

    async def open(self) -> None:
        """Connect, secure, log in; raises Unreachable with a sentence for the editors."""
        if not self._client.hostname:
            raise Unreachable(
                RelayCondition.LOCKED_OUT,
                msg("No mail server is set. Set SMTP_URL and start again, then go on."),
            )
        try:
            await self._client.connect()
            if self._client.is_ehlo_or_helo_needed:
                await self._client.ehlo()
        except aiosmtplib.SMTPAuthenticationError as error:
            self.abandon()
            raise Unreachable(
                RelayCondition.LOCKED_OUT,
                msg(
                    "The mail server %(relay)s does not accept our name and password (%(reply)s)."
                    " Correct SMTP_URL, start again, then go on.",
                    relay=self._name,
                    reply=f"{error.code} {error.message}"[:200],
                ),
            ) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            self.abandon()
            why = {"relay": self._name, "reason": str(error)[:200]}
            raise Unreachable(
                RelayCondition.DOWN,
                msg(
                    "The mail server %(relay)s cannot be reached (%(reason)s). We keep trying;"
                    " nothing is lost.",
                    **why,
                ),
                msg("The mail server %(relay)s cannot be reached (%(reason)s).", **why),
            ) from error
        except asyncio.CancelledError:
            self.abandon()
            raise

    async def close(self) -> None:
        """End the session politely where it still stands."""
        if self._client.is_connected:
            with contextlib.suppress(*_LOST):
                await self._client.quit(timeout=5)
        self.abandon()

    def abandon(self) -> None:
        """Cut the connection; whatever the server still says is nobody's."""
        self._client.close()

    async def hand_over(
        self, mail: Mail, permit: Callable[[], Awaitable[bool]]
    ) -> Outcome | Withheld:
        """Hand one mail over; `permit` is asked after the server's 354, the dot follows only a yes.

        Raises Stale where a used connection had quietly gone. Whatever `permit` raises comes
        through, and the mail was not sent.
        """
        self.used += 1
        try:
            stopped = await self._announce(mail)
            if stopped is not None:
                return stopped
            if not await permit():
                self.abandon()  # a server that has said 354 can only be left by hanging up
                return Withheld()
            return await self._dot()
        except BaseException:
            self.abandon()
            raise

    async def _announce(self, mail: Mail) -> Deferred | Refused | None:
        """Send the envelope and the body without its dot; return what stopped it, if anything."""
        if self._too_big(mail):
            said = Reply(552, "5.3.4", "larger than this mail server takes")
            return Refused(said, Cause.CONTENT)
        size = b"SIZE=%d" % len(mail.content) if self._client.supports_extension("size") else b""
        steps = (
            (250, (b"MAIL", b"FROM:<%s>" % mail.sender.encode("ascii"), *([size] if size else []))),
            (250, (b"RCPT", b"TO:<%s>" % mail.recipient.encode("ascii"))),
            (354, (b"DATA",)),
        )
        for number, (expected, words) in enumerate(steps):
            try:
                said = await self._say(*words)
            except _LOST as error:
                self.abandon()
                if number == 0 and self.used > 1:
                    raise Stale from error
                return _gone(error)
            if said.code != expected and not (number == 1 and said.code == 251):
                await self._reset(said)
                return outcome.of_refusal(said)
        return self._write(mail.content)

    def _too_big(self, mail: Mail) -> bool:
        most = self._client.esmtp_extensions.get("size", "")
        return most.isdigit() and 0 < int(most) < len(mail.content)

    async def _say(self, *words: bytes) -> Reply:
        said = await self._client.execute_command(*words, timeout=self._limits.command)
        return outcome.reply(said.code, said.message)

    async def _reset(self, said: Reply) -> None:
        """Clear a refused transaction, so that it is not laid to the next recipient."""
        try:
            if not 400 <= said.code <= 599 or (await self._say(b"RSET")).code != 250:
                self.abandon()
        except _LOST:
            self.abandon()

    def _write(self, content: bytes) -> Deferred | None:
        try:
            self._protocol().write(content)
        except _LOST as error:
            self.abandon()
            return _gone(error)
        return None

    async def _dot(self) -> Outcome:
        if not self._client.is_connected:
            return _gone(ConnectionError("closed before the end of the mail"))
        try:
            protocol = self._protocol()
            protocol.write(b".\r\n")
            said = await protocol.read_response(timeout=self._limits.final_dot)
        except _LOST as error:
            self.abandon()
            return Unknown(Reply(0, "", str(error)[:200]))
        judged = outcome.of_final(outcome.reply(said.code, said.message))
        if isinstance(judged, Unknown) or said.code == 421:
            self.abandon()
        return judged

    def _protocol(self) -> aiosmtplib.protocol.SMTPProtocol:
        if self._client.protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("not connected")
        return self._client.protocol


# Errors after which nobody knows what the server would say next.
_LOST = (aiosmtplib.SMTPException, OSError)


def _gone(error: Exception) -> Deferred:
    return Deferred(Reply(0, "", str(error)[:200]), Scope.RELAY)
