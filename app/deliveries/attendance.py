"""Who was there: taken in one go, corrected row by row, counted once the session has been held."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app import audit
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.deliveries import letters, licensed
from app.deliveries.bookings import co_trainers
from app.deliveries.models import PRESENT, SEATED, Attendance, Booking, Delivery
from app.deliveries.planning import demand_authorised, lock
from app.events import EvidenceVoided, SessionAttended, SessionLed
from app.ledger import service as ledger
from app.ledger.statements import statement_id
from app.ui import formatting

EARLIEST = timedelta(minutes=30)


def seated(session: Session, delivery: Delivery) -> list[Booking]:
    """The participants who hold a seat, in the order in which they booked."""
    wanted = select(Booking).where(
        Booking.delivery_id == delivery.id, Booking.role == "participant", Booking.state.in_(SEATED)
    )
    return list(session.scalars(wanted.order_by(Booking.id)))


def standing_rows(session: Session, delivery: Delivery) -> dict[uuid.UUID, Attendance]:
    """Of each booking the attendance that holds now: the row that no other replaces."""
    later = aliased(Attendance)
    replaced = select(later.id).where(later.replaces_id == Attendance.id).exists()
    wanted = select(Attendance).where(Attendance.delivery_id == delivery.id, ~replaced)
    return {one.booking_id: one for one in session.scalars(wanted)}


def take_attendance(
    session: Session,
    delivery: Delivery,
    minutes: Mapping[uuid.UUID, int],
    *,
    reason: str = "",
    by: uuid.UUID,
    now: datetime,
) -> int:
    """Keep for each booking how many minutes the person was there; how many rows were new.

    After the session has been held this corrects: what counted is voided and counted anew, for a ``reason``.
    Raises :class:`Refused`: ``draft``, ``cancelled``, ``early``, ``oneself``, ``leads``, ``minutes``, ``reason``,
    ``unknown`` (no participant of this session) or ``quicker`` (somebody else corrected in this moment).
    """
    lock(session, delivery)
    reason = " ".join(reason.split())
    bookings = {one.id: one for one in seated(session, delivery)}
    before = standing_rows(session, delivery)
    leaders = {delivery.trainer_id} | {one.person_id for one in co_trainers(session, delivery)}
    _demand_takeable(delivery, now)
    changed: list[tuple[Attendance | None, Attendance]] = []
    for booking_id, spent in minutes.items():
        booking = bookings.get(booking_id)
        if booking is None:
            raise Refused(
                "unknown", _l("Somebody on the list is no longer booked. Look at the list and try again.")
            )
        if booking.person_id == by:
            raise Refused(
                "oneself", _l("You are a participant here. Somebody else has to take your attendance.")
            )
        if booking.person_id in leaders:
            raise Refused("leads", _l("Whoever leads a session cannot be a participant in it as well."))
        if not 0 <= spent <= delivery.minutes:
            raise Refused("minutes", _l("Write minutes from 0 to %(most)s.", most=delivery.minutes))
        present = before.get(booking_id)
        if present is not None and present.minutes == spent:
            continue
        row = Attendance(
            delivery_id=delivery.id,
            booking_id=booking_id,
            person_id=booking.person_id,
            minutes=spent,
            of_minutes=delivery.minutes,
            taken_by=by,
            at=now,
            replaces_id=present.id if present else None,
            reason=reason,
        )
        session.add(row)
        changed.append((present, row))
        booking.state = "full" if spent == delivery.minutes else "partial" if spent else "no_show"
        booking.changed_at = now
    if changed and delivery.state == "held" and not reason:
        raise Refused("reason", _l("Write why the attendance changes. It is kept with the correction."))
    if len(reason) > 500:
        raise Refused("reason", _l("The reason is longer than 500 characters. Shorten it."))
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused(
            "quicker", _l("Somebody else has just taken attendance. Look at it and try again.")
        ) from error
    if changed:
        audit.record(
            session,
            "session.attendance",
            by=by,
            now=now,
            subject=delivery,
            organisation=delivery.municipality_id,
            rows=len(changed),
        )
    if changed and delivery.state == "held":
        _count_anew(session, delivery, changed, reason, by=by, now=now)
    return len(changed)


def _demand_takeable(delivery: Delivery, now: datetime) -> None:
    if delivery.state == "draft":
        raise Refused("draft", _l("Booking is not open yet. Come back later."))
    if delivery.state == "cancelled":
        raise Refused("cancelled", _l("The session is cancelled."))
    if now < delivery.starts - EARLIEST:
        raise Refused(
            "early",
            _l(
                "Attendance can be taken from %(time)s.",
                time=formatting.moment(delivery.starts - EARLIEST, zone=delivery.tz),
            ),
        )


def may_be_held(session: Session, delivery: Delivery, *, now: datetime) -> Refused | None:
    """What keeps the session from being marked as held now, or None."""
    if delivery.state != "open":
        return Refused("state", _l("Only a session that is open can be marked as held."))
    over = delivery.starts + timedelta(minutes=delivery.minutes)
    if now < over:
        return Refused(
            "early",
            _l(
                "The session can be marked as held from %(time)s, when its %(minutes)s minutes have passed.",
                time=formatting.moment(over, zone=delivery.tz),
                minutes=delivery.minutes,
            ),
        )
    states = [one.state for one in seated(session, delivery)]
    left = states.count("booked")
    if left:
        return Refused(
            "unmarked", _l("Attendance is missing for %(count)s of the booked. Take it first.", count=left)
        )
    if not any(state in PRESENT for state in states):
        return Refused(
            "nobody", _l("Nobody is marked as present. If nobody came, cancel the session instead.")
        )
    return None


def mark_held(session: Session, delivery: Delivery, *, by: uuid.UUID, now: datetime) -> int:
    """The session has been held: it counts for everybody who was there and for those who led; how many came.

    Raises :class:`Refused`: ``state``, ``early``, ``unmarked``, ``nobody`` or ``authorised``.
    """
    lock(session, delivery)
    if delivery.state == "held":
        return _came(session, delivery)
    refused = may_be_held(session, delivery, now=now)
    if refused is not None:
        raise refused
    demand_authorised(session, delivery.trainer_id, delivery.starts, delivery.tz, now)
    delivery.state, delivery.held_at = "held", now
    session.flush()
    rows = standing_rows(session, delivery)
    for row in rows.values():
        _count_attendance(session, delivery, row, by=by, now=now)
    _free_seats(session, delivery, rows.values(), by=by, now=now)
    _count_leading(session, delivery, by=by, now=now)
    audit.record(
        session, "session.held", by=by, now=now, subject=delivery, organisation=delivery.municipality_id
    )
    people = accounts.load_people(session, [row.person_id for row in rows.values() if row.minutes])
    for person in people.values():
        letters.send(session, "thanks", delivery, to=person, now=now)
    return len(people)


def _free_seats(
    session: Session, delivery: Delivery, rows: Iterable[Attendance], *, by: uuid.UUID, now: datetime
) -> None:
    """Who did not come has used no seat of the course's licence."""
    for row in rows:
        if not row.minutes:
            licensed.give_back(session, delivery, person=row.person_id, rule="no_show", by=by, now=now)


def _came(session: Session, delivery: Delivery) -> int:
    return sum(one.state in PRESENT for one in seated(session, delivery))


def _count_attendance(
    session: Session, delivery: Delivery, row: Attendance, *, by: uuid.UUID, now: datetime
) -> None:
    if not row.minutes:
        return
    event = SessionAttended(
        id=row.event_id,
        person=row.person_id,
        at=delivery.starts,
        delivery=delivery.id,
        course=delivery.course,
        minutes=row.minutes,
        of_minutes=row.of_minutes,
        trainer=delivery.trainer_id,
    )
    ledger.record(session, event, by=by, now=now)


def _leading(session: Session, delivery: Delivery) -> Sequence[SessionLed]:
    """What leading this session amounts to, for the trainer and each co-trainer, as it stands now."""
    along = co_trainers(session, delivery)
    came = _came(session, delivery)
    parts = [(delivery.trainer_id, "lead", 100 - sum(one.share or 0 for one in along))]
    parts += [(one.person_id, "co", one.share or 0) for one in along]
    return [
        SessionLed(
            id=uuid.uuid5(delivery.id, f"led/{person}/{delivery.led_round}"),
            person=person,
            at=delivery.starts,
            delivery=delivery.id,
            course=delivery.course,
            role="lead" if role == "lead" else "co",
            share=share,
            municipality=delivery.municipality_id,
            participants=came,
            minutes=delivery.minutes,
        )
        for person, role, share in parts
    ]


def _count_leading(session: Session, delivery: Delivery, *, by: uuid.UUID, now: datetime) -> None:
    if _came(session, delivery):
        for event in _leading(session, delivery):
            ledger.record(session, event, by=by, now=now)


def _void(
    session: Session,
    person: uuid.UUID,
    event: uuid.UUID,
    role: str,
    reason: str,
    *,
    by: uuid.UUID,
    now: datetime,
) -> None:
    said = statement_id(event, role)
    voided = EvidenceVoided(
        id=uuid.uuid5(event, "voided"), person=person, at=now, statement=said, reason=reason
    )
    ledger.record(session, voided, by=by, now=now)


def _count_anew(
    session: Session,
    delivery: Delivery,
    changed: Sequence[tuple[Attendance | None, Attendance]],
    reason: str,
    *,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """After a correction: what counted before is voided, what holds now is counted."""
    came = _came(session, delivery)
    came_before = came
    for before, after in changed:
        was, is_ = bool(before and before.minutes), bool(after.minutes)
        came_before += was - is_
        if before is not None and was:
            _void(session, before.person_id, before.event_id, "participant", reason, by=by, now=now)
        _count_attendance(session, delivery, after, by=by, now=now)
    _free_seats(session, delivery, [after for _, after in changed], by=by, now=now)
    if came == came_before:
        return
    if came_before:
        for event in _leading(session, delivery):
            _void(session, event.person, event.id, "trainer", reason, by=by, now=now)
    delivery.led_round += 1
    session.flush()
    _count_leading(session, delivery, by=by, now=now)
