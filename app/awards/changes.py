"""A change of a certificate's status, noted beside it, on the record and in the audit log."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app import audit
from app.awards.models import Certificate, Decision, StatusChange
from app.db import new_id
from app.events import CertificateStatusChanged
from app.ledger import service as ledger


def note(
    session: Session,
    certificate: Certificate,
    status: str,
    *,
    reason: str,
    decision: Decision | None,
    now: datetime,
    until: date | None = None,
) -> StatusChange:
    """From now on the certificate is ``status``, as ``decision`` says (None: by itself)."""
    by = decision.taken_by if decision else None
    change = StatusChange(
        id=new_id(),
        certificate_id=certificate.id,
        status=status,
        at=now,
        until=until,
        reason=reason,
        decision_id=decision.id if decision else None,
    )
    session.add(change)
    event = CertificateStatusChanged(
        id=change.id,
        person=certificate.person_id,
        at=now,
        certificate=certificate.id,
        scheme=certificate.scheme,
        status=status,  # type: ignore[arg-type]
        until=until,
    )
    ledger.record(session, event, by=by, now=now, owner=certificate.owner_id)
    audit.record(
        session,
        f"certificate.{status}",
        by=by,
        now=now,
        subject=certificate,
        person=certificate.person_id,
        organisation=certificate.owner_id,
        serial=certificate.serial,
    )
    return change
