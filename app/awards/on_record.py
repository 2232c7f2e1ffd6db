"""What has been issued, as pages, exports and counts read it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.awards.models import Certificate, Rendition, SerialCounter
from certificates.facts import Facts


def pdf(session: Session, certificate: Certificate, kind: str = "original") -> bytes | None:
    """The bytes of a rendition, as they were signed."""
    return session.scalars(
        select(Rendition.content).where(Rendition.certificate_id == certificate.id, Rendition.kind == kind)
    ).one_or_none()


def of_person(session: Session, person: uuid.UUID) -> Sequence[Certificate]:
    """A person's certificates, the newest first; voided intents are not theirs."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.person_id == person, Certificate.state != "voided")
        .order_by(Certificate.valid_from.desc(), Certificate.id.desc())
    ).all()


def unexplained_gaps(session: Session, owner: uuid.UUID) -> list[int]:
    """Numbers up to the last one given that no row accounts for: always empty."""
    last = session.get(SerialCounter, owner)
    known = set(session.scalars(select(Certificate.number).where(Certificate.owner_id == owner)))
    return [number for number in range(1, (last.last if last else 0) + 1) if number not in known]


def describe(certificate: Certificate) -> dict[str, Any]:
    """What the certificate states, for pages and exports."""
    facts = Facts.from_json(certificate.facts)
    return {
        "serial": facts.serial,
        "holder": facts.holder,
        "scheme": facts.scheme,
        "level": facts.level,
        "version": facts.scheme_version,
        "issuer": facts.issuer,
        "awarded_on": facts.awarded_on,
        "valid_from": facts.valid_from,
        "valid_until": facts.valid_until,
        "development": facts.development,
    }
