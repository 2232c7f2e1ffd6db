"""What people agree to, and since when. The texts stand in ``terms``."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.accounts.models import Consent, Person
from app.accounts.terms import REQUIRED, TERMS


def consent(
    session: Session, person: Person, kinds: Iterable[str], *, by: uuid.UUID | None, now: datetime
) -> None:
    """Set what the person agrees to: the named kinds in their current version, the others withdrawn.

    Raises :class:`Refused` when a required one is missing.
    """
    chosen = set(kinds) & set(TERMS)
    if REQUIRED - chosen:
        raise Refused("consent", _l("Without this consent there can be no account."))
    standing = {one.kind: one for one in consents(session, person.id)}
    for kind, terms in TERMS.items():
        given = standing.get(kind)
        if kind in chosen and (given is None or given.version != terms.version):
            if given is not None:
                given.withdrawn_at = now
            session.add(Consent(person_id=person.id, kind=kind, version=terms.version, at=now))
            audit.record(
                session, "consent.given", by=by, now=now, person=person.id, kind=kind, version=terms.version
            )
        elif kind not in chosen and given is not None:
            given.withdrawn_at = now
            audit.record(session, "consent.withdrawn", by=by, now=now, person=person.id, kind=kind)
    session.flush()


def consents(session: Session, person_id: uuid.UUID) -> list[Consent]:
    """What the person agrees to now, of any version."""
    return list(
        session.scalars(select(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None)))
    )


def has_consent(session: Session, person_id: uuid.UUID, kind: str) -> bool:
    """Whether the person agrees to ``kind`` (``service``, ``register``, ``reminders``), of any version."""
    return any(one.kind == kind for one in consents(session, person_id))


def terms_to_renew(session: Session, person_id: uuid.UUID) -> frozenset[str]:
    """Required texts that have changed since the person agreed to them."""
    current = {(one.kind, one.version) for one in consents(session, person_id)}
    return frozenset(kind for kind in REQUIRED if (kind, TERMS[kind].version) not in current)
