"""Which version of a course new learners begin, what a new one changes, and what was decided about it.

Whoever has begun keeps the version they began with. A version that is installed beside an older one waits until an
administrator has seen whom it concerns and takes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from coursekit import Course, Package, Quiz
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.licensing import gate as gates
from app.study.models import CourseOffer, VersionDecision
from plugins.catalogue import Catalogue, UnknownCourse

FORUMS = ("design", "retro", "think_tank")
Field = Literal[
    "hours", "serves", "lesson", "minutes", "text", "quiz", "questions", "pass_mark", "retry", "assignment"
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a version changes: ``what`` kind, of which part (``name``), and what it was and becomes."""

    what: Field
    name: Mapping[str, str] | str
    before: Any = None
    after: Any = None


def offers(session: Session) -> Mapping[str, str]:
    """The version of each course that somebody decided to offer."""
    rows = select(CourseOffer.course, CourseOffer.version).order_by(CourseOffer.id)
    return {row.course: row.version for row in session.execute(rows)}  # the last of a course stays


def offered(session: Session, catalogue: Catalogue) -> Sequence[Course]:
    """Every course in the version that new learners begin, by id."""
    chosen = offers(session)
    return [_chosen(catalogue, course, chosen.get(course.id)) for course in catalogue.listing()]


def offered_one(session: Session, catalogue: Catalogue, id: str) -> Course:
    """One course in the version that new learners begin. Raises :class:`UnknownCourse`."""
    newest = catalogue.summary(id)
    rows = (
        select(CourseOffer.version).where(CourseOffer.course == id).order_by(CourseOffer.id.desc()).limit(1)
    )
    return _chosen(catalogue, newest, session.scalar(rows))


def _chosen(catalogue: Catalogue, newest: Course, version: str | None) -> Course:
    if version is None or version == newest.version:
        return newest
    # a version that was taken and is gone since gives way to the newest that is there
    return next((one for one in catalogue.versions(newest.id) if one.version == version), newest)


def waiting(session: Session, catalogue: Catalogue) -> Sequence[tuple[Course, Course]]:
    """(what is offered, what is newer and waits to be taken) for each course where there is such a version."""
    pairs = []
    for course in offered(session, catalogue):
        newest = catalogue.summary(course.id)
        if newest.version != course.version:
            pairs.append((course, newest))
    return pairs


def offer(
    session: Session, course: str, version: str, digest: str, *, by: uuid.UUID | None, now: datetime
) -> CourseOffer:
    """From now on, whoever begins the course begins this version."""
    made = CourseOffer(course=course, version=version, digest=digest, at=now, by_id=by)
    session.add(made)
    session.flush()
    audit.record(
        session, "course.offered", by=by, now=now, subject=made, course=course, version=version, digest=digest
    )
    return made


def hold(session: Session, catalogue: Catalogue, id: str, *, now: datetime) -> str | None:
    """Before another version comes: keep offering what is offered now. The version, or None for a new course."""
    try:
        course = offered_one(session, catalogue, id)
    except UnknownCourse:
        return None
    if id not in offers(session):
        handle = catalogue.course(id, course.version, gate=gates.administration())
        offer(session, id, course.version, handle.digest, by=None, now=now)
    return course.version


# ---- what is different ---------------------------------------------------------------------------


def differences(before: Package, after: Package) -> Sequence[Difference]:
    """What the newer version changes for somebody who studies it, in the order of the course."""
    return [
        *_course(before, after),
        *_lessons(before, after),
        *_quizzes(before, after),
        *_work(before, after),
    ]


def _course(before: Package, after: Package) -> Iterator[Difference]:
    if before.course.hours != after.course.hours:
        yield Difference("hours", "", before.course.hours, after.course.hours)
    if set(before.course.serves) != set(after.course.serves):
        yield Difference("serves", "", before.course.serves, after.course.serves)


def _pairs(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    for id in [*new, *(id for id in old if id not in new)]:
        yield old.get(id), new.get(id)


def _lessons(before: Package, after: Package) -> Iterator[Difference]:
    for old, new in _pairs(before.lessons, after.lessons):
        name = (new or old).title
        if old is None or new is None:
            yield Difference("lesson", name, old and old.minutes, new and new.minutes)
            continue
        if old.minutes != new.minutes:
            yield Difference("minutes", name, old.minutes, new.minutes)
        if any(_differs(before, after, old, new, language) for language in after.course.languages):
            yield Difference("text", name)


def _differs(before: Package, after: Package, old: Any, new: Any, language: str) -> bool:
    if language not in before.course.languages:
        return True
    return before.read(old.page(language)) != after.read(new.page(language))


def _quizzes(before: Package, after: Package) -> Iterator[Difference]:
    for old, new in _pairs(before.quizzes, after.quizzes):
        name = (new or old).title
        if old is None or new is None:
            yield Difference("quiz", name, old and _asked(old), new and _asked(new))
            continue
        if old.questions != new.questions or old.draw != new.draw:
            yield Difference("questions", name, _asked(old), _asked(new))
        if old.pass_mark != new.pass_mark:
            yield Difference("pass_mark", name, old.pass_mark, new.pass_mark)
        if old.retry != new.retry:
            yield Difference("retry", name, old.retry, new.retry)


def _asked(quiz: Quiz) -> int:
    return quiz.draw or len(quiz.questions)


def _work(before: Package, after: Package) -> Iterator[Difference]:
    for old, new in _pairs(before.assignments, after.assignments):
        changed = old != new or any(_differs(before, after, old, new, one) for one in after.course.languages)
        if changed:
            yield Difference("assignment", (new or old).title, old and old.minutes, new and new.minutes)


# ---- what was decided ----------------------------------------------------------------------------


def decisions(session: Session, course: str) -> Sequence[VersionDecision]:
    """What retros and think tanks decided about the course, the latest first."""
    rows = select(VersionDecision).where(VersionDecision.course == course)
    return session.scalars(rows.order_by(VersionDecision.held_on.desc(), VersionDecision.id.desc())).all()


def attach(
    session: Session,
    *,
    course: str,
    version: str,
    forum: str,
    held_on: date,
    text: str,
    by: uuid.UUID,
    now: datetime,
) -> VersionDecision:
    """Keep which decision came about in ``version``; what is kept already in the same words is not kept twice.

    Raises ValueError for a forum that there is not.
    """
    if forum not in FORUMS:
        raise ValueError(forum)
    said = {"course": course, "version": version, "forum": forum, "held_on": held_on, "text": text.strip()}
    known = session.scalars(select(VersionDecision).filter_by(**said)).first()
    if known is not None:
        return known
    made = VersionDecision(**said, at=now, by_id=by)
    session.add(made)
    session.flush()
    audit.record(
        session, "course.decision_attached", by=by, now=now, subject=made, course=course, version=version
    )
    return made
