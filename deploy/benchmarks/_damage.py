"""Mails as they may come: damaged on their way, rewritten by programs, or made to do harm.

Every change is drawn from a `random.Random`, so that a seed names a mail for good.
"""

import base64
from collections.abc import Callable
from random import Random

_PIECES = (
    b"@", b"<a@", b"user ", b"550 ", b"5.1.1 ", b"> ", b"=?utf-8?q?", b"a.a@a.", b'; x="', b"<",
    b"--=_grenze_17\n", b"mailbox is ", b"\t \t", b"(", b"\n ", b"\0", b"550 <", b"a ", b"-",
)  # fmt: skip
Change = Callable[[bytes, Random], bytes]


def _cut(mail: bytes, dice: Random) -> bytes:
    return mail[: dice.randrange(len(mail))]


def _noise(mail: bytes, dice: Random) -> bytes:
    noisy = bytearray(mail)
    for _ in range(dice.randint(1, max(2, len(mail) // 200))):
        noisy[dice.randrange(len(noisy))] = dice.randrange(256)
    return bytes(noisy)


def _lost(mail: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(mail))
    return mail[:start] + mail[start + dice.randint(1, len(mail) // 3) :]


def _doubled(mail: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(mail))
    return mail[: start + dice.randint(1, len(mail) // 2)] + mail[start:]


def _shuffled(mail: bytes, dice: Random) -> bytes:
    lines = mail.split(b"\n")
    for _ in range(3):
        one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _line_ends(mail: bytes, dice: Random) -> bytes:
    return mail.replace(b"\n", dice.choice([b"\r\n", b"\r", b"\r\r\n", b"\n\n"]))


def _folded(mail: bytes, dice: Random) -> bytes:
    head, blank, body = mail.partition(b"\n\n")
    return head.replace(b": ", dice.choice([b":\n ", b":\n\t", b":"])) + blank + body


def _miscoded(mail: bytes, dice: Random) -> bytes:
    way = dice.choice([b"base64", b"quoted-printable", b"x-uuencode", b"8bit"])
    return mail.replace(b"Content-Type:", b"Content-Transfer-Encoding: " + way + b"\nContent-Type:")


def _misnamed(mail: bytes, dice: Random) -> bytes:
    names = [b"utf-7", b"utf-16", b"idna", b"rot13", b"hex", b"zip", b"unknown-8bit", b"\0", b"'"]
    return mail.replace(b"utf-8", dice.choice(names))


def _forwarded(mail: bytes, dice: Random) -> bytes:
    depth = dice.choice([1, 1, 2, 5, 40])
    for level in range(depth):
        mark = b"aussen%d" % level
        mail = (
            b"From: a@verband.example\nSubject: WG\nContent-Type: multipart/mixed; boundary="
            + mark + b"\n\n--" + mark + b"\nContent-Type: text/plain\n\nZur Kenntnis\n--" + mark
            + b"\nContent-Type: message/rfc822\n\n" + mail + b"\n--" + mark + b"--\n"
        )  # fmt: skip
    return mail


def _bomb(mail: bytes, dice: Random) -> bytes:
    """Put a piece in that makes careless patterns slow."""
    start = dice.randrange(len(mail))
    return mail[:start] + dice.choice(_PIECES) * dice.choice([50, 2_000, 20_000]) + mail[start:]


def _encoded(mail: bytes, dice: Random) -> bytes:
    head, blank, body = mail.partition(b"\n\n")
    coded = base64.encodebytes(body)
    return (
        head
        + b"\nContent-Transfer-Encoding: base64"
        + blank
        + coded[: dice.randrange(len(coded) + 1)]
    )


CHANGES: dict[str, Change] = {
    "cut": _cut,
    "noise": _noise,
    "lost": _lost,
    "doubled": _doubled,
    "shuffled": _shuffled,
    "line ends": _line_ends,
    "folded": _folded,
    "miscoded": _miscoded,
    "misnamed": _misnamed,
    "forwarded": _forwarded,
    "bomb": _bomb,
    "encoded": _encoded,
}


def damaged(mail: bytes, dice: Random) -> tuple[str, bytes]:
    """Return a mail with one to three changes, and their names."""
    names = dice.choices(list(CHANGES), k=dice.choice([1, 1, 1, 2, 3]))
    for name in names:
        mail = CHANGES[name](mail, dice) if len(mail) > 3 else mail
    return " + ".join(names), mail
