"""A timestamping authority of the tests: in the process, or behind HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.certificates.conftest import AT

LATER = AT + timedelta(minutes=5)


def revocation_list(
    issuer: x509.Certificate,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    *,
    revoked: x509.Certificate | None = None,
    start: datetime = AT,
) -> x509.CertificateRevocationList:
    """An authority's list, current for thirty days from ``start``."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(start - timedelta(hours=1))
        .next_update(start + timedelta(days=30))
    )
    if revoked is not None:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(revoked.serial_number)
            .revocation_date(start)
            .build()
        )
    return builder.sign(key, hashes.SHA256())


class Authority:
    """A timestamping authority of the tests, with a root of its own."""

    def __init__(self, *, usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING) -> None:
        root_key, key = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
        self.root = self._certificate("Tidstjänsten root", root_key, "Tidstjänsten root", root_key, None)
        self.certificate = self._certificate("Tidstjänsten", key, "Tidstjänsten root", root_key, usage)
        self.root_key = root_key
        self._asn1 = asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))
        self._key = asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        )

    def answer(self, address: str, request: bytes, at: datetime = LATER) -> bytes:
        stamper = DummyTimeStamper(
            self._asn1, self._key, certs_to_embed=SimpleCertificateStore(), fixed_dt=at
        )
        made: tsp.TimeStampResp = stamper.request_tsa_response(tsp.TimeStampReq.load(request))
        return made.dump()

    def _certificate(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        issuer: str,
        issuer_key: rsa.RSAPrivateKey,
        usage: x509.ObjectIdentifier | None,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT - timedelta(days=1))
            .not_valid_after(AT + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        )
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        return builder.sign(issuer_key, hashes.SHA256())
