"""Keep evidence, find it again, withdraw it. Only the ledger adds evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.evidence.models import EvidenceItem
from app.rules import exclusions
from app.rules.evidence import Evidence


def pure(item: EvidenceItem) -> Evidence:
    """The row as the rules know it."""
    return Evidence(
        id=str(item.id),
        person=str(item.person_id),
        kind=item.kind,
        starts=item.starts,
        recorded=item.recorded_at,
        minutes=item.minutes,
        facts=item.facts,
        statement=str(item.statement_id),
        withdrawn=item.withdrawn_at,
        valid_from=item.valid_from,
        valid_until=item.valid_until,
    )


def _subject(evidence: Evidence) -> str | None:
    about = exclusions.subject(evidence)
    return None if about is None else "|".join(about)[:300]


def _neighbours(
    session: Session, owner: uuid.UUID, person: uuid.UUID, evidence: Evidence
) -> list[EvidenceItem]:
    """Counted items that overlap ``evidence`` or are about the same thing; few, found by index."""
    same = and_(EvidenceItem.subject == _subject(evidence), EvidenceItem.subject.is_not(None))
    begins_before = EvidenceItem.starts < evidence.ends
    # nothing that counts is longer than a day, so the search can stop a day back
    near = EvidenceItem.starts > evidence.starts - timedelta(minutes=exclusions.LONGEST_MINUTES)
    overlapping = and_(
        EvidenceItem.kind.in_(exclusions.TIMED), begins_before, near, EvidenceItem.ends > evidence.starts
    )
    chosen = select(EvidenceItem).where(
        EvidenceItem.owner_id == owner,
        EvidenceItem.person_id == person,
        EvidenceItem.withdrawn_at.is_(None),
        EvidenceItem.excluded.is_(None),
    )
    return list(session.scalars(chosen.where(or_(same, overlapping))))


def keep(session: Session, evidence: Evidence, *, owner: uuid.UUID) -> EvidenceItem:
    """Store one item, noting whether it is left out because another already counts."""
    person = uuid.UUID(evidence.person)
    near = [pure(row) for row in _neighbours(session, owner, person, evidence)]
    verdict = exclusions.excluded(evidence, near)
    row = EvidenceItem(
        id=uuid.UUID(evidence.id),
        owner_id=owner,
        person_id=person,
        kind=evidence.kind,
        starts=evidence.starts,
        ends=evidence.ends,
        recorded_at=evidence.recorded,
        minutes=evidence.minutes,
        facts=dict(evidence.facts),
        subject=_subject(evidence),
        statement_id=uuid.UUID(evidence.statement),
        valid_from=evidence.valid_from,
        valid_until=evidence.valid_until,
        digest=evidence.digest,
        excluded=verdict.reason if verdict else None,
        excluded_by=uuid.UUID(verdict.other) if verdict and verdict.other else None,
    )
    session.add(row)
    session.flush()
    return row


def of_person(
    session: Session,
    *,
    owner: uuid.UUID,
    person: uuid.UUID,
    kinds: Iterable[str] | None = None,
) -> Sequence[EvidenceItem]:
    """Everything of one person under one owner, withdrawn items included, oldest recorded first."""
    query = select(EvidenceItem).where(EvidenceItem.owner_id == owner, EvidenceItem.person_id == person)
    if kinds is not None:
        query = query.where(EvidenceItem.kind.in_(set(kinds)))
    return session.scalars(query.order_by(EvidenceItem.recorded_at, EvidenceItem.id)).all()


def by_statement(session: Session, *, owner: uuid.UUID, statement: uuid.UUID) -> EvidenceItem | None:
    """The item that came from ``statement``, if one did."""
    return session.scalars(
        select(EvidenceItem).where(EvidenceItem.owner_id == owner, EvidenceItem.statement_id == statement)
    ).one_or_none()


def by_statements(
    session: Session, *, owner: uuid.UUID, statements: Iterable[uuid.UUID]
) -> dict[uuid.UUID, EvidenceItem]:
    """The items that came from any of ``statements``, by statement."""
    wanted = select(EvidenceItem).where(
        EvidenceItem.owner_id == owner, EvidenceItem.statement_id.in_(list(statements))
    )
    return {item.statement_id: item for item in session.scalars(wanted)}


def withdraw(session: Session, item: EvidenceItem, *, by_statement: uuid.UUID, now: datetime) -> None:
    """The item counts no more. What it had kept out may count again: see :func:`settle`."""
    if item.withdrawn_at is None:
        item.withdrawn_at, item.withdrawn_by = now, by_statement
        settle(session, owner=item.owner_id, person=item.person_id)


def settle(session: Session, *, owner: uuid.UUID, person: uuid.UUID) -> None:
    """Work out anew which of a person's items are left out (after a withdrawal)."""
    rows = [row for row in of_person(session, owner=owner, person=person) if row.withdrawn_at is None]
    left_out = exclusions.exclusions(pure(row) for row in rows)
    for row in rows:
        verdict = left_out.get(str(row.id))
        row.excluded = verdict.reason if verdict else None
        row.excluded_by = uuid.UUID(verdict.other) if verdict and verdict.other else None
    session.flush()
