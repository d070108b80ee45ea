"""Bare signatures of digests, with RSA or Ed25519: what DKIM (RFC 6376, RFC 8463) puts into `b=`.

Pure, and small: a process that does nothing else loads it (`signing`).
"""

from cryptography.hazmat.primitives import hashes, serialization
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
    """Return a key as PKCS #8 in DER."""
    return private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def unpacked(octets: bytes) -> Private:
    """Return the key that `packed` gave."""
    private = serialization.load_der_private_key(octets, password=None)
    if not isinstance(private, Private):
        raise TypeError("neither RSA nor Ed25519")
    return private
