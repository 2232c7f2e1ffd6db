"""Read a timestamp (RFC 3161) over a signature's value, as strictly as the signature itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms as asn1
from asn1crypto import core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


_DIGESTS: dict[str, tuple[bytes, ...]] = {
    name: (bytes.fromhex(f"300d060960864801650304020{n}0500"), bytes.fromhex(f"300b060960864801650304020{n}"))
    for name, n in (("sha256", 1), ("sha384", 2), ("sha512", 3))
}
_SIGNATURES: dict[str, dict[str, tuple[bytes, ...]]] = {
    "rsa": {
        name: tuple(bytes.fromhex(f"300d06092a864886f70d0101{n}0500") for n in ("01", ending))
        for name, ending in (("sha256", "0b"), ("sha384", "0c"), ("sha512", "0d"))
    },
    "ecdsa": {
        name: (bytes.fromhex(f"300a06082a8648ce3d0403{n:02}"),)
        for name, n in (("sha256", 2), ("sha384", 3), ("sha512", 4))
    },
}
"""The encodings (DER) in which algorithms may be named."""


class TimestampError(ValueError):
    """No timestamp, or one that does not hold; ``code`` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """When a third party saw the signature, and by which certificate it says so."""

    at: datetime
    authority: x509.Certificate


def read_token(
    token: bytes, value: bytes, *, roots: Sequence[x509.Certificate], hashed: bool = False
) -> Timestamp:
    """The timestamp in ``token`` over a signature's value, by an authority under one of ``roots``.

    ``hashed``: ``value`` is the SHA-256 already. Raises ``TimestampError`` for anything else, however the bytes
    are broken.
    """
    try:
        return _read(token, value if hashed else hashlib.sha256(value).digest(), roots)
    except TimestampError:
        raise
    except InvalidSignature as error:
        raise TimestampError("wrong-signature") from error
    except Exception as error:
        raise TimestampError("unreadable", str(error)[:200]) from error


def _read(token: bytes, digest: bytes, roots: Sequence[x509.Certificate]) -> Timestamp:
    outer = asn1.ContentInfo.load(token, strict=True)
    if outer.dump(force=True) != token:
        raise TimestampError("unreadable")
    data = outer["content"]
    if len(data["signer_infos"]) != 1:
        raise TimestampError("unreadable")
    signer = data["signer_infos"][0]
    if data["encap_content_info"]["content_type"].native != "tst_info":
        raise TimestampError("unreadable")
    content: bytes = data["encap_content_info"]["content"].contents
    stated = tsp.TSTInfo.load(content, strict=True)
    imprint = stated["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or (
        imprint["hashed_message"].native != digest
    ):
        raise TimestampError("foreign")
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in _HASHES:
        raise TimestampError("algorithm")
    attributes = {a["type"].native: a["values"] for a in signer["signed_attrs"]}
    if attributes["content_type"][0].native != "tst_info" or (
        attributes["message_digest"][0].native != hashlib.new(name, content).digest()
    ):
        raise TimestampError("altered")
    certificate = _authority(data, attributes)
    _check_frame(data, signer, certificate, name)
    if len(signer["unsigned_attrs"]):
        raise TimestampError("foreign-attribute")
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    _check_value(certificate, signer["signature"].native, signed, _HASHES[name])
    at: datetime = stated["gen_time"].native
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise TimestampError("expired")
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or not usage.critical:
        raise TimestampError("not-an-authority")
    if not any(_issued_by(certificate, root) for root in roots):
        raise TimestampError("unknown-authority")
    vouched = {root.fingerprint(hashes.SHA256()) for root in roots} | {
        certificate.fingerprint(hashes.SHA256())
    }
    for other in data["certificates"]:
        if hashlib.sha256(other.chosen.dump()).digest() not in vouched:
            raise TimestampError("foreign-certificate")
    return Timestamp(at, certificate)


def _check_frame(
    data: asn1.SignedData, signer: asn1.SignerInfo, certificate: x509.Certificate, digest: str
) -> None:
    """What no signature covers has to stand as it was written: versions, names, algorithms."""
    digests = _DIGESTS[digest]
    keyed = _SIGNATURES["ecdsa" if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey) else "rsa"]
    sid = signer["sid"]
    as_written = (
        data["version"].native == "v3",
        signer["version"].native == "v1",
        [a.dump() for a in data["digest_algorithms"]] in [[d] for d in digests],
        signer["digest_algorithm"].dump() in digests,
        signer["signature_algorithm"].dump() in keyed[digest],
        sid.name == "issuer_and_serial_number"
        and sid.chosen["issuer"].dump() == certificate.issuer.public_bytes()
        and sid.chosen["serial_number"].native == certificate.serial_number,
    )
    if not all(as_written):
        raise TimestampError("altered")


def _authority(data: asn1.SignedData, attributes: dict[str, core.SetOf]) -> x509.Certificate:
    """The certificate that the token names by its digest, as RFC 3161 and RFC 5816 demand."""
    for kind, digest in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
        if kind not in attributes:
            continue
        named = attributes[kind][0]["certs"][0]
        if kind == "signing_certificate_v2":
            digest = named["hash_algorithm"]["algorithm"].native
        for certificate in data["certificates"]:
            der = certificate.chosen.dump()
            if hashlib.new(digest, der, usedforsecurity=False).digest() == named["cert_hash"].native:
                return x509.load_der_x509_certificate(der)
    raise TimestampError("no-certificate")


def _check_value(
    certificate: x509.Certificate, value: bytes, signed: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, signed, ec.ECDSA(algorithm))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, padding.PKCS1v15(), algorithm)
    else:
        raise TimestampError("algorithm")


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except Exception:  # any reason at all means that this root did not issue it
        return False
    return True
