"""SPF as receivers evaluate it, on the examples of RFC 7208 and on records that are wrong."""

import pytest

from service.delivery import spf
from service.delivery.spf import Kind, Question, Verdict

# Appendix A of RFC 7208, and what its terms refer to.
ZONE: dict[tuple[Kind, str], list[str]] = {
    (Kind.ADDRESS, "example.com"): ["192.0.2.10", "192.0.2.11"],
    (Kind.ADDRESS, "amy.example.com"): ["192.0.2.65"],
    (Kind.ADDRESS, "bob.example.com"): ["192.0.2.66"],
    (Kind.ADDRESS, "mail-a.example.com"): ["192.0.2.129"],
    (Kind.ADDRESS, "mail-b.example.com"): ["192.0.2.130", "2001:db8::130"],
    (Kind.ADDRESS, "mail-c.example.org"): ["192.0.2.140"],
    (Kind.MX, "example.com"): ["mail-a.example.com", "mail-b.example.com"],
    (Kind.MX, "example.org"): ["mail-c.example.org"],
    (Kind.TXT, "_spf.example.com"): ["v=spf1 mx:example.com -all"],
    (Kind.TXT, "neutral.example.com"): ["v=spf1 ?all"],
    (Kind.TXT, "two.example.com"): ["v=spf1 -all", "v=spf1 a -all"],
    (Kind.ADDRESS, "66.2.0.192.in-addr._spf.example.com"): ["127.0.0.2"],
    **{(Kind.TXT, f"s{n}.example"): [f"v=spf1 include:s{n + 1}.example -all"] for n in range(11)},
    (Kind.TXT, "s11.example"): ["v=spf1 +all"],
}


def checked(record: str, address: str, silent: str = "") -> tuple[Verdict, int]:
    """Return the verdict on an address, and how many questions it took."""
    known: dict[Question, list[str] | None] = {Question(Kind.TXT, "example.com"): [record]}
    while isinstance(said := spf.check(address, "example.com", known), Question):
        assert said not in known
        answer = ZONE.get((said.kind, said.name), [])
        known[said] = None if said.name == silent else answer
    return said, len(known)


@pytest.mark.parametrize(
    ("record", "address", "verdict"),
    [
        ("v=spf1 +all", "192.0.2.200", "pass"),
        ("v=spf1 a -all", "192.0.2.10", "pass"),
        ("v=spf1 a -all", "192.0.2.65", "fail"),
        ("v=spf1 a:example.org -all", "192.0.2.10", "fail"),
        ("v=spf1 mx -all", "192.0.2.129", "pass"),
        ("v=spf1 mx -all", "2001:db8::130", "pass"),
        ("v=spf1 mx:example.org -all", "192.0.2.140", "pass"),
        ("v=spf1 mx mx:example.org ~all", "192.0.2.141", "softfail"),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", "pass"),
        ("v=spf1 mx/30//96 -all", "2001:db8::9999:9999", "pass"),
        ("v=spf1 mx/30 -all", "2001:db8::131", "fail"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.131", "pass"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "2001:db8::1", "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", "pass"),
        ("v=spf1 include:_spf.example.com ?all", "192.0.2.130", "pass"),
        ("v=spf1 include:_spf.example.com ?all", "192.0.2.1", "neutral"),
        ("v=spf1 include:neutral.example.com -all", "192.0.2.1", "fail"),
        ("v=spf1 redirect=_spf.example.com", "192.0.2.130", "pass"),
        ("v=spf1 redirect=_spf.example.com", "192.0.2.1", "fail"),
        ("v=spf1 -all redirect=_spf.example.com", "192.0.2.130", "fail"),
        ("v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", "192.0.2.66", "pass"),
        ("v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", "192.0.2.67", "fail"),
        ("V=SPF1 MX -ALL exp=explain.%{d}", "192.0.2.129", "pass"),
        ("v=spf1", "192.0.2.1", "neutral"),
        ("v=spf10 +all", "192.0.2.1", "none"),
        ("v=spf1 include:nothing.example.com -all", "192.0.2.1", "permerror"),
        ("v=spf1 include:two.example.com -all", "192.0.2.1", "permerror"),
        ("v=spf1 ip4:192.0.2.1/40 -all", "192.0.2.1", "permerror"),
        ("v=spf1 ipv4:192.0.2.1 -all", "192.0.2.1", "permerror"),
        ("v=spf1 a:x.example a:y.example a:z.example -all", "192.0.2.1", "permerror"),
        ("v=spf1 include:s2.example -all", "192.0.2.1", "pass"),
        ("v=spf1 include:s1.example -all", "192.0.2.1", "permerror"),
        ("v=spf1 include:example.com -all", "192.0.2.1", "permerror"),
    ],
)
def test_an_address_is_judged_as_receivers_do(record: str, address: str, verdict: str) -> None:
    assert checked(record, address)[0] == verdict


def test_where_the_dns_does_not_answer_nothing_is_concluded_from_it() -> None:
    record = "v=spf1 ip4:192.0.2.1 include:_spf.example.com -all"
    assert checked(record, "192.0.2.1", "_spf.example.com") == (Verdict.PASS, 1)
    assert checked(record, "192.0.2.2", "_spf.example.com")[0] is Verdict.TEMPERROR


def test_any_record_is_judged_in_few_questions() -> None:
    long = "v=spf1 " + " ".join(f"a:h{n}.example.com/24//64" for n in range(500)) + " -all"
    verdict, questions = checked(long, "192.0.2.1")
    assert verdict is Verdict.PERMERROR
    assert questions < 12
