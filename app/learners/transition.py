"""Candidates who began on a scheme version that is honoured no longer move to the current one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import audit
from app.clock import local_date
from app.learners import letters, standing
from app.learners.models import Candidacy, CriterionStanding
from app.schemes import service as schemes
from app.schemes.models import SchemeVersion


def move_on(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Move open candidacies whose version's last day has passed; how many.

    What counted is read anew by the new criteria, the deadline stays, and the person is told.
    """
    over = session.scalars(
        select(Candidacy)
        .join(SchemeVersion, SchemeVersion.id == Candidacy.scheme_version_id)
        .where(Candidacy.state == "open", SchemeVersion.honoured_until < local_date(now))
        .order_by(Candidacy.id)
        .limit(limit)
    ).all()
    for candidacy in over:
        move(session, candidacy, now=now)
    return len(over)


def move(session: Session, candidacy: Candidacy, *, now: datetime) -> None:
    """Hold a candidacy to the scheme's current version from now on."""
    before = schemes.load(session, candidacy.scheme_version_id)
    current = schemes.current(session, candidacy.scheme)
    candidacy.scheme_version_id = current.id
    session.execute(delete(CriterionStanding).where(CriterionStanding.candidacy_id == candidacy.id))
    session.flush()
    session.expire(candidacy, ["standings"])
    standing.begin(session, candidacy, now)
    audit.record(
        session,
        "candidacy.moved",
        by=None,
        now=now,
        subject=candidacy,
        person=candidacy.person_id,
        organisation=candidacy.owner_id,
        scheme=candidacy.scheme,
        before=before.version,
        after=current.number,
    )
    letters.moved(session, candidacy, before=before.version, now=now)
