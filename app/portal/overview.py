"""The whole in figures, for administrators: from invitation to certificate, what runs out, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person
from app.audit import AuditEvent, AuditLink
from app.awards import status
from app.awards.models import Certificate
from app.clock import local_date
from app.jobs import Job
from app.learners.models import Candidacy
from app.mail import Mail
from app.rules.scheme import Texts
from app.schemes import service as schemes


@dataclass(frozen=True, slots=True)
class Funnel:
    """People on each step from an invitation that waits to a certificate; each person is counted once per step."""

    invited: int
    joined: int
    candidates: int
    ready: int
    certified: int


@dataclass(frozen=True, slots=True)
class SchemeFigures:
    """One scheme: open candidacies that are not ready, ready ones, certificates in force, and those of them that
    run out within months."""

    code: str
    name: Texts
    under_way: int
    ready: int
    certified: int
    expiring: int


@dataclass(frozen=True, slots=True)
class Health:
    """What failed, and how far the audit chain reaches."""

    failed_jobs: int
    failed_letters: int
    events: int
    linked: int


def funnel(session: Session, *, owner: UUID, now: datetime) -> Funnel:
    today = local_date(now)
    people = func.count(Candidacy.person_id.distinct())
    mine = (Candidacy.owner_id == owner,)
    return Funnel(
        invited=_number(
            session,
            select(func.count(Invitation.id)).where(Invitation.state == "sent", Invitation.expires_at > now),
        ),
        joined=_number(session, select(func.count(Person.id)).where(Person.closed_at.is_(None))),
        candidates=_number(
            session, select(people).where(*mine, Candidacy.state == "open", Candidacy.ready_at.is_(None))
        ),
        ready=_number(
            session, select(people).where(*mine, Candidacy.state == "open", Candidacy.ready_at.is_not(None))
        ),
        certified=_number(
            session,
            select(func.count(Certificate.person_id.distinct())).where(*status.in_force(owner, today)),
        ),
    )


def by_scheme(session: Session, *, owner: UUID, today: date) -> list[SchemeFigures]:
    """Every published scheme, the first step first."""
    open_ = select(Candidacy.scheme, Candidacy.ready_at.is_not(None), func.count()).where(
        Candidacy.owner_id == owner, Candidacy.state == "open"
    )
    standing = {
        (scheme, bool(ready)): count
        for scheme, ready, count in session.execute(
            open_.group_by(Candidacy.scheme, Candidacy.ready_at.is_not(None))
        )
    }
    held = _per_scheme(session, *status.in_force(owner, today))
    soon = _per_scheme(
        session,
        *status.in_force(owner, today),
        status.runs_out_soon(today),
    )
    return [
        SchemeFigures(
            one.code,
            schemes.load(session, schemes.current(session, one.code).id).name,
            standing.get((one.code, False), 0),
            standing.get((one.code, True), 0),
            held.get(one.code, 0),
            soon.get(one.code, 0),
        )
        for one in schemes.every(session)
        if one.versions
    ]


def health(session: Session, *, now: datetime) -> Health:
    week = now - timedelta(days=7)
    return Health(
        failed_jobs=_number(session, select(func.count()).select_from(Job).where(Job.state == "failed")),
        failed_letters=_number(
            session,
            select(func.count()).select_from(Mail).where(Mail.state == "failed", Mail.created_at > week),
        ),
        events=_number(session, select(func.count()).select_from(AuditEvent)),
        linked=_number(session, select(func.max(AuditLink.position))),
    )


def _per_scheme(session: Session, *which: ColumnElement[bool]) -> dict[str, int]:
    wanted = select(Certificate.scheme, func.count(Certificate.person_id.distinct())).where(*which)
    return dict(session.execute(wanted.group_by(Certificate.scheme)).all())


def _number(session: Session, query: Select[Any]) -> int:
    return session.scalar(query) or 0
