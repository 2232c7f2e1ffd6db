"""Read a signature (CMS, RFC 5652, as PAdES narrows it) as strictly as it was written.

Everything that a signature does not itself cover is compared with the one form in which it may stand, so that
no byte of it can be changed unnoticed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import cms as asn1
from asn1crypto import tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

_LARGEST = 64 * 1024


class CMSError(ValueError):
    """A signature that does not hold; ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds: by which certificate, with which chain; ``token`` is its timestamp (DER).

    The signature covers its own certificate, not the chain: whoever checks has to know those already.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    value: bytes
    token: bytes | None


def read_signature(padded: bytes, digest: bytes) -> Signature:
    """The signature in ``padded`` (DER and then zeros) over content with this SHA-256.

    Raises ``CMSError`` for anything else, however the bytes are broken.
    """
    der = unpadded(padded)
    try:
        return _read(der, digest)
    except CMSError:
        raise
    except InvalidSignature as error:
        raise CMSError("wrong-signature") from error
    except Exception as error:  # hostile DER may raise anything; all of it means: does not hold
        raise CMSError("unreadable") from error


def unpadded(padded: bytes) -> bytes:
    """The DER at the start of ``padded``, after which only zeros may come. Raises ``CMSError``."""
    if len(padded) < 4 or len(padded) > _LARGEST or padded[0] != 0x30 or padded[1] not in (0x81, 0x82):
        raise CMSError("unreadable")
    count = padded[1] - 0x80
    length = 2 + count + int.from_bytes(padded[2 : 2 + count], "big")
    if length > len(padded) or padded[length:].strip(b"\0"):
        raise CMSError("unreadable")
    return padded[:length]


def _read(der: bytes, digest: bytes) -> Signature:
    outer = asn1.ContentInfo.load(der, strict=True)
    if outer["content_type"].native != "signed_data":
        raise CMSError("unreadable")
    data = outer["content"]
    if len(data["signer_infos"]) != 1 or len(data["digest_algorithms"]) != 1:
        raise CMSError("several-signers")
    signer = data["signer_infos"][0]
    certificates = [x509.load_der_x509_certificate(c.chosen.dump()) for c in data["certificates"]]
    own = _own_certificate(signer, certificates)
    chain = _chain(own, [c for c in certificates if c is not own])
    attributes = _single_values(signer["signed_attrs"])
    if attributes.get("content_type") != b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01":
        raise CMSError("unreadable")
    if attributes.get("message_digest") != b"\x04\x20" + digest:
        raise CMSError("altered")
    _check_certificate_attribute(signer, own)
    value = signer["signature"].native
    signed = signer["signed_attrs"].dump()
    check_value(own, value, b"\x31" + signed[1:])
    token = _token(signer, value)
    if _written(signer, own, certificates, signed, value, token, data) != der:
        raise CMSError("altered")
    return Signature(own, tuple(chain), value, token)


def _own_certificate(signer: asn1.SignerInfo, certificates: list[x509.Certificate]) -> x509.Certificate:
    sid = signer["sid"]
    if sid.name != "issuer_and_serial_number":
        raise CMSError("unreadable")
    for certificate in certificates:
        same_serial = certificate.serial_number == sid.chosen["serial_number"].native
        if same_serial and certificate.issuer.public_bytes() == sid.chosen["issuer"].dump():
            return certificate
    raise CMSError("no-certificate")


def _chain(own: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates above ``own``, each having issued the one below; none may be left over."""
    chain: list[x509.Certificate] = []
    current = own
    rest = list(others)
    while rest:
        above = next((c for c in rest if c.subject == current.issuer), None)
        if above is None:
            raise CMSError("foreign-certificate")
        current.verify_directly_issued_by(above)
        rest.remove(above)
        chain.append(above)
        current = above
    return chain


def _single_values(attributes: asn1.CMSAttributes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for attribute in attributes:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            raise CMSError("unreadable")
        found[name] = attribute["values"][0].dump()
    return found


def _check_certificate_attribute(signer: asn1.SignerInfo, own: x509.Certificate) -> None:
    """The signature has to name its certificate by digest (ESS signing-certificate-v2)."""
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "signing_certificate_v2":
            named = tsp.SigningCertificateV2.load(attribute["values"][0].dump())["certs"][0]
            same = named["cert_hash"].native == own.fingerprint(hashes.SHA256())
            if same and named["hash_algorithm"]["algorithm"].native == "sha256":
                return
    raise CMSError("no-certificate")


def check_value(certificate: x509.Certificate, value: bytes, signed: bytes) -> None:
    """Raise ``InvalidSignature`` unless ``value`` is the certificate's signature over ``signed``."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, signed, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        raise CMSError("algorithm")


def _token(signer: asn1.SignerInfo, value: bytes) -> bytes | None:
    """The timestamp over the signature's value, if there is one; nothing else may stand there."""
    attributes = signer["unsigned_attrs"]
    if not len(attributes):
        return None
    if len(attributes) != 1 or attributes[0]["type"].native != "signature_time_stamp_token":
        raise CMSError("foreign-attribute")
    if len(attributes[0]["values"]) != 1:
        raise CMSError("unreadable")
    token = attributes[0]["values"][0]
    stated = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
    if stated["hash_algorithm"]["algorithm"].native != "sha256":
        raise CMSError("algorithm")
    if stated["hashed_message"].native != hashlib.sha256(value).digest():
        raise CMSError("foreign-timestamp")
    dumped: bytes = token.dump()
    return dumped


def _written(
    signer: asn1.SignerInfo,
    own: x509.Certificate,
    certificates: list[x509.Certificate],
    signed: bytes,
    value: bytes,
    token: bytes | None,
    data: asn1.SignedData,
) -> bytes:
    """The one way in which this signature may be written down."""
    algorithm = signer["signature_algorithm"].dump()
    if algorithm not in (_ECDSA if isinstance(own.public_key(), ec.EllipticCurvePublicKey) else _RSA):
        raise CMSError("algorithm")
    outer_digest = data["digest_algorithms"][0].dump()
    inner_digest = signer["digest_algorithm"].dump()
    if outer_digest not in _SHA256 or inner_digest not in _SHA256:
        raise CMSError("algorithm")
    head = (
        b"\x02\x01\x01" + _tlv(0x30, own.issuer.public_bytes() + _integer(own.serial_number)) + inner_digest
    )
    bodies = b"".join(c.public_bytes(Encoding.DER) for c in certificates)
    return _assembled(
        b"\x02\x01\x01" + _tlv(0x31, outer_digest) + _DETACHED + _tlv(0xA0, bodies),
        head + signed + algorithm,
        value,
        token,
    )


_SHA256 = (bytes.fromhex("300d06096086480165030402010500"), bytes.fromhex("300b0609608648016503040201"))
_ECDSA = (bytes.fromhex("300a06082a8648ce3d040302"),)
_RSA = (bytes.fromhex("300d06092a864886f70d01010b0500"), bytes.fromhex("300d06092a864886f70d0101010500"))
_DETACHED = bytes.fromhex("300b06092a864886f70d010701")
_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")


def _assembled(outer_head: bytes, info_head: bytes, value: bytes, token: bytes | None) -> bytes:
    unsigned = b"" if token is None else _tlv(0xA1, _tlv(0x30, _TOKEN + _tlv(0x31, token)))
    info = _tlv(0x30, info_head + _tlv(0x04, value) + unsigned)
    inner = _tlv(0x30, outer_head + _tlv(0x31, info))
    return _tlv(0x30, bytes.fromhex("06092a864886f70d010702") + _tlv(0xA0, inner))


def with_token(padded: bytes, digest: bytes, token: bytes) -> bytes:
    """The signature in ``padded``, over content with this SHA-256, with a timestamp put in. Raises ``CMSError``."""
    der = unpadded(padded)
    if read_signature(padded, digest).token is not None:
        raise CMSError("timestamped-already")
    data = asn1.ContentInfo.load(der)["content"]
    signer = data["signer_infos"][0]
    outer = b"".join(
        data[part].dump() for part in ("version", "digest_algorithms", "encap_content_info", "certificates")
    )
    info = b"".join(
        signer[part].dump()
        for part in ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm")
    )
    made = _assembled(outer, info, signer["signature"].native, token)
    read_signature(made, digest)
    return made


class SignatureMould:
    """A signature by one signer with everything in its place but the digest and the value.

    ``example`` is a whole signature over content with the SHA-256 ``digest``; what is cast from the mould is
    byte for byte what would have been made from scratch.
    """

    def __init__(self, example: bytes, digest: bytes) -> None:
        data = asn1.ContentInfo.load(example)["content"]
        signer = data["signer_infos"][0]
        self.certificate = read_signature(example, digest).certificate
        attributes = signer["signed_attrs"].dump()
        if attributes.count(digest) != 1:
            raise CMSError("unreadable")
        self._before, self._after = attributes.split(digest)
        self._outer = b"".join(
            data[part].dump()
            for part in ("version", "digest_algorithms", "encap_content_info", "certificates")
        )
        self._head = b"".join(signer[part].dump() for part in ("version", "sid", "digest_algorithm"))
        self._algorithm = signer["signature_algorithm"].dump()
        if self.cast(digest, signer["signature"].native) != example:
            raise CMSError("unreadable")

    def to_sign(self, digest: bytes) -> bytes:
        """The bytes that the key signs for content with this SHA-256."""
        return b"\x31" + self._before[1:] + digest + self._after

    def cast(self, digest: bytes, value: bytes) -> bytes:
        """The whole signature (DER) with this value."""
        info = self._head + self._before + digest + self._after + self._algorithm
        return _assembled(self._outer, info, value, None)

    def value_in(self, der: bytes, digest: bytes) -> bytes:
        """The value of a signature that was cast from this mould. Raises ``CMSError`` for any other."""
        start = der.find(self._after + self._algorithm + b"\x04")
        if start < 0:
            raise CMSError("altered")
        start += len(self._after) + len(self._algorithm) + 1
        value = der[start + 1 :] if der[start] < 0x80 else der[start + 1 + (der[start] & 0x7F) :]
        if self.cast(digest, value) != der:
            raise CMSError("altered")
        return value


def _tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _integer(number: int) -> bytes:
    return _tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
