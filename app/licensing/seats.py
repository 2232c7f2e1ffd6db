"""Seats: reserved when somebody enrols or books, consumed by the first statement, given back by a visible rule."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.licensing import gate
from app.licensing.models import LIVE, Licence, Seat, SeatMove
from app.rules.entitlement import Verdict

UNUSED_FOR = timedelta(days=30)
"""A seat for studying that nobody has used for so long is given back."""


def live(session: Session, use: uuid.UUID, person: uuid.UUID, way: str) -> Seat | None:
    """The seat that the person holds for this registration or session, or None."""
    mine = select(Seat).where(Seat.use_id == use, Seat.person_id == person, Seat.way == way)
    return session.scalars(mine.where(Seat.state.in_(LIVE))).first()


def take(session: Session, licence: uuid.UUID) -> bool:
    """Count one seat as taken if one is free at this very moment: one statement, so that no race can oversell."""
    free = update(Licence).where(
        Licence.id == licence,
        Licence.stop == "",
        or_(Licence.capacity.is_(None), Licence.taken < Licence.capacity),
    )
    took = session.execute(free.values(taken=Licence.taken + 1).execution_options(synchronize_session=False))
    return bool(took.rowcount)  # type: ignore[attr-defined]


def reserve(
    session: Session,
    verdict: Verdict | None,
    *,
    course: str,
    way: str,
    use: uuid.UUID,
    person: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
) -> Seat | None:
    """A seat for the person under the licence that was found; asking twice gives the same one; None: none is needed.

    Raises ``gate.NoLicence``, ``full`` where the last seat was sold in this moment.
    """
    held = live(session, use, person, way)
    if held is not None:
        return held
    grant = gate.demand(verdict, course)
    if grant is None:
        return None
    seat = Seat(licence_id=grant.id, person_id=person, way=way, use_id=use, state="reserved", reserved_at=now)
    try:
        with session.begin_nested():
            if not take(session, grant.id):
                raise gate.NoLicence("full", course)
            session.add(seat)
            session.flush()
            session.add(SeatMove(seat_id=seat.id, state="reserved", rule="", by_id=by, at=now))
    except IntegrityError:  # a double click: the first one has the seat
        held = live(session, use, person, way)
        if held is None:
            raise
        return held
    gate.forget(session)
    return seat


def _move(
    session: Session, seat: Seat, state: str, *, rule: str, by: uuid.UUID | None, now: datetime
) -> bool:
    """Let the seat become ``state``; False where somebody else has moved it since it was read."""
    moved = session.execute(
        update(Seat)
        .where(Seat.id == seat.id, Seat.state == seat.state)
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
    session.refresh(seat)
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    session.add(SeatMove(seat_id=seat.id, state=state, rule=rule, by_id=by, at=now))
    session.flush()
    return True


def give_back(session: Session, seat: Seat, *, rule: str, by: uuid.UUID | None, now: datetime) -> bool:
    """The seat is free for somebody else; one that was consumed stays consumed. ``rule`` says which rule it was."""
    if seat.state != "reserved" or not _move(session, seat, "returned", rule=rule, by=by, now=now):
        return False
    session.execute(
        update(Licence)
        .where(Licence.id == seat.licence_id, Licence.taken > 0)
        .values(taken=Licence.taken - 1)
        .execution_options(synchronize_session=False)
    )
    gate.forget(session)
    return True


def consume(session: Session, seat: Seat, *, by: uuid.UUID | None, now: datetime) -> bool:
    """The seat has been used. False where it was already."""
    return seat.state == "reserved" and _move(session, seat, "consumed", rule="", by=by, now=now)


def unconsume(session: Session, seat: Seat, *, by: uuid.UUID | None, now: datetime) -> bool:
    """What used the seat was withdrawn: it is reserved again."""
    return seat.state == "consumed" and _move(session, seat, "reserved", rule="voided", by=by, now=now)


def leave(session: Session, seat: Seat, *, by: uuid.UUID, now: datetime) -> None:
    """The person goes on under another licence: an unused seat is given back, a used one stays used."""
    if not give_back(session, seat, rule="followed", by=by, now=now) and seat.state == "consumed":
        _move(session, seat, "followed", rule="followed", by=by, now=now)
        gate.forget(session)


def of_session(session: Session, delivery: uuid.UUID) -> Sequence[Seat]:
    """The seats that are held for a session."""
    mine = select(Seat).where(Seat.use_id == delivery, Seat.way == "session", Seat.state.in_(LIVE))
    return session.scalars(mine.order_by(Seat.id)).all()


def give_back_unused(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Seats for studying that nobody has used in :data:`UNUSED_FOR` days are free again; how many."""
    waiting = select(Seat).where(
        Seat.state == "reserved", Seat.way == "study", Seat.reserved_at < now - UNUSED_FOR
    )
    found = session.scalars(waiting.order_by(Seat.id).limit(limit)).all()
    return sum(give_back(session, one, rule="unused", by=None, now=now) for one in found)


def holders(
    session: Session, licence: uuid.UUID, *, before: uuid.UUID | None = None, limit: int = 50
) -> Sequence[Seat]:
    """The seats of a licence that are held or used, the newest first."""
    mine = select(Seat).where(Seat.licence_id == licence, Seat.state != "returned")
    if before is not None:
        mine = mine.where(Seat.id < before)
    return session.scalars(mine.order_by(Seat.id.desc()).limit(limit)).all()


def counts(session: Session, licence: uuid.UUID) -> dict[str, int]:
    """How many seats of a licence are in each state."""
    rows = select(Seat.state, func.count()).where(Seat.licence_id == licence).group_by(Seat.state)
    return {row[0]: row[1] for row in session.execute(rows)}
