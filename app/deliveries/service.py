"""Sessions as other rooms and this room's pages ask for them. Nothing here commits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person
from app.clock import local_date
from app.deliveries.attendance import mark_held, may_be_held, seated, standing_rows, take_attendance
from app.deliveries.bookings import (
    Asked,
    BadRows,
    add_co_trainer,
    ask_for_link,
    book,
    co_trainers,
    gave_up,
    give_up,
    invite_list,
    live_booking,
)
from app.deliveries.feedback import Summary, give_feedback, given_by, may_answer, summary
from app.deliveries.licensed import leads_course
from app.deliveries.models import PRESENT, Attendance, Booking, Delivery, Feedback
from app.deliveries.planning import (
    Plan,
    authorised,
    cancel_session,
    change_session,
    instant,
    open_session,
    plan_session,
)
from app.mail import Mail
from app.organisations.models import Organisation

__all__ = [
    "Asked",
    "BadRows",
    "Plan",
    "Summary",
    "add_co_trainer",
    "ask_for_link",
    "authorised",
    "book",
    "by_code",
    "cancel_session",
    "change_session",
    "co_trainers",
    "everyone",
    "gave_up",
    "give_feedback",
    "give_up",
    "given_by",
    "instant",
    "invite_list",
    "leads",
    "leads_course",
    "led_by",
    "live_booking",
    "load_delivery",
    "mark_held",
    "may_answer",
    "may_be_held",
    "open_session",
    "plan_session",
    "seated",
    "summary",
    "take_attendance",
    "taken_part_in",
]

PAST = 20


def load_delivery(session: Session, delivery_id: uuid.UUID) -> Delivery | None:
    """The session with this id, or None."""
    return session.get(Delivery, delivery_id)


def by_code(session: Session, code: str) -> Delivery | None:
    """The session behind its own link, or None."""
    return session.scalars(select(Delivery).where(Delivery.code == code)).first()


def leads(session: Session, delivery: Delivery, person: uuid.UUID) -> bool:
    """Whether the person is the session's trainer or a co-trainer."""
    if delivery.trainer_id == person:
        return True
    booking = live_booking(session, delivery.id, person)
    return booking is not None and booking.role == "co"


# ---- a session's people ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person of the session: their booking and, where it has been taken, their attendance."""

    booking: Booking
    person: Person
    attendance: Attendance | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody without an account who is invited; ``undelivered`` says why the mail did not arrive."""

    invitation: Invitation
    undelivered: str


@dataclass(frozen=True, slots=True)
class Everyone:
    """All people of one session, by name within each list."""

    co: Sequence[Attendee]
    booked: Sequence[Attendee]
    asked: Sequence[Attendee]
    awaited: Sequence[Awaited]


def everyone(session: Session, delivery: Delivery) -> Everyone:
    """Who leads along, who is booked, who has been asked; a constant number of queries."""
    rows = session.execute(
        select(Booking, Person)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.delivery_id == delivery.id, Booking.state != "cancelled")
        .order_by(Person.name, Person.id)
    ).all()
    attended = standing_rows(session, delivery)
    people = [Attendee(booking, person, attended.get(booking.id)) for booking, person in rows]
    waiting = select(Invitation, Mail).outerjoin(Mail, Mail.id == Invitation.mail_id)
    waiting = waiting.where(Invitation.target_key == f"delivery:{delivery.id}", Invitation.state == "sent")
    return Everyone(
        co=[one for one in people if one.booking.role == "co"],
        booked=[
            one for one in people if one.booking.role == "participant" and one.booking.state != "requested"
        ],
        asked=[one for one in people if one.booking.state == "requested"],
        awaited=[
            Awaited(invitation, mail.error if mail is not None and mail.state == "failed" else "")
            for invitation, mail in session.execute(waiting.order_by(Invitation.email))
        ],
    )


# ---- a person's sessions --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mine:
    """One session in somebody's list: in which municipality, and the person's own booking if they take part."""

    delivery: Delivery
    municipality: str
    booking: Booking | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Led:
    """Sessions that a person leads: over but not marked as held, within seven days, later, drafts, past."""

    to_finish: Sequence[Mine] = field(default=())
    this_week: Sequence[Mine] = field(default=())
    coming: Sequence[Mine] = field(default=())
    drafts: Sequence[Mine] = field(default=())
    past: Sequence[Mine] = field(default=())

    def __bool__(self) -> bool:
        return any((self.to_finish, self.this_week, self.coming, self.drafts, self.past))


@dataclass(frozen=True, slots=True)
class TakenPart:
    """Sessions that a person takes part in: invited to, booked, over and to be answered, past."""

    invited: Sequence[Mine] = field(default=())
    booked: Sequence[Mine] = field(default=())
    to_answer: Sequence[Mine] = field(default=())
    past: Sequence[Mine] = field(default=())

    def __bool__(self) -> bool:
        return any((self.invited, self.booked, self.to_answer, self.past))


def led_by(session: Session, person: uuid.UUID, *, now: datetime) -> Led:
    """The sessions that the person leads or co-leads."""
    along = select(Booking.delivery_id).where(
        Booking.person_id == person, Booking.role == "co", Booking.state != "cancelled"
    )
    rows = _mine(session, or_(Delivery.trainer_id == person, Delivery.id.in_(along)))
    week = local_date(now) + timedelta(days=7)
    led: dict[str, list[Mine]] = {"to_finish": [], "this_week": [], "coming": [], "drafts": [], "past": []}
    for one in rows:
        delivery = one.delivery
        if delivery.state in ("held", "cancelled"):
            led["past"].insert(0, one)
        elif delivery.state == "draft":
            led["drafts"].append(one)
        elif delivery.starts + timedelta(minutes=delivery.minutes) <= now:
            led["to_finish"].append(one)
        else:
            led["this_week" if local_date(delivery.starts) < week else "coming"].append(one)
    led["past"] = led["past"][:PAST]
    return Led(**led)


def taken_part_in(session: Session, person: uuid.UUID, *, now: datetime) -> TakenPart:
    """The sessions that the person takes or took part in, and those they are invited to."""
    bookings = {
        one.delivery_id: one
        for one in session.scalars(
            select(Booking)
            .where(Booking.person_id == person, Booking.role == "participant")
            .order_by(Booking.id)
        )
    }
    # Who accepted an invitation to the service for a session's sake has not booked yet.
    led_here = {
        target
        for target in session.scalars(
            select(Invitation.target_id).where(
                Invitation.person_id == person,
                Invitation.purpose == "delivery",
                Invitation.state == "accepted",
            )
        )
        if target is not None
    }
    answered = set(session.scalars(select(Feedback.delivery_id).where(Feedback.person_id == person)))
    part: dict[str, list[Mine]] = {"invited": [], "booked": [], "to_answer": [], "past": []}
    for row in _mine(session, Delivery.id.in_(set(bookings) | led_here)):
        delivery, booking = row.delivery, bookings.get(row.delivery.id)
        one = Mine(delivery, row.municipality, booking, delivery.id in answered)
        state = booking.state if booking is not None else "requested"
        if state == "requested":
            if delivery.state == "open" and delivery.ends > now:
                part["invited"].append(one)
        elif delivery.state == "open" and state != "cancelled":
            part["booked"].append(one)
        elif delivery.state == "held" and state in PRESENT and not one.answered:
            part["to_answer"].append(one)
        else:
            part["past"].insert(0, one)
    part["past"] = part["past"][:PAST]
    return TakenPart(**part)


def _mine(session: Session, which: ColumnElement[bool]) -> list[Mine]:
    rows = session.execute(
        select(Delivery, Organisation.name)
        .join(Organisation, Organisation.id == Delivery.municipality_id)
        .where(which)
        .order_by(Delivery.starts, Delivery.id)
    )
    return [Mine(delivery, municipality) for delivery, municipality in rows]
