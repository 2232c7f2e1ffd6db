"""Make people, history and certificates through the service's own doors. Used by the seed and by tests.

Nothing here writes a table directly: what the factories make went through the same services as in real life.
Every factory takes the instant at which it happened, so that a demonstration can have a past.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import consents
from app.accounts import service as accounts
from app.accounts.models import Person
from app.accounts.terms import TERMS
from app.assessments import handing_in
from app.assessments.models import Attempt
from app.awards import deciding, issuing, waivers
from app.awards.models import Certificate
from app.clock import local_date
from app.coaching import service as coaching
from app.coaching.figures import Figures
from app.coaching.hours import Entry
from app.coaching.models import Hours
from app.db import new_id
from app.declarations import training as declarations
from app.declarations.models import FurtherTraining
from app.deliveries import attendance, bookings, feedback, planning
from app.deliveries.models import Delivery
from app.events import (
    AttemptGraded,
    MentoringHeld,
    QuizAnswered,
    SessionAttended,
    SessionLed,
    SessionObserved,
    SessionRated,
    TrainingCompleted,
)
from app.learners import service as learners
from app.learners.models import Candidacy
from app.ledger import service as ledger
from app.licensing import licences
from app.licensing.models import Licence
from app.licensing.signing import load_private, sign
from app.mail import Mail
from app.organisations import service as organisations
from app.organisations.models import Organisation
from app.registrations import service as registrations
from app.rules.terms import Party, Price, Terms, write
from app.study import service as study
from plugins.catalogue import Catalogue

COURSE = "train-the-trainer"


def consortium(session: Session, *, now: datetime, name: str = "Konsortiet Exempel") -> Organisation:
    """The scheme owner."""
    return organisations.create_organisation(session, name=name, kind="consortium", by=None, now=now)


def municipality(session: Session, name: str, *, now: datetime) -> Organisation:
    return organisations.create_organisation(session, name=name, kind="municipality", by=None, now=now)


def person(
    session: Session,
    name: str,
    *,
    now: datetime,
    organisation: Organisation | None = None,
    roles: Iterable[str] = (),
    demonstration: bool = False,
    language: str = "sv",
    listed: bool = True,
) -> Person:
    """Somebody with an account, consents and, as a founder, roles (in their organisation for guides and leads)."""
    first, _, last = name.lower().partition(" ")
    address = f"{first}.{last}".translate(str.maketrans("åäöéü ", "aaoeu-"))
    made = accounts.create_person(
        session,
        email=f"{address}@example.org",
        name=name,
        organisation=organisation.id if organisation else None,
        language=language,
        demonstration=demonstration,
        by=None,
        now=now,
    )
    agreed = set(TERMS) if listed else set(TERMS) - {"register"}
    consents.consent(session, made, agreed, by=made.id, now=now)
    for role in roles:
        own = organisation.id if organisation and role in ("guide", "lead", "partner") else None
        accounts.grant_role(
            session,
            person=made.id,
            role=role,
            organisation=own,
            founder=True,
            reason="founder",
            by=None,
            now=now,
        )
    return made


def candidacy(session: Session, who: Person, scheme: str, *, now: datetime) -> Candidacy:
    return learners.apply(session, person=who.id, scheme=scheme, by=who.id, now=now)


def waive_everything(session: Session, found: Candidacy, *, by: Person, now: datetime) -> None:
    """Let a founder in: every criterion waived, with the reason on the record."""
    for row in list(found.standings):
        waivers.waive(
            session,
            found,
            criterion=row.criterion,
            reason="founder",
            text="Var med och byggde upp ordningen.",
            by=by.id,
            now=now,
        )


def certificate(session: Session, found: Candidacy, *, by: Person, now: datetime) -> Certificate:
    """Grant and issue, as a certifier does."""
    decision = deciding.decide(
        session,
        found,
        grant=True,
        reason="Alla krav är uppfyllda, och underlagen är granskade.",
        by=by.id,
        now=now,
    )
    made = issuing.intend(session, decision, now=now)
    return issuing.finish(session, made, now=now)


def founder(
    session: Session, who: Person, schemes: Iterable[str], *, by: Person, now: datetime
) -> list[Certificate]:
    """A person certified by waiver in each scheme, lowest first, all in one instant: whatever the hour, no day ends
    between two of them."""
    made = []
    for scheme in schemes:
        found = candidacy(session, who, scheme, now=now)
        waive_everything(session, found, by=by, now=now)
        made.append(certificate(session, found, by=by, now=now))
    return made


def training(
    session: Session, who: Person, *, at: datetime, minutes: int, unit: str, course: str = COURSE
) -> None:
    """A unit of a course worked through."""
    event = TrainingCompleted(
        id=new_id(), person=who.id, at=at, registration=new_id(), course=course, unit=unit, minutes=minutes
    )
    ledger.record(session, event, by=who.id, now=at + timedelta(minutes=1))


def declared(
    session: Session, who: Person, title: str, *, at: datetime, credits: int, category: str = "core"
) -> FurtherTraining:
    """Further training of that day, declared the same evening."""
    entry = declarations.Entry(
        title=title,
        organiser="Nätverket Exempel",
        day=local_date(at),
        category=category,
        credits=credits,
        about="Jag fick pröva metoden på ett eget fall och tar med mig frågorna till min nästa grupp.",
        link="https://example.org/program",
        form_token=new_id().hex,
    )
    return declarations.declare(session, entry, by=who.id, now=at + timedelta(hours=8))


def studied(session: Session, who: Person, course: str, *, lessons: int, since: datetime) -> None:
    """The first ``lessons`` lessons of a bundled course, read and worked through one a day from ``since`` on."""
    catalogue: Catalogue = current_app.extensions["courses"]
    run = registrations.start(session, course=catalogue.summary(course), by=who.id, now=since)
    handle = catalogue.course(course, gate=registrations.gate(session, run, now=since))
    for day, lesson in enumerate(handle.lessons[:lessons], start=1):
        at = since + timedelta(days=day)
        registrations.see(session, run.id, unit=lesson.id, now=at)
        study.complete_lesson(session, run, handle, lesson, by=who.id, now=at)


def seats_for(
    course: str, *, publisher: Organisation, licensee: Organisation, seats: int, starts: date, ends: date
) -> Terms:
    """Terms of so many seats for the licensee's own staff, given by any certified coach."""
    return Terms(
        id=new_id(),
        publisher=Party(publisher.id, publisher.name),
        licensee=Party(licensee.id, licensee.name),
        course=course,
        first_version="1.0.0",
        below="",
        kind="seats",
        amount=seats,
        starts=starts,
        ends=ends,
        teaches=("own_staff",),
        deliverers="any",
        coaches=(),
        price=Price(model="each", currency="SEK", amount=120_000, vat=2500),
        grace_days=90,
        rollover=True,
        divisible=True,
        trial=False,
    )


def licence(
    session: Session, private_key: bytes, terms: Terms, *, by: uuid.UUID | None, now: datetime
) -> Licence:
    """A licence of these terms, signed and installed."""
    return licences.install(session, sign(write(terms), load_private(private_key)), by=by, now=now)


def quiz(session: Session, who: Person, criterion: str, score: int, *, at: datetime) -> None:
    event = QuizAnswered(
        id=new_id(),
        person=who.id,
        at=at,
        registration=new_id(),
        course=COURSE,
        unit=criterion,
        criterion=criterion,
        score=score,
        passed=score >= 75,
    )
    ledger.record(session, event, by=who.id, now=at)


def attended(
    session: Session, who: Person, *, at: datetime, minutes: int, of_minutes: int, trainer: Person
) -> None:
    event = SessionAttended(
        id=new_id(),
        person=who.id,
        at=at,
        delivery=new_id(),
        course=COURSE,
        minutes=minutes,
        of_minutes=of_minutes,
        trainer=trainer.id,
    )
    ledger.record(session, event, by=trainer.id, now=at + timedelta(minutes=of_minutes))


def logged(
    session: Session,
    who: Person,
    client: Organisation,
    *,
    at: datetime,
    minutes: int,
    paid: bool = True,
    about: str = "Handledning av en grupp som prövar nya arbetssätt",
) -> Hours:
    """Coaching hours that wait for the client's signature."""
    entry = Entry(
        figures=Figures(starts=at, minutes=minutes, paid=paid, group_size=4),
        client=client.id,
        contact_name="Kim Exempel",
        contact_email=f"kim@{client.id.hex[:8]}.example.org",
        about=about,
        form_token=new_id().hex,
    )
    return coaching.log(session, entry, by=who.id, now=at + timedelta(minutes=minutes + 30))


def coached(
    session: Session, who: Person, client: Organisation, *, at: datetime, minutes: int, paid: bool = True
) -> None:
    """Coaching hours that both sides have signed: the client by the link in the letter, as in real life."""
    row = logged(session, who, client, at=at, minutes=minutes, paid=paid)
    session.flush()
    letters = select(Mail.text).where(Mail.to == row.contact_email).order_by(Mail.id.desc())
    found = re.search(r"/hours/([\w.~-]+)", session.scalars(letters).first() or "")
    if found is None:
        raise LookupError("the client got no link")
    coaching.confirm(session, found[1], by=None, now=at + timedelta(days=1))


def mentored(session: Session, who: Person, mentor: Person, *, at: datetime, minutes: int) -> None:
    event = MentoringHeld(
        id=new_id(),
        person=who.id,
        at=at,
        mentoring=new_id(),
        mentor=mentor.id,
        minutes=minutes,
        one_to_one=True,
    )
    ledger.record(session, event, by=mentor.id, now=at + timedelta(days=1))


def led(
    session: Session,
    who: Person,
    where: Organisation,
    *,
    at: datetime,
    co: bool = False,
    participants: int = 12,
) -> uuid.UUID:
    """A session led (or co-led with an equal share); its id."""
    delivery = new_id()
    event = SessionLed(
        id=new_id(),
        person=who.id,
        at=at,
        delivery=delivery,
        course=COURSE,
        role="co" if co else "lead",
        share=50 if co else 100,
        municipality=where.id,
        participants=participants,
        minutes=180,
    )
    ledger.record(session, event, by=who.id, now=at + timedelta(hours=4))
    return delivery


def rated(session: Session, who: Person, delivery: uuid.UUID, value: int, *, at: datetime) -> None:
    event = SessionRated(id=new_id(), person=who.id, at=at, delivery=delivery, value=value)
    ledger.record(session, event, by=None, now=at)


def held(
    session: Session,
    course: str,
    title: Mapping[str, str],
    *,
    trainer: Person,
    municipality: Organisation,
    ratings: Mapping[Person, int],
    at: datetime,
) -> Delivery:
    """A session of two hours: planned a week before, booked, attended and rated by everybody who came."""
    plan = planning.Plan(
        course=course,
        title=title,
        starts=at,
        ends=at + timedelta(hours=2),
        zone="Europe/Stockholm",
        minutes=120,
        capacity=max(12, len(ratings)),
        place=f"{municipality.name}, kommunhuset",
    )
    before, after = at - timedelta(days=7), at + timedelta(hours=3)
    made = planning.plan_session(
        session, plan, trainer=trainer.id, municipality=municipality.id, by=trainer.id, now=before
    )
    planning.open_session(session, made, by=trainer.id, now=before)
    booked = [
        bookings.book(session, made, person=guest.id, by=guest.id, now=before + timedelta(days=1))
        for guest in ratings
    ]
    minutes = {one.id: made.minutes for one in booked}
    attendance.take_attendance(session, made, minutes, by=trainer.id, now=after)
    attendance.mark_held(session, made, by=trainer.id, now=after)
    for guest, value in ratings.items():
        feedback.give_feedback(session, made, value=value, by=guest.id, now=after + timedelta(days=1))
    return made


def observed(session: Session, who: Person, examiner: Person, *, at: datetime) -> None:
    event = SessionObserved(
        id=new_id(),
        person=who.id,
        at=at,
        observation=new_id(),
        delivery=None,
        examiner=examiner.id,
        passed=True,
    )
    ledger.record(session, event, by=examiner.id, now=at)


def graded(
    session: Session, who: Person, criterion: str, score: int, examiner: Person, *, at: datetime
) -> None:
    event = AttemptGraded(
        id=new_id(),
        person=who.id,
        at=at,
        attempt=new_id(),
        criterion=criterion,
        score=score,
        outcome="passed",
        examiners=(examiner.id,),
    )
    ledger.record(session, event, by=examiner.id, now=at)


def handed_in(session: Session, who: Person, scheme: str, assessment: str, *, now: datetime) -> Attempt:
    """Work handed in for an assessment: a text and a link."""
    owner = organisations.scheme_owner(session).id
    found = learners.find_open(session, owner=owner, person=who.id, scheme=scheme)
    form = handing_in.form_of(session, found, assessment) if found else None
    if found is None or form is None:
        raise LookupError(f"{who.name} has no open {assessment} in {scheme}")
    text = "Vår plan för mötesplatsen i hamnen: vad vi prövar, med vilka, och hur vi vet om det hjälper."
    draft = handing_in.save_draft(session, found, form, text, by=who.id, now=now)
    handing_in.add_link(session, draft, "https://falkvik.example.org/plan-for-hamnen")
    return handing_in.hand_in(session, found, form, by=who.id, now=now)
