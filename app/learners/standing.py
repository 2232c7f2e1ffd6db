"""Keep each candidacy's standing up to date with every new item of evidence, or rebuild it from all of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from app.clock import local_date
from app.evidence import service as evidence
from app.evidence.models import EvidenceItem
from app.evidence.service import Kept
from app.learners.models import Candidacy, CriterionStanding
from app.rules.criterion import Criterion
from app.rules.exclusions import Exclusion
from app.schemes import service as schemes


def criteria_of(session: Session, candidacy: Candidacy) -> Sequence[Criterion]:
    """The criteria that this candidacy is held to: the scheme's, or its renewal's."""
    version = schemes.load(session, candidacy.scheme_version_id)
    return version.renewal if candidacy.purpose == "renewal" else version.criteria


def _read(row: CriterionStanding, criterion: Criterion, on: date, now: datetime) -> None:
    standing = criterion.read(row.accumulated, max(on, _through(row)))
    row.state = standing.state
    row.figures = standing.figures()
    row.next_change = standing.next_change
    row.updated_at = now


def _through(row: CriterionStanding) -> date:
    through = row.accumulated.get("through")
    return date.fromisoformat(through) if through else date.min


def _summarise(candidacy: Candidacy, now: datetime) -> None:
    candidacy.criteria = len(candidacy.standings)
    candidacy.fulfilled = sum(row.state != "unmet" for row in candidacy.standings)
    ready = bool(candidacy.standings) and candidacy.fulfilled == candidacy.criteria
    if not ready:
        candidacy.ready_at = None
    elif candidacy.ready_at is None:
        candidacy.ready_at = now
    candidacy.next_change = min(
        (row.next_change for row in candidacy.standings if row.next_change), default=None
    )


def begin(session: Session, candidacy: Candidacy, now: datetime) -> None:
    """Give a new candidacy its standings, from all evidence that there is."""
    for position, criterion in enumerate(criteria_of(session, candidacy)):
        candidacy.standings.append(
            CriterionStanding(
                criterion=criterion.code,
                position=position,
                accumulated=criterion.empty(candidacy.since),
                state="unmet",
                figures={},
                updated_at=now,
            )
        )
    session.flush()
    rebuild(session, candidacy, now)


def _verdict(item: EvidenceItem) -> Exclusion | None:
    return (
        Exclusion(item.excluded, str(item.excluded_by) if item.excluded_by else None)
        if item.excluded
        else None
    )


def rebuild(session: Session, candidacy: Candidacy, now: datetime) -> None:
    """Work out a candidacy's standings from all evidence: the same answer as item by item."""
    on = local_date(now)
    rows = evidence.of_person(session, owner=candidacy.owner_id, person=candidacy.person_id)
    items = [(evidence.pure(row), _verdict(row)) for row in rows if row.withdrawn_at is None]
    by_code = {row.criterion: row for row in candidacy.standings}
    for criterion in criteria_of(session, candidacy):
        row = by_code[criterion.code]
        state = criterion.empty(candidacy.since)
        for item, verdict in items:
            if criterion.touches(item):
                state = criterion.add(state, item, verdict)
        row.accumulated = state
        _read(row, criterion, on, now)
    _summarise(candidacy, now)
    session.flush()


def open_candidacies(session: Session, *, owner: uuid.UUID, person: uuid.UUID) -> Sequence[Candidacy]:
    """What a person works towards now under one scheme owner."""
    return session.scalars(_open(owner, {person})).all()


def _open(owner: uuid.UUID, people: Collection[uuid.UUID]) -> Select[Candidacy]:
    return (
        select(Candidacy)
        .where(Candidacy.owner_id == owner, Candidacy.person_id.in_(people), Candidacy.state == "open")
        .options(selectinload(Candidacy.standings))
    )


def hold(session: Session, *, owner: uuid.UUID, people: Collection[uuid.UUID]) -> None:
    """Hold these people's standings as :func:`take` does: for whoever adds to several of them one after the other."""
    theirs = select(Candidacy.id).where(
        Candidacy.owner_id == owner, Candidacy.person_id.in_(people), Candidacy.state == "open"
    )
    session.execute(theirs.order_by(Candidacy.id).with_for_update()).all()


def take(session: Session, kept: Sequence[Kept], *, owner: uuid.UUID, now: datetime) -> None:
    """More items of evidence under ``owner``: only the criteria that they touch are read again.

    What is read is locked until the transaction ends, all of it at once and in one order: of two who add to the same
    standing the second adds to what the first made of it, and neither waits for the other in a circle.
    """
    on = local_date(now)
    working: dict[uuid.UUID, list[Candidacy]] = {}
    for candidacy in session.scalars(
        _open(owner, {uuid.UUID(one.item.person) for one in kept})
        .order_by(Candidacy.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        working.setdefault(candidacy.person_id, []).append(candidacy)
    for item, verdict in kept if working else ():
        for candidacy in working.get(uuid.UUID(item.person), ()):
            by_code = {row.criterion: row for row in candidacy.standings}
            touched = [one for one in criteria_of(session, candidacy) if one.touches(item)]
            for criterion in touched:
                row = by_code[criterion.code]
                row.accumulated = criterion.add(row.accumulated, item, verdict)
                _read(row, criterion, on, now)
            if touched:
                _summarise(candidacy, now)
    session.flush()


def rebuild_person(session: Session, *, owner: uuid.UUID, person: uuid.UUID, now: datetime) -> None:
    """After a withdrawal: every open candidacy of the person anew."""
    for candidacy in open_candidacies(session, owner=owner, person=person):
        rebuild(session, candidacy, now)


def revisit(session: Session, now: datetime, *, limit: int = 500) -> int:
    """Read again what has changed by itself by today (rolling windows, expiring waivers); how many."""
    on = local_date(now)
    due = session.scalars(
        select(Candidacy)
        .where(Candidacy.state == "open", Candidacy.next_change <= on)
        .options(selectinload(Candidacy.standings))
        .order_by(Candidacy.next_change)
        .limit(limit)
    ).all()
    for candidacy in due:
        by_code = {row.criterion: row for row in candidacy.standings}
        for criterion in criteria_of(session, candidacy):
            row = by_code[criterion.code]
            if row.next_change is not None and row.next_change <= on:
                _read(row, criterion, on, now)
        _summarise(candidacy, now)
    session.flush()
    return len(due)
