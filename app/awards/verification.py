"""Anybody verifies: by the code on the sheet, or by handing in the file. What cannot be checked is never valid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.awards import authorities
from app.awards import status as statuses
from app.awards.models import Certificate, Rendition, SigningKey, StatusChange
from app.clock import local_date
from app.rules.validity import Status
from certificates.facts import Facts, FactsError, group_code
from certificates.longterm import is_archived, peel
from certificates.tokens import TimestampError
from certificates.verify import Finding, KnownSigner, Report, signed_digest, verify

Verdict = Literal["valid", "not_in_force", "not_genuine", "unknown"]


@dataclass(frozen=True, slots=True)
class Register:
    """What the service's own register says of a certificate, now."""

    certificate: Certificate
    facts: Facts
    status: Status
    history: Sequence[StatusChange]
    replaced_by: Certificate | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer: ``valid`` (genuine and in force), ``not_in_force`` (genuine, but see the status),
    ``not_genuine`` (the file is not what was issued), ``unknown`` (nothing is known of it).

    ``findings`` are single checks of a file; without a file there are none, and the page says so.
    """

    verdict: Verdict
    register: Register | None
    findings: tuple[Finding, ...] = ()
    file_checked: bool = False


def _register(session: Session, certificate: Certificate, now: datetime) -> Register | None:
    try:
        facts = Facts.from_json(certificate.facts)
    except FactsError:
        return None
    replaced_by = session.scalars(
        select(Certificate).where(Certificate.replaces_id == certificate.id, Certificate.state == "issued")
    ).first()
    return Register(
        certificate,
        facts,
        statuses.status(session, certificate, on=local_date(now)),
        statuses.changes(session, certificate),
        replaced_by,
    )


def by_code(session: Session, code: str, *, now: datetime) -> Verification:
    """Look a certificate up by the code on its sheet, however it was typed."""
    found = session.scalars(
        select(Certificate).where(Certificate.code == group_code(code[:80]), Certificate.state == "issued")
    ).one_or_none()
    entry = _register(session, found, now) if found else None
    if entry is None:
        return Verification("unknown", None)
    return Verification("valid" if entry.status == "active" else "not_in_force", entry)


def known_signers(session: Session) -> list[KnownSigner]:
    """Every certificate that has ever signed here."""
    return [
        KnownSigner.from_pem(key.certificate + key.chain, compromised_at=key.compromised_at)
        for key in session.scalars(select(SigningKey))
    ]


def by_file(session: Session, pdf: bytes, *, now: datetime) -> Verification:
    """Check a file's signature, then whether the register knows exactly these signed bytes.

    An archived file is one that the register knows by every byte; what lies under its archive timestamps is then
    checked as any other.
    """
    archived: list[Finding] = []
    if is_archived(pdf) and _registered(session, pdf):
        pdf, archived = _unpacked(pdf)
    digest = signed_digest(pdf)
    found = (
        session.scalars(
            select(Certificate)
            .join(Rendition, Rendition.certificate_id == Certificate.id)
            .where(Rendition.digest == digest, Certificate.state == "issued")
            .distinct()
        ).one_or_none()
        if digest
        else None
    )
    issued = _recorded_at(session, found, digest) if found and digest else None
    demonstration = current_app.config["MODE"] != "production"
    report = verify(
        pdf,
        known=known_signers(session),
        at=now,
        timestamp_roots=authorities.roots(),
        recorded_at=issued,
        allow_development=demonstration,
        allow_sample=demonstration,
    )
    report = replace(report, findings=(*report.findings, *archived))
    return _answer(session, report, found, issued is not None, now)


def _registered(session: Session, pdf: bytes) -> bool:
    sha256 = hashlib.sha256(pdf).hexdigest()
    return session.scalars(select(Rendition.id).where(Rendition.sha256 == sha256)).first() is not None


def _unpacked(pdf: bytes) -> tuple[bytes, list[Finding]]:
    """What lies under all archive timestamps, and what there is to say of the last one."""
    last: Finding | None = None
    while is_archived(pdf):
        try:
            pdf, stamp = peel(pdf, roots=authorities.roots())
        except TimestampError as error:
            return pdf, [Finding("archive", "failed", error.code)]
        last = last or Finding("archive", "passed", "archived", stamp.at.isoformat())
    return pdf, [last] if last else []


def _recorded_at(session: Session, certificate: Certificate, digest: str) -> datetime | None:
    """When the register first noted this signature as one of the certificate's."""
    return session.scalar(
        select(func.min(Rendition.at)).where(
            Rendition.certificate_id == certificate.id, Rendition.digest == digest
        )
    )


def _answer(
    session: Session, report: Report, found: Certificate | None, recorded: bool, now: datetime
) -> Verification:
    claimed = report.claimed
    if found is None and claimed is not None:
        # The file is not one of ours byte for byte; what the register knows under its code is shown beside it.
        found = session.scalars(
            select(Certificate).where(Certificate.code == claimed.code, Certificate.state == "issued")
        ).one_or_none()
    entry = _register(session, found, now) if found else None
    genuine = (
        report.valid
        and entry is not None
        and recorded
        and report.facts is not None
        and report.facts.to_json() == bytes(entry.certificate.facts)
    )
    if not genuine:
        return Verification(
            "not_genuine" if report.claimed or entry else "unknown", entry, report.findings, True
        )
    assert entry is not None
    verdict: Verdict = "valid" if entry.status == "active" else "not_in_force"
    return Verification(verdict, entry, report.findings, True)
