"""How often a login may be tried: which counters an attempt raises, and when one is full. Pure.

Three counters, because each alone is wrong: per address alone, a stranger could lock an editor out;
per network alone, a botnet guesses freely; both together stop one guesser quickly, the wide ones
stop many slowly.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta

import msgspec

WINDOW = timedelta(minutes=15)


class Counter(msgspec.Struct, frozen=True):
    """One counter that an attempt raises: its key (a hash, nothing personal) and its most."""

    key: bytes
    most: int


class Count(msgspec.Struct, frozen=True):
    """Where a counter stands after this attempt, and since when it counts."""

    count: int
    since: datetime


def counters(address: str, host: str) -> tuple[Counter, ...]:
    """Return the counters of one attempt to log in, the narrowest first."""
    address, network = address.strip().casefold(), _network(host)
    return (
        Counter(_key("both", address, network), 8),
        Counter(_key("address", address), 60),
        Counter(_key("network", network), 60),
    )


def letter_counters(address: str, host: str) -> tuple[Counter, ...]:
    """Return the counters of one request for a mail with a link: fewer, each fills a mailbox."""
    address, network = address.strip().casefold(), _network(host)
    return (
        Counter(_key("letter to", address), 3),
        Counter(_key("letters from", network), 20),
    )


def open_again(counter: Counter, count: Count) -> datetime | None:
    """Return when a full counter opens again, None where there is room."""
    return count.since + WINDOW if count.count > counter.most else None


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _network(host: str) -> str:
    # One household or attacker holds a whole /64 of IPv6, and only single addresses of IPv4.
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
