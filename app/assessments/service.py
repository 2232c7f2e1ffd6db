"""Assessments as other rooms and this room's pages ask for them. Nothing here commits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessments import observing
from app.assessments.assigning import to_assign_count
from app.assessments.grading import gradings_of, waiting_for_examiner
from app.assessments.handing_in import attempts_of, drafts_of, forms_of, may_hand_in
from app.assessments.models import Assignment, Attempt, AttemptItem, Grading, HandInDraft, Observation
from app.learners import service as learners
from app.learners.models import Candidacy
from app.rules.criteria import Assessment
from app.rules.scheme import AssessmentForm, SchemeVersion, walk
from app.schemes import service as schemes

__all__ = [
    "Mine",
    "mine",
    "person_data",
    "to_assign_count",
    "waiting_for_examiner",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One assessment of a candidacy. ``state``: none, draft, submitted, in_review, passed, failed or repeat."""

    form: AssessmentForm
    state: str
    attempts: Sequence[Attempt]
    draft: HandInDraft | None
    may_hand_in: bool

    @property
    def quiz(self) -> bool:
        return self.form.method == "quiz"


@dataclass(frozen=True, slots=True)
class Mine:
    """A candidacy with its assessments."""

    candidacy: Candidacy
    version: SchemeVersion
    rows: Sequence[Row]
    asks_to_be_observed: bool


def mine(session: Session, person: uuid.UUID) -> list[Mine]:
    """Every open candidacy of a person, and closed ones with attempts, with where each assessment stands."""
    drafts = drafts_of(session, person)
    attempts = attempts_of(session, person)
    assigned = set(
        session.scalars(
            select(Assignment.attempt_id).where(Assignment.person_id == person, Assignment.ended_at.is_(None))
        )
    )
    found = []
    for candidacy in learners.of_person(session, person):
        version = schemes.load(session, candidacy.scheme_version_id)
        rows = []
        for form in forms_of(session, candidacy):
            own = [one for one in attempts if (one.scheme, one.assessment) == (candidacy.scheme, form.code)]
            draft = drafts.get((candidacy.scheme, form.code))
            can = form.method != "quiz" and may_hand_in(candidacy, own[0] if own else None)
            rows.append(
                Row(form, _state(candidacy, version, form, own, draft, assigned, can), own, draft, can)
            )
        criteria = version.renewal if candidacy.purpose == "renewal" else version.criteria
        seen = any(isinstance(part, observing.Observed) for one in criteria for part in walk(one))
        if candidacy.state == "open" or any(row.attempts for row in rows):
            found.append(Mine(candidacy, version, rows, seen))
    return found


def _state(
    candidacy: Candidacy,
    version: SchemeVersion,
    form: AssessmentForm,
    own: Sequence[Attempt],
    draft: HandInDraft | None,
    assigned: set[uuid.UUID],
    can: bool,
) -> str:
    if form.method == "quiz":
        met = {row.criterion for row in candidacy.standings if row.state != "unmet"}
        codes = {
            one.code for one in version.every() if isinstance(one, Assessment) and one.assessment == form.code
        }
        return "passed" if codes & met else "none"
    if own and own[0].settled_at is None:
        return "in_review" if own[0].id in assigned else "submitted"
    if draft is not None and can:
        return "draft"
    return own[0].outcome or "none" if own else "none"


def item_for(session: Session, item_id: uuid.UUID) -> tuple[AttemptItem, Attempt] | None:
    """Something handed in, with its attempt; the caller checks who asks."""
    row = session.execute(
        select(AttemptItem, Attempt)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(AttemptItem.id == item_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def examines(session: Session, attempt: Attempt, person: uuid.UUID) -> bool:
    """Whether the person is asked to judge the attempt, or has judged it."""
    asked = select(Assignment.id).where(
        Assignment.attempt_id == attempt.id, Assignment.examiner_id == person, Assignment.ended_at.is_(None)
    )
    return session.scalars(asked).first() is not None


def _plain(row: Any, *names: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in names:
        value = getattr(row, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        values[name] = str(value) if isinstance(value, uuid.UUID) else value
    return values


def person_data(session: Session, person_id: uuid.UUID) -> dict[str, Any]:
    """What this room holds about a person, for their own copy: work, results, observations, what they judged."""

    item = ("kind", "name", "url", "size", "media_type", "digest")
    said = ("outcome", "score", "points", "comments", "comment", "at")
    seen = ("kind", "began_at", "place", "answers", "comment", "passed", "at")
    return {
        "drafts": [
            _plain(one, "scheme", "assessment", "text", "saved_at")
            | {"items": [_plain(part, *item) for part in one.items]}
            for one in drafts_of(session, person_id).values()
        ],
        "attempts": [
            _plain(
                one,
                "id",
                "scheme",
                "assessment",
                "number",
                "text",
                "handed_in_at",
                "settled_at",
                "outcome",
                "score",
            )
            | {
                "items": [_plain(part, *item) for part in one.items],
                "gradings": [_plain(part, *said) for part in gradings_of(session, one) if one.settled_at],
            }
            for one in attempts_of(session, person_id)
        ],
        "observations": [_plain(one, *seen) for one in observing.of_person(session, person_id)],
        "gradings_given": [
            _plain(one, "attempt_id", *said)
            for one in session.scalars(
                select(Grading).where(Grading.examiner_id == person_id).order_by(Grading.id)
            )
        ],
        "observations_made": [
            _plain(one, "id", *seen)
            for one in session.scalars(
                select(Observation).where(Observation.examiner_id == person_id).order_by(Observation.id)
            )
        ],
    }
