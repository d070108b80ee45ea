"""Bare signatures of digests, with RSA or Ed25519: what DKIM (RFC 6376, RFC 8463) puts into `b=`.

Pure, and small: a process that does nothing else loads it (`signing`).
"""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

DIGEST = 32  # octets of a SHA-256
_PADDING = padding.PKCS1v15()
_HASHED = Prehashed(hashes.SHA256())
_ED25519 = 64  # octets of a signature


def sign(private: Private, digest: bytes) -> bytes:
    """Return the signature of a SHA-256; the same key and digest give the same octets."""
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(digest, _PADDING, _HASHED)
    return private.sign(digest)


def octets(private: Private) -> int:
    """Return how long the signatures of a key are."""
    return private.key_size // 8 if isinstance(private, rsa.RSAPrivateKey) else _ED25519


def packed(private: Private) -> bytes:
    """Return a key for `unpacked`, in a form of our own: reading PEM costs a process 10 MB."""
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.private_bytes_raw().hex().encode()
    known = private.private_numbers()
    public = known.public_numbers
    numbers = (
        *(known.p, known.q, known.d, known.dmp1, known.dmq1, known.iqmp),
        *(public.e, public.n),
    )
    return b" ".join(b"%x" % number for number in numbers)


def unpacked(octets: bytes) -> Private:
    """Return the key that `packed` gave; it is not checked again, which takes 30 ms."""
    if b" " not in octets:
        return ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(octets.decode()))
    p, q, d, dmp1, dmq1, iqmp, e, n = (int(number, 16) for number in octets.split(b" "))
    public = rsa.RSAPublicNumbers(e, n)
    numbers = rsa.RSAPrivateNumbers(p, q, d, dmp1, dmq1, iqmp, public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)
