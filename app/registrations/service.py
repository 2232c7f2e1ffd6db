"""Begin a course, keep its version, remember how far somebody has come."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from coursekit import Course
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.models import Person
from app.licensing import gate as gates
from app.licensing import seats
from app.registrations.models import Registration, UnitDone
from plugins.catalogue import Gate, NotAllowed


def latest(session: Session, *, person: uuid.UUID, course: str) -> Registration | None:
    """The person's open registration for the course, else the last one they completed, else None."""
    mine = select(Registration).where(Registration.person_id == person, Registration.course == course)
    newest_open_first = mine.order_by(Registration.completed_at.is_not(None), Registration.id.desc())
    return session.scalars(newest_open_first.limit(1)).first()


def of_person(session: Session, *, person: uuid.UUID) -> Sequence[Registration]:
    """All registrations of a person, the one seen last first."""
    mine = select(Registration).where(Registration.person_id == person)
    return session.scalars(mine.order_by(Registration.seen_at.desc())).all()


def find(session: Session, id: uuid.UUID, *, person: uuid.UUID) -> Registration | None:
    """The registration ``id`` if it is ``person``'s own; None for anybody else's, as for a missing one."""
    found = session.get(Registration, id)
    return found if found is not None and found.person_id == person else None


def start(session: Session, *, course: Course, by: uuid.UUID, now: datetime) -> Registration:
    """``by`` begins ``course`` in its present version, or goes on where they have begun or completed it already.

    Where the course needs a licence, a seat is reserved. Raises ``licensing.gate.NoLicence``.
    """
    known = latest(session, person=by, course=course.id)
    if known is not None:
        if known.completed_at is None and why_not(session, known, now=now):
            _entitle(session, known, now=now)
        return known
    fresh = Registration(person_id=by, course=course.id, version=course.version, started_at=now, seen_at=now)
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # pressed twice at the same moment: the other one counts
        known = latest(session, person=by, course=course.id)
        if known is None:
            raise
        return known
    _entitle(session, fresh, now=now)
    audit.record(
        session,
        "course.started",
        by=by,
        now=now,
        subject=fresh,
        person=by,
        course=course.id,
        version=course.version,
    )
    return fresh


def _home(session: Session, person: uuid.UUID) -> uuid.UUID | None:
    return session.get_one(Person, person).organisation_id


def _entitle(session: Session, registration: Registration, *, now: datetime) -> None:
    """A seat for the registration, where the course needs a licence. Raises ``licensing.gate.NoLicence``."""
    person = registration.person_id
    verdict = gates.to_study(
        session,
        registration.course,
        registration.version,
        organisation=_home(session, person),
        now=now,
    )
    before = seats.live(session, registration.id, person, "study")
    if before is not None:
        gates.demand(verdict, registration.course)
        seats.leave(session, before, by=person, now=now)
    registration.resume_at = None  # the next unit that is opened uses the new seat
    seats.reserve(
        session,
        verdict,
        course=registration.course,
        way="study",
        use=registration.id,
        person=person,
        by=person,
        now=now,
    )


def why_not(session: Session, registration: Registration, *, now: datetime) -> str:
    """Empty where the licence lets the person go on with what they have begun, or none is needed; else the reason."""
    return gates.going_on(
        session,
        registration.id,
        registration.course,
        person=registration.person_id,
        home=_home(session, registration.person_id),
        since=registration.started_at,
        now=now,
    )


def gate(session: Session, registration: Registration, *, now: datetime) -> Gate:
    """Lets out the course and version that the registration is for, and no other, while its licence lets the person
    go on."""
    only = own_results(registration)

    def check(course: Course) -> None:
        only(course)
        reason = why_not(session, registration, now=now)
        if reason:
            raise gates.NoLicence(reason, course.id)

    return check


def own_results(registration: Registration) -> Gate:
    """For what somebody has earned and written in the course: no end of a licence takes that away."""

    def check(course: Course) -> None:
        if (course.id, course.version) != (registration.course, registration.version):
            raise NotAllowed(f"the registration is for {registration.course} {registration.version}")

    return check


def see(session: Session, id: uuid.UUID, *, unit: str, now: datetime) -> None:
    """Remember that ``unit`` was looked at last."""
    session.execute(update(Registration).where(Registration.id == id).values(resume_at=unit, seen_at=now))


def see_first(session: Session, id: uuid.UUID, *, unit: str, now: datetime) -> bool:
    """As :func:`see`, for the first unit that is looked at. False where another request was quicker."""
    unseen = update(Registration).where(Registration.id == id, Registration.resume_at.is_(None))
    saw = session.execute(
        unseen.values(resume_at=unit, seen_at=now).execution_options(synchronize_session=False)
    )
    return bool(saw.rowcount)  # type: ignore[attr-defined]


def done(session: Session, registration: Registration) -> Mapping[str, datetime]:
    """The units worked through, and when."""
    rows = select(UnitDone.unit, UnitDone.at).where(UnitDone.registration_id == registration.id)
    return {row.unit: row.at for row in session.execute(rows)}


def mark_done(session: Session, registration: Registration, *, unit: str, now: datetime) -> bool:
    """Keep that ``unit`` is worked through. False when it was already."""
    if unit in done(session, registration):
        return False
    try:
        with session.begin_nested():
            session.add(UnitDone(registration_id=registration.id, unit=unit, at=now))
    except IntegrityError:
        return False
    return True


def complete(session: Session, registration: Registration, *, by: uuid.UUID, now: datetime) -> bool:
    """Keep that the whole course is worked through. False when it was already."""
    if registration.completed_at is not None:
        return False
    registration.completed_at = now
    audit.record(
        session,
        "course.completed",
        by=by,
        now=now,
        subject=registration,
        person=registration.person_id,
        course=registration.course,
        version=registration.version,
    )
    return True


def midway(session: Session, *, course: str, version: str) -> Sequence[Registration]:
    """Who has begun this version and not completed it: whom an upgrade would concern."""
    rows = select(Registration).where(
        Registration.course == course, Registration.version == version, Registration.completed_at.is_(None)
    )
    return session.scalars(rows.order_by(Registration.started_at)).all()


def done_counts(session: Session, ids: Sequence[uuid.UUID], units: set[str]) -> Mapping[uuid.UUID, int]:
    """How many of ``units`` are worked through in each of these registrations; none are left out."""
    rows = (
        select(UnitDone.registration_id, func.count())
        .where(UnitDone.registration_id.in_(ids), UnitDone.unit.in_(units))
        .group_by(UnitDone.registration_id)
    )
    return {row[0]: row[1] for row in session.execute(rows)}
