"""Verify a certificate's file: what is sure, what is wrong, and what could not be checked.

Fails closed and is safe on hostile input: the file is never interpreted as a document before its bytes are
known to come from a known signer. The signature has to cover every byte of the file except itself; whatever
was changed, appended or signed anew by others is reported and never valid.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from cryptography import x509

from certificates.cms import CMSError, Signature, read_signature
from certificates.facts import Facts, FactsError
from certificates.keys import fingerprint, is_development
from certificates.shown import ShownError, missing_facts
from certificates.tokens import TimestampError, read_token

Outcome = Literal["passed", "failed", "unchecked"]
LARGEST_FILE = 20 * 1024 * 1024
_LARGEST_FACTS = 4 * 1024 * 1024
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEXADECIMAL = re.compile(rb"[0-9A-F]*\Z")
_DATE = re.compile(rb"/M \(D(?::|\\072)(\d{14})(?:Z|\+00'00'?|([+-])(\d\d)'(\d\d)'?)\)")
_FACTS = b"/Type /EmbeddedFile"


@dataclass(frozen=True, slots=True)
class KnownSigner:
    """A signing certificate that the service has used, with the chain above it.

    From ``compromised_at`` on its key proves nothing.
    """

    certificate: x509.Certificate
    compromised_at: datetime | None = None
    chain: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_pem(cls, certificates: bytes, *, compromised_at: datetime | None = None) -> KnownSigner:
        """From the PEM of the signing certificate and, after it, its chain. Raises ``ValueError``."""
        own, *chain = x509.load_pem_x509_certificates(certificates)
        return cls(own, compromised_at, tuple(chain))


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and its answer. ``check`` names the question, ``code`` the answer, for translation;
    ``detail`` is data that belongs to it."""

    check: str
    outcome: Outcome
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings on one file.

    ``facts`` are the embedded ones, present only where the file is wholly intact and its signer known.
    ``claimed`` are whatever facts the file carries, worth no more than the file itself. ``digest`` is the
    SHA-256 of the signed byte range, ``sha256`` that of the file; ``signed_at`` is the time that the signature
    names, which is the signer's own word; ``timestamp`` is a third party's.
    """

    findings: tuple[Finding, ...]
    facts: Facts | None
    claimed: Facts | None
    digest: str | None
    sha256: str
    signer: str | None
    signed_at: datetime | None
    timestamp: datetime | None

    @property
    def valid(self) -> bool:
        """Whether every check that decides was made and passed. The register still knows whether it is in force."""
        return (
            bool(self.findings)
            and all(f.outcome == "passed" for f in self.findings if f.check in DECIDING)
            and all(f.outcome != "failed" for f in self.findings)
        )

    def finding(self, check: str) -> Finding:
        return next(f for f in self.findings if f.check == check)


DECIDING = frozenset({"document", "coverage", "integrity", "signer", "period", "development", "facts"})


@dataclass(slots=True)
class _Findings:
    made: list[Finding] = field(default_factory=list)

    def add(self, check: str, outcome: Outcome, code: str, detail: str = "") -> None:
        self.made.append(Finding(check, outcome, code, detail))


def verify(
    pdf: bytes,
    *,
    known: Sequence[KnownSigner],
    at: datetime,
    roots: Sequence[x509.Certificate] = (),
    timestamp_roots: Sequence[x509.Certificate] = (),
    recorded_at: datetime | None = None,
    allow_development: bool = False,
    allow_sample: bool = False,
) -> Report:
    """Check ``pdf`` against the ``known`` signers, or signers issued directly by one of ``roots``.

    ``recorded_at`` is when a register that the caller trusts recorded this very digest (see
    ``signed_digest``): it vouches for signatures older than a key's compromise. So does a timestamp by an
    authority under one of ``timestamp_roots``. Never raises for anything that the file holds.
    """
    findings = _Findings()
    report = _Report(pdf)
    if not _is_document(pdf, findings):
        return report.close(findings)
    span = _coverage(pdf, findings)
    report.claimed = embedded_facts(pdf)
    if span is None:
        return report.close(findings)
    start, end = span
    signed = hashlib.sha256(pdf[:start])
    signed.update(pdf[end:])
    report.digest = signed.hexdigest()
    signature = _integrity(pdf[start + 1 : end - 1], signed.digest(), known, roots, findings)
    if signature is None:
        return report.close(findings)
    report.signer = fingerprint(signature.certificate)
    report.signed_at = _claimed_time(pdf)
    report.timestamp = _timestamp(signature, timestamp_roots, findings)
    proofs = [proof for proof in (recorded_at, report.timestamp) if proof is not None]
    trusted = _signer(signature, known, roots, min(proofs, default=None), findings)
    _period(signature, report.signed_at, at, findings)
    _development(signature, report.claimed, allow_development, allow_sample, findings)
    if report.claimed is None:
        findings.add("facts", "failed", "missing")
    elif trusted:
        findings.add("facts", "passed", "signed")
        report.facts = report.claimed
        _drawing(pdf, report.facts, findings)
    else:
        findings.add("facts", "unchecked", "signer-not-trusted")
    findings.add("revocation", "unchecked", "not-asked")
    return report.close(findings)


def signature_place(pdf: bytes, *, after: int = 0) -> tuple[int, int] | None:
    """Where the file's one signature stands, angle brackets included, if it covers all the rest; else ``None``.

    ``after``: so many bytes at the start are known to speak of no signature and no attachment (:func:`is_silent`).
    """
    return _coverage(pdf, _Findings(), after) if len(pdf) <= LARGEST_FILE else None


def is_silent(part: bytes) -> bool:
    """Whether the start of a file speaks of neither a signature nor an attachment."""
    return b"/ByteRange" not in part and _FACTS not in part


def signed_digest(pdf: bytes) -> str | None:
    """SHA-256, in hexadecimal, of the byte range that the file's one signature covers; ``None`` without one."""
    span = signature_place(pdf)
    if span is None:
        return None
    return hashlib.sha256(pdf[: span[0]] + pdf[span[1] :]).hexdigest()


def embedded_facts(pdf: bytes) -> Facts | None:
    """The facts that the file carries, trusted or not; ``None`` where there are none or several."""
    data = embedded_bytes(pdf)
    try:
        return None if data is None else Facts.from_json(data)
    except FactsError:
        return None


def embedded_bytes(pdf: bytes, *, after: int = 0) -> bytes | None:
    """The one attachment of the file, unpacked; ``None`` where there are none, several, or a broken one.

    ``after`` as for :func:`signature_place`.
    """
    place = pdf.find(_FACTS, after)
    if place < 0 or pdf.find(_FACTS, place + 1) >= 0:
        return None
    begin = pdf.find(b"stream\n", place, place + 400)
    if begin < 0:
        return None
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(memoryview(pdf)[begin + 7 :], _LARGEST_FACTS)
    except zlib.error:
        return None
    return data if unpacking.eof else None


class _Report:
    """A report while it is being made."""

    def __init__(self, pdf: bytes) -> None:
        self.sha256 = hashlib.sha256(pdf).hexdigest()
        self.facts: Facts | None = None
        self.claimed: Facts | None = None
        self.digest: str | None = None
        self.signer: str | None = None
        self.signed_at: datetime | None = None
        self.timestamp: datetime | None = None

    def close(self, findings: _Findings) -> Report:
        asked = {f.check for f in findings.made}
        for check in (
            "coverage",
            "integrity",
            "signer",
            "period",
            "development",
            "facts",
            "drawing",
            "timestamp",
            "revocation",
        ):
            if check not in asked:
                findings.add(check, "unchecked", "earlier-check-failed")
        facts = self.facts
        made = tuple(findings.made)
        if any(f.outcome == "failed" or (f.check in DECIDING and f.outcome != "passed") for f in made):
            facts = None
        return Report(
            made, facts, self.claimed, self.digest, self.sha256, self.signer, self.signed_at, self.timestamp
        )


def _is_document(pdf: bytes, findings: _Findings) -> bool:
    if len(pdf) > LARGEST_FILE:
        findings.add("document", "failed", "too-large")
    elif not pdf.startswith(b"%PDF-"):
        findings.add("document", "failed", "not-a-pdf")
    else:
        findings.add("document", "passed", "pdf")
        return True
    return False


def _coverage(pdf: bytes, findings: _Findings, after: int = 0) -> tuple[int, int] | None:
    """Where the signature stands, angle brackets included, if it covers all the rest of the file."""
    ranges = list(_RANGE.finditer(pdf, after))
    if not ranges or pdf.count(b"/ByteRange", after) != len(ranges):
        findings.add("coverage", "failed", "unsigned" if not ranges else "unreadable")
        return None
    if len(ranges) > 1:
        findings.add("coverage", "failed", "several-signatures")
        return None
    first, start, end, rest = map(int, ranges[0].groups())
    if first != 0 or not start < end <= len(pdf) or end + rest > len(pdf):
        findings.add("coverage", "failed", "truncated" if end + rest > len(pdf) else "unreadable")
        return None
    if end + rest < len(pdf):
        findings.add("coverage", "failed", "appended", str(len(pdf) - end - rest))
        return None
    if pdf[start : start + 1] != b"<" or pdf[end - 1 : end] != b">":
        findings.add("coverage", "failed", "unreadable")
        return None
    findings.add("coverage", "passed", "whole-file")
    return start, end


def _integrity(
    digits: bytes,
    digest: bytes,
    known: Sequence[KnownSigner],
    roots: Sequence[x509.Certificate],
    findings: _Findings,
) -> Signature | None:
    if len(digits) % 2 or not _HEXADECIMAL.match(digits):
        findings.add("integrity", "failed", "unreadable")
        return None
    try:
        signature = read_signature(bytes.fromhex(digits.decode("ascii")), digest)
    except CMSError as error:
        findings.add("integrity", "failed", error.code)
        return None
    vouched = {fingerprint(c) for k in known for c in k.chain} | {fingerprint(root) for root in roots}
    if any(fingerprint(c) not in vouched for c in signature.chain):
        findings.add("integrity", "failed", "foreign-certificate")
        return None
    findings.add("integrity", "passed", "intact")
    return signature


def _issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:  # any reason at all means that this authority did not issue it
        return False
    return True


def _drawing(pdf: bytes, facts: Facts, findings: _Findings) -> None:
    """Whether the page shows what the attachment states; its bytes are known to be the signer's own."""
    try:
        missing = missing_facts(pdf, facts)
    except ShownError:
        findings.add("drawing", "unchecked", "unreadable")
        return
    if missing:
        findings.add("drawing", "failed", "differs", ", ".join(missing))
    else:
        findings.add("drawing", "passed", "agrees")


def _timestamp(
    signature: Signature, roots: Sequence[x509.Certificate], findings: _Findings
) -> datetime | None:
    if signature.token is None:
        findings.add("timestamp", "unchecked", "none")
        return None
    try:
        stamp = read_token(signature.token, signature.value, roots=roots)
    except TimestampError as error:
        unknown = error.code == "unknown-authority"
        findings.add("timestamp", "unchecked" if unknown else "failed", error.code)
        return None
    findings.add("timestamp", "passed", "timestamped", stamp.at.isoformat())
    return stamp.at


def _signer(
    signature: Signature,
    known: Sequence[KnownSigner],
    roots: Sequence[x509.Certificate],
    recorded_at: datetime | None,
    findings: _Findings,
) -> bool:
    own = fingerprint(signature.certificate)
    name = signature.certificate.subject.rfc4514_string()
    found = next((k for k in known if fingerprint(k.certificate) == own), None)
    if found is None:
        if any(_issued_by(signature.certificate, root) for root in roots):
            findings.add("signer", "passed", "issued-by-trusted", name)
            return True
        findings.add("signer", "failed", "unknown", name)
        return False
    if found.compromised_at is not None and (recorded_at is None or recorded_at >= found.compromised_at):
        findings.add("signer", "failed", "compromised", found.compromised_at.isoformat())
        return False
    findings.add("signer", "passed", "known", name)
    return True


def _period(signature: Signature, signed_at: datetime | None, at: datetime, findings: _Findings) -> None:
    certificate = signature.certificate
    if signed_at is None:
        findings.add("period", "failed", "no-time")
    elif signed_at > at:
        findings.add("period", "failed", "future", signed_at.isoformat())
    elif certificate.not_valid_before_utc <= signed_at <= certificate.not_valid_after_utc:
        findings.add("period", "passed", "within", signed_at.isoformat())
    else:
        findings.add("period", "failed", "outside", signed_at.isoformat())


def _development(
    signature: Signature,
    claimed: Facts | None,
    allow_development: bool,
    allow_sample: bool,
    findings: _Findings,
) -> None:
    if is_development(signature.certificate) and not allow_development:
        findings.add("development", "failed", "development-key")
    elif claimed is not None and claimed.development and not (allow_sample or allow_development):
        findings.add("development", "failed", "sample")
    else:
        development = is_development(signature.certificate)
        findings.add("development", "passed", "allowed-development-key" if development else "none")


def _claimed_time(pdf: bytes) -> datetime | None:
    found = _DATE.findall(pdf)
    if len(found) != 1:
        return None
    digits, sign, hours, minutes = found[0]
    try:
        local = datetime.strptime(digits.decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    if not sign:
        return local
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return local + offset if sign == b"-" else local - offset
