"""Which network addresses may be reached: public ones, and what the operator allows. Pure."""

import ipaddress

import msgspec

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Tunnels and translations that hide a second address inside the first.
_WRAPPED = [ipaddress.IPv6Network(n) for n in ("2001::/32", "2002::/16", "64:ff9b:1::/48")]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowed(msgspec.Struct, frozen=True):
    """A network that may be reached although it is not public, on one port or on all (None)."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int | None

    @classmethod
    def parse(cls, text: str) -> "Allowed":
        """Read `127.0.0.1:8099`, `127.0.0.0/8` or `[::1]:80`; raises ValueError with what is."""
        host, port = text, None
        try:
            if text.startswith("["):
                host, _, rest = text[1:].partition("]")
                port = int(rest.removeprefix(":")) if rest else None
            elif text.count(":") == 1:
                host, _, number = text.partition(":")
                port = int(number)
            return cls(ipaddress.ip_network(host), port)
        except ValueError as error:
            raise ValueError("127.0.0.1:8099, 10.0.0.0/8, [::1]:80") from error


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, also when it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(address in network for network in _WRAPPED):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )
