"""An examiner's judgement, and what several of them make together.

One examiner settles an attempt; where the rubric asks for two they judge without seeing each other. They agree
when both come to the same outcome and their scores lie at most 15 percentage points apart: the score is then the
mean, rounded down. Where they differ a third examiner reads both and judges; that judgement stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Literal, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.assessments import conflicts, letters
from app.assessments.assigning import asked, lock
from app.assessments.models import OUTCOMES, Assignment, Attempt, Grading, GradingDraft
from app.events import AttemptGraded
from app.ledger import service as ledger
from app.rules.scheme import AssessmentForm, SchemeVersion
from app.schemes import service as schemes

APART = 15
COMMENT_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an examiner has to say: points and words by criterion, words on the whole, an outcome."""

    points: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ToGrade:
    """One row of an examiner's list."""

    assignment: Assignment
    attempt: Attempt
    person: Person
    version: SchemeVersion
    form: AssessmentForm
    late: bool
    begun: bool


def load_assignment(session: Session, assignment_id: uuid.UUID, *, examiner: uuid.UUID) -> Assignment | None:
    """The examiner's own assignment, or None."""
    found = session.get(Assignment, assignment_id)
    return found if found is not None and found.examiner_id == examiner else None


def form_of(session: Session, attempt: Attempt) -> AssessmentForm:
    """The assessment as the attempt's own scheme version has it."""
    return schemes.load(session, attempt.scheme_version_id).assessment(attempt.assessment)


def waiting_for_examiner(session: Session, person: uuid.UUID, now: datetime) -> list[ToGrade]:
    """What the examiner has still to judge, the nearest deadline first."""
    graded = select(Grading.id).where(Grading.assignment_id == Assignment.id).exists()
    rows = session.execute(
        select(Assignment, Attempt, Person, GradingDraft.id)
        .join(Attempt, Attempt.id == Assignment.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(GradingDraft, GradingDraft.assignment_id == Assignment.id)
        .where(Assignment.examiner_id == person, Assignment.ended_at.is_(None), ~graded)
        .order_by(Assignment.due, Assignment.id)
    )
    found = []
    for assignment, attempt, candidate, draft in rows:
        version = schemes.load(session, attempt.scheme_version_id)
        form = version.assessment(attempt.assessment)
        late = assignment.due < now
        found.append(ToGrade(assignment, attempt, candidate, version, form, late, draft is not None))
    return found


def graded_by(session: Session, examiner: uuid.UUID, *, limit: int = 20) -> Sequence[tuple[Grading, Attempt]]:
    """What the examiner judged lately, newest first."""
    rows = session.execute(
        select(Grading, Attempt)
        .join(Attempt, Attempt.id == Grading.attempt_id)
        .where(Grading.examiner_id == examiner)
        .order_by(Grading.at.desc(), Grading.id.desc())
        .limit(limit)
    )
    return [(grading, attempt) for grading, attempt in rows]


def grading_of(session: Session, assignment: Assignment) -> Grading | None:
    """The judgement given on an assignment, or None."""
    return session.scalars(select(Grading).where(Grading.assignment_id == assignment.id)).one_or_none()


def gradings_of(session: Session, attempt: Attempt) -> Sequence[Grading]:
    """Everything that examiners said about the attempt, in order."""
    mine = select(Grading).where(Grading.attempt_id == attempt.id)
    return session.scalars(mine.order_by(Grading.at, Grading.id)).all()


def draft_of(session: Session, assignment: Assignment) -> Judgement:
    """What the examiner has written so far; empty where nothing is."""
    kept = session.scalars(
        select(GradingDraft).where(GradingDraft.assignment_id == assignment.id)
    ).one_or_none()
    return Judgement(kept.points, kept.comments, kept.comment, kept.outcome) if kept else Judgement()


def save_draft(session: Session, assignment: Assignment, said: Judgement, *, now: datetime) -> None:
    """Keep what the examiner has written so far, complete or not."""
    query = select(GradingDraft).where(GradingDraft.assignment_id == assignment.id)
    kept = session.scalars(query).one_or_none()
    if kept is None:
        kept = GradingDraft(assignment_id=assignment.id)
        session.add(kept)
    kept.points, kept.comments = dict(said.points), dict(said.comments)
    kept.comment, kept.outcome, kept.saved_at = said.comment, said.outcome, now
    session.flush()


def score_of(form: AssessmentForm, said: Judgement) -> int:
    """The score in whole percent. Raises :class:`Refused` ``points`` where a criterion has none."""
    try:
        return form.score(said.points)
    except (KeyError, ValueError):
        raise Refused("points", _l("Choose a level for every part of the rubric.")) from None


def check(form: AssessmentForm, said: Judgement) -> int:
    """The score of a judgement that can be given.

    Raises :class:`Refused`: ``points``, ``outcome`` (none chosen, or at odds with the points) or ``comment``.
    """
    score = score_of(form, said)
    if said.outcome not in OUTCOMES:
        raise Refused("outcome", _l("Choose an outcome."))
    facts = {"score": score, "mark": form.pass_mark}
    if said.outcome == "passed" and score < form.pass_mark:
        raise Refused(
            "outcome",
            _l("The points make %(score)s percent, and %(mark)s are needed to pass. Change the levels, or choose "
               "another outcome.", **facts),
        )  # fmt: skip
    if said.outcome == "failed" and score >= form.pass_mark:
        raise Refused(
            "outcome",
            _l("The points make %(score)s percent, which is enough to pass (%(mark)s). Change the levels, or choose "
               "another outcome.", **facts),
        )  # fmt: skip
    if not said.comment.strip():
        raise Refused("comment", _l("Write some words to the candidate: what is good, and what to work on."))
    if max(len(one) for one in (said.comment, *said.comments.values())) > COMMENT_LIMIT:
        raise Refused("comment", _l("A comment is longer than 5,000 characters. Shorten it."))
    return score


def grade(
    session: Session, assignment: Assignment, said: Judgement, *, by: uuid.UUID, now: datetime
) -> Grading:
    """Give the judgement for good; where it completes the attempt, the result counts and the candidate gets a mail.

    Raises :class:`Refused`: ``own``, ``over``, ``conflict`` and what :func:`check` raises.
    """
    if by != assignment.examiner_id:
        raise Refused("own", _l("Only the examiner who was asked can judge."))
    attempt = session.get_one(Attempt, assignment.attempt_id)
    lock(session, attempt)
    session.refresh(assignment)
    if assignment.ended_at is not None or attempt.settled_at is not None or grading_of(session, assignment):
        raise Refused("over", _l("The assessment is already handed in, or somebody else is doing it."))
    conflicts.demand_none(session, examiner=by, candidate=attempt.person_id, scheme=attempt.scheme, now=now)
    form = form_of(session, attempt)
    score = check(form, said)
    given = Grading(
        attempt_id=attempt.id,
        assignment_id=assignment.id,
        person_id=attempt.person_id,
        examiner_id=by,
        third=assignment.third,
        points={one.code: said.points[one.code] for one in form.rubric},
        comments={one.code: said.comments.get(one.code, "").strip() for one in form.rubric},
        comment=said.comment.strip(),
        outcome=said.outcome,
        score=score,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(given)
    except IntegrityError:
        raise Refused(
            "over", _l("The assessment is already handed in, or somebody else is doing it.")
        ) from None
    draft = session.scalars(
        select(GradingDraft).where(GradingDraft.assignment_id == assignment.id)
    ).one_or_none()
    if draft is not None:
        session.delete(draft)
    audit.record(
        session,
        "attempt.graded",
        by=by,
        now=now,
        subject=attempt,
        person=attempt.person_id,
        organisation=attempt.owner_id,
        outcome=given.outcome,
        score=score,
    )
    _conclude(session, attempt, by=by, now=now)
    return given


def differ(one: Grading, other: Grading) -> bool:
    """Whether two judgements are too far apart to stand together."""
    return one.outcome != other.outcome or abs(one.score - other.score) > APART


def _conclude(session: Session, attempt: Attempt, *, by: uuid.UUID, now: datetime) -> None:
    given = [one.grading for one in asked(session, attempt) if one.grading is not None]
    third = next((one for one in given if one.third), None)
    if third is not None:
        _settle(session, attempt, given, outcome=third.outcome, score=third.score, by=by, now=now)
    elif len(given) >= attempt.examiners:
        if any(differ(one, other) for one, other in combinations(given, 2)):
            attempt.moderated = True
            audit.record(
                session,
                "attempt.moderation_needed",
                by=None,
                now=now,
                subject=attempt,
                organisation=attempt.owner_id,
            )
            session.flush()
            return
        score = sum(one.score for one in given) // len(given)
        _settle(session, attempt, given, outcome=given[0].outcome, score=score, by=by, now=now)


def _settle(
    session: Session,
    attempt: Attempt,
    given: Sequence[Grading],
    *,
    outcome: str,
    score: int,
    by: uuid.UUID,
    now: datetime,
) -> None:
    attempt.settled_at, attempt.outcome, attempt.score = now, outcome, score
    session.flush()
    event = AttemptGraded(
        id=attempt.event_id,
        person=attempt.person_id,
        at=now,
        attempt=attempt.id,
        criterion=attempt.assessment,
        score=score,
        outcome=cast(Literal["passed", "failed", "repeat"], outcome),
        examiners=tuple(one.examiner_id for one in given),
    )
    ledger.record(session, event, by=by, now=now, owner=attempt.owner_id)
    letters.to_candidate(session, attempt, now=now)
