"""What an SPF record says (RFC 7208), and by `check` whether it lets an address send. Pure.

It asks no DNS. Where it lacks an answer it returns the question; whoever asks it adds the answer
to what is `known` and calls again. An answer None means that the DNS did not say.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

MOST_LOOKUPS = 10
MOST_VOID = 2  # look-ups that find nothing (§4.6.4)
_MOST_EXCHANGERS = 10
_MECHANISM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?=[:/]|$)[:]?(.*)", re.I)
_MODIFIER = re.compile(r"([a-z][a-z0-9._-]*)=(.*)", re.I)
_MACRO = re.compile(r"%\{([slodivhp])(\d*)(r?)([.\-+,/_=]*)\}|%([%_-])", re.I)
_ASKING = {"include", "redirect", "a", "mx", "ptr", "exists"}
_LITERAL = {"%": "%", "_": " ", "-": "%20"}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Kind(StrEnum):
    """What the DNS is asked for; ADDRESS for A and AAAA."""

    TXT = "txt"
    ADDRESS = "address"
    MX = "mx"


class Question(Struct, frozen=True):
    """What has to be asked before more can be said."""

    kind: Kind
    name: str


class Verdict(StrEnum):
    """What a receiver concludes (§2.6)."""

    PASS = "pass"  # noqa: S105 - the word of the standard
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    PERMERROR = "permerror"
    TEMPERROR = "temperror"


Known = Mapping[Question, Sequence[str] | None]
_QUALIFIED = {"+": Verdict.PASS, "-": Verdict.FAIL, "~": Verdict.SOFTFAIL, "?": Verdict.NEUTRAL}


class _Ask(Exception):
    """An answer is missing."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.name)
        self.question = question


class _Error(Exception):
    """Nothing can be concluded, for good or for now."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


def records(texts: Sequence[str]) -> list[str]:
    """Return the SPF records among a name's TXT records (§4.5); more than one count as none."""
    return [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]


def names(record: str) -> list[str]:
    """Return the names whose own records an SPF record goes by; those with macros are left out."""
    found = [value.lower() for term, value in _terms(record) if term in {"include", "redirect"}]
    return [name for name in found if "%" not in name]


def lookups(domain: str, texts: Mapping[str, Sequence[str]]) -> int:
    """Return how many look-ups a record may cost (§4.6.4); it stops counting once it is too many.

    `texts` holds TXT records by name.
    """
    count, wanted = 0, [domain]
    while wanted and count <= MOST_LOOKUPS:  # an endless loop of records asks at every turn
        for record in records(texts.get(wanted.pop(), ()))[:1]:
            count += sum(term in _ASKING for term, _ in _terms(record))
            wanted += names(record)
    return count


def _terms(record: str) -> Iterator[tuple[str, str]]:
    for term in record.split()[1:]:
        if found := _MECHANISM.fullmatch(term):
            yield found[2].lower(), found[3]
        elif found := _MODIFIER.fullmatch(term):
            yield found[1].lower(), found[2]


def check(address: str, domain: str, known: Known) -> Verdict | Question:
    """Return whether mail whose envelope is of `domain` may come from an address, or a question."""
    try:
        return _Check(ipaddress.ip_address(address), domain, known).host(domain)
    except _Ask as missing:
        return missing.question
    except _Error as error:
        return error.verdict


class _Check:
    """One evaluation, with its counts of look-ups."""

    def __init__(self, address: Address, sender: str, known: Known) -> None:
        self._address, self._sender, self._known = address, sender, known
        self._lookups = self._void = 0

    def host(self, domain: str) -> Verdict:
        found = records(self._answer(Kind.TXT, domain))
        if len(found) != 1:
            return Verdict.PERMERROR if found else Verdict.NONE
        redirect = ""
        terms = found[0].split()[1:]
        mechanisms = [one for term in terms if (one := _MECHANISM.fullmatch(term))]
        for term in terms:
            modifier = _MODIFIER.fullmatch(term)
            if not _MECHANISM.fullmatch(term) and modifier is None:
                raise _Error(Verdict.PERMERROR)
            if modifier and modifier[1].lower() == "redirect":
                redirect = self._expanded(modifier[2], domain)
        for one in mechanisms:
            if self._matches(one[2].lower(), one[3], domain):
                return _QUALIFIED[one[1] or "+"]
        if not redirect:
            return Verdict.NEUTRAL
        self._count()
        verdict = self.host(redirect)
        return Verdict.PERMERROR if verdict is Verdict.NONE else verdict

    def _matches(self, name: str, value: str, domain: str) -> bool:
        if name == "all":
            return True
        if name in {"ip4", "ip6"}:
            return self._within(value)
        self._count()
        if name == "include":
            return self._included(self._expanded(value, domain))
        if name == "exists":
            return bool(self._found(Kind.ADDRESS, self._expanded(value, domain)))
        if name == "ptr":  # "should not be used" (§5.5); nobody is let in by it here
            return False
        return self._hosts(name, value, domain)

    def _included(self, domain: str) -> bool:
        verdict = self.host(domain)
        if verdict in {Verdict.NONE, Verdict.PERMERROR}:
            raise _Error(Verdict.PERMERROR)
        return verdict is Verdict.PASS

    def _hosts(self, name: str, value: str, domain: str) -> bool:
        """Tell whether a host of a name, or a mail exchanger of it, has the address."""
        target, slash, lengths = value.partition("/")
        hosts = [self._expanded(target, domain) if target else domain]
        if name == "mx":
            hosts = self._found(Kind.MX, hosts[0])
            if len(hosts) > _MOST_EXCHANGERS:
                raise _Error(Verdict.PERMERROR)
        found = [one for host in hosts for one in self._found(Kind.ADDRESS, host, void=name == "a")]
        return any(self._within(one + self._length(slash + lengths)) for one in found)

    def _length(self, lengths: str) -> str:
        """Return the prefix for our address's family of «/24», «//64» or «/24//64»."""
        four, _, six = lengths.partition("//")
        if self._address.version == 4:
            return four
        return f"/{six}" if six else ""

    def _within(self, network: str) -> bool:
        try:
            return self._address in ipaddress.ip_network(network, strict=False)
        except ValueError as error:
            raise _Error(Verdict.PERMERROR) from error

    def _count(self) -> None:
        self._lookups += 1
        if self._lookups > MOST_LOOKUPS:
            raise _Error(Verdict.PERMERROR)

    def _found(self, kind: Kind, name: str, *, void: bool = True) -> list[str]:
        found = self._answer(kind, name)
        self._void += void and not found
        if self._void > MOST_VOID:
            raise _Error(Verdict.PERMERROR)
        return [one for one in found if kind is Kind.MX or self._of_our_kind(one)]

    def _of_our_kind(self, address: str) -> bool:
        return ipaddress.ip_address(address).version == self._address.version

    def _answer(self, kind: Kind, name: str) -> Sequence[str]:
        question = Question(kind, name.lower().rstrip("."))
        if question not in self._known:
            raise _Ask(question)
        answer = self._known[question]
        if answer is None:
            raise _Error(Verdict.TEMPERROR)
        return answer

    def _expanded(self, text: str, domain: str) -> str:
        """Return a domain with its macros written out (§7)."""
        six = self._address.version == 6
        dotted = ".".join(self._address.exploded.replace(":", "")) if six else str(self._address)
        values = {
            "s": f"postmaster@{self._sender}",
            "l": "postmaster",
            "o": self._sender,
            "d": domain,
            "i": dotted,
            "v": "ip6" if six else "in-addr",
            "h": self._sender,
            "p": "unknown",
        }

        def one(found: re.Match[str]) -> str:
            if found[5]:
                return _LITERAL[found[5]]
            parts = re.split(f"[{re.escape(found[4] or '.')}]", values[found[1].lower()])
            parts = parts[::-1] if found[3] else parts
            return ".".join(parts[-int(found[2]) :] if found[2] else parts)

        return _MACRO.sub(one, text)
