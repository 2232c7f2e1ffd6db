"""Which statements from outside may become evidence: those of a launched session about its own learner and course."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.ledger.service import Trust
from app.lrs.credentials import Grant
from app.organisations import service as organisations
from app.registrations.models import Registration
from app.rules.projection import projected_person

LAUNCHED_KINDS = frozenset({"training", "assessment"})
"""What working through a course gives. Coaching, sessions and decisions are never a launched unit's to report."""


def trust_of(session: Session, grant: Grant, *, home: str) -> Trust | None:
    """The trust in a credential that is bound to a registration, an activity and an actor; None for any other.

    All three have to agree with what the service knows: the registration is there, it is the actor's own, and the
    record is the scheme owner's, whose rules it would count under.
    """
    if grant.registration is None or grant.activity is None or grant.actor is None:
        return None
    registration = session.get(Registration, grant.registration)
    if registration is None:
        return None
    if projected_person({"actor": grant.actor}, home=home) != str(registration.person_id):
        return None
    try:
        owner = organisations.scheme_owner(session).id
    except LookupError:
        return None
    if grant.organisation != owner:
        return None
    return Trust(registration.person_id, LAUNCHED_KINDS, registration.course, registration.id)
