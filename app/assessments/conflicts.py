"""May this examiner judge this candidate? Asked when somebody is chosen, and again when they judge."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from app.accounts.errors import Refused
from app.accounts.models import Person
from app.accounts.service import has_role, load_people, people_with_role
from app.cascade import service as cascade
from app.clock import local_date

OBSTACLES: Mapping[str, LazyString] = {
    "oneself": _l("It is the candidate."),
    "closed": _l("The account is closed."),
    "not_authorised": _l("Is not an examiner for this certification."),
    "tied": _l("One of them has been the other's trainer, coach or mentor."),
    "employer": _l("They have the same employer."),
}


def _between(examiner: Person, candidate: Person, tied: set[uuid.UUID]) -> tuple[str, ...]:
    if examiner.id == candidate.id:
        return ("oneself",)
    found = []
    if examiner.closed_at is not None:
        found.append("closed")
    if examiner.id in tied:
        found.append("tied")
    if examiner.organisation_id is not None and examiner.organisation_id == candidate.organisation_id:
        found.append("employer")
    return tuple(found)


def obstacles(
    session: Session, *, examiner: uuid.UUID, candidate: uuid.UUID, scheme: str, now: datetime
) -> tuple[str, ...]:
    """Everything that keeps ``examiner`` from judging ``candidate`` in ``scheme``, as keys of ``OBSTACLES``."""
    people = load_people(session, (examiner, candidate))
    found = _between(people[examiner], people[candidate], cascade.tied_to(session, candidate))
    if examiner != candidate and not has_role(session, examiner, "examiner", local_date(now), scheme=scheme):
        found = ("not_authorised", *found)
    return found


def examiners_for(
    session: Session, *, candidate: Person, scheme: str, now: datetime
) -> Sequence[tuple[Person, tuple[str, ...]]]:
    """All examiners of the scheme with what keeps each of them, those who may judge first; few queries."""
    tied = cascade.tied_to(session, candidate.id)
    found = people_with_role(session, "examiner", local_date(now), scheme=scheme)
    rows = [(one, _between(one, candidate, tied)) for one in found]
    return sorted(rows, key=lambda row: (bool(row[1]), row[0].name, row[0].id))


def demand_none(
    session: Session, *, examiner: uuid.UUID, candidate: uuid.UUID, scheme: str, now: datetime
) -> None:
    """Raises :class:`Refused` ``conflict`` where anything keeps ``examiner`` from judging ``candidate``."""
    found = obstacles(session, examiner=examiner, candidate=candidate, scheme=scheme, now=now)
    if found:
        raise Refused(
            "conflict",
            _l(
                "This examiner cannot judge this candidate. %(why)s Choose somebody else.",
                why=" ".join(str(OBSTACLES[one]) for one in found),
            ),
        )
