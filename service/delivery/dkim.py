"""DKIM signatures (RFC 6376; Ed25519 by RFC 8463), relaxed/relaxed, without `l=`. Pure.

Our mails are written as their own relaxed form, so that the body costs one SHA-256; anything else
is brought into that form first. Reading keys from files and publishing records is not done here.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from msgspec import Struct

from service.delivery import signature
from service.delivery.signature import Private
from service.kit.errors import Invalid
from service.kit.text import msg

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"mime-version",
    b"content-type", b"content-transfer-encoding", b"content-language", b"list-id",
    b"list-unsubscribe", b"list-unsubscribe-post", b"list-help", b"feedback-id", b"auto-submitted",
)  # fmt: skip
# Named once more than they occur, so that nobody can add another (RFC 6376 §8.15).
OVERSIGNED = (
    b"from", b"to", b"subject", b"date", b"reply-to", b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip
_LEAST_BITS = 2048
_BLANKS = re.compile(rb"[ \t]+")
_TRAILING = re.compile(rb"[ \t]+(?=\r\n)")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


class Key(Struct, frozen=True):
    """A private key and where its public half is published: `selector._domainkey.domain`."""

    domain: str
    selector: str
    private: Private

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.private, rsa.RSAPrivateKey) else "ed25519-sha256"


def read_key(pem: bytes, domain: str, selector: str) -> Key:
    """Return the key of a PEM file; raises Invalid for anything but RSA ≥ 2048 bit or Ed25519."""
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise Invalid.of("key", msg("This is not a private key in PEM form.")) from error
    if isinstance(private, rsa.RSAPrivateKey):
        if private.key_size < _LEAST_BITS:
            raise Invalid.of(
                "key", msg("An RSA key for DKIM has at least %(bits)s bits.", bits=_LEAST_BITS)
            )
        return Key(domain, selector, private)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return Key(domain, selector, private)
    raise Invalid.of("key", msg("A DKIM key is of the kind RSA or Ed25519."))


def new_key(*, modern: bool = False) -> bytes:
    """Return a new private key as PEM: RSA with 2048 bits, or Ed25519."""
    private: Private
    if modern:
        private = ed25519.Ed25519PrivateKey.generate()
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=_LEAST_BITS)
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def record(key: Key) -> str:
    """Return the text of the TXT record at `selector._domainkey.domain` (RFC 6376 §3.6.1)."""
    public = key.private.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        kind = "rsa"
        raw = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    else:
        kind = "ed25519"
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode()}"


def sign(content: bytes, keys: Iterable[Key], at: datetime, *, canonical: bool = False) -> bytes:
    """Return `content` with one DKIM-Signature header per key in front, the first key's first.

    The same content, key and instant give the same bytes with both algorithms. `canonical`: the
    caller knows that the body is its own relaxed form, as `outbox.mime` writes it, so that nobody
    has to look at it again.
    """
    end = content.index(b"\r\n\r\n") + 4
    body = memoryview(content)[end:] if canonical else _relaxed_body(content[end:])
    drafts = Stencil(content[:end], (), keys).draft(b"", body, at)
    fields = [draft.signed(signature.sign(draft.private, draft.digest)) for draft in drafts]
    return b"".join((*fields, content))


class Stencil:
    """The signatures of mails that share most of their headers, as far as they are the same.

    `head` are the shared fields up to and with the empty line. `own` names the fields that each
    mail brings itself, once, in the order of SIGNED.
    """

    def __init__(self, head: bytes, own: Sequence[bytes], keys: Iterable[Key]) -> None:
        shared = _fields(head.removesuffix(b"\r\n\r\n").replace(b"%", b"%%"))
        names, signed = _chosen([*((name, b"%b") for name in own), *shared])
        self._fields = b"".join(field + b"\r\n" for field in signed)
        self._keys = [
            (key, field, _relaxed_field(*_split(field))) for key, field in _each(keys, names)
        ]

    def draft(self, own: bytes, body: bytes | memoryview, at: datetime) -> list["Draft"]:
        """Return what each key has to sign; `body` is its own relaxed form, `own` but for folds."""
        lines = own.replace(b"\r\n ", b" ").split(b"\r\n")
        text = self._fields % tuple([line.partition(b": ")[2] for line in lines[:-1]])
        known = int(at.timestamp()), base64.b64encode(hashlib.sha256(body).digest())
        return [
            Draft(key.private, hashlib.sha256(text + relaxed % known).digest(), field % known)
            for key, field, relaxed in self._keys
        ]


class Draft(Struct, frozen=True, eq=False):
    """A DKIM-Signature field but for its value: the signature of `digest`, a SHA-256."""

    private: Private
    digest: bytes
    field: bytes

    def signed(self, raw: bytes) -> bytes:
        """Return the whole field."""
        value = base64.b64encode(raw)
        folded = b"\r\n ".join([value[i : i + 72] for i in range(0, len(value), 72)])
        return self.field + folded + b"\r\n"


def _each(keys: Iterable[Key], names: list[str]) -> Iterator[tuple[Key, bytes]]:
    """Give the field of each key up to its signature; instant and body hash are still open."""
    for key in keys:
        field = (
            f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain};\r\n"
            f" s={key.selector}; t=%d; bh=%b;\r\n h={_wrapped(names)};\r\n b="
        )
        yield key, field.encode()


def _chosen(fields: list[tuple[bytes, bytes]]) -> tuple[list[str], list[bytes]]:
    """Return the names of `h=` and the fields they stand for, the last of a name first."""
    names: list[str] = []
    signed: list[bytes] = []
    for wanted in SIGNED:
        for name, value in reversed(fields):
            if name == wanted:
                names.append(wanted.decode())
                signed.append(_relaxed_field(name, value))
    return names + [name.decode() for name in OVERSIGNED], signed


def _wrapped(names: list[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 70:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n  ".join(lines).rstrip(":")


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    return [_split(line) for line in _FOLD.sub(b"", head).split(b"\r\n")]


def _split(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value


def _relaxed_field(name: bytes, value: bytes) -> bytes:
    return name + b":" + _relaxed(value)


def _relaxed(value: bytes) -> bytes:
    return _BLANKS.sub(b" ", _FOLD.sub(b"", value)).strip()


def _relaxed_body(body: bytes) -> bytes:
    """Return the body in relaxed form (RFC 6376 §3.4.4): ours is that already, unless it is not."""
    if b"  " in body or b" \r\n" in body or b"\t" in body:
        body = _TRAILING.sub(b"", _BLANKS.sub(b" ", body + b"\r\n"))
    trimmed = body.rstrip(b"\r\n")
    return trimmed + b"\r\n" if trimmed else b""
