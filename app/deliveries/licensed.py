"""What a session of a licensed course needs: a licence for its day, and a seat for each who books."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.errors import Refused
from app.accounts.models import Person
from app.clock import local_date
from app.deliveries.models import Booking, Delivery
from app.licensing import gate, seats
from app.licensing.reasons import why, why_not_here
from app.rules.entitlement import Verdict


def _verdict(session: Session, delivery: Delivery, *, now: datetime) -> Verdict | None:
    trainer = session.get_one(Person, delivery.trainer_id)
    return gate.to_deliver(
        session,
        delivery.course,
        receiver=delivery.municipality_id,
        provider=delivery.provider_id,
        deliverer=(trainer.id, trainer.organisation_id),
        day=local_date(delivery.starts, delivery.tz),
        now=now,
    )


def demand_licence(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """Raise :class:`Refused` ``licence`` unless a licence lets the session be given and booked on its day."""
    try:
        gate.demand(_verdict(session, delivery, now=now), delivery.course)
    except gate.NoLicence as refused:
        raise Refused("licence", why_not_here(refused.reason)) from refused


def reserve(session: Session, delivery: Delivery, *, person: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """A seat of the licence for whoever books. Raises :class:`Refused` ``licence``."""
    try:
        seats.reserve(
            session,
            _verdict(session, delivery, now=now),
            course=delivery.course,
            way="session",
            use=delivery.id,
            person=person,
            by=by,
            now=now,
        )
    except gate.NoLicence as refused:
        raise Refused("licence", why(refused.reason)) from refused


def give_back(
    session: Session,
    delivery: Delivery,
    *,
    person: uuid.UUID | None = None,
    rule: str,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """The seats of the session (of one person, or all) that nobody has used are free again."""
    for seat in seats.of_session(session, delivery.id):
        if person in (None, seat.person_id):
            seats.give_back(session, seat, rule=rule, by=by, now=now)


def move(session: Session, delivery: Delivery, *, by: uuid.UUID, now: datetime) -> None:
    """Another course or another day: the seats are given back, and reserved where the session now belongs.

    Raises :class:`Refused` ``licence``.
    """
    give_back(session, delivery, rule="moved", by=by, now=now)
    demand_licence(session, delivery, now=now)
    booked = select(Booking.person_id).where(
        Booking.delivery_id == delivery.id, Booking.role == "participant", Booking.state == "booked"
    )
    for person in session.scalars(booked.order_by(Booking.id)).all():
        reserve(session, delivery, person=person, by=by, now=now)


def leads_course(session: Session, person: uuid.UUID, course: str) -> bool:
    """Whether the person leads or co-leads a session of the course that is not cancelled."""
    along = select(Booking.delivery_id).where(
        Booking.person_id == person, Booking.role == "co", Booking.state != "cancelled"
    )
    mine = select(Delivery.id).where(
        Delivery.course == course,
        Delivery.state != "cancelled",
        or_(Delivery.trainer_id == person, Delivery.id.in_(along)),
    )
    return session.scalar(mine.limit(1)) is not None
