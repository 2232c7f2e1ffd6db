"""Keep evidence, find it again, withdraw it. Only the ledger adds evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.db import insert_all
from app.evidence.models import EvidenceItem
from app.rules import exclusions
from app.rules.evidence import Evidence

_PURE = (
    EvidenceItem.id,
    EvidenceItem.person_id,
    EvidenceItem.kind,
    EvidenceItem.starts,
    EvidenceItem.recorded_at,
    EvidenceItem.minutes,
    EvidenceItem.facts,
    EvidenceItem.statement_id,
    EvidenceItem.withdrawn_at,
    EvidenceItem.valid_from,
    EvidenceItem.valid_until,
)
"""The columns that the rules know."""


def pure(item: EvidenceItem | Row[Any]) -> Evidence:
    """The row, or what it has of :data:`_PURE`, as the rules know it."""
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


class Kept(NamedTuple):
    """An item that has been stored, and why it is left out, where it is."""

    item: Evidence
    verdict: exclusions.Exclusion | None


def _counted(owner: uuid.UUID) -> Select[Any]:
    return select(*_PURE, EvidenceItem.subject).where(
        EvidenceItem.owner_id == owner,
        EvidenceItem.withdrawn_at.is_(None),
        EvidenceItem.excluded.is_(None),
    )


def _about_the_same(
    session: Session, owner: uuid.UUID, items: Iterable[Evidence]
) -> dict[tuple[str, str | None], list[Evidence]]:
    """Counted items by person and subject, for every subject that ``items`` have; found by index."""
    asked = {(uuid.UUID(one.person), about) for one in items if (about := _subject(one)) is not None}
    found: dict[tuple[str, str | None], list[Evidence]] = {}
    if asked:
        people, subjects = zip(*asked, strict=True)
        wanted = EvidenceItem.person_id.in_(set(people)), EvidenceItem.subject.in_(set(subjects))
        for row in session.execute(_counted(owner).where(*wanted)):
            found.setdefault((str(row.person_id), row.subject), []).append(pure(row))
    return found


def _overlapping(
    session: Session, owner: uuid.UUID, evidence: Evidence, *, not_stored: Iterable[Evidence]
) -> Iterable[Evidence]:
    """Counted items on the person's timeline that overlap ``evidence``, where it takes a place there itself; besides
    them those that are ``not_stored`` yet, which no question finds."""
    if evidence.kind not in exclusions.TIMED:
        return ()
    # nothing that counts is longer than a day, so the search can stop a day back
    earliest = evidence.starts - timedelta(minutes=exclusions.LONGEST_MINUTES)
    rows = session.execute(
        _counted(owner).where(
            EvidenceItem.person_id == uuid.UUID(evidence.person),
            EvidenceItem.kind.in_(exclusions.TIMED),
            EvidenceItem.starts < evidence.ends,
            EvidenceItem.starts > earliest,
            EvidenceItem.ends > evidence.starts,
        )
    )
    return (*not_stored, *map(pure, rows))


def keep_all(session: Session, items: Sequence[Evidence], *, owner: uuid.UUID) -> list[Kept]:
    """Store these items in their order, noting which are left out because another already counts."""
    kept: list[Kept] = []
    same = _about_the_same(session, owner, items)
    timed: dict[str, list[Evidence]] = {}
    for one in items:
        about = one.person, _subject(one)
        overlapping = _overlapping(session, owner, one, not_stored=timed.get(one.person, ()))
        near = *same.get(about, ()), *overlapping
        verdict = exclusions.excluded(one, {other.id: other for other in near}.values())
        kept.append(Kept(one, verdict))
        if verdict is None and about[1] is not None:
            same.setdefault(about, []).append(one)
        if verdict is None and one.kind in exclusions.TIMED:
            timed.setdefault(one.person, []).append(one)
    insert_all(session, EvidenceItem, [_row(*one, owner) for one in kept])
    return kept


def _row(evidence: Evidence, verdict: exclusions.Exclusion | None, owner: uuid.UUID) -> dict[str, Any]:
    return {
        "id": uuid.UUID(evidence.id),
        "owner_id": owner,
        "person_id": uuid.UUID(evidence.person),
        "kind": evidence.kind,
        "starts": evidence.starts,
        "ends": evidence.ends,
        "recorded_at": evidence.recorded,
        "minutes": evidence.minutes,
        "facts": dict(evidence.facts),
        "subject": _subject(evidence),
        "statement_id": uuid.UUID(evidence.statement),
        "valid_from": evidence.valid_from,
        "valid_until": evidence.valid_until,
        "digest": evidence.digest,
        "excluded": verdict.reason if verdict else None,
        "excluded_by": uuid.UUID(verdict.other) if verdict and verdict.other else None,
    }


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


def pure_of_people(
    session: Session, *, owner: uuid.UUID, people: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[Evidence]]:
    """As :func:`of_person` for each of ``people``, as the rules know it, with one query for all of them."""
    found: dict[uuid.UUID, list[Evidence]] = {person: [] for person in people}
    query = select(*_PURE).where(EvidenceItem.owner_id == owner, EvidenceItem.person_id.in_(found))
    for row in session.execute(query.order_by(EvidenceItem.recorded_at, EvidenceItem.id)):
        found[row.person_id].append(pure(row))
    return found


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
