"""The letters about certificates and decisions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts.letters import to_people, to_person
from app.accounts.models import Person
from app.awards.models import Appeal, Certificate, Decision
from app.schemes import service as schemes


def _scheme(session: Session, version_id: object, language: str) -> str:
    version = schemes.load(session, version_id)  # type: ignore[arg-type]
    return version.name["sv"] if language == "sv" else version.name["en"]


def issued(session: Session, certificates: Iterable[Certificate], *, now: datetime) -> None:
    """Tell each holder that the certificate is there."""
    to_people(
        session,
        "awards/mail/certificate_issued.txt",
        [_issued(session, one) for one in certificates],
        subject=_l("Your certificate: %(scheme)s"),
        now=now,
    )


def _issued(session: Session, certificate: Certificate) -> tuple[Person, uuid.UUID, dict[str, Any]]:
    person = session.get_one(Person, certificate.person_id)
    facts = {
        "scheme": _scheme(session, certificate.scheme_version_id, person.language),
        "serial": certificate.serial,
        "valid_until": certificate.valid_until,
        "link": mail.address(f"/certificates/{certificate.id}"),
        "verify": mail.address(f"/verify/{certificate.code}"),
    }
    return person, certificate.id, facts


def refused(session: Session, decision: Decision, *, now: datetime) -> None:
    """Tell the candidate that the answer is no, why, and how to appeal."""
    person = session.get_one(Person, decision.person_id)
    to_person(
        session,
        "awards/mail/certificate_refused.txt",
        person,
        subject=_l("Decision on your application: %(scheme)s"),
        about=decision.id,
        now=now,
        scheme=_scheme(session, decision.scheme_version_id, person.language),
        reason=decision.reason,
        link=mail.address(f"/decisions/{decision.id}"),
    )


def changed(
    session: Session, certificate: Certificate, status: str, *, reason: str, until: date | None, now: datetime
) -> None:
    """Tell the holder what has become of the certificate."""
    person = session.get_one(Person, certificate.person_id)
    to_person(
        session,
        "awards/mail/certificate_changed.txt",
        person,
        subject=_l("Your certificate %(serial)s has changed"),
        about=certificate.id,
        now=now,
        scheme=_scheme(session, certificate.scheme_version_id, person.language),
        serial=certificate.serial,
        status=status,
        reason=reason,
        until=until,
        link=mail.address(f"/certificates/{certificate.id}"),
    )


def answered(session: Session, appeal: Appeal, *, now: datetime) -> None:
    """Tell the person what came of their appeal."""
    person = session.get_one(Person, appeal.person_id)
    to_person(
        session,
        "awards/mail/appeal_answered.txt",
        person,
        subject=_l("Your appeal has been answered"),
        about=appeal.id,
        now=now,
        upheld=appeal.outcome == "upheld",
        answer=appeal.answer,
        link=mail.address(f"/decisions/{appeal.decision_id}"),
    )
