"""The door to the DNS: what is published, as plain values; no answer gives nothing."""

from collections.abc import Sequence
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.resolver
import dns.reversename

from service.kit.errors import Unavailable
from service.kit.text import msg

_NOTHING = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
_LIFETIME = 5.0  # seconds for one question


class Resolver:
    """Asks the system's name servers, or those given (with their port); raises Unavailable."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53) -> None:
        try:
            self._resolver = dns.asyncresolver.Resolver(configure=not servers)
        except dns.resolver.NoResolverConfiguration as error:
            raise Unavailable(msg("No name server is set up on this machine.")) from error
        self._resolver.lifetime = _LIFETIME
        if servers:
            self._resolver.nameservers = list(servers)
            self._resolver.port = port

    async def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, each with its pieces joined."""
        found = await self._ask(name, "TXT")
        return [b"".join(r.strings).decode("utf-8", "replace") for r in found]

    async def exchangers(self, name: str) -> list[str]:
        """Return the hosts that take mail for a name, the preferred first."""
        found = await self._ask(name, "MX")
        ordered = sorted(found, key=lambda r: (r.preference, str(r.exchange)))
        return [host for r in ordered if (host := str(r.exchange).rstrip("."))]

    async def addresses(self, name: str) -> list[str]:
        """Return the IP addresses of a host."""
        found = [*await self._ask(name, "A"), *await self._ask(name, "AAAA")]
        return [str(r.address) for r in found]

    async def pointers(self, address: str) -> list[str]:
        """Return the names of an IP address."""
        found = await self._ask(str(dns.reversename.from_address(address)), "PTR")
        return [str(r.target).rstrip(".") for r in found]

    async def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(await self._resolver.resolve(name, kind))
        except _NOTHING:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unavailable(
                msg("The DNS does not answer for %(name)s: %(why)s", name=name, why=str(error))
            ) from error
