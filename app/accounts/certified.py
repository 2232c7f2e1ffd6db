"""Roles that come with a certificate: given when it is issued, ended when it is suspended or withdrawn."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.models import Grant
from app.db import new_id


def grant_by_certificate(
    session: Session,
    *,
    person: uuid.UUID,
    role: str,
    certificate: str,
    starts: date,
    ends: date | None,
    by: uuid.UUID,
    now: datetime,
) -> Grant:
    """Give ``role`` on the strength of the certificate with this serial; ``by`` took the decision."""
    grant = Grant(
        id=new_id(),
        person_id=person,
        role=role,
        starts=starts,
        ends=ends,
        certificate=certificate,
        granted_by=by,
        granted_at=now,
    )
    session.add(grant)
    audit.record(
        session,
        "grant.given",
        by=by,
        now=now,
        subject=grant,
        person=person,
        role=role,
        certificate=certificate,
    )
    return grant


def end_certificate_grants(
    session: Session, *, certificate: str, reason: str, by: uuid.UUID, now: datetime
) -> None:
    """End every role that the certificate gave."""
    given = select(Grant).where(Grant.certificate == certificate, Grant.ended_at.is_(None))
    for grant in session.scalars(given):
        grant.ended_at, grant.ended_by, grant.end_reason = now, by, reason[:500]
        audit.record(
            session, "grant.ended", by=by, now=now, subject=grant, person=grant.person_id, role=grant.role
        )
