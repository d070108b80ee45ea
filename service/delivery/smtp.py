"""The door to mail servers: opens, secures and authenticates through aiosmtplib, then hands over.

Where the server offers PIPELINING the transaction is `pipeline`'s; else it is driven here, command
by command. Either way the ledger is written between the server's 354 and the final dot: only so a
lost connection is certain to mean "not sent" or "perhaps sent". One that was cancelled, timed out
or spoke nonsense is closed and never used again: its next reply could belong to the mail before.
"""

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import aiosmtplib.protocol
import msgspec
from msgspec import Struct

from service.delivery import dkim, outcome, receivers, unreachable
from service.delivery.model import (
    Deferred,
    Limits,
    Outcome,
    Refused,
    Reply,
    Unknown,
    Unreachable,
    Withheld,
)
from service.delivery.pipeline import Follower, Offer, Permit, Pipeline, Stale, gone
from service.delivery.refusal.model import Step
from service.delivery.signature import Private
from service.kit.errors import Invalid
from service.kit.text import msg
from service.outbox import links
from service.outbox.model import Mail

_GOODBYE = 5.0  # seconds that a server gets to answer QUIT
_SEPARATORS = re.compile(r"[\s,]+")
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


class Seal(Struct, frozen=True):
    """What a mail gets last: signatures of its sender's domain, and a return path of its own."""

    keys: tuple[dkim.Key, ...] = ()
    bounce_domain: str = ""


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


def relays(urls: str) -> tuple[Relay, ...]:
    """Read several addresses, separated by spaces or commas, the preferred one first."""
    found = tuple(relay(url) for url in _SEPARATORS.split(urls.strip()))
    if len({target.name for target in found}) < len(found):
        raise Invalid.of("SMTP_URL", msg("names the same mail server twice"))
    return found


def mailer(urls: str, public_url: str, connections: int, seal: Seal | None = None) -> "Mailer":
    """Return a mailer for SMTP_URL; without one, each hand-over says what is missing."""
    targets = relays(urls) if urls else (Relay("", 0, tls="none"),)
    host = urlsplit(public_url).hostname or ""
    helo = host if "." in host and not host.replace(".", "").isdigit() else socket.gethostname()
    return Mailer(*targets, helo=helo, connections=connections, seal=seal)


class Mailer:
    """Knows our mail servers and how many connections they may have; makes lines to them."""

    def __init__(
        self,
        *relays: Relay,
        helo: str,
        connections: int = 5,
        limits: Limits | None = None,
        seal: Seal | None = None,
    ) -> None:
        self.relays = relays
        known = receivers.limits(receivers.of_host(relays[0].host))
        self.connections = min(connections, known.at_once or connections)
        self.limits = limits or Limits()
        self._seal = seal or Seal()
        self._helo = helo
        secured = any(target.tls != "none" for target in relays)
        self._tls = ssl.create_default_context() if secured else None

    @property
    def bounce_domain(self) -> str:
        """The domain to which returned mail and wishes to leave come; empty: none of ours."""
        return self._seal.bounce_domain

    def seal(self, mail: Mail, dated_at: datetime, token: str = "") -> Mail:
        """Return a mail with its signatures and, where it has a token, its own return path.

        A signature of RSA burns a good part of a millisecond, outside Python's lock: not for the
        event loop's thread.
        """
        content = mail.content
        if keys := self._keys(mail.sender):
            content = dkim.sign(content, keys, dated_at, canonical=True)
        return Mail(self.return_path(mail.sender, token), mail.recipient, (content,), token)

    def stencil(self, sender: str, head: bytes, own: Sequence[bytes]) -> dkim.Stencil | None:
        """Return what signs many mails of one sender that share `head`; None: nobody signs."""
        keys = self._keys(sender)
        return dkim.Stencil(head, own, keys) if keys else None

    @property
    def private_keys(self) -> list[Private]:
        """All keys that anything is signed with."""
        return [key.private for key in self._seal.keys]

    def return_path(self, sender: str, token: str) -> str:
        """Return where a mail comes back to: to an address that names it, else to its sender."""
        if not token or not self._seal.bounce_domain:
            return sender
        return links.return_path(token, self._seal.bounce_domain)

    def _keys(self, sender: str) -> list[dkim.Key]:
        domain = sender.rpartition("@")[2].lower()
        return [key for key in self._seal.keys if key.domain == domain]

    async def sealed(self, mail: Mail, dated_at: datetime, token: str = "") -> Mail:
        """Seal one mail in a thread."""
        return await asyncio.to_thread(self.seal, mail, dated_at, token)

    def line(self, relay: Relay | None = None) -> "Line":
        """Return a connection that is not open yet, to the preferred mail server if not told."""
        target = relay or self.relays[0]
        client = aiosmtplib.SMTP(
            hostname=target.host,
            port=target.port,
            username=target.user or None,
            password=target.password or None,
            local_hostname=self._helo,
            timeout=self.limits.greeting,
            start_tls=target.tls == "starttls",
            use_tls=target.tls == "implicit",
            tls_context=None if target.tls == "none" else self._tls,
        )
        known = receivers.limits(receivers.of_host(target.host)).mails
        mails = min(self.limits.mails, known or self.limits.mails)
        return Line(client, target.name, msgspec.structs.replace(self.limits, mails=mails))

    async def opened(self, last: Collection[str] = ()) -> "Line":
        """Return an open connection to the first mail server that answers; raises Unreachable.

        `last`: names of those that are tried last, because they did not answer lately.
        """
        problems: list[Unreachable] = []
        for target in sorted(self.relays, key=lambda r: r.name in last):
            line = self.line(target)
            try:
                await line.open()
            except Unreachable as problem:
                problems.append(problem)
            else:
                return line
        raise problems[0]

    async def probe(self, relay: Relay) -> tuple[str, str] | None:
        """Open a session and end it; returns TLS version and end of certificate, or Unreachable."""
        line = self.line(relay)
        try:
            await line.open()
            held = line._client.get_transport_info("ssl_object")
            return held and (held.version(), held.getpeercert()["notAfter"])
        finally:
            await line.close()


class Line:
    """One SMTP session, used by one task at a time."""

    def __init__(self, client: aiosmtplib.SMTP, name: str, limits: Limits) -> None:
        self._client = client
        self.relay = name
        self._limits = limits
        self._offer = Offer()
        self._pipeline: Pipeline | None = None
        self.used = 0

    @property
    def usable(self) -> bool:
        """Whether the session is open and has mails left, or one that is announced."""
        if self._pipeline is None:
            return self._client.is_connected and self.used < self._limits.mails
        left = self.used < self._limits.mails or self._pipeline.announced is not None
        return self._pipeline.standing and left

    @property
    def busy(self) -> bool:
        """Whether a mail is announced on it already."""
        return self._pipeline is not None and self._pipeline.announced is not None

    async def open(self) -> None:
        """Connect, secure, log in; raises Unreachable with a sentence for the editors."""
        if not self._client.hostname:
            raise unreachable.unset()
        try:
            await self._client.connect()
            if self._client.is_ehlo_or_helo_needed:
                await self._client.ehlo()
            self._read_offer()
        except aiosmtplib.SMTPAuthenticationError as error:
            self.abandon()
            raise unreachable.locked_out(self.relay, _said(error)) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            self.abandon()
            raise unreachable.down(self.relay, _said(error)) from error
        except asyncio.CancelledError:
            self.abandon()
            raise

    def _read_offer(self) -> None:
        """Look at what the server can do; one that takes commands in groups gets them so."""
        known = self._client.esmtp_extensions
        most = known.get("size", "")
        size = int(most) if most.isascii() and most.isdigit() else 0
        self._offer = Offer(
            size,
            announces_size="size" in known,
            dsn="dsn" in known,
            utf8="smtputf8" in known,
        )
        if "pipelining" in known and self._client.transport is not None:
            channel = cast(asyncio.Transport, self._client.transport)
            patience = self._limits.command, self._limits.final_dot
            self._pipeline = Pipeline(channel, self._offer, *patience)
        elif self._client.transport is not None:
            cast(asyncio.Transport, self._client.transport).set_write_buffer_limits(high=1, low=0)

    async def close(self) -> None:
        """End the session politely where it still stands."""
        if self._pipeline is not None:
            await self._pipeline.quit(_GOODBYE)
        elif self._client.is_connected:
            with contextlib.suppress(*_LOST):
                await self._client.quit(timeout=_GOODBYE)
        self.abandon()

    def abandon(self) -> None:
        """Cut the connection; whatever the server still says is nobody's."""
        if self._pipeline is not None:
            self._pipeline.abandon()
        self._client.close()

    def announces(self, mail: Mail) -> bool:
        """Tell whether the server has this mail's envelope already."""
        return self._pipeline is not None and self._pipeline.announced is mail

    def forget(self, mail: Mail) -> None:
        """Do not hand over a mail after all; one that is announced ends the session."""
        if self.announces(mail):
            self.abandon()

    async def hand_over(
        self, mail: Mail, permit: Permit, follower: Follower = lambda: None
    ) -> Outcome | Withheld:
        """Hand one mail over; `permit` is asked after the server's 354, the dot follows only a yes.

        `follower` is asked for the next mail when the dot goes out, so that it can be announced.
        Raises Stale where a used connection had quietly gone. Whatever `permit` raises comes
        through, and the mail was not sent.
        """
        self.used += 1
        if self._pipeline is not None:
            last = self.used >= self._limits.mails
            return await self._pipeline.hand_over(
                mail, permit, (lambda: None) if last else follower
            )
        return await self._step_by_step(mail, permit)

    async def _step_by_step(self, mail: Mail, permit: Permit) -> Outcome | Withheld:
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
        if refused := self._offer.refuses(mail):
            return refused
        sender, recipient = self._offer.envelope(mail)
        steps = ((250, sender, Step.MAIL), (250, recipient, Step.RCPT), (354, b"DATA", Step.DATA))
        for number, (expected, command, step) in enumerate(steps):
            try:
                said = await self._say(command)
            except _LOST as error:
                self.abandon()
                if number == 0 and self.used > 1:
                    raise Stale from error
                return gone(error)
            if said.code != expected and not (number == 1 and said.code == 251):
                await self._reset(said)
                return outcome.of_refusal(said, step)
        try:
            protocol = self._protocol()
            protocol.write(mail.content)
            async with asyncio.timeout(self._limits.command):
                await protocol._drain_helper()  # a dot must not wait behind what nobody reads
        except _LOST as error:
            self.abandon()
            return gone(error)
        return None

    async def _say(self, command: bytes) -> Reply:
        self._protocol()
        said = await self._client.execute_command(command, timeout=self._limits.command)
        return outcome.reply(said.code, said.message)

    async def _reset(self, said: Reply) -> None:
        """Clear a refused transaction, so that it is not laid to the next recipient."""
        try:
            if not 400 <= said.code <= 599 or (await self._say(b"RSET")).code != 250:
                self.abandon()
        except _LOST:
            self.abandon()

    async def _dot(self) -> Outcome:
        try:
            protocol = self._protocol()
        except _LOST as error:
            self.abandon()
            return gone(error)
        try:
            protocol.write(b".\r\n")
            said = await protocol.read_response(timeout=self._limits.final_dot)
        except _LOST as error:
            self.abandon()
            return Unknown(outcome.unanswered(error))
        judged = outcome.of_final(outcome.reply(said.code, said.message))
        if isinstance(judged, Unknown) or said.code == 421:
            self.abandon()
        return judged

    def _protocol(self) -> aiosmtplib.protocol.SMTPProtocol:
        if (protocol := self._client.protocol) is None:
            raise aiosmtplib.SMTPServerDisconnected("closed before the end of the mail")
        if protocol._buffer:  # the library would take it for the answer to what comes next
            raise aiosmtplib.SMTPServerDisconnected("spoke unasked")
        return protocol


def _said(error: Exception) -> str:
    """Return what a server said, with its code where it had one, or what happened on our side."""
    if not isinstance(error, aiosmtplib.SMTPResponseException):
        return str(error)
    return f"{error.code} {error.message}" if error.code > 0 else error.message


# Errors after which nobody knows what the server would say next.
_LOST = (aiosmtplib.SMTPException, OSError)
