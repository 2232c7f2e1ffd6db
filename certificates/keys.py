"""Who signs: a private key, its certificate and the chain above it.

A ``Signer`` keeps the loaded key, so that signing costs the signature alone. Keys come from PEM or PKCS#12
files; a development authority can be made on the spot, and says what it is in its own name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DEVELOPMENT_MARK = "DEVELOPMENT - NOT VALID"
_YEARS = 365 * 20
_SMALLEST_RSA = 2048


class SigningKeyError(ValueError):
    """A key that cannot sign certificates; the message says why."""


class KeptKey(Protocol):
    """A private key that is used where it is kept, such as on a device."""

    def public_key(self) -> PublicKey: ...

    def sign_data(self, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class Signer:
    """A key that can sign, the certificate that speaks for it, and the chain up to its root."""

    key: PrivateKey | KeptKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def __post_init__(self) -> None:
        public = self.key.public_key()
        if public != self.certificate.public_key():
            raise SigningKeyError("the certificate belongs to another key")
        if isinstance(public, rsa.RSAPublicKey):
            if public.key_size < _SMALLEST_RSA:
                raise SigningKeyError(f"an RSA key needs at least {_SMALLEST_RSA} bits")
        elif not isinstance(public.curve, (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)):
            raise SigningKeyError("an elliptic-curve key has to be on P-256, P-384 or P-521")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the signing certificate, in hexadecimal."""
        return fingerprint(self.certificate)

    @cached_property
    def development(self) -> bool:
        return is_development(self.certificate)

    def sign(self, data: bytes) -> bytes:
        """The raw signature over ``data`` (SHA-256; DER for elliptic curves, PKCS #1 v1.5 for RSA)."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign_data(data)

    def check(self) -> None:
        """Sign once for nobody. Raises ``SigningKeyError`` where the certificate does not vouch for the result."""
        data = b"does this key belong to this certificate"
        value, public = self.sign(data), self.certificate.public_key()
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(value, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise SigningKeyError("the certificate belongs to another key") from error


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def is_development(certificate: x509.Certificate) -> bool:
    """Whether the certificate names itself, or its issuer, a development one. Production refuses it."""
    names = certificate.subject.rfc4514_string() + certificate.issuer.rfc4514_string()
    return "DEVELOPMENT" in names.upper()


def load_pem(key: bytes, certificate: bytes, *, chain: bytes = b"", password: bytes | None = None) -> Signer:
    """A signer from PEM. ``certificate`` may hold the chain after the signing certificate."""
    try:
        loaded = load_pem_private_key(key, password)
        certificates = x509.load_pem_x509_certificates(certificate)
        more = x509.load_pem_x509_certificates(chain) if chain.strip() else []
    except (ValueError, TypeError) as error:
        raise SigningKeyError(f"the key or certificate cannot be read: {error}") from error
    return _signer(loaded, certificates[0], [*certificates[1:], *more])


def load_pkcs12(data: bytes, password: bytes | None = None) -> Signer:
    """A signer from a PKCS#12 file (.p12, .pfx)."""
    try:
        key, certificate, more = pkcs12.load_key_and_certificates(data, password)
    except ValueError as error:
        raise SigningKeyError(f"the PKCS#12 file cannot be read: {error}") from error
    if key is None or certificate is None:
        raise SigningKeyError("the PKCS#12 file lacks a key or its certificate")
    return _signer(key, certificate, more)


def _signer(key: object, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> Signer:
    if not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise SigningKeyError("only elliptic-curve (P-256, P-384, P-521) and RSA keys can sign a PDF")
    return Signer(key, certificate, tuple(chain))


def development_ca(directory: Path, *, now: datetime, name: str = "Accelerera") -> Signer:
    """The development signer kept in ``directory``; made there, with its authority, where there is none.

    Written once and whole: two processes that start together end up with the same signer.
    """
    bundle = directory / "development.p12"
    if not bundle.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _write_once(bundle, _new_development_bundle(now, name))
    return load_pkcs12(bundle.read_bytes(), None)


def _new_development_bundle(now: datetime, name: str) -> bytes:
    made = new_signer(
        f"{name} signer ({DEVELOPMENT_MARK})",
        now=now,
        authority_name=f"{name} authority ({DEVELOPMENT_MARK})",
    )
    return pkcs12.serialize_key_and_certificates(
        b"development", _exportable(made), made.certificate, made.chain, NoEncryption()
    )


def new_signer(
    name: str,
    *,
    authority_name: str,
    now: datetime,
    rsa_bits: int | None = None,
    authority_key: ec.EllipticCurvePrivateKey | None = None,
) -> Signer:
    """A new key (P-256, or RSA of ``rsa_bits``) certified by a new authority of its own, with ``authority_key``.

    For development and tests; a key that counts is made where it is kept. The signing certificate carries no
    extended key usage beyond document signing with e-mail protection, since some readers distrust less.
    """
    authority_key = authority_key or ec.generate_private_key(ec.SECP256R1())
    authority = (
        _certificate(authority_name, authority_name, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key: PrivateKey = (
        rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP256R1())
    )
    certificate = (
        _certificate(name, authority_name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage(
                [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.EMAIL_PROTECTION]
            ),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    return Signer(key, certificate, (authority,))


def _exportable(signer: Signer) -> PrivateKey:
    if isinstance(signer.key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        return signer.key
    raise SigningKeyError("the key does not leave its device")


def to_pkcs12(signer: Signer, password: bytes) -> bytes:
    """The signer as a PKCS#12 file under ``password``. Raises ``SigningKeyError`` for a key on a device."""
    return pkcs12.serialize_key_and_certificates(
        b"signer", _exportable(signer), signer.certificate, signer.chain, BestAvailableEncryption(password)
    )


def to_pem(signer: Signer) -> tuple[bytes, bytes]:
    """The unencrypted private key and the certificates (the signer's first) as PEM."""
    key = _exportable(signer).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key, certificates_pem(signer)


def certificates_pem(signer: Signer) -> bytes:
    """The signing certificate and its chain as PEM: what a published key history keeps."""
    return b"".join(c.public_bytes(Encoding.PEM) for c in (signer.certificate, *signer.chain))


def _certificate(
    subject: str, issuer: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, now: datetime
) -> x509.CertificateBuilder:
    start = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(days=1))
        .not_valid_after(start + timedelta(days=_YEARS))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write_once(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
