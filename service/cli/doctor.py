"""Commands for the sender's domain: make a DKIM key, and look at what is published."""

import argparse
import asyncio
import contextlib
import ipaddress
import os
import ssl
from datetime import UTC, datetime

import msgspec

from service import app as composition
from service.cli import command
from service.cli.command import Subparsers
from service.delivery import dkim, doctor, smtp, spf
from service.delivery.doctor import Finding, Grade
from service.delivery.model import Unreachable
from service.delivery.smtp import Relay
from service.delivery.spf import Kind, Question, Verdict
from service.kit import clock
from service.kit.errors import Conflict, Invalid, Unavailable
from service.kit.resolve import Resolver
from service.kit.settings import Settings
from service.kit.text import msg

_DEPTH = 11  # one more than SPF allows, so that a chain that is too long is seen


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    make = command.add(commands, "dkim-key", make_key, "make a DKIM key for a sender's domain")
    make.add_argument("domain")
    make.add_argument("--selector", default="rb1", help="where it is published; default rb1")
    make.add_argument("--ed25519", action="store_true", help="for a second, modern signature")
    look = command.add(commands, "doctor", examine, "look at a sender domain's DNS records")
    look.add_argument("domain", help="the domain of the newsletter's sender")
    look.add_argument("--dns", default="", metavar="ADDRESS[:PORT]", help="ask this name server")
    look.add_argument(
        "--from", dest="addresses", action="append", default=[], metavar="IP",
        help="an address that our mail leaves from, where it is not the mail server's own",
    )  # fmt: skip


async def make_key(args: argparse.Namespace, settings: Settings) -> int:
    """Write a new private key below DATA_DIR and print the record to publish."""
    domain = args.domain.lower().rstrip(".")
    if not doctor.is_name(domain) or not doctor.is_name(args.selector):
        raise Invalid.of("domain", msg("This is not a domain name."))
    folder = composition.dkim_folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{args.selector}@{domain}.pem"
    pem = dkim.new_key(modern=args.ed25519)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(msg("%(path)s exists; choose another --selector.", path=path)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    record = dkim.record(dkim.read_key(pem, domain, args.selector))
    name = f"{args.selector}._domainkey.{domain}"
    text = f"Key written to {path}.\nPublish:\n{name}. IN TXT {doctor.quoted(record)}"
    command.say(args, {"path": str(path), "name": name, "record": record}, text)
    return 0


async def examine(args: argparse.Namespace, settings: Settings) -> int:
    """Print how a domain stands; exit 1 if anything is bad."""
    resolver = _resolver(args.dns)
    domain = args.domain.lower().rstrip(".")
    if not doctor.is_name(domain):
        raise Invalid.of("domain", msg("This is not a domain name."))
    findings = await _findings(resolver, domain, settings)
    findings += await _relays(settings)
    findings += await _permitted(resolver, domain, settings, args.addresses)
    findings += await _pointers(resolver, settings, args.addresses)
    lines = [_line(finding) for finding in findings]
    told = [msgspec.structs.asdict(f) | {"text": str(f.text)} for f in findings]
    command.say(args, {"domain": domain, "findings": told}, "\n".join(lines))
    return 1 if any(f.grade is Grade.BAD for f in findings) else 0


def _resolver(server: str) -> Resolver:
    """Return a resolver that asks this name server; with none, the system's."""
    if not server:
        return Resolver()
    address, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    try:
        return Resolver([str(ipaddress.ip_address(address))], int(port or 53))
    except ValueError as error:
        what = msg("Not the address of a name server; expected: 192.0.2.53 or 192.0.2.53:53")
        raise Invalid.of("--dns", what) from error


async def _findings(resolver: Resolver, domain: str, settings: Settings) -> list[Finding]:
    keys = [key for key in composition.dkim_keys(settings) if key.domain == domain]
    envelope = settings.bounce_domain or domain
    names = [f"{key.selector}._domainkey.{key.domain}" for key in keys]
    parts = domain.split(".")
    names += [f"_dmarc.{'.'.join(parts[i:])}" for i in range(len(parts) - 1)]
    texts = dict(zip(names, await asyncio.gather(*map(resolver.texts, names)), strict=True))
    texts |= await _spf_texts(resolver, envelope)
    exchangers = await resolver.exchangers(envelope)
    found = [doctor.sender_policy(envelope, texts), *(doctor.selector(key, texts) for key in keys)]
    if not keys:
        found.append(doctor.no_key(domain))
    return [
        *found,
        doctor.dmarc(domain, texts),
        doctor.alignment(domain, envelope, texts),
        doctor.mail_exchangers(envelope, exchangers),
    ]


async def _relays(settings: Settings) -> list[Finding]:
    """Open a session with each mail server as if to send, and judge it."""
    if not settings.smtp_url:
        return [doctor.unusable("SMTP_URL", msg("No mail server is set."))]
    seal = smtp.Seal(tuple(composition.dkim_keys(settings)), settings.bounce_domain)
    mailer = smtp.mailer(settings.smtp_url, settings.public_url, 1, seal)
    found: list[Finding] = []
    for relay in mailer.relays:
        try:
            found.append(_session(relay, await mailer.probe(relay)))
        except Unreachable as problem:
            found.append(doctor.unusable(relay.name, problem.brief))
    return found


async def _permitted(
    resolver: Resolver, domain: str, settings: Settings, given: list[str]
) -> list[Finding]:
    """Judge whether SPF lets mail leave from the addresses given, else from our mail servers."""
    envelope = settings.bounce_domain or domain
    if given:
        verdicts = {a: await _verdict(resolver, a, envelope) for a in map(_checked, given)}
        return [doctor.sender_in_spf(envelope, ", ".join(verdicts), verdicts, sure=True)]
    texts = await _spf_texts(resolver, envelope)
    found: list[Finding] = []
    for relay in smtp.relays(settings.smtp_url) if settings.smtp_url else []:
        if known := doctor.relay_in_spf(envelope, relay.host, texts):
            found.append(known)
            continue
        addresses = await _addresses(resolver, relay.host)
        if any(map(_ours, [relay.host, *addresses])):
            found.append(doctor.sender_unknown(envelope, relay.name))
            continue
        verdicts = {a: await _verdict(resolver, a, envelope) for a in addresses}
        found.append(doctor.sender_in_spf(envelope, relay.name, verdicts, sure=False))
    return found


async def _verdict(resolver: Resolver, address: str, domain: str) -> Verdict:
    """Evaluate an SPF record, question by question."""
    ask = {
        Kind.TXT: resolver.texts,
        Kind.MX: resolver.exchangers,
        Kind.ADDRESS: resolver.addresses,
    }
    known: dict[Question, list[str] | None] = {}
    while isinstance(said := spf.check(address, domain, known), Question):
        try:
            known[said] = await ask[said.kind](said.name)
        except Unavailable:
            known[said] = None
    return said


def _session(relay: Relay, secured: tuple[str, str] | None) -> Finding:
    if secured is None:
        return doctor.plain(relay.name, here=_ours(relay.host))
    protocol, ends = secured
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
    return doctor.secured(relay.name, protocol, until, clock.now())


async def _pointers(resolver: Resolver, settings: Settings, given: list[str]) -> list[Finding]:
    """Judge the names of the addresses given, else of those of our mail servers."""
    hosts = [] if given or not settings.smtp_url else smtp.relays(settings.smtp_url)
    found = [a for relay in hosts for a in await _addresses(resolver, relay.host)]
    findings = []
    for address in [_checked(a) for a in given] or [a for a in found if not _ours(a)]:
        try:
            names = await resolver.pointers(address)
            forward = {name: await resolver.addresses(name) for name in names}
        except Unavailable:
            findings.append(doctor.untold("PTR", address))
        else:
            findings.append(doctor.pointer(address, forward))
    return findings


async def _addresses(resolver: Resolver, host: str) -> list[str]:
    """Return the addresses of a host; none where the DNS does not answer."""
    if _is_address(host):
        return [host]
    with contextlib.suppress(Unavailable):
        return await resolver.addresses(host)
    return []


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _checked(address: str) -> str:
    if not _is_address(address):
        raise Invalid.of("--from", msg("Not an IP address; expected: 192.0.2.10"))
    return str(ipaddress.ip_address(address))


def _ours(host: str) -> bool:
    """Tell whether a host is this computer or in a network of the house, unseen from outside."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_private)


async def _spf_texts(resolver: Resolver, domain: str) -> dict[str, list[str]]:
    """Return the TXT records of a domain and of everything its SPF record refers to.

    What a name server does not answer for is left empty, but for the domain itself.
    """

    async def texts_of(name: str) -> list[str]:
        try:
            return await resolver.texts(name)
        except Unavailable:
            if name == domain:
                raise
            return []

    texts: dict[str, list[str]] = {}
    wanted = [domain]
    for _ in range(_DEPTH):
        found = await asyncio.gather(*map(texts_of, wanted))
        texts |= dict(zip(wanted, found, strict=True))
        named = {n for told in found for record in spf.records(told) for n in spf.names(record)}
        wanted = sorted(named - set(texts))
        if not wanted:
            break
    return texts


def _line(finding: Finding) -> str:
    mark = {Grade.GOOD: "ok     ", Grade.WARNING: "warning", Grade.BAD: "BAD    "}[finding.grade]
    line = f"{mark}  {finding.subject:<9}  {finding.text}"
    if finding.grade is Grade.BAD and finding.record:
        line += f"\n                    publish: {doctor.zone_line(finding)}"
    return line
