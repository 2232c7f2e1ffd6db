"""Sign a document that is no certificate, such as a report, with the key that signs certificates.

One signature without a picture over the whole file (PAdES B-B). The result is verified before it is handed over.
"""

from __future__ import annotations

import io
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.keys import Signer
from certificates.sign import SigningError, write_signature

FIELD = "Report"


def sign_report(pdf: bytes, *, signer: Signer, name: str, at: datetime) -> bytes:
    """The document, signed by ``name`` at ``at``. Raises ``SigningError`` where the key's certificate is not valid
    then, or what was signed does not verify."""
    if not signer.certificate.not_valid_before_utc <= at <= signer.certificate.not_valid_after_utc:
        raise SigningError("the signer's certificate is not valid at this time")
    output = io.BytesIO(pdf)
    writer = IncrementalPdfFileWriter(output)
    append_signature_field(writer, SigFieldSpec(FIELD))
    signed = write_signature(writer, output, field=FIELD, signer=signer, name=name, at=at)
    if not holds(signed, signer):
        raise SigningError("the signed report does not verify")
    return signed


def holds(pdf: bytes, signer: Signer) -> bool:
    """Whether the file is signed, as it is and to its last byte, by ``signer``."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError):  # no PDF any more
        return False
    if len(signatures) != 1:
        return False
    own = signer.certificate.public_bytes(Encoding.DER)
    trusted = asn1_x509.Certificate.load(own)
    status = validate_pdf_signature(
        signatures[0],
        signer_validation_context=ValidationContext(trust_roots=[trusted], allow_fetching=False),
    )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bool(status.intact and status.valid and whole and status.signing_cert.dump() == own)
