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
from service.delivery.doctor import Grade

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
        found = self._records.get((str(question.name).rstrip(".").lower(), kind))
        answer = dns.message.make_response(query)
        if found:
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


async def command(*words: str, data_dir: Path) -> tuple[int, dict[str, object]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service", *words, "--json",
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.defpath, "DATA_DIR": str(data_dir)},
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, json.loads(out)


async def test_a_domain_in_order_passes_and_a_bare_one_is_told_what_to_publish(
    tmp_path: Path,
) -> None:
    _, made = await command("dkim-key", DOMAIN, data_dir=tmp_path)
    record = str(made["record"])
    zone = {
        (DOMAIN, "TXT"): ['"v=spf1 include:relay.example -all"'],
        ("relay.example", "TXT"): ['"v=spf1 ip4:192.0.2.1 -all"'],
        (str(made["name"]), "TXT"): [doctor.quoted(record)],
        (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=quarantine"'],
        (DOMAIN, "MX"): ["10 mail.soko.example."],
    }
    async with serving(zone) as server:
        code, told = await command("doctor", DOMAIN, "--dns", server, data_dir=tmp_path)
    assert code == 0, told
    async with serving({}) as server:
        code, told = await command("doctor", DOMAIN, "--dns", server, data_dir=tmp_path)
    assert code == 1
    findings = told["findings"]
    assert isinstance(findings, list)
    assert record in [f["record"] for f in findings if f["grade"] == "bad"]


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


def test_spf_with_more_than_ten_look_ups_is_bad_and_a_loop_ends() -> None:
    chain = {f"s{n}.example": [f"v=spf1 include:s{n + 1}.example -all"] for n in range(12)}
    assert doctor.spf("s0.example", chain).grade is Grade.BAD
    loop = {
        "a.example": ["v=spf1 include:b.example -all"],
        "b.example": ["v=spf1 include:a.example -all"],
    }
    assert doctor.spf("a.example", loop).grade is Grade.GOOD


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
    assert doctor.spf(DOMAIN, {DOMAIN: records}).grade is grade


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
