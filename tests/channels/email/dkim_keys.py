"""DKIM keys and signed mails of our own making, with a DNS that exists only in the test."""

import base64
from collections.abc import Callable
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SELECTOR = "test"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def private_key() -> bytes:
    return _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def signed(raw: bytes, domain: str, *, length: bool = False, headers: list[bytes] | None = None,
           ) -> bytes:
    """The mail with a signature of this domain before it."""
    crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    names = headers or [b"from", b"to", b"subject", b"date", b"message-id"]
    return bytes(dkim.sign(crlf, SELECTOR.encode(), domain.encode(), private_key(),
                           include_headers=names, length=length)) + crlf


def lookup(*domains: str) -> Callable[[bytes, int], bytes | None]:
    """A DNS in which these domains have published our key."""
    public = base64.b64encode(_key().public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    ))
    names = {f"{SELECTOR}._domainkey.{domain}.".encode() for domain in domains}

    def asked(name: bytes, _timeout: int) -> bytes | None:
        return b"v=DKIM1; k=rsa; p=" + public if name in names else None

    return asked
