"""Usage: what the service's own statements say was used under which licence, and nothing else.

A line is written with the first statement about a seat: of a session the attendance, of a course studied at one's own
pace whatever is stated first of the registration, which is that it is begun. Voiding that statement, or stating that a
dispute about its line was accepted, writes a line against it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.clock import local_date
from app.licensing import seats
from app.licensing.models import Seat, UsageLine
from app.lrs.models import Statement
from app.rules import profile

_ATTENDED = profile.BY_ROLE["SessionAttended", "participant"]


def month_of(now: datetime) -> str:
    """The month, as people here reckon it, to which a line recorded ``now`` belongs."""
    return f"{local_date(now):%Y-%m}"


def _used(statement: Mapping[str, Any]) -> tuple[uuid.UUID, str] | None:
    """The registration or session that a statement of the service says was used, and which of the two."""
    context = statement.get("context", {})
    if "registration" in context:
        return uuid.UUID(context["registration"]), "study"
    definition = statement["object"].get("definition", {})
    if (statement["verb"]["id"], definition.get("type")) != (_ATTENDED.verb, _ATTENDED.type):
        return None
    delivery = context.get("extensions", {}).get(profile.extension("delivery"))
    return (uuid.UUID(delivery), "session") if delivery else None


def note(
    session: Session, statement: Mapping[str, Any], *, position: int, person: uuid.UUID, now: datetime
) -> UsageLine | None:
    """The use that a new statement of the service's own tells of, if it is the first of a seat; else None."""
    used = _used(statement)
    seat = seats.live(session, used[0], person, used[1]) if used else None
    if seat is None or not seats.consume(session, seat, by=None, now=now):
        return None
    line = UsageLine(
        licence_id=seat.licence_id,
        seat_id=seat.id,
        statement=position,
        quantity=1,
        month=month_of(now),
        recorded_at=now,
    )
    session.add(line)
    session.flush()
    return line


def _against(session: Session, line: UsageLine, *, by_statement: int, now: datetime) -> UsageLine:
    against = UsageLine(
        licence_id=line.licence_id,
        seat_id=line.seat_id,
        statement=by_statement,
        quantity=-1,
        counters_id=line.id,
        month=month_of(now),
        recorded_at=now,
    )
    session.add(against)
    session.flush()
    return against


def counter(session: Session, line: uuid.UUID, *, by_statement: int, now: datetime) -> UsageLine:
    """Both sides agree that the line should not count. Its seat stays used: whoever learns is not disturbed."""
    return _against(session, session.get_one(UsageLine, line), by_statement=by_statement, now=now)


def correct(
    session: Session, *, tenant: uuid.UUID, voided: uuid.UUID, by_statement: int, now: datetime
) -> UsageLine | None:
    """The statement ``voided`` no longer holds: the line that it caused is countered, and its seat reserved again."""
    counter = aliased(UsageLine)
    caused = (
        select(UsageLine)
        .join(Statement, Statement.position == UsageLine.statement)
        .where(Statement.statement_id == voided, Statement.tenant == tenant, UsageLine.quantity == 1)
        .where(~select(counter.id).where(counter.counters_id == UsageLine.id).exists())
    )
    line = session.scalars(caused).first()
    if line is None:
        return None
    against = _against(session, line, by_statement=by_statement, now=now)
    seats.unconsume(session, session.get_one(Seat, line.seat_id), by=None, now=now)
    return against
