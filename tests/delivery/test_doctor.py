"""The doctor: what receivers find in the DNS, asked of a real name server on loopback."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from service.delivery import dkim, doctor
from service.delivery.doctor import Finding, Grade
from service.kit.text import msg
from tests.delivery import certificate
from tests.delivery.relay import Relay, relay

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "soko.example"


class Zone(asyncio.DatagramProtocol):
    """A name server for a handful of records."""

    def __init__(self, records: dict[tuple[str, str], list[str]]) -> None:
        self._records = records

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = str(question.name).rstrip(".").lower()
        found = self._records.get((name, kind))
        answer = dns.message.make_response(query)
        if (name, "SERVFAIL") in self._records:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def serving(records: dict[tuple[str, str], list[str]]) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Zone(records), local_addr=("127.0.0.1", 0)
    )
    try:
        yield "127.0.0.1:{}".format(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


async def command(*words: str, data_dir: Path, **env: str) -> tuple[int, dict[str, object]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service", *words, "--json",
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.defpath, "DATA_DIR": str(data_dir), **env},
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, json.loads(out)


@asynccontextmanager
async def secure(folder: Path, address: str, days: int = 90) -> AsyncIterator[Relay]:
    """Give a mail server at 127.0.0.2 with a certificate for an address, left in `folder`."""
    folder.mkdir()
    context = certificate.context(*certificate.make(folder, address, days))
    server = Relay(tls=context, login=("u", "richtig"))
    await server.start(host="127.0.0.2")
    yield server
    await server.stop()


def findings(told: dict[str, object], subject: str) -> list[tuple[str, str]]:
    found = told["findings"]
    assert isinstance(found, list)
    return [(f["grade"], f["text"]) for f in found if f["subject"] == subject]


async def test_a_domain_in_order_passes_and_a_bare_one_is_told_what_to_publish(
    tmp_path: Path,
) -> None:
    _, first = await command("dkim-key", DOMAIN, data_dir=tmp_path)
    _, second = await command(
        "dkim-key", DOMAIN, "--selector", "rb2", "--ed25519", data_dir=tmp_path
    )
    keys = {str(made["name"]): str(made["record"]) for made in (first, second)}
    zone = {
        (DOMAIN, "TXT"): ['"v=spf1 include:relay.example -all"'],
        ("relay.example", "TXT"): ['"v=spf1 ip4:192.0.2.10 -all"'],
        **{(name, "TXT"): [doctor.quoted(record)] for name, record in keys.items()},
        (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=quarantine"'],
        (f"bounce.{DOMAIN}", "TXT"): ['"v=spf1 include:relay.example -all"'],
        (f"bounce.{DOMAIN}", "MX"): ["10 mail.soko.example."],
        ("10.2.0.192.in-addr.arpa", "PTR"): ["mail.soko.example."],
        ("mail.soko.example", "A"): ["192.0.2.10"],
    }
    async with (
        secure(tmp_path / "a", "127.0.0.2") as server,
        relay() as near,
        serving(zone) as names,
        serving({}) as nothing,
    ):
        env = {
            "SMTP_URL": f"smtp://u:richtig@127.0.0.2:{server.port} {near.url}",
            "SSL_CERT_FILE": str(tmp_path / "a" / "certificate.pem"),
            "BOUNCE_DOMAIN": f"bounce.{DOMAIN}",
        }
        words = ("doctor", DOMAIN, "--from", "192.0.2.10", "--dns")
        code, told = await command(*words, names, data_dir=tmp_path, **env)
        bare, missing = await command(*words, nothing, data_dir=tmp_path, **env)
    assert code == 0, told
    assert [grade for grade, _ in findings(told, "DKIM")] == ["good", "good"]
    (grade, text), (near_grade, _) = findings(told, "TLS")
    assert (grade, near_grade) == ("good", "good")
    assert "TLSv1.3" in text
    assert findings(told, "PTR") == [("good", "192.0.2.10 is named mail.soko.example, and back.")]
    assert server.logins == 2
    assert bare == 1
    found = missing["findings"]
    assert isinstance(found, list)
    assert set(keys.values()) <= {f["record"] for f in found if f["grade"] == "bad"}
    assert [grade for grade, _ in findings(missing, "PTR")] == ["bad"]


async def test_whatever_is_wrong_with_a_mail_server_is_told_of_each_one(tmp_path: Path) -> None:
    async with (
        secure(tmp_path / "other", "127.0.0.3") as misnamed,
        secure(tmp_path / "old", "127.0.0.2", -1) as expired,
        secure(tmp_path / "soon", "127.0.0.2", 3) as ending,
        secure(tmp_path / "unknown", "127.0.0.2") as unvouched,
        serving({("10.2.0.192.in-addr.arpa", "PTR"): ["other.example."]}) as names,
    ):
        servers = (misnamed, expired, ending, unvouched)
        urls = [f"smtp://u:richtig@127.0.0.2:{server.port}" for server in servers]
        known = [tmp_path / name / "certificate.pem" for name in ("other", "old", "soon")]
        (tmp_path / "known.pem").write_bytes(b"".join(path.read_bytes() for path in known))
        env = {
            "SMTP_URL": " ".join([*urls, "smtp://127.0.0.2:1"]),
            "SSL_CERT_FILE": str(tmp_path / "known.pem"),
        }
        words = ("doctor", DOMAIN, "--from", "192.0.2.10", "--dns", names)
        code, told = await command(*words, data_dir=tmp_path, **env)
        env["SMTP_URL"] = urls[2].replace("richtig", "falsch")
        wrong, locked = await command(*words, data_dir=tmp_path, **env)
    assert (code, wrong) == (1, 1)
    reasons = ("not valid for '127.0.0.2'", "expired", "ends on", "self-signed", "127.0.0.2:1")
    grades = ("bad", "bad", "warning", "bad", "bad")
    for (grade, text), reason, expected in zip(findings(told, "TLS"), reasons, grades, strict=True):
        assert grade == expected
        assert reason in text, text
    assert "does not lead back" in findings(told, "PTR")[0][1]
    assert "name and password" in findings(locked, "TLS")[0][1]
    assert sum(server.tries.total() for server in servers) == 0, "nothing was sent"


async def test_spf_is_evaluated_for_each_mail_server_and_for_the_addresses_given(
    tmp_path: Path,
) -> None:
    zone = {
        (DOMAIN, "TXT"): ['"v=spf1 mx a:relay.example include:broken.example -all"'],
        (DOMAIN, "MX"): ["10 mx.soko.example."],
        ("mx.soko.example", "A"): ["9.9.9.1"],
        ("mail.soko.example", "A"): ["9.9.9.1"],
        ("relay.example", "A"): ["9.9.9.2"],
        ("relay.example", "AAAA"): ["2620:fe::2"],
        ("elsewhere.example", "A"): ["9.9.9.3"],
        ("broken.example", "SERVFAIL"): [],
        ("silent.example", "SERVFAIL"): [],
    }
    hosts = ("mail.soko.example", "relay.example", "elsewhere.example", "silent.example")
    urls = " ".join(f"smtp://u:p@{host}" for host in (*hosts, "127.0.0.2"))
    async with serving(zone) as names:
        words = ("doctor", DOMAIN, "--dns", names)
        _, told = await command(*words, data_dir=tmp_path, SMTP_URL=urls)
        zone[DOMAIN, "TXT"] = ['"v=spf1 mx ~all"']
        _, clear = await command(*words, data_dir=tmp_path, SMTP_URL=urls)
        given = (*words, "--from", "9.9.9.1", "--from", "9.9.9.3")
        _, sure = await command(*given, data_dir=tmp_path, SMTP_URL=urls)
    grades = [grade for grade, _ in findings(told, "SPF")]
    assert grades == ["good", "good", "good", *["warning"] * 3]
    reasons = ("(9.9.9.1)", "2620:fe::2", "cannot be told", "cannot be told", "--from")
    for (_, text), reason in zip(findings(told, "SPF")[1:], reasons, strict=True):
        assert reason in text
    assert [grade for grade, _ in findings(clear, "SPF")[:4]] == ["good", "good", *["warning"] * 2]
    assert "add ip4:9.9.9.3;" in findings(clear, "SPF")[3][1]
    assert findings(sure, "SPF")[1:] == [
        ("bad", "SPF does not let our mail leave from there (9.9.9.3: softfail).")
    ]


def test_what_is_missing_is_told_as_a_line_of_a_zone_file() -> None:
    mx = Finding("MX", Grade.BAD, msg("missing"), "bounce.soko.example", "10 mail.soko.example.")
    assert doctor.zone_line(mx) == "bounce.soko.example. IN MX 10 mail.soko.example."
    spf = Finding("SPF", Grade.BAD, msg("missing"), DOMAIN, "v=spf1 mx -all")
    assert doctor.zone_line(spf) == 'soko.example. IN TXT "v=spf1 mx -all"'


def test_spf_must_name_a_provider_whose_own_record_is_known() -> None:
    texts = {"a.example": ["v=spf1 include:b.example -all"], "b.example": []}
    missing = doctor.relay_in_spf("a.example", "smtp.office365.com", texts)
    assert missing is not None
    assert (missing.grade, missing.name) == (Grade.BAD, "a.example")
    texts["b.example"] = ["v=spf1 include:spf.protection.outlook.com -all"]
    there = doctor.relay_in_spf("a.example", "smtp.office365.com", texts)
    assert there is not None
    assert there.grade is Grade.GOOD
    assert doctor.relay_in_spf("a.example", "mail.verband.example", texts) is None


@pytest.mark.parametrize(
    ("sender", "envelope", "grade"),
    [
        ("soko.example", "soko.example", Grade.GOOD),
        ("soko.example", "bounce.soko.example", Grade.GOOD),
        ("news.soko.example", "bounce.soko.example", Grade.GOOD),
        ("soko.example", "bounce.provider.example", Grade.WARNING),
        ("soko.example", "notsoko.example", Grade.WARNING),
    ],
)
def test_alignment_is_that_of_one_organisation(sender: str, envelope: str, grade: Grade) -> None:
    texts = {f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"]}
    assert doctor.alignment(sender, envelope, texts).grade is grade


async def test_a_name_server_is_given_by_address(tmp_path: Path) -> None:
    for server in ("dns.example", "127.0.0.1:fifty"):
        code, told = await command("doctor", DOMAIN, "--dns", server, data_dir=tmp_path)
        assert code == 1
        assert "expected: 192.0.2.53" in str(told["error"])


async def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    _, made = await command("dkim-key", DOMAIN, data_dir=tmp_path)
    before = Path(str(made["path"])).read_bytes()
    code, told = await command("dkim-key", DOMAIN, data_dir=tmp_path)
    assert code == 1
    assert "error" in told
    assert Path(str(made["path"])).read_bytes() == before


@pytest.mark.parametrize("domain", ["", "a b.example", "../etc/passwd", "x" * 300])
async def test_what_is_no_domain_gets_no_key(domain: str, tmp_path: Path) -> None:
    code, told = await command("dkim-key", domain, data_dir=tmp_path)
    assert code == 1
    assert told["faults"]
    assert not list(tmp_path.rglob("*.pem"))


def test_spf_with_more_than_ten_look_ups_is_bad_however_they_come_about() -> None:
    chain = {f"s{n}.example": [f"v=spf1 include:s{n + 1}.example -all"] for n in range(12)}
    assert doctor.sender_policy("s0.example", chain).grade is Grade.BAD
    loop = {
        "a.example": ["v=spf1 include:b.example -all"],
        "b.example": ["v=spf1 include:a.example -all"],
    }
    assert doctor.sender_policy("a.example", loop).grade is Grade.BAD  # receivers go round, too
    twice = {
        "a.example": ["v=spf1 include:b.example include:b.example -all"],
        "b.example": ["v=spf1 a mx ptr a:c.example -all"],
    }
    assert doctor.sender_policy("a.example", twice).grade is Grade.GOOD
    twice["b.example"] = ["v=spf1 a mx ptr a:c.example exists:d.example -all"]
    assert doctor.sender_policy("a.example", twice).grade is Grade.BAD
    other = {"a.example": ["v=spf1 include:b.example -all"], "b.example": ["v=spf10" + " a" * 20]}
    assert doctor.sender_policy("a.example", other).grade is Grade.GOOD


@pytest.mark.parametrize(
    ("records", "grade"),
    [
        ([], Grade.BAD),
        (["v=spf1 -all", "v=spf1 ~all"], Grade.BAD),
        (["v=spf1 mx ?all"], Grade.WARNING),
        (["v=spf1 mx"], Grade.WARNING),
        (["something else", "v=spf1 mx ~all"], Grade.GOOD),
        (["v=spf1 redirect=other.example"], Grade.GOOD),
    ],
)
def test_spf_is_judged(records: list[str], grade: Grade) -> None:
    assert doctor.sender_policy(DOMAIN, {DOMAIN: records}).grade is grade


@pytest.mark.parametrize(
    ("record", "grade"),
    [
        ("v=DMARC1; p=reject; rua=mailto:a@soko.example", Grade.GOOD),
        ("v=DMARC1; p=none", Grade.WARNING),
        ("v=DMARC1; p=reject; pct=50", Grade.WARNING),
        ("v=DMARC1; p=perhaps", Grade.BAD),
        ("v=spf1 -all", Grade.BAD),
    ],
)
def test_dmarc_is_judged_at_the_domain_or_above_it(record: str, grade: Grade) -> None:
    texts = {f"_dmarc.{DOMAIN}": [record]}
    assert doctor.dmarc(DOMAIN, texts).grade is grade
    assert doctor.dmarc(f"news.{DOMAIN}", texts).grade is grade


def test_a_published_key_that_is_not_ours_is_bad() -> None:
    ours, other = (dkim.read_key(dkim.new_key(), DOMAIN, "rb1") for _ in range(2))
    name = f"rb1._domainkey.{DOMAIN}"
    assert doctor.selector(ours, {name: [dkim.record(other)]}).grade is Grade.BAD
    spread = dkim.record(ours).replace("p=", "p= ")
    assert doctor.selector(ours, {name: [spread]}).grade is Grade.GOOD
    assert doctor.selector(ours, {name: ["p=!!!"]}).grade is Grade.BAD
