"""For the long term: the evidence that a signature was good, in the file itself, and renewed year by year.

PAdES B-LT and B-LTA (ETSI EN 319 142-1). ``issue_for_long`` signs a sheet whose document security store already
holds every certificate and revocation list that its own signature and timestamp need, so that one signature
covers all of it. ``archive`` adds a document timestamp over the whole file, with what the one before needs.
Nothing here opens a connection: revocation lists are handed in.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certificates.cms import CMSError, unpadded
from certificates.keys import fingerprint
from certificates.sign import (
    AlreadyIssued,
    Prepared,
    SignedCertificate,
    SigningError,
    Writer,
    checked,
    sign_into,
)
from certificates.timestamps import Post, add_timestamp, request_for, token_in
from certificates.tokens import Timestamp, TimestampError, read_token
from certificates.verify import LARGEST_FILE

ARCHIVE_RESERVED = 16_384
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


class EvidenceError(ValueError):
    """What a validation needs years from now is missing; the message says for which certificate."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates and revocation lists that a later reader needs."""

    certificates: tuple[x509.Certificate, ...]
    lists: tuple[x509.CertificateRevocationList, ...]

    def check(self, *, at: datetime) -> None:
        """Every certificate that an authority issued needs a list of that authority's, current and without it.

        Roots vouch for themselves. Raises ``EvidenceError``.
        """
        for certificate in self.certificates:
            if certificate.subject == certificate.issuer:
                continue
            name = certificate.subject.rfc4514_string()
            issuers = [c for c in self.certificates if c.subject == certificate.issuer]
            if not issuers:
                raise EvidenceError(f"{name}: the certificate of its authority is missing")
            listed = [
                one
                for one in self.lists
                if one.issuer == certificate.issuer
                and _current(one, at)
                and any(_signed_by(one, issuer) for issuer in issuers)
            ]
            if not listed:
                raise EvidenceError(f"{name}: no current revocation list of its authority")
            if any(one.get_revoked_certificate_by_serial_number(certificate.serial_number) for one in listed):
                raise EvidenceError(f"{name}: revoked by its authority")


def _current(one: x509.CertificateRevocationList, at: datetime) -> bool:
    ends = one.next_update_utc
    return one.last_update_utc <= at and (ends is None or at <= ends)


def _signed_by(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except Exception:  # any reason at all means that this authority did not sign it
        return False


def issue_for_long(
    prepared: Prepared,
    evidence: Evidence,
    *,
    authorities: Sequence[str],
    post: Post,
    roots: Sequence[x509.Certificate],
) -> tuple[SignedCertificate, Timestamp]:
    """Sign what was prepared with all evidence inside, and put a timestamp in: one revision, B-LT.

    Raises ``EvidenceError``, ``SigningError`` or ``TimestampError``; nothing is handed over then.
    """
    if prepared.spent:
        raise AlreadyIssued(f"{prepared.facts.serial} has been signed already")
    evidence.check(at=prepared.at)
    known = {fingerprint(c) for c in evidence.certificates}
    if fingerprint(prepared.signer.certificate) not in known:
        raise EvidenceError("the signer's own certificate is not among the evidence")
    prepared.spent = True
    output = io.BytesIO(prepared.pdf)
    writer = Writer(output)
    _store(writer, evidence)
    signed = checked(sign_into(writer, output, prepared), prepared)
    stamped, stamp = add_timestamp(signed.pdf, authorities=authorities, post=post, roots=roots)
    if fingerprint(stamp.authority) not in known:
        raise EvidenceError("the timestamp is by another certificate than the evidence is for")
    made = SignedCertificate(
        stamped, signed.digest, hashlib.sha256(stamped).hexdigest(), signed.facts, signed.signed_at
    )
    return made, stamp


def _store(writer: Writer, evidence: Evidence) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(c.public_bytes(Encoding.DER)) for c in evidence.certificates],
        crls=[asn1_crl.CertificateList.load(c.public_bytes(Encoding.DER)) for c in evidence.lists],
    )
    for made in writer.objects.values():
        # a last byte CR would make one end-of-line with the LF before ``endstream``: hexadecimal ends in ">"
        if isinstance(made, generic.StreamObject) and made.encoded_data.endswith(b"\r"):
            made.apply_filter("/ASCIIHexDecode")


def archive(
    pdf: bytes,
    evidence: Evidence,
    *,
    authorities: Sequence[str],
    post: Post,
    roots: Sequence[x509.Certificate],
) -> tuple[bytes, Timestamp]:
    """The file with one more revision: today's evidence on its last timestamp, and a timestamp over everything.

    Raises ``TimestampError`` with what each authority did where none gave one.
    """
    refusals = []
    for address in authorities:
        output = io.BytesIO(pdf)
        writer = Writer(output)
        _store(writer, evidence)
        name = f"Archive{len(_RANGE.findall(pdf))}"
        _add_field(writer, name)
        steps = PdfCMSEmbedder().write_cms(name, writer, existing_fields_only=True)
        next(steps)
        steps.send(SigObjSetup(DocumentTimestamp(bytes_reserved=ARCHIVE_RESERVED)))
        digest, _ = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
        try:
            request, nonce = request_for(digest.document_digest, hashed=True)
            token = token_in(post(address, request), nonce)
            stamp = read_token(token, digest.document_digest, roots=roots, hashed=True)
            if len(token) * 2 > ARCHIVE_RESERVED:
                raise TimestampError("too-large")
        except (OSError, TimestampError) as error:
            refusals.append(f"{address}: {error}")
            continue
        steps.send(token)
        made = output.getvalue()
        if peel(made, roots=roots)[0] != pdf:
            raise SigningError("the archived file does not verify")
        return made, stamp
    raise TimestampError("none", "; ".join(refusals))


def _add_field(writer: Writer, name: str) -> None:
    """A field without a picture on the page: a document timestamp has nothing to show."""
    form = writer.root["/AcroForm"]
    field = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Sig"),
                pdf_name("/T"): generic.pdf_string(name),
            }
        )
    )
    form["/Fields"].append(field)
    writer.update_container(form["/Fields"])


def peel(pdf: bytes, *, roots: Sequence[x509.Certificate]) -> tuple[bytes, Timestamp]:
    """The file under the last archive timestamp, and that timestamp, which has to cover the whole file.

    What the last revision holds besides is not judged here: only a register that knows the file's own digest
    can say that the service added nothing else. Raises ``TimestampError``.
    """
    ranges = [tuple(map(int, found.groups())) for found in _RANGE.finditer(pdf)]
    if len(pdf) > LARGEST_FILE or len(ranges) < 2:
        raise TimestampError("none")
    first, start, end, rest = ranges[-1]
    inner = ranges[-2][2] + ranges[-2][3]
    if first != 0 or not inner < start < end or end + rest != len(pdf):
        raise TimestampError("unreadable")
    if pdf[start : start + 1] != b"<" or pdf[end - 1 : end] != b">" or b"/DocTimeStamp" not in pdf[inner:]:
        raise TimestampError("unreadable")
    digest = hashlib.sha256(pdf[:start] + pdf[end:]).digest()
    try:
        token = unpadded(bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii")))
    except (CMSError, ValueError) as error:
        raise TimestampError("unreadable") from error
    return pdf[:inner], read_token(token, digest, roots=roots, hashed=True)


def is_archived(pdf: bytes) -> bool:
    """Whether the file has more than one signature, so that ``peel`` has something to take off."""
    return len(pdf) <= LARGEST_FILE and len(_RANGE.findall(pdf)) > 1
