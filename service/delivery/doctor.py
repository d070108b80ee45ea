"""What receivers will find in the DNS about the sender's domain, judged. Pure: answers are given.

Sources of the rules: SPF RFC 7208 (at most ten lookups, §4.6.4), DKIM RFC 6376 §3.6.1, DMARC
RFC 9989, and what the large receivers ask of bulk senders (SPF, DKIM and DMARC aligned, PTR, TLS).
Asking the DNS is somebody else's work (service.kit.dns).
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from service.delivery import dkim, spf
from service.delivery.spf import Verdict
from service.kit.text import Text, msg

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?")
# What providers ask for in the SPF record of who sends through their mail servers.
_INCLUDES = {
    "office365.com": "spf.protection.outlook.com",
    "gmail.com": "_spf.google.com",
    "infomaniak.com": "spf.infomaniak.ch",
    "hostpoint.ch": "spf.mail.hostpoint.ch",
    "amazonaws.com": "amazonses.com",
    "mailjet.com": "spf.mailjet.com",
    "mailgun.org": "mailgun.org",
    "sendgrid.net": "sendgrid.net",
    "postmarkapp.com": "spf.mtasv.net",
    "protonmail.ch": "_spf.protonmail.ch",
}
_RENEW_WITHIN = timedelta(days=14)
_GONE_TAGS = ("pct", "rf", "ri")  # DMARC tags that RFC 9989 dropped


class Grade(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Finding(Struct, frozen=True):
    """One thing looked at: how it stands, and the record to publish where one is missing."""

    subject: str
    grade: Grade
    text: Text
    name: str = ""
    record: str = ""


def sender_policy(domain: str, texts: Mapping[str, Sequence[str]]) -> Finding:
    """Judge the SPF record of the envelope's domain; `texts` holds TXT records by name."""
    found = spf.records(texts.get(domain, ()))
    advice = "v=spf1 mx include:<relay's domain> -all"
    if not found:
        what = msg("There is no SPF record at %(domain)s.", domain=domain)
        return Finding("SPF", Grade.BAD, what, domain, advice)
    if len(found) > 1:
        what = msg(
            "There are several SPF records at %(domain)s; receivers then use none.", domain=domain
        )
        return Finding("SPF", Grade.BAD, what, domain, advice)
    if spf.lookups(domain, texts) > spf.MOST_LOOKUPS:
        what = msg(
            "The SPF record needs more than %(most)s look-ups; receivers then count it as faulty.",
            most=spf.MOST_LOOKUPS,
        )
        return Finding("SPF", Grade.BAD, what, domain, found[0])
    if not re.search(r"(?:^|\s)(?:[~-]all|redirect=\S+)\s*$", found[0], re.IGNORECASE):
        what = msg("The SPF record does not end with -all or ~all, so it forbids nobody.")
        return Finding("SPF", Grade.WARNING, what, domain, found[0])
    return Finding("SPF", Grade.GOOD, msg("The SPF record is in order."), domain, found[0])


def selector(key: dkim.Key, texts: Mapping[str, Sequence[str]]) -> Finding:
    """Judge whether the published key is the public half of ours."""
    name = f"{key.selector}._domainkey.{key.domain}"
    ours = dkim.record(key)
    found = texts.get(name, ())
    if not found:
        what = msg("The DKIM key %(name)s is not published.", name=name)
        return Finding("DKIM", Grade.BAD, what, name, ours)
    if _public(found[0]) != _public(ours):
        what = msg("The DKIM key published at %(name)s is not ours.", name=name)
        return Finding("DKIM", Grade.BAD, what, name, ours)
    return Finding(
        "DKIM", Grade.GOOD, msg("The DKIM key %(name)s is ours.", name=name), name, found[0]
    )


def _public(record: str) -> bytes:
    tags = _tags(record)
    try:
        return base64.b64decode(re.sub(r"\s", "", tags.get("p", "")), validate=True)
    except binascii.Error:
        return b""


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def dmarc(domain: str, texts: Mapping[str, Sequence[str]]) -> Finding:
    """Judge the DMARC record of the From domain, looking at the organisation's domain too."""
    parts = domain.split(".")
    names = [f"_dmarc.{'.'.join(parts[i:])}" for i in range(len(parts) - 1)]
    advice = f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}"
    for name in names:
        for record in texts.get(name, ()):
            tags = _tags(record)
            if tags.get("v", "").upper() == "DMARC1":
                return _policy(name, record, tags)
    what = msg("There is no DMARC record for %(domain)s.", domain=domain)
    return Finding("DMARC", Grade.BAD, what, names[0] if names else domain, advice)


def _policy(name: str, record: str, tags: Mapping[str, str]) -> Finding:
    policy = tags.get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        what = msg("The DMARC record names no valid policy (p=).")
        return Finding("DMARC", Grade.BAD, what, name, record)
    gone = [tag for tag in _GONE_TAGS if tag in tags]
    if gone:
        what = msg(
            "The DMARC record has tags that no longer mean anything: %(tags)s.",
            tags=", ".join(gone),
        )
        return Finding("DMARC", Grade.WARNING, what, name, record)
    if policy == "none":
        what = msg("The DMARC policy is «none»: it watches, but protects nobody.")
        return Finding("DMARC", Grade.WARNING, what, name, record)
    return Finding("DMARC", Grade.GOOD, msg("The DMARC record is in order."), name, record)


def alignment(sender: str, envelope: str, texts: Mapping[str, Sequence[str]]) -> Finding:
    """Judge whether envelope and From belong to one organisation (relaxed alignment).

    Its domain is the highest above the sender's that has a DMARC record (RFC 9989 §4.10).
    """
    parts = sender.split(".")
    above = [".".join(parts[i:]) for i in range(len(parts) - 1)]
    known = [name for name in above if texts.get(f"_dmarc.{name}")]
    organisation = known[-1] if known else sender
    if f".{envelope}".endswith(f".{organisation}"):
        what = msg("Envelope and sender belong to the same domain.")
        return Finding("alignment", Grade.GOOD, what, envelope)
    what = msg(
        "Bounces go to %(envelope)s, but the sender is %(sender)s; DMARC then rests on DKIM alone.",
        envelope=envelope,
        sender=sender,
    )
    return Finding("alignment", Grade.WARNING, what, envelope)


def mail_exchangers(domain: str, found: Sequence[str]) -> Finding:
    """Judge whether bounces and answers can arrive."""
    if not found:
        what = msg("%(domain)s has no MX record: bounces and answers cannot arrive.", domain=domain)
        return Finding("MX", Grade.BAD, what, domain, f"10 mail.{domain}.")
    what = msg("Mail for %(domain)s is taken by %(hosts)s.", domain=domain, hosts=", ".join(found))
    return Finding("MX", Grade.GOOD, what, domain)


def pointer(address: str, forward: Mapping[str, Sequence[str]]) -> Finding:
    """Judge whether the address that mail leaves from has a name that leads back to it.

    `forward` holds the addresses of each of its names (PTR).
    """
    if not forward:
        what = msg(
            "%(address)s, where our mail comes from, has no name (PTR). Large receivers refuse mail"
            " from there. Whoever owns the address can publish one.",
            address=address,
        )
        return Finding("PTR", Grade.BAD, what, address)
    for name, addresses in forward.items():
        if address in addresses:
            what = msg("%(address)s is named %(name)s, and back.", address=address, name=name)
            return Finding("PTR", Grade.GOOD, what, address)
    what = msg(
        "%(address)s is named %(name)s, but that name does not lead back to it.",
        address=address,
        name=next(iter(forward)),
    )
    return Finding("PTR", Grade.BAD, what, address)


def relay_in_spf(domain: str, host: str, texts: Mapping[str, Sequence[str]]) -> Finding | None:
    """Judge whether SPF lets a mail server send whose own record we know; None: unknown to us."""
    include = next((i for end, i in _INCLUDES.items() if f".{host}".endswith(f".{end}")), None)
    if include is None:
        return None
    seen, wanted = set[str](), [domain]
    while wanted:
        name = wanted.pop()
        seen.add(name)
        found = spf.records(texts.get(name, ()))
        wanted += [n for record in found[:1] for n in spf.names(record) if n not in seen]
    if include in seen:
        what = msg("SPF lets the mail server %(host)s send for us.", host=host)
        return Finding("SPF", Grade.GOOD, what, domain)
    what = msg(
        "SPF does not let the mail server %(host)s send for us: %(include)s is missing.",
        host=host,
        include=f"include:{include}",
    )
    return Finding("SPF", Grade.BAD, what, domain, f"v=spf1 mx include:{include} -all")


def sender_in_spf(
    domain: str, where: str, verdicts: Mapping[str, Verdict], *, sure: bool
) -> Finding:
    """Judge by its addresses whether SPF lets a mail server send, as a receiver would evaluate it.

    `sure`: mail leaves from these addresses. Else a mail server may send from others than it takes
    our mail at, so that a refusal is only a warning.
    """
    told = {"where": where, "addresses": ", ".join(verdicts)}
    if not verdicts or Verdict.TEMPERROR in verdicts.values():
        return untold("SPF", where)
    wrong = {a: v for a, v in verdicts.items() if v is not Verdict.PASS}
    if not wrong:
        what = msg("SPF lets %(where)s send for us (%(addresses)s).", **told)
        return Finding("SPF", Grade.GOOD, what, domain)
    grade = Grade.BAD if sure else Grade.WARNING
    added = " ".join(f"ip{ipaddress.ip_address(a).version}:{a}" for a in wrong)
    told |= {"addresses": ", ".join(f"{a}: {v}" for a, v in wrong.items()), "added": added}
    if sure:
        what = msg("SPF does not let our mail leave from there (%(addresses)s).", **told)
    else:
        what = msg(
            "SPF does not let %(where)s send for us (%(addresses)s). If it sends from there, add"
            " %(added)s; if from elsewhere, say so with --from.",
            **told,
        )
    return Finding("SPF", grade, what, domain, f"v=spf1 mx {added} -all")


def untold(subject: str, name: str) -> Finding:
    """Say that the DNS did not answer."""
    what = msg(
        "%(subject)s of %(name)s cannot be told: the DNS does not answer.",
        subject=subject,
        name=name,
    )
    return Finding(subject, Grade.WARNING, what, name)


def sender_unknown(domain: str, where: str) -> Finding:
    """Say of a mail server in a network of our own that nobody outside knows it by this address."""
    what = msg(
        "%(where)s is in a network of our own: whether SPF lets it send for us cannot be told. Say"
        " with --from which address its mail leaves from.",
        where=where,
    )
    return Finding("SPF", Grade.WARNING, what, domain)


def secured(relay: str, protocol: str, ends: datetime, now: datetime) -> Finding:
    """Judge a session that was opened: its certificate was verified, by chain and name."""
    told = {"relay": relay, "protocol": protocol, "day": f"{ends:%Y-%m-%d}"}
    if ends - now < _RENEW_WITHIN:
        what = msg("The certificate of %(relay)s ends on %(day)s.", **told)
        return Finding("TLS", Grade.WARNING, what, relay)
    what = msg("%(relay)s: secured by %(protocol)s; its certificate holds until %(day)s.", **told)
    return Finding("TLS", Grade.GOOD, what, relay)


def plain(relay: str, *, here: bool) -> Finding:
    """Judge a session without TLS; `here`: it does not leave this computer."""
    if here:
        what = msg("%(relay)s answers on this computer; no TLS is needed.", relay=relay)
        return Finding("TLS", Grade.GOOD, what, relay)
    what = msg("%(relay)s answers, but our mail goes to it unsecured.", relay=relay)
    return Finding("TLS", Grade.WARNING, what, relay)


def unusable(relay: str, why: Text) -> Finding:
    """Say why no session could be opened."""
    return Finding("TLS", Grade.BAD, why, relay)


def no_key(domain: str) -> Finding:
    """Say that nothing is signed here, which is right only where the relay signs."""
    what = msg(
        "No DKIM key of ours for %(domain)s; mail is signed only if the relay does it.",
        domain=domain,
    )
    return Finding("DKIM", Grade.WARNING, what, domain)


def is_name(text: str) -> bool:
    """Tell whether a text is a host name (RFC 1123 §2.1)."""
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def zone_line(finding: Finding) -> str:
    """Return the record to publish as a line of a zone file."""
    is_mx = finding.subject == "MX"  # all others are texts
    record = f"MX {finding.record}" if is_mx else f"TXT {quoted(finding.record)}"
    return f"{finding.name}. IN {record}"


def quoted(record: str) -> str:
    """Return a TXT record as zone files want it: strings of at most 255 octets (RFC 1035 §3.3)."""
    pieces = [record[i : i + 255] for i in range(0, len(record), 255)]
    return " ".join(f'"{piece}"' for piece in pieces)
