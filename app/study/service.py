"""Work through a course: lessons count once, quizzes are drafted, handed in and tried again by the course's rule."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from coursekit import Lesson, Quiz, score
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import new_id
from app.events import CourseInitialized, QuizAnswered, TrainingCompleted
from app.ledger import service as ledger
from app.registrations import service as registrations
from app.registrations.models import Registration
from app.study import answers
from app.study.models import Note, QuizAttempt, QuizDraft
from app.study.outline import outline
from plugins.handle import Handle

LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a quiz may be tried (again) now; ``why`` not, and from ``when`` on it may."""

    allowed: bool
    why: Literal["", "passed", "wait", "used_up"] = ""
    when: datetime | None = None
    left: int | None = None


class NotNow(Exception):
    """The quiz may not be tried now; ``turn`` says why."""

    def __init__(self, turn: Turn) -> None:
        super().__init__(turn.why)
        self.turn = turn


def event_id(registration: Registration, unit: str) -> uuid.UUID:
    """The id of the event that ``unit`` was worked through: one per registration, whoever asks and how often."""
    return uuid.uuid5(registration.id, unit)


def begin_with(
    session: Session, registration: uuid.UUID, unit: str, *, course: str, person: uuid.UUID, now: datetime
) -> bool:
    """``unit`` is the first that ``person`` opens: the course is begun. False where another request was quicker."""
    if not registrations.see_first(session, registration, unit=unit, now=now):
        return False
    begun = CourseInitialized(id=new_id(), person=person, at=now, registration=registration, course=course)
    ledger.record(session, begun, by=person, now=now)
    return True


def complete_lesson(
    session: Session,
    registration: Registration,
    handle: Handle,
    lesson: Lesson,
    *,
    by: uuid.UUID,
    now: datetime,
) -> bool:
    """The lesson is worked through and its minutes count, once. False when they counted already."""
    if not registrations.mark_done(session, registration, unit=lesson.id, now=now):
        return False
    if "training" in handle.course.serves:
        completed = TrainingCompleted(
            id=event_id(registration, lesson.id),
            person=registration.person_id,
            at=now,
            registration=registration.id,
            course=registration.course,
            unit=lesson.id,
            minutes=lesson.minutes,
            core=lesson.core,
        )
        ledger.record(session, completed, by=by, now=now)
    finish_when_done(session, registration, handle, by=by, now=now)
    return True


def finish_when_done(
    session: Session, registration: Registration, handle: Handle, *, by: uuid.UUID, now: datetime
) -> bool:
    """The course is completed once every required unit is; that it is then counts as an event of its own."""
    done = registrations.done(session, registration)
    if any(unit.required and unit.id not in done for unit in outline(handle.package)):
        return False
    if not registrations.complete(session, registration, by=by, now=now):
        return False
    whole = TrainingCompleted(
        id=event_id(registration, registration.course),
        person=registration.person_id,
        at=now,
        registration=registration.id,
        course=registration.course,
        unit=registration.course,
        minutes=0,
    )
    ledger.record(session, whole, by=by, now=now)
    return True


# ---- notes ---------------------------------------------------------------------------------------


def note(session: Session, registration: Registration, unit: str) -> str:
    """The learner's own note beside ``unit``; empty when there is none."""
    kept = session.scalars(_note(registration, unit)).first()
    return kept.text if kept else ""


def notes(session: Session, registration: Registration) -> Mapping[str, str]:
    """All notes of a registration by unit."""
    rows = select(Note).where(Note.registration_id == registration.id)
    return {one.unit: one.text for one in session.scalars(rows)}


def keep_note(session: Session, registration: Registration, unit: str, text: str, *, now: datetime) -> None:
    """Keep the note; an empty one is taken away."""
    kept = session.scalars(_note(registration, unit)).first()
    text = text.replace("\r\n", "\n").strip()[:LONGEST_NOTE]
    if not text:
        if kept:
            session.delete(kept)
    elif kept:
        kept.text, kept.written_at = text, now
    else:
        session.add(Note(registration_id=registration.id, unit=unit, text=text, written_at=now))


def _note(registration: Registration, unit: str) -> Any:
    return select(Note).where(Note.registration_id == registration.id, Note.unit == unit)


# ---- quizzes -------------------------------------------------------------------------------------


def attempts(session: Session, registration: Registration, quiz: str) -> Sequence[QuizAttempt]:
    """What was handed in, the first first."""
    rows = select(QuizAttempt).where(QuizAttempt.registration_id == registration.id, QuizAttempt.quiz == quiz)
    return session.scalars(rows.order_by(QuizAttempt.number)).all()


def attempt(session: Session, registration: Registration, id: uuid.UUID) -> QuizAttempt | None:
    """One attempt of this registration; None for any other."""
    found = session.get(QuizAttempt, id)
    return found if found is not None and found.registration_id == registration.id else None


def turn(quiz: Quiz, before: Sequence[QuizAttempt], *, now: datetime) -> Turn:
    """Whether the quiz may be tried now, after these attempts. What only is for practice may be tried for ever."""
    if quiz.reports and any(one.passed for one in before):
        return Turn(False, "passed")
    left = None if quiz.retry.attempts is None else max(0, quiz.retry.attempts - len(before))
    if left == 0:
        return Turn(False, "used_up", left=0)
    if before and quiz.retry.wait_hours:
        when = max(one.handed_in_at for one in before) + timedelta(hours=quiz.retry.wait_hours)
        if now < when:
            return Turn(False, "wait", when, left)
    return Turn(True, left=left)


def draft(session: Session, registration: Registration, quiz: str) -> QuizDraft | None:
    """What is being answered now, if anything is."""
    rows = select(QuizDraft).where(QuizDraft.registration_id == registration.id, QuizDraft.quiz == quiz)
    return session.scalars(rows).first()


def begin(session: Session, registration: Registration, quiz: Quiz, *, now: datetime) -> QuizDraft:
    """Draw the questions, or go on with those drawn. Raises :class:`NotNow`."""
    kept = draft(session, registration, quiz.id)
    if kept is not None:
        return kept
    found = turn(quiz, attempts(session, registration, quiz.id), now=now)
    if not found.allowed:
        raise NotNow(found)
    id = new_id()
    fresh = QuizDraft(
        id=id,
        registration_id=registration.id,
        quiz=quiz.id,
        questions=answers.draw(quiz, id),
        answers={},
        started_at=now,
        saved_at=now,
    )
    session.add(fresh)
    session.flush()
    return fresh


def save(draft: QuizDraft, quiz: Quiz, form: answers.Form, *, now: datetime) -> None:
    """Keep what the form answers, finished or not."""
    draft.answers = {
        one.id: answers.read(one, form, draft.id) for one in answers.asked(quiz, draft.questions)
    }
    draft.saved_at = now


def hand_in(
    session: Session,
    registration: Registration,
    handle: Handle,
    quiz: Quiz,
    draft: QuizDraft,
    *,
    by: uuid.UUID,
    now: datetime,
) -> QuizAttempt:
    """Judge the draft and keep it as an attempt. A result for an assessment that the course serves counts."""
    before = session.scalar(
        select(func.count()).where(
            QuizAttempt.registration_id == registration.id, QuizAttempt.quiz == quiz.id
        )
    )
    reached = score(answers.asked(quiz, draft.questions), draft.answers)
    made = QuizAttempt(
        id=draft.id,
        registration_id=registration.id,
        quiz=quiz.id,
        number=(before or 0) + 1,
        questions=list(draft.questions),
        answers=dict(draft.answers),
        score=reached,
        passed=reached >= quiz.pass_mark,
        started_at=draft.started_at,
        handed_in_at=now,
    )
    session.add(made)
    session.delete(draft)
    session.flush()
    if quiz.reports in handle.course.serves:
        answered = QuizAnswered(
            id=made.id,
            person=registration.person_id,
            at=now,
            registration=registration.id,
            course=registration.course,
            unit=quiz.id,
            criterion=quiz.reports,
            score=reached,
            passed=made.passed,
        )
        ledger.record(session, answered, by=by, now=now)
    if made.passed:
        registrations.mark_done(session, registration, unit=quiz.id, now=now)
        finish_when_done(session, registration, handle, by=by, now=now)
    return made
