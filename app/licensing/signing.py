"""A licence as a file: a head of three lines, then the terms; Ed25519 over every byte but the signature's own.

    accelerera-licence/1
    key <SHA-256 of the public key, 64 hexadecimal digits>
    signature <128 hexadecimal digits>

    { the terms as JSON }

What is signed is the head without the signature's line, followed by the terms as they stand. Nothing is parsed
before the signature has been checked against a key that is known already, and nothing is ever written anew for
checking.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.rules.terms import FORMAT, BadTerms, Terms, read

LARGEST = 64 * 1024
"""Bytes that a licence file may have."""

_HEAD = re.compile(rb"accelerera-licence/1\nkey ([0-9a-f]{64})\nsignature ([0-9a-f]{128})\n\n", re.ASCII)


class BadFile(ValueError):
    """Not a licence that can be relied on. ``code``: ``form``, ``unknown_key``, ``signature`` or ``terms``."""

    def __init__(self, code: str, *faults: str) -> None:
        super().__init__(code)
        self.code, self.faults = code, faults


class BadKey(ValueError):
    """Not an Ed25519 key in PEM."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A licence file whose signature holds: its terms, the fingerprint of the key, and the bytes themselves."""

    terms: Terms
    fingerprint: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the whole file."""
        return hashlib.sha256(self.content).hexdigest()


def new_key() -> tuple[bytes, bytes]:
    """A new key: (private, public), both PEM. The private one is for its owner alone."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def raw_public(pem: bytes) -> bytes:
    """The 32 bytes of a public key in PEM. Raises :class:`BadKey`."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise BadKey("this is no public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("this key is not an Ed25519 key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def load_private(pem: bytes) -> Ed25519PrivateKey:
    """A private key in PEM without a password. Raises :class:`BadKey`."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise BadKey("this is no private key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("this key is not an Ed25519 key")
    return key


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key that belongs to ``key``."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def fingerprint(public: bytes) -> str:
    """How a public key (32 bytes) is named: its SHA-256 in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def _signed_bytes(named: bytes, terms: bytes) -> bytes:
    return FORMAT.encode() + b"\nkey " + named + b"\n\n" + terms


def sign(terms: bytes, key: Ed25519PrivateKey) -> bytes:
    """The licence file of these terms. Raises :class:`BadTerms` for what could not be read again."""
    read(terms)
    named = fingerprint(public_of(key)).encode()
    signature = key.sign(_signed_bytes(named, terms)).hex().encode()
    return FORMAT.encode() + b"\nkey " + named + b"\nsignature " + signature + b"\n\n" + terms


def check(file: bytes, known: Callable[[str], bytes | None]) -> Signed:
    """The licence in ``file``; ``known`` gives the public key (32 bytes) of a fingerprint, or None.

    Raises :class:`BadFile`.
    """
    head = _HEAD.match(file) if len(file) <= LARGEST else None
    if head is None:
        raise BadFile("form")
    named, signature, terms = head[1], head[2], file[head.end() :]
    public = known(named.decode())
    if public is None or fingerprint(public).encode() != named:
        raise BadFile("unknown_key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            bytes.fromhex(signature.decode()), _signed_bytes(named, terms)
        )
    except InvalidSignature as error:
        raise BadFile("signature") from error
    try:
        return Signed(read(terms), named.decode(), file)
    except BadTerms as error:
        raise BadFile("terms", *error.faults) from error
