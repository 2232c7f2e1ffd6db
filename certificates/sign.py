"""Sign the sheet: everything is drawn and checked first, then exactly those bytes are signed, once.

``prepare`` does all that can fail for reasons of content; ``issue`` signs what was prepared, and hands it over
only after verifying its own output. PAdES baseline B-B (ETSI EN 319 142-1), one signature over the whole file,
with room left in place for a timestamp that comes later.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import Signer as CMSSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.cms import SignatureMould
from certificates.document import ATTACHMENT, FIELD
from certificates.draw import draw
from certificates.facts import Facts
from certificates.keys import Signer
from certificates.template import STANDARD, Template
from certificates.verify import DECIDING, KnownSigner, verify

RESERVED = 16_384
"""Hexadecimal digits kept for the signature: a P-256 or RSA one, its chain, and a timestamp added later."""

_KEPT_SIGNERS = 16


class SigningError(RuntimeError):
    """The sheet could not be signed, or what was signed did not verify; nothing was handed over."""


class AlreadyIssued(SigningError):
    """This preparation has been signed before; prepare again under a serial of its own."""


@dataclass(slots=True)
class Prepared:
    """A sheet that is drawn and checked, for one signature by one signer. ``facts`` are what it states."""

    facts: Facts
    template: Template
    signer: Signer
    at: datetime
    pdf: bytes = field(repr=False)
    spent: bool = False


@dataclass(frozen=True, slots=True)
class SignedCertificate:
    """A signed file. ``digest`` is the SHA-256 of the signed byte range, the certificate's identity, which stays
    when a timestamp is added; ``sha256`` is that of the whole file. Both in hexadecimal."""

    pdf: bytes = field(repr=False)
    digest: str
    sha256: str
    facts: Facts
    signed_at: datetime


def prepare(facts: Facts, template: Template = STANDARD, *, signer: Signer, at: datetime) -> Prepared:
    """Draw and check everything. A development signer puts the sample banner on the sheet.

    ``at`` is the instant of issuing, which the document names. Raises ``GlyphMissing``, ``DoesNotFit``,
    ``ImageError`` or ``SigningError``; nothing has been signed then.
    """
    facts = replace(facts, development=signer.development)
    if not signer.certificate.not_valid_before_utc <= at <= signer.certificate.not_valid_after_utc:
        raise SigningError("the signer's certificate is not valid at this time")
    pdf = draw(facts, template, at=at)
    _check(pdf, facts)
    return Prepared(facts, template, signer, at, pdf)


def issue(prepared: Prepared) -> SignedCertificate:
    """Sign what was prepared, verify the result, and only then hand it over.

    Raises ``AlreadyIssued`` on a second call and ``SigningError`` where the own output does not verify.
    """
    if prepared.spent:
        raise AlreadyIssued(f"{prepared.facts.serial} has been signed already")
    prepared.spent = True
    pdf = _sign(prepared)
    return checked(pdf, prepared)


def checked(pdf: bytes, prepared: Prepared) -> SignedCertificate:
    """The signed file, once it verifies against what was prepared."""
    known = KnownSigner(prepared.signer.certificate, chain=prepared.signer.chain)
    report = verify(pdf, known=[known], at=prepared.at, allow_development=True, allow_sample=True)
    if not report.valid or report.facts != prepared.facts or report.digest is None:
        wrong = (
            f
            for f in report.findings
            if f.outcome == "failed" or (f.check in DECIDING and f.outcome != "passed")
        )
        failed = ", ".join(f"{f.check}: {f.code}" for f in wrong)
        raise SigningError(f"the signed file does not verify ({failed or 'other facts'})")
    return SignedCertificate(pdf, report.digest, hashlib.sha256(pdf).hexdigest(), prepared.facts, prepared.at)


def _check(pdf: bytes, facts: Facts) -> None:
    """What a reader of the unsigned file finds: one page, tags, language, an empty field, the facts."""
    reader = PdfFileReader(io.BytesIO(pdf))
    root = reader.root
    fields = root["/AcroForm"]["/Fields"]
    attached = root["/Names"]["/EmbeddedFiles"]["/Names"]
    wanted = (
        root["/Pages"]["/Count"] == 1,
        root["/MarkInfo"]["/Marked"],
        "/StructTreeRoot" in root and "/Lang" in root and "/OutputIntents" in root,
        len(fields) == 1 and fields[0]["/T"] == FIELD and "/V" not in fields[0],
        attached[0] == ATTACHMENT and attached[1]["/EF"]["/F"].data == facts.to_json(),
        not reader.embedded_signatures,
    )
    if not all(wanted):
        raise SigningError("the drawn sheet lacks something that it should have")


class Writer(IncrementalPdfFileWriter):
    """A writer that leaves the metadata as it was drawn: rewriting it would break the archival format."""

    def _update_meta(self) -> None:
        return


class _KeptKey(CMSSigner):
    """A signer over a loaded key, so that a signature costs no more than the signature."""

    def __init__(self, signer: Signer) -> None:
        certificates = [
            asn1_x509.Certificate.load(c.public_bytes(Encoding.DER))
            for c in (signer.certificate, *signer.chain)
        ]
        registry = SimpleCertificateStore()
        registry.register_multiple(certificates[1:])
        super().__init__(signing_cert=certificates[0], cert_registry=registry, embed_roots=True)
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._signer.sign(data)


_MARKER = hashlib.sha256(b"the digest of an example").digest()
_kept: OrderedDict[str, SignatureMould] = OrderedDict()


def mould_of(signer: Signer) -> SignatureMould:
    """The signer's mould: a signature made once by pyHanko, from which all others are cast."""
    mould = _kept.get(signer.fingerprint)
    if mould is None:
        mould = _kept[signer.fingerprint] = SignatureMould(cms(_MARKER, signer), _MARKER)
        while len(_kept) > _KEPT_SIGNERS:
            _kept.popitem(last=False)
    return mould


def cms(digest: bytes, signer: Signer) -> bytes:
    """The DER of a detached PAdES signature over a byte range with this SHA-256, made by pyHanko."""
    made = asyncio.run(
        _KeptKey(signer).async_sign(
            data_digest=digest,
            digest_algorithm="sha256",
            use_pades=True,
            signed_attr_settings=PdfCMSSignedAttributes(),
        )
    )
    der: bytes = made.dump()
    return der


def _sign(prepared: Prepared) -> bytes:
    output = io.BytesIO(prepared.pdf)
    return sign_into(Writer(output), output, prepared)


def sign_into(writer: Writer, output: io.BytesIO, prepared: Prepared) -> bytes:
    """The signature in the revision that ``writer`` is about to add, with whatever else it adds."""
    return write_signature(
        writer, output, field=FIELD, signer=prepared.signer, name=prepared.facts.issuer, at=prepared.at
    )


def write_signature(
    writer: IncrementalPdfFileWriter,
    output: io.BytesIO,
    *,
    field: str,
    signer: Signer,
    name: str,
    at: datetime,
) -> bytes:
    """One signature over the whole file, into the empty ``field`` that is there; ``name`` is who signs."""
    steps = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    next(steps)
    steps.send(
        SigObjSetup(
            SignatureObject(
                timestamp=at,
                name=name,
                bytes_reserved=RESERVED,
                subfilter=SigSeedSubFilter.PADES,
            )
        )
    )
    digest, _ = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    mould, signed = mould_of(signer), digest.document_digest
    steps.send(mould.cast(signed, signer.sign(mould.to_sign(signed))))
    return output.getvalue()
