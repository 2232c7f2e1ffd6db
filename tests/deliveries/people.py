"""The people, municipalities and sessions that this room's tests begin with."""

import uuid
from datetime import UTC, date, datetime, timedelta

from app.accounts.models import Person
from app.accounts.service import create_person, grant_role
from app.deliveries import service
from app.deliveries.models import Delivery
from app.events import CertificateIssued
from app.ledger import service as ledger
from app.organisations.models import Organisation

ENDLESS = date(2029, 1, 1)


def organisation(session, name, kind, now) -> Organisation:
    made = Organisation(name=name, kind=kind, created_at=now)
    session.add(made)
    session.flush()
    return made


def person(session, name, now, *, home=None, role=None, language="sv", everywhere=True) -> Person:
    made = create_person(
        session,
        email=f"{name.lower().replace(' ', '.').replace('å', 'a').replace('ä', 'a').replace('ö', 'o')}@falkvik.example",
        name=name,
        organisation=home,
        language=language,
        by=None,
        now=now,
    )
    if role:
        grant_role(
            session,
            person=made.id,
            role=role,
            organisation=None if everywhere else home,
            founder=True,
            by=None,
            now=now,
        )
    return made


def certify(session, someone, scheme, now, *, since=date(2026, 1, 1), until=ENDLESS):
    event = CertificateIssued(
        id=uuid.uuid4(),
        person=someone.id,
        at=datetime(since.year, since.month, since.day, 12, tzinfo=UTC),
        certificate=uuid.uuid4(),
        scheme=scheme,
        valid_from=since,
        valid_until=until,
    )
    return ledger.record(session, event, by=None, now=now)


def plan(now, **changes) -> service.Plan:
    starts = changes.pop("starts", now + timedelta(days=1))
    facts = {
        "course": "behovsanalys",
        "title": {"sv": "Behov och nuläge", "en": "Needs and current state"},
        "starts": starts,
        "ends": starts + timedelta(hours=3),
        "zone": "Europe/Stockholm",
        "minutes": 165,
        "capacity": 12,
        "place": "Stadshuset, rum 4",
    }
    return service.Plan(**(facts | changes))


def session_of(session, coach, municipality, now, *, opened=True, **changes) -> Delivery:
    delivery = service.plan_session(
        session, plan(now, **changes), trainer=coach.id, municipality=municipality.id, by=coach.id, now=now
    )
    if opened:
        service.open_session(session, delivery, by=coach.id, now=now)
    return delivery


def booked(session, delivery, count, now, *, first=1) -> list[Person]:
    people = [
        person(session, f"Deltagare {number} Påhitt {delivery.code[:3]}", now)
        for number in range(first, first + count)
    ]
    for one in people:
        service.book(session, delivery, person=one.id, by=one.id, now=now)
    return people


def mark(session, delivery, minutes, *, by, now, reason=""):
    """Attendance for people by name: {person: minutes}."""
    ids = {one.person_id: one.id for one in service.seated(session, delivery)}
    return service.take_attendance(
        session,
        delivery,
        {ids[who.id]: spent for who, spent in minutes.items()},
        reason=reason,
        by=by.id,
        now=now,
    )
