"""Receivers that are known by name: told by their mail exchangers, with their published limits.

The knowledge lies in `receivers.toml` beside this file. It asks no name server.
"""

import fnmatch
from collections.abc import Sequence
from pathlib import Path

import msgspec


class Receiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one: `at_once` and `rate` limit mails, 0 where nothing is known."""

    title: str
    hosts: tuple[str, ...]
    at_once: int = 0
    rate: float = 0.0
    mails: int = 0


KNOWN: dict[str, Receiver] = msgspec.toml.decode(
    Path(__file__).with_name("receivers.toml").read_bytes(), type=dict[str, Receiver]
)
_NOBODY = Receiver("", ())


def group(exchangers: Sequence[str]) -> str:
    """Return which group takes mail at these hosts: a known receiver, else the preferred host.

    "" without hosts: such a domain stands for itself.
    """
    if not exchangers:
        return ""
    first = exchangers[0].casefold()
    return of_host(first) or first


def of_host(host: str) -> str:
    """Return the known receiver that a host belongs to, "" for none."""
    name = host.casefold()
    for slug, receiver in KNOWN.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in receiver.hosts):
            return slug
    return ""


def limits(name: str) -> Receiver:
    """Return what is known of a group; no limits where nothing is."""
    return KNOWN.get(name, _NOBODY)


def title(name: str) -> str:
    """Return a group's name as people know it."""
    return KNOWN[name].title if name in KNOWN else name
