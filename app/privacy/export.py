"""Everything that the service holds about one person, as one JSON document: each room is asked in turn.

Rooms with a ``person_data`` of their own say it themselves; of the others the person's rows are read here, named
by :data:`HELD`. Other people stand in the copy by their opaque ids only.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, LargeBinary, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, class_mapper

from app.accounts import data as accounts
from app.assessments import service as assessments
from app.assessments.models import Assignment, Attempt, AttemptItem, DraftItem, HandInDraft
from app.audit import AuditEvent
from app.awards.models import Appeal, Certificate, Decision, Rendition, StatusChange
from app.cascade.models import Relation
from app.coaching import service as coaching
from app.declarations.models import FurtherTraining, Signing
from app.deliveries.models import Attendance, Booking, Delivery, Feedback
from app.evidence.models import EvidenceItem
from app.journeys.models import Guidance, GuideRequest
from app.learners.models import Candidacy, CriterionStanding, DeadlineExtension
from app.licensing.market_models import CoursePrice, LicenceRequest, RequestStep
from app.licensing.models import Seat
from app.lrs import query as statements
from app.lrs.models import Authority
from app.mail import Mail
from app.registrations.models import Registration, UnitDone
from app.royalties.models import RoyaltyLine, RoyaltyShare
from app.study.models import CourseOffer, InstrumentAnswer, Note, QuizAttempt, QuizDraft, VersionDecision

FORMAT = "accelerera/my-data/1"


@dataclass(frozen=True, slots=True)
class Held:
    """The person's rows of one table: ``by`` are the columns that name them, or ``through`` another's rows."""

    model: Any
    by: tuple[InstrumentedAttribute[Any], ...] = ()
    through: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]] | None = None
    without: frozenset[str] = frozenset()

    def rows(self, person: uuid.UUID) -> Select[Any]:
        which: ColumnElement[bool]
        if self.through is not None:
            own, others = self.through
            parent = others.class_
            which = exists().where(parent.id == own, others == person)
        else:
            which = or_(*(column == person for column in self.by))
        return select(self.model).where(which).order_by(self.model.id)


HELD: Mapping[str, Mapping[str, Held]] = {
    "certification": {
        "candidacies": Held(Candidacy, (Candidacy.person_id,)),
        "standings": Held(CriterionStanding, through=(CriterionStanding.candidacy_id, Candidacy.person_id),
                          without=frozenset({"accumulated"})),
        "extensions": Held(DeadlineExtension, through=(DeadlineExtension.candidacy_id, Candidacy.person_id)),
        "evidence": Held(EvidenceItem, (EvidenceItem.person_id,)),
        "relations": Held(Relation, (Relation.giver_id, Relation.taker_id)),
    },
    "declarations": {
        "further_training": Held(FurtherTraining, (FurtherTraining.person_id,)),
        "signed": Held(Signing, (Signing.person_id,)),
    },
    "sessions": {
        "led": Held(Delivery, (Delivery.trainer_id,), without=frozenset({"code"})),
        "bookings": Held(Booking, (Booking.person_id,)),
        "attendance": Held(Attendance, (Attendance.person_id,)),
        "feedback_given": Held(Feedback, (Feedback.person_id,)),
    },
    "study": {
        "registrations": Held(Registration, (Registration.person_id,)),
        "licence_seats": Held(Seat, (Seat.person_id,)),
        "units_done": Held(UnitDone, through=(UnitDone.registration_id, Registration.person_id)),
        "notes": Held(Note, through=(Note.registration_id, Registration.person_id)),
        "quiz_drafts": Held(QuizDraft, through=(QuizDraft.registration_id, Registration.person_id)),
        "quiz_attempts": Held(QuizAttempt, through=(QuizAttempt.registration_id, Registration.person_id)),
        "instrument_answers": Held(
            InstrumentAnswer, through=(InstrumentAnswer.registration_id, Registration.person_id)
        ),
        "versions_offered": Held(CourseOffer, (CourseOffer.by_id,)),
        "decisions_on_courses": Held(VersionDecision, (VersionDecision.by_id,)),
    },
    "royalties": {
        "shares": Held(RoyaltyShare, (RoyaltyShare.person_id,)),
        "earned": Held(RoyaltyLine, (RoyaltyLine.person_id,)),
    },
    "licences": {
        "asked_for": Held(LicenceRequest, (LicenceRequest.asked_by,)),
        "said": Held(RequestStep, (RequestStep.by_id,)),
        "prices": Held(CoursePrice, (CoursePrice.set_by,)),
    },
    "awards": {
        "decisions": Held(Decision, (Decision.person_id,)),
        "certificates": Held(Certificate, (Certificate.person_id,)),
        "status_changes": Held(StatusChange, through=(StatusChange.certificate_id, Certificate.person_id)),
        "appeals": Held(Appeal, (Appeal.person_id,)),
    },
    "guidance": {
        "as_guide": Held(Guidance, (Guidance.guide_id,)),
        "asked_for_a_guide": Held(GuideRequest, (GuideRequest.requested_by,)),
    },
    "work": {"assignments": Held(Assignment, (Assignment.examiner_id, Assignment.person_id))},
    "activity": {"events": Held(AuditEvent, (AuditEvent.actor_id, AuditEvent.person_id))},
    # a mail with a one-time link is a key: its text is left out
    "mail": {"letters": Held(Mail, (Mail.person_id,))},
}  # fmt: skip


def plain(value: Any) -> Any:
    """A column's value as JSON knows it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes):
        try:
            return json.loads(value)
        except ValueError:
            return value.hex()
    return value


def _row(row: Any, without: frozenset[str]) -> dict[str, Any]:
    columns = class_mapper(type(row)).column_attrs
    said = {
        one.key: plain(getattr(row, one.key))
        for one in columns
        if one.key not in without
        and not (isinstance(one.columns[0].type, LargeBinary) and one.key != "facts")
    }
    if isinstance(row, Mail) and row.sensitive and row.state != "sent":
        said["text"] = ""
    return said


def _tenants(session: Session) -> list[uuid.UUID]:
    return [one for one in session.scalars(select(Authority.tenant).distinct()) if one is not None]


def _statements(session: Session, person: uuid.UUID) -> Iterator[dict[str, Any]]:
    """Every xAPI statement that names the person, whoever made it."""
    agent = {"account": {"homePage": str(current_app.config["SERVICE_URL"]), "name": str(person)}}
    for tenant in _tenants(session):
        after = None
        while True:
            page = statements.query(
                session,
                tenant=tenant,
                agent=agent,
                related_agents=True,
                ascending=True,
                limit=500,
                after=after,
            )
            yield from (one.statement for one in page.statements)
            if page.next is None:
                break
            after = page.next


def _files(session: Session, person: uuid.UUID) -> list[dict[str, Any]]:
    """What the person has handed in or keeps in a draft, by name and digest; the bytes are downloaded there."""
    listed: list[tuple[type[AttemptItem] | type[DraftItem], Select[Any]]] = [
        (AttemptItem, select(AttemptItem).join(Attempt).where(Attempt.person_id == person)),
        (DraftItem, select(DraftItem).join(HandInDraft).where(HandInDraft.person_id == person)),
    ]
    found: list[dict[str, Any]] = [
        {"name": one.name, "digest": one.digest, "size": one.size, "media_type": one.media_type}
        for _model, query in listed
        for one in session.scalars(query)
        if one.digest
    ]
    declared = select(FurtherTraining).where(FurtherTraining.person_id == person)
    found += [
        {"name": one.file_name, "digest": one.file_digest, "size": one.file_size, "media_type": one.file_type}
        for one in session.scalars(declared.where(FurtherTraining.file_digest != ""))
    ]
    return found + [
        {
            "name": f"{one.serial}.pdf" if kind == "original" else f"{one.serial}-{kind}.pdf",
            "digest": digest,
            "media_type": "application/pdf",
        }
        for one, kind, digest in session.execute(
            select(Certificate, Rendition.kind, Rendition.sha256)
            .join(Rendition, Rendition.certificate_id == Certificate.id)
            .where(Certificate.person_id == person)
        )
    ]


ROOMS: Mapping[str, Callable[[Session, uuid.UUID], dict[str, Any]]] = {
    "account": accounts.person_data,
    "coaching": coaching.person_data,
    "assessments": assessments.person_data,
}


def everything(session: Session, person: uuid.UUID, *, now: datetime) -> dict[str, Any]:
    """The whole copy. Raises ``NoResultFound`` where there is no such person."""
    said: dict[str, Any] = {"format": FORMAT, "made_at": now.isoformat()}
    for room, ask in ROOMS.items():
        said[room] = ask(session, person)
    for room, tables in HELD.items():
        said[room] = {
            name: [_row(row, held.without) for row in session.scalars(held.rows(person))]
            for name, held in tables.items()
        }
    said["statements"] = list(_statements(session, person))
    said["files"] = _files(session, person)
    return said
