"""Passwords: how they are hashed and which are refused. Burns CPU; actions run it in a thread.

Argon2id with 19 MiB, two passes and one lane: the first recommendation of OWASP's password storage
cheat sheet. Rules for people follow NIST SP 800-63B: a minimum length, no composition rules, no
forced change.
"""

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from service.kit.text import Text, msg

SHORTEST = 12
LONGEST = 200

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified against when nobody has the address, so that the answer takes equally long.
_NOBODY = _HASHER.hash("nobody has this password")


def hashed(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether a password belongs to a stored hash; takes as long where there is none."""
    try:
        return _HASHER.verify(stored or _NOBODY, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def weakness(password: str, email: str, name: str) -> Text | None:
    """Return why a password is refused, or None."""
    if len(password) < SHORTEST:
        return msg("A password has at least %(least)s characters.", least=SHORTEST)
    if len(password) > LONGEST:
        return msg("A password has at most %(limit)s characters.", limit=LONGEST)
    folded = password.casefold()
    if len(set(folded)) < 5:
        return msg("This password repeats the same few characters. Take some words instead.")
    known = [email.partition("@")[0], *name.split()]
    rest = folded
    for part in sorted((k.casefold() for k in known if len(k) > 2), key=len, reverse=True):
        rest = rest.replace(part, "")
    if len(rest) < SHORTEST // 2:
        return msg("This password is your name with little added. Take some other words.")
    if folded.strip("0123456789!?.-_ ") in _COMMON:
        return msg("This password is among the first that are tried. Take some words instead.")
    return None


# Long enough once digits are added, and still on every list of stolen passwords.
_COMMON = frozenset(
    {
        "abcdefghijkl", "abcdefghijklm", "administrator", "geheimgeheim", "hallohallo",
        "iloveyou", "iloveyouiloveyou", "letmein", "letmeinletmein", "newsletter",
        "password", "passwordpassword", "passwort", "passwortpasswort", "qwertyuiop",
        "qwertyuiopasdf", "qwertzuiop", "qwertzuiopasdf", "rundbrief", "sommersommer",
        "sozialhilfe", "willkommen",
    }
)  # fmt: skip
