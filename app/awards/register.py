"""The register of certified persons: those whose certificate is active and who agreed to be listed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Consent, Person
from app.awards.models import Certificate, StatusChange
from app.awards.status import pure
from app.clock import local_date
from app.organisations.models import Organisation
from app.organisations.service import swedish_key
from app.rules.scheme import Texts
from app.rules.validity import Change, Period, status_on
from app.schemes import service as schemes

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed certificate."""

    holder: str
    organisation: str
    scheme: Texts
    valid_until: date | None
    serial: str


def scheme_choices(session: Session) -> list[tuple[str, Texts]]:
    """Code and name of each scheme, for the filter."""
    return [
        (scheme.code, schemes.load(session, scheme.versions[0].id).name)
        for scheme in schemes.every(session)
        if scheme.versions
    ]


def listed(
    session: Session, *, owner: uuid.UUID, search: str = "", scheme: str | None = None, now: datetime
) -> list[Entry]:
    """Active certificates of people who consented, in Swedish order of name; at most ``LIMIT``."""
    today = local_date(now)
    agreed = select(Consent.person_id).where(Consent.kind == "register", Consent.withdrawn_at.is_(None))
    query = (
        select(Certificate, Organisation.name)
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Certificate.owner_id == owner,
            Certificate.state == "issued",
            Certificate.person_id.in_(agreed),
            Certificate.valid_from <= today,
            Certificate.valid_until.is_(None) | (Certificate.valid_until >= today),
        )
    )
    if scheme:
        query = query.where(Certificate.scheme == scheme)
    if search:
        query = query.where(Certificate.holder.icontains(search, autoescape=True))
    rows = session.execute(query.order_by(Certificate.holder).limit(LIMIT)).all()
    history: dict[uuid.UUID, list[Change]] = {}
    ids = [certificate.id for certificate, _place in rows]
    for change in session.scalars(select(StatusChange).where(StatusChange.certificate_id.in_(ids))):
        history.setdefault(change.certificate_id, []).append(pure(change))
    entries = [
        Entry(
            certificate.holder,
            place or "",
            schemes.load(session, certificate.scheme_version_id).name,
            certificate.valid_until,
            certificate.serial,
        )
        for certificate, place in rows
        if status_on(
            Period(valid_from=certificate.valid_from, valid_until=certificate.valid_until),
            history.get(certificate.id, []),
            today,
        )
        == "active"
    ]
    return sorted(entries, key=lambda entry: swedish_key(entry.holder))
