"""Erase a person: the one procedure that may overwrite what never changes otherwise, and it is recorded.

Who the person is goes: account, letters, notes, files, own words, and every place in the database that names them.
What others' certificates stand on stays, under an id that says nothing: roles, statements, evidence, results,
decisions. Certificates keep their holder's name and can still be verified.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from app import audit
from app.accounts import data as accounts
from app.accounts.models import Consent, Person
from app.append_only import ErasurePermit
from app.assessments.models import (
    Assignment,
    Attempt,
    AttemptItem,
    DraftItem,
    Grading,
    GradingDraft,
    HandInDraft,
    Observation,
)
from app.awards.models import Appeal, Certificate
from app.coaching import hours
from app.coaching.models import Answer, Hours, Mentoring, SigningLink
from app.declarations import training
from app.declarations.models import FurtherTraining
from app.deliveries import bookings
from app.deliveries.models import Attendance, Booking, Delivery, Feedback
from app.learners import service as learners
from app.lrs import keys
from app.lrs.models import Authority, Document, Posting
from app.mail import Mail
from app.privacy.naming import Named, Place, named, places, tables_of
from app.registrations.models import Registration
from app.study.models import InstrumentAnswer, Note, QuizAttempt, QuizDraft

Tell = Callable[[str], None]


class CannotErase(Exception):
    """Something has to be settled first; the message says what."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an erasure overwrites (rows by table), which files go, and how many certificates stay as they are.

    ``letters`` are the ids of the person's mails, which a demonstration also keeps in a folder.
    """

    tables: dict[str, int]
    files: tuple[str, ...]
    letters: tuple[uuid.UUID, ...]
    certificates: int
    chain: tuple[int, str] | None = field(default=None)


def obstacles(session: Session, person: Person, *, now: datetime) -> list[str]:
    """What has to be settled before this person can be erased, in words."""
    if person.erased_at is not None:
        return ["The person has been erased already."]
    leads = session.scalar(
        select(func.count()).where(Delivery.trainer_id == person.id, Delivery.state.in_(("draft", "open")))
    )
    if leads:
        return [f"The person leads {leads} sessions that are not over. Cancel them, or mark them as held."]
    return []


def _ids(model: Any, column: Any, person: uuid.UUID) -> Any:
    return select(model.id).where(column == person).scalar_subquery()


def _own_words(who: Named, now: datetime) -> Iterator[tuple[Any, ColumnElement[bool], dict[str, Any] | None]]:
    """(table, which rows, what stands there afterwards; None: the rows go) for the person's own words."""
    me = who.person
    mine = select(Hours.id).where(Hours.person_id == me)
    signed = select(Hours.id).where(Hours.signer_id == me)
    studied = select(Registration.id).where(Registration.person_id == me)
    attempts = select(Attempt.id).where(Attempt.person_id == me)
    yield (
        Hours,
        Hours.person_id == me,
        {"about": "", "close_reason": "", "contact_name": "", "contact_email": ""},
    )
    yield Hours, Hours.signer_id == me, {"contact_name": "", "contact_email": ""}
    yield SigningLink, SigningLink.hours_id.in_(mine), {"email": "", "revoked_at": now}
    yield Answer, Answer.hours_id.in_(mine), {"comment": ""}
    answered = or_(Answer.hours_id.in_(signed), func.lower(Answer.email).in_(who.emails))
    yield Answer, answered, {"name": "", "email": "", "comment": ""}
    yield Mentoring, or_(Mentoring.mentor_id == me, Mentoring.mentee_id == me), {"close_reason": ""}
    drafts = select(HandInDraft.id).where(HandInDraft.person_id == me)
    yield DraftItem, DraftItem.draft_id.in_(drafts), None
    yield HandInDraft, HandInDraft.person_id == me, None
    yield Attempt, Attempt.person_id == me, {"text": ""}
    yield AttemptItem, AttemptItem.attempt_id.in_(attempts), {"name": "", "url": ""}
    yield Grading, Grading.person_id == me, {"comments": {}, "comment": ""}
    asked = select(Assignment.id).where(Assignment.person_id == me)
    yield GradingDraft, GradingDraft.assignment_id.in_(asked), None
    yield Assignment, or_(Assignment.person_id == me, Assignment.examiner_id == me), {"end_reason": ""}
    yield Observation, Observation.person_id == me, {"comment": "", "place": ""}
    told = {
        "title": "",
        "organiser": "",
        "about": "",
        "link": "",
        "answer": "",
        "close_reason": "",
        "file_name": "",
    }
    yield FurtherTraining, FurtherTraining.person_id == me, told
    yield Note, Note.registration_id.in_(studied), None
    yield QuizDraft, QuizDraft.registration_id.in_(studied), None
    yield InstrumentAnswer, InstrumentAnswer.registration_id.in_(studied), None
    yield QuizAttempt, QuizAttempt.registration_id.in_(studied), {"answers": {}}
    yield Feedback, Feedback.person_id == me, {"comment": ""}
    yield Attendance, Attendance.person_id == me, {"reason": ""}
    yield Appeal, Appeal.person_id == me, {"text": "", "answer": ""}
    yield Consent, (Consent.person_id == me) & Consent.withdrawn_at.is_(None), {"withdrawn_at": now}
    yield Document, Document.agent.contains(str(me)), None
    letters = or_(Mail.person_id == me, func.lower(Mail.to).in_(who.emails))
    yield Mail, letters & (Mail.state == "queued"), {"state": "failed", "error": "erased"}
    nobody = who.instead_of_address("")
    yield Mail, letters, {"to": nobody, "subject": "", "text": ""}


def _settle(session: Session, person: Person, *, by: uuid.UUID, now: datetime) -> None:
    """Nothing waits for somebody who is gone."""
    for candidacy in learners.of_person(session, person.id):
        if candidacy.state == "open":
            learners.withdraw(session, candidacy, by=by, now=now)
    for row in session.scalars(
        select(Hours).where(Hours.person_id == person.id, Hours.state.in_(("waiting", "corrected")))
    ):
        hours.withdraw(session, row, by=by, now=now)
    for declared in training.of_person(session, person.id):
        if declared.state == "waiting":
            training.withdraw(session, declared, by=by, now=now)
    seats = (
        select(Booking, Delivery)
        .join(Delivery, Delivery.id == Booking.delivery_id)
        .where(
            Booking.person_id == person.id,
            Booking.state.in_(("requested", "waitlisted", "booked")),
            Delivery.state.in_(("draft", "open")),
        )
    )
    for booking, delivery in session.execute(seats).all():
        bookings.give_up(session, delivery, booking, by=by, now=now)


def _files(session: Session, person: uuid.UUID) -> tuple[str, ...]:
    """The files that nobody else has handed in too."""
    handed_in = select(AttemptItem.digest).join(Attempt)
    kept_back = select(DraftItem.digest).join(HandInDraft)
    shown = select(FurtherTraining.file_digest)
    mine = {
        *session.scalars(handed_in.where(Attempt.person_id == person)),
        *session.scalars(kept_back.where(HandInDraft.person_id == person)),
        *session.scalars(shown.where(FurtherTraining.person_id == person)),
    }
    others = {
        *session.scalars(handed_in.where(Attempt.person_id != person, AttemptItem.digest.in_(mine))),
        *session.scalars(kept_back.where(HandInDraft.person_id != person, DraftItem.digest.in_(mine))),
        *session.scalars(
            shown.where(FurtherTraining.person_id != person, FurtherTraining.file_digest.in_(mine))
        ),
    }
    return tuple(sorted(mine - others - {""}))


def _report(session: Session, who: Named, found: list[Place], now: datetime) -> Report:
    counted = tables_of(found)
    for model, which, _values in _own_words(who, now):
        rows = session.scalar(select(func.count()).select_from(model).where(which)) or 0
        name = model.__tablename__
        counted[name] = max(counted.get(name, 0), rows)
    letters = select(Mail.id).where(Mail.person_id == who.person)
    issued = select(func.count()).where(Certificate.person_id == who.person, Certificate.state == "issued")
    return Report(
        tables={name: rows for name, rows in sorted(counted.items()) if rows},
        files=_files(session, who.person),
        letters=tuple(session.scalars(letters)),
        certificates=session.scalar(issued) or 0,
    )


def preview(session: Session, person: Person, *, now: datetime, tell: Tell = lambda _table: None) -> Report:
    """What :func:`erase` would do; writes nothing. ``tell`` hears which table is looked through."""
    who = named(session, person)
    return _report(session, who, list(places(session, who, tell=tell)), now)


def erase(
    session: Session,
    person: Person,
    *,
    reason: str,
    by: uuid.UUID | None,
    now: datetime,
    tell: Tell = lambda _table: None,
) -> Report:
    """Close and erase the account. Raises :class:`CannotErase`, or what closing an account raises.

    The caller commits, and then removes the files and letters that the report names.
    """
    hindered = obstacles(session, person, now=now)
    if hindered:
        raise CannotErase(" ".join(hindered))
    if not reason.strip():
        raise CannotErase("Say why: the reason is kept in the audit log.")
    who = named(session, person)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete=ON"))
    permit = ErasurePermit(person_id=person.id, reason="erasure", at=now)
    session.add(permit)
    session.flush()
    # whoever asks to be erased also gives up what they had under way
    _settle(session, person, by=by or person.id, now=now)
    session.flush()
    report = _report(session, who, list(places(session, who)), now)
    for model, which, values in _own_words(who, now):
        session.execute(
            delete(model).where(which) if values is None else update(model).where(which).values(values)
        )
    session.expire_all()
    accounts.erase_person(session, person, by=by, now=now)
    chain = _unname(session, who, tell)
    _forget_postings(session, who)
    session.delete(permit)
    session.flush()
    session.expire_all()
    pattern = who.pattern(own=True)
    said = pattern.sub(lambda one: who.instead(one.group()), reason.strip()) if pattern else reason.strip()
    more: dict[str, Any] = {"rechained_from": chain[0], "digest_there_before": chain[1]} if chain else {}
    audit.record(
        session, "person.erased", by=by, now=now, subject=person, person=person.id, reason=said,
        tables=report.tables, files=len(report.files), **more,
    )  # fmt: skip
    return Report(report.tables, report.files, report.letters, report.certificates, chain)


def _unname(session: Session, who: Named, tell: Tell) -> tuple[int, str] | None:
    """Take the person's addresses and names out of every row; where the audit chain was computed again."""
    events: set[uuid.UUID] = set()
    for place in list(places(session, who, tell=tell)):
        key = [
            column == value for column, value in zip(place.table.primary_key.columns, place.key, strict=True)
        ]
        session.execute(update(place.table).where(*key).values(place.values))
        if place.table.name == "audit_events":
            events.add(place.key[0])
    session.expire_all()
    return audit.chain_again(session, events) if events else None


def _forget_postings(session: Session, who: Named) -> None:
    """Statements of the person are no longer found by their address."""
    known = [f"mbox mailto:{one}" for one in who.emails] + [f"mbox_sha1sum {one}" for one in who.hashes]
    for tenant in session.scalars(select(Authority.tenant).distinct()).all():
        sought = [keys.key(tenant, kind, one) for kind in "aAd" for one in known]
        session.execute(delete(Posting).where(Posting.key.in_(sought)))


def still_named(session: Session, who: Named) -> list[str]:
    """Where the person is named although nothing should; empty after an erasure."""
    return [str(place) for place in places(session, who)]
