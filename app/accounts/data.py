"""A person's own copy of what this room holds about them, and the overwriting of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.models import Consent, Grant, Invitation, Passkey, Person, SignIn
from app.accounts.service import close_account
from app.organisations.models import Organisation


def person_data(session: Session, person_id: uuid.UUID) -> dict[str, Any]:
    """Everything this room holds about the person, as plain JSON; no secrets."""
    person = session.get_one(Person, person_id)
    employer = session.get(Organisation, person.organisation_id) if person.organisation_id else None

    def when(instant: date | datetime | None) -> str | None:
        return instant.isoformat() if instant else None

    def rows(model: Any, column: Any) -> list[Any]:
        return list(session.scalars(select(model).where(column == person_id).order_by(model.id)))

    return {
        "person": {
            "id": str(person.id),
            "email": person.email,
            "name": person.name,
            "certificate_name": person.certificate_name,
            "language": person.language,
            "time_zone": person.time_zone,
            "organisation": employer.name if employer else None,
            "created_at": when(person.created_at),
            "closed_at": when(person.closed_at),
            "two_factor": person.tf_primary_method is not None,
        },
        "passkeys": [
            {
                "name": one.name,
                "created_at": when(one.create_datetime),
                "last_used_at": when(one.lastuse_datetime),
            }
            for one in rows(Passkey, Passkey.user_id)
        ],
        "sign_ins": [
            {"started_at": when(one.started_at), "ended_at": when(one.ended_at), "browser": one.browser}
            for one in rows(SignIn, SignIn.person_id)
        ],
        "roles": [
            {
                "role": one.role,
                "organisation": str(one.organisation_id) if one.organisation_id else None,
                "scheme": one.scheme,
                "starts": when(one.starts),
                "ends": when(one.ends),
                "reason": one.reason,
                "ended_at": when(one.ended_at),
            }
            for one in rows(Grant, Grant.person_id)
        ],
        "invitations": [
            {"role": one.role, "organisation": str(one.organisation_id), "sent_at": when(one.sent_at)}
            for one in rows(Invitation, Invitation.person_id)
        ],
        "consents": [
            {
                "kind": one.kind,
                "version": one.version,
                "at": when(one.at),
                "withdrawn_at": when(one.withdrawn_at),
            }
            for one in rows(Consent, Consent.person_id)
        ],
    }


def erase_person(session: Session, person: Person, *, by: uuid.UUID | None, now: datetime) -> None:
    """Overwrite who the person is; ids, roles and dates stay, since others' history stands on them."""
    if person.closed_at is None:
        close_account(session, person, by=by, now=now)
    person.email = f"erased-{person.id}@erased.invalid"
    person.name, person.certificate_name = "", None
    person.password = person.tf_primary_method = person.tf_totp_secret = person.mf_recovery_codes = None
    person.webauthn = []
    person.erased_at = now
    for sign_in in session.scalars(select(SignIn).where(SignIn.person_id == person.id)):
        sign_in.browser = ""
    session.flush()
    audit.record(session, "account.erased", by=by, now=now, subject=person, person=person.id)
