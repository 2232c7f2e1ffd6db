"""Everything that a certificate for the long term needs, made on the spot for a sample: signer, authorities, lists.

All of it says in its own name that it proves nothing, and no connection is opened.
"""

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

from certificates.keys import DEVELOPMENT_MARK, new_signer
from certificates.longterm import Evidence

ADDRESS = "rehearsal:"
_DAYS = 30


class Rehearsal:
    """A signer, a timestamping authority under ``root``, and the ``evidence`` on both, as of ``now``."""

    def __init__(self, now: datetime) -> None:
        self._now = now.replace(microsecond=0)
        above, stamping_above = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.signer = new_signer(
            f"Sample signer ({DEVELOPMENT_MARK})",
            authority_name=f"Sample authority ({DEVELOPMENT_MARK})",
            now=now,
            authority_key=above,
        )
        key = rsa.generate_private_key(65537, 2048)
        root_name = f"Sample time authority ({DEVELOPMENT_MARK})"
        self.root = self._certificate(root_name, stamping_above.public_key(), root_name, stamping_above)
        stamping = self._certificate(
            f"Sample timestamps ({DEVELOPMENT_MARK})",
            key.public_key(),
            root_name,
            stamping_above,
            stamps=True,
        )
        self._stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(stamping.public_bytes(Encoding.DER)),
            asn1_keys.PrivateKeyInfo.load(
                key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            certs_to_embed=SimpleCertificateStore(),
            fixed_dt=self._now,
        )
        self.evidence = Evidence(
            (self.signer.certificate, *self.signer.chain, stamping, self.root),
            (self._list(self.signer.chain[0], above), self._list(self.root, stamping_above)),
        )

    def post(self, _address: str, request: bytes) -> bytes:
        """Answers as a timestamping authority would."""
        answer: bytes = self._stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return answer

    def _list(
        self, issuer: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateRevocationList:
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(self._now - timedelta(hours=1))
            .next_update(self._now + timedelta(days=_DAYS))
            .sign(key, hashes.SHA256())
        )

    def _certificate(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        issuer: str,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        stamps: bool = False,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(days=1))
            .not_valid_after(self._now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
        )
        if stamps:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(issuer_key, hashes.SHA256())
