"""The proof beside the figures: the same path to a server that refuses some and keeps the rest.

Whoever was accepted has exactly one mail there, nobody else has any, each refusal stands at its own
recipient, and every signature is valid: all by a verifier written from RFC 6376 for this purpose,
some by dkimpy as well.
"""

import asyncio
import base64
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dkim as dkimpy
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from deploy.benchmarks._dispatch import DOMAIN, make_due
from deploy.benchmarks._host import HERE, child, line
from deploy.benchmarks._keeper import LENGTHS, refusal
from deploy.benchmarks._round import Senders, until_done
from service.delivery import dkim
from service.kit.db import Tx

_ALSO_DKIMPY = 20  # every so many mails
_ROWS = """
select address, state::text, reply from message order by id offset $1 limit $2
"""


async def prove(
    tx: Tx, wanted: dict[str, Any], first: int, people: int, folder: Path
) -> dict[str, int | bool | None]:
    """Hand over to `people` recipients from the `first` row on, and judge what arrived."""
    kept = folder / "kept"
    keeper = await child(sys.executable, str(HERE / "_keeper.py"), str(kept))
    await make_due(tx, first, people)
    async with Senders({**wanted, "sink": f"127.0.0.1:{int(await line(keeper))}"}, 1) as senders:
        senders.go()
        await until_done(tx)
    if keeper.stdin:
        keeper.stdin.close()
    await keeper.wait()
    told = {row["address"]: row for row in await tx.fetch(_ROWS, first, people)}
    came = await asyncio.to_thread(lambda: list(mails(kept)))
    received = Counter(who for who, _ in came)
    accepted = {who for who, row in told.items() if row["state"] == "accepted"}
    key = dkim.read_key(wanted["keys"][0].encode(), DOMAIN, "bench") if wanted["keys"] else None
    valid = await asyncio.to_thread(signed, [content for _, content in came], key) if key else None
    misplaced = sum(told[who]["state"] != state_of(who) for who in told)
    misplaced += sum(who not in told[who]["reply"] for who in told if who not in accepted)
    right = accepted == set(received) and set(received.values()) <= {1} and not misplaced
    return {
        "proved": right and valid in {None, len(came)},
        "recipients": len(told),
        "accepted": len(accepted),
        "refused_or_put_off": len(told) - len(accepted),
        "received": len(came),
        "received_twice": sum(times > 1 for times in received.values()),
        "answers_at_the_wrong_recipient": misplaced,
        "signatures_valid": valid,
    }


def state_of(address: str) -> str:
    """Return what must become of a message to an address, by what the keeper says to it."""
    said = "".join(refusal(address))
    return {"": "accepted", "4": "deferred", "5": "refused"}[said[:1]]


def mails(kept: Path) -> Iterator[tuple[str, bytes]]:
    """Give recipient and content of every mail that the keeper has."""
    with kept.open("rb") as file:
        while lengths := file.read(LENGTHS.size):
            who, content = LENGTHS.unpack(lengths)
            yield file.read(who).decode(), file.read(content)


def signed(contents: list[bytes], key: dkim.Key) -> int:
    """Return how many mails carry a valid signature of the key."""
    public = key.private.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise SystemExit("no RSA key")
    record = dkim.record(key).encode()
    some = contents[::_ALSO_DKIMPY]
    elsewhere = [dkimpy.verify(c, dnsfunc=lambda name, timeout=5: record) for c in some]
    return sum(valid(content, public) for content in contents) if all(elsewhere) else 0


def valid(content: bytes, public: rsa.RSAPublicKey) -> bool:
    """Verify the first header field as a DKIM signature, relaxed/relaxed (RFC 6376 §3.4, §3.7)."""
    head, _, body = content.partition(b"\r\n\r\n")
    fields = [field.split(b":", 1) for field in re.split(rb"\r\n(?![ \t])", head)]
    name, value = fields.pop(0)
    tags = dict(tag.split(b"=", 1) for tag in re.sub(rb"\s", b"", value).split(b";"))
    lines = [re.sub(rb"[ \t]+", b" ", one).rstrip(b" ") for one in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    digest = hashlib.sha256(b"".join(one + b"\r\n" for one in lines)).digest()
    chosen = []
    for wanted in tags[b"h"].lower().split(b":"):
        places = [i for i, (name, _) in enumerate(fields) if name.strip().lower() == wanted]
        if places:
            chosen.append(relaxed(*fields.pop(places[-1])) + b"\r\n")
    chosen.append(relaxed(name, re.sub(rb"(?<=; b=)[^;]*|(?<=\sb=)[^;]*", b"", value)))
    try:
        signature = base64.b64decode(tags[b"b"])
        public.verify(signature, b"".join(chosen), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    whole = name.lower() == b"dkim-signature" and b"l" not in tags and tags[b"a"] == b"rsa-sha256"
    return whole and base64.b64decode(tags[b"bh"]) == digest


def relaxed(name: bytes, value: bytes) -> bytes:
    return name.strip().lower() + b":" + re.sub(rb"\s+", b" ", value).strip()
