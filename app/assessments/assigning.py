"""Who judges an attempt: chosen by a certifier or administrator, with the conflict check done and shown."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import audit
from app.accounts.errors import Refused
from app.accounts.service import load_people
from app.assessments import conflicts, letters
from app.assessments.models import Assignment, Attempt, Grading

TIME = timedelta(days=14)
REMIND_BEFORE = timedelta(days=3)
REASON_LIMIT = 1_000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is, or was, asked to judge; ``grading`` once they have."""

    assignment: Assignment
    grading: Grading | None

    @property
    def state(self) -> str:
        """passed, failed, repeat, declined, replaced or waiting."""
        if self.grading is not None:
            return self.grading.outcome
        if self.assignment.ended_at is not None:
            return "declined" if self.assignment.declined else "replaced"
        return "waiting"


def _live() -> ColumnElement[int]:
    live = select(func.count()).where(Assignment.attempt_id == Attempt.id, Assignment.ended_at.is_(None))
    return live.scalar_subquery()


def _unassigned() -> Select[Attempt]:
    wanted = Attempt.examiners + case((Attempt.moderated, 1), else_=0)
    return select(Attempt).where(Attempt.settled_at.is_(None), wanted > _live())


def to_assign(
    session: Session,
    *,
    owner: uuid.UUID,
    schemes: Collection[str] | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> Sequence[Attempt]:
    """Attempts that lack an examiner, the longest waiting first. ``after``: the last row of the page before."""
    query = _unassigned().where(Attempt.owner_id == owner)
    if schemes is not None:
        query = query.where(Attempt.scheme.in_(schemes))
    if after is not None:
        at, last = after
        query = query.where(
            or_(Attempt.handed_in_at > at, and_(Attempt.handed_in_at == at, Attempt.id > last))
        )
    return session.scalars(query.order_by(Attempt.handed_in_at, Attempt.id).limit(limit)).all()


def to_assign_count(session: Session) -> int:
    """How many attempts lack an examiner."""
    return session.scalar(select(func.count()).select_from(_unassigned().subquery())) or 0


def overdue(
    session: Session, *, owner: uuid.UUID, schemes: Collection[str] | None = None, now: datetime
) -> Sequence[tuple[Assignment, Attempt]]:
    """Assignments whose time has run out, the longest overdue first; at most one page."""
    query = (
        select(Assignment, Attempt)
        .join(Attempt, Attempt.id == Assignment.attempt_id)
        .where(Attempt.owner_id == owner, Assignment.due < now, _open_assignment())
    )
    if schemes is not None:
        query = query.where(Attempt.scheme.in_(schemes))
    found = session.execute(query.order_by(Assignment.due, Assignment.id).limit(PAGE))
    return [(assignment, attempt) for assignment, attempt in found]


def _open_assignment() -> ColumnElement[bool]:
    graded = select(Grading.id).where(Grading.assignment_id == Assignment.id).exists()
    return Assignment.ended_at.is_(None) & ~graded


def load_attempt(session: Session, attempt_id: uuid.UUID) -> Attempt | None:
    """The attempt with what was handed in, or None."""
    query = select(Attempt).where(Attempt.id == attempt_id).options(selectinload(Attempt.items))
    return session.scalars(query).one_or_none()


def lock(session: Session, attempt: Attempt) -> None:
    """Until the transaction ends nobody else changes who judges, or settles it."""
    session.flush()  # what has not been written would be forgotten by reading anew
    session.refresh(attempt, with_for_update=True)


def asked(session: Session, attempt: Attempt) -> list[Asked]:
    """Everybody who is or was asked to judge the attempt, in the order in which they were asked."""
    rows = session.execute(
        select(Assignment, Grading)
        .outerjoin(Grading, Grading.assignment_id == Assignment.id)
        .where(Assignment.attempt_id == attempt.id)
        .order_by(Assignment.assigned_at, Assignment.id)
    )
    return [Asked(assignment, grading) for assignment, grading in rows]


def places_left(attempt: Attempt, people: Sequence[Asked]) -> int:
    """How many examiners are still to be chosen."""
    live = sum(one.assignment.ended_at is None for one in people)
    return 0 if attempt.settled_at else max(attempt.examiners + int(attempt.moderated) - live, 0)


def assign(
    session: Session, attempt: Attempt, examiner: uuid.UUID, *, by: uuid.UUID, now: datetime
) -> Assignment:
    """Ask ``examiner`` to judge the attempt within 14 days; they get a mail.

    Raises :class:`Refused`: ``own`` (it is one's own work), ``settled``, ``enough``, ``twice``, ``conflict``.
    """
    lock(session, attempt)
    if by == attempt.person_id:
        raise Refused("own", _l("It is your own work, so somebody else has to choose its examiner."))
    people = asked(session, attempt)
    if attempt.settled_at is not None:
        raise Refused("settled", _l("The work has already been assessed."))
    if not places_left(attempt, people):
        raise Refused("enough", _l("There are already enough examiners."))
    if any(
        one.assignment.examiner_id == examiner and one.state not in ("declined", "replaced") for one in people
    ):
        raise Refused("twice", _l("That examiner has already been asked. Choose somebody else."))
    if examiner not in load_people(session, [examiner]):
        raise Refused("examiner", _l("Choose an examiner."))
    conflicts.demand_none(
        session, examiner=examiner, candidate=attempt.person_id, scheme=attempt.scheme, now=now
    )
    assignment = Assignment(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        examiner_id=examiner,
        third=attempt.moderated,
        assigned_by=by,
        assigned_at=now,
        due=now + TIME,
    )
    try:
        with session.begin_nested():
            session.add(assignment)
    except IntegrityError:
        raise Refused("twice", _l("That examiner has already been asked. Choose somebody else.")) from None
    audit.record(
        session,
        "examiner.assigned",
        by=by,
        now=now,
        subject=attempt,
        person=attempt.person_id,
        organisation=attempt.owner_id,
        examiner=examiner,
    )
    letters.to_examiner(session, "assigned", assignment, attempt, now=now)
    return assignment


def _end(
    session: Session, assignment: Assignment, *, reason: str, declined: bool, by: uuid.UUID, now: datetime
) -> None:
    attempt = session.get_one(Attempt, assignment.attempt_id)
    lock(session, attempt)
    session.refresh(assignment)
    reason = reason.strip()
    if not reason:
        raise Refused("reason", _l("Write the reason."))
    if len(reason) > REASON_LIMIT:
        raise Refused("reason", _l("The reason is longer than 1,000 characters. Shorten it."))
    graded = session.scalar(select(Grading.id).where(Grading.assignment_id == assignment.id))
    if graded is not None or assignment.ended_at is not None:
        raise Refused("over", _l("The assessment is already handed in, or somebody else is doing it."))
    assignment.ended_at, assignment.ended_by = now, by
    assignment.end_reason, assignment.declined = reason, declined
    audit.record(
        session,
        "examiner.declined" if declined else "examiner.replaced",
        by=by,
        now=now,
        subject=attempt,
        person=attempt.person_id,
        organisation=attempt.owner_id,
        examiner=assignment.examiner_id,
    )
    session.flush()


def decline(session: Session, assignment: Assignment, *, reason: str, by: uuid.UUID, now: datetime) -> None:
    """The examiner does not judge this one. Raises :class:`Refused` ``reason``, ``over`` or ``own``."""
    if by != assignment.examiner_id:
        raise Refused("own", _l("Only the examiner can decline."))
    _end(session, assignment, reason=reason, declined=True, by=by, now=now)


def release(session: Session, assignment: Assignment, *, reason: str, by: uuid.UUID, now: datetime) -> None:
    """Take the work back from an examiner, so that somebody else can be asked. Raises as :func:`decline`."""
    if by == assignment.person_id:
        raise Refused("own", _l("It is your own work, so somebody else has to choose its examiner."))
    _end(session, assignment, reason=reason, declined=False, by=by, now=now)


def remind(session: Session, now: datetime) -> int:
    """Write to examiners whose time is nearly up, and once more when it has run out; how many letters."""
    due = session.execute(
        select(Assignment, Attempt)
        .join(Attempt, Attempt.id == Assignment.attempt_id)
        .where(
            _open_assignment(),
            or_(
                and_(Assignment.reminders == 0, Assignment.due <= now + REMIND_BEFORE),
                and_(Assignment.reminders == 1, Assignment.due <= now),
            ),
        )
        .order_by(Assignment.due, Assignment.id)
    ).all()
    for assignment, attempt in due:
        late = assignment.due <= now
        letters.to_examiner(session, "overdue" if late else "reminder", assignment, attempt, now=now)
        assignment.reminders = 2 if late else 1
    session.flush()
    return len(due)
