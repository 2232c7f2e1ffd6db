"""Programs by others that judge a certificate's file.

``page-validation``, pyHanko and qpdf (in pikepdf) come with the tests' own packages. ``pdfsig`` and ``openssl`` are
the machine's: where one is missing the test is skipped, and the summary names it.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import page
import pikepdf
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

ARCHIVED_ALARMS = {
    "PDFA3A-SIGNATURE-BYTERANGE-001": "every signature is to cover the whole file, which no signature can that has an "
    "archive timestamp over it; ISO 19005-3, 6.4.3 speaks of the file as it was signed",
}
"""What page-validation says of an archived file without reason. It is stricter than the standards in three more points,
and files are written so that they do not arise: no filter on the metadata stream, no XMP description inside another, no
widget without a tag (the signature field has its place in the structure tree)."""


def complaints(pdf: bytes, *, archived: bool = False) -> list[str]:
    """What the judge of PDF/A-3a and PDF/UA-1 has to say."""
    return [
        f"{failure.rule_id}: {failure.message}"
        for profile in ("pdfa-3a", "ua1")
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
        if not (archived and failure.rule_id in ARCHIVED_ALARMS)
    ]


def qpdf(pdf: bytes) -> list[str]:
    """What qpdf finds wrong with the file's syntax and streams."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return list(map(str, opened.check_pdf_syntax()))


def pyhanko(pdf: bytes, *, roots: Sequence[x509.Certificate], at: datetime) -> list[str]:
    """What pyHanko holds against the signatures of the file."""
    wrong = []
    reader = PdfFileReader(io.BytesIO(pdf))
    signatures = reader.embedded_regular_signatures
    for found in signatures:
        status = validate_pdf_signature(found, _trust(roots, at), ts_validation_context=_trust(roots, at))
        if not status.bottom_line:
            wrong.append(status.pretty_print_details())
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        if not whole and status.modification_level not in (
            ModificationLevel.NONE,
            ModificationLevel.LTA_UPDATES,
        ):
            wrong.append(f"coverage: {status.coverage}, {status.modification_level}")
    return wrong if signatures else ["no signature"]


def _trust(roots: Sequence[x509.Certificate], at: datetime) -> ValidationContext:
    known = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in roots]
    return ValidationContext(trust_roots=known, moment=at, allow_fetching=False)


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What pdfsig (poppler-utils) says."""
    _there("pdfsig", "poppler-utils")
    (folder / "judged.pdf").write_bytes(pdf)
    return _said("pdfsig", "-nocert", folder / "judged.pdf")


def openssl(pdf: bytes, folder: Path, *, roots: Sequence[x509.Certificate], at: datetime) -> str:
    """What ``openssl cms -verify`` says of the file's first signature."""
    _there("openssl", "openssl")
    first = next(iter(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures))
    _, start, end, rest = map(int, first.byte_range)
    (folder / "signed").write_bytes(pdf[:start] + pdf[end : end + rest])
    (folder / "signature").write_bytes(bytes.fromhex(pdf[start + 1 : end - 1].decode()))
    (folder / "roots.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in roots))
    return _said(
        *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "signature"),
        *("-content", folder / "signed", "-CAfile", folder / "roots.pem", "-purpose", "any"),
        *("-attime", str(int(at.timestamp())), "-out", folder / "out"),
    )


def _there(program: str, package: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"THE JUDGE {program} IS MISSING ({package}): what it would say is not known")


def _said(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
