"""Ask and extend the relations between people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cascade.models import Relation

# Having examined or observed somebody before is the examiner's work, not a tie; these are.
TIES = ("trained", "mentored", "coached")


def relate(
    session: Session,
    kind: str,
    *,
    giver: uuid.UUID,
    taker: uuid.UUID,
    on: date,
    statement: uuid.UUID,
    now: datetime,
) -> None:
    """Remember that ``giver`` trained (mentored, ...) ``taker``; once per statement."""
    if giver == taker:
        return
    known = select(Relation.id).where(
        Relation.statement_id == statement, Relation.kind == kind, Relation.giver_id == giver
    )
    if session.scalars(known).first() is None:
        session.add(
            Relation(
                kind=kind, giver_id=giver, taker_id=taker, on=on, statement_id=statement, recorded_at=now
            )
        )


def withdraw(session: Session, *, statement: uuid.UUID, now: datetime) -> None:
    """What ``statement`` said is void, and the relation with it."""
    for relation in session.scalars(select(Relation).where(Relation.statement_id == statement)):
        relation.withdrawn_at = relation.withdrawn_at or now


def ties(session: Session, one: uuid.UUID, other: uuid.UUID) -> Sequence[Relation]:
    """The standing relations, in either direction, that keep one from judging the other."""
    either = or_(
        (Relation.giver_id == one) & (Relation.taker_id == other),
        (Relation.giver_id == other) & (Relation.taker_id == one),
    )
    return session.scalars(
        select(Relation).where(either, Relation.kind.in_(TIES), Relation.withdrawn_at.is_(None))
    ).all()


def tied_to(session: Session, person: uuid.UUID) -> set[uuid.UUID]:
    """Everybody whom a tie keeps from judging ``person``."""
    query = select(Relation.giver_id, Relation.taker_id).where(
        or_(Relation.giver_id == person, Relation.taker_id == person),
        Relation.kind.in_(TIES),
        Relation.withdrawn_at.is_(None),
    )
    return {one for pair in session.execute(query) for one in pair} - {person}


def took_part(session: Session, person: uuid.UUID) -> set[uuid.UUID]:
    """Everybody who trained, mentored, observed or examined ``person``: they do not decide on them."""
    return givers(session, [person])[person]


def givers(
    session: Session, takers: Iterable[uuid.UUID], kinds: Iterable[str] | None = None
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who gave something of these ``kinds`` (of any) to each of ``takers``: one query for all of them."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {taker: set() for taker in takers}
    query = select(Relation.taker_id, Relation.giver_id).where(
        Relation.taker_id.in_(found), Relation.withdrawn_at.is_(None)
    )
    if kinds is not None:
        query = query.where(Relation.kind.in_(set(kinds)))
    for taker, giver in session.execute(query):
        found[taker].add(giver)
    return found


def trained_by(session: Session, giver: uuid.UUID, kinds: Iterable[str] = ("trained",)) -> Sequence[Relation]:
    """Whom ``giver`` trained, newest first."""
    return session.scalars(
        select(Relation)
        .where(Relation.giver_id == giver, Relation.kind.in_(set(kinds)), Relation.withdrawn_at.is_(None))
        .order_by(Relation.on.desc(), Relation.id.desc())
    ).all()


def trainers_by_statement(session: Session, statements: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
    """Who trained by what each of these statements tells, withdrawn or not; nothing for one that tells of none."""
    told = select(Relation.statement_id, Relation.giver_id).where(
        Relation.statement_id.in_(list(statements)), Relation.kind == "trained"
    )
    return {row.statement_id: row.giver_id for row in session.execute(told)}


def trainings(session: Session, person: uuid.UUID) -> Sequence[Relation]:
    """Who trained ``person``, the first first, with what was withdrawn since: so that it can be told who was known to
    have at some instant."""
    told = select(Relation).where(Relation.taker_id == person, Relation.kind == "trained")
    return session.scalars(told.order_by(Relation.on, Relation.recorded_at, Relation.id)).all()
